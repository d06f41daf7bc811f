"""Source code: line by line where it is named, and passed over in folders."""

import pytest

from index.formats import CODE, FORMATS
from index.formats.code import extract_code
from index.loaders import FileContent, document_of, find_files, load_file
from qa.evaluation.robustness.invariants import broken


def test_each_line_is_kept_as_it_is_and_found_by_its_number(tmp_path):
    path = tmp_path / "rent.py"
    path.write_bytes(b"\n# The rent\r\ndef rent():\r\n\treturn 900  # euros\r\n")
    document = load_file(path)
    assert document.text == "\n# The rent\ndef rent():\n\treturn 900  # euros\n"
    assert {block.kind.value for block in document.blocks} == {"preformatted"}
    assert document.locator_at(document.text.index("return")) == "line 4"
    assert document.locator_at(document.text.index("# The")) == "line 2"


@pytest.mark.parametrize("ending", [".py", ".json", ".yaml", ".log", ".ts"])
def test_any_text_leads_back_to_its_lines(ending, tmp_path):
    extract = FORMATS[ending].extract(b"\xef\xbb\xbf \n\n\x0c\na: 1\n\n  b\xc3\xa4: 2", "a")
    assert broken(extract, ending) == []
    document = document_of(tmp_path / f"a{ending}", FileContent(b"", "", 0), extract)
    assert document.locator_at(document.text.index("b\u00e4")) == "line 6"


def test_an_empty_file_holds_nothing():
    assert extract_code(b"  \n", "a.py").blocks == ()


@pytest.fixture
def program(tmp_path):
    for name in ("notes.md", "rent.py", "web/a.js", "node_modules/left-pad/README.md", "env/pyvenv.cfg",
                 "env/lib/site-packages/x/LICENSE.txt", "src/__pycache__/x.txt", "src/guide.txt"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words", "utf-8")
    return tmp_path


def test_a_folder_gives_its_documents_and_not_its_code_or_packages(program):
    found = find_files([program])
    assert [path.relative_to(program).as_posix() for path in found.files] == ["notes.md", "src/guide.txt"]
    assert [path.relative_to(program).as_posix() for path in found.passed_over] == ["rent.py", "web/a.js"]


def test_what_is_named_is_read(program):
    names = [program / "rent.py", program / "node_modules", program / "env/lib/site-packages/x"]
    assert [path.name for path in find_files(names).files] == ["rent.py", "README.md", "LICENSE.txt"]


def test_endings_of_documents_are_not_taken_for_code():
    assert not {".txt", ".md", ".html", ".rst", ".tex", ".ipynb", ".csv", ".xml"} & set(CODE)
