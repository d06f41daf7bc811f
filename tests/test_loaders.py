import hashlib
import os
from pathlib import Path

import pytest
from messages import is_one_sentence

from index import loaders
from index.errors import DocumentError
from index.formats import FORMATS, ONLY_NAMED
from index.loaders import find_files, has_changed, is_gone, load_file, read_file
from index.records import Document


def refusal(function, argument):
    with pytest.raises(DocumentError) as caught:
        function(argument)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)


@pytest.fixture
def tree(tmp_path):
    for name in [
        "b.txt",
        "a.md",
        "sub/c.TXT",
        "sub/deeper/d.html",
        ".hidden.txt",
        ".git/e.txt",
        "sub/.f/g.txt",
        "h.mov",
    ]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words", "utf-8")
    return tmp_path.resolve()


def test_folders_are_searched_recursively_and_hidden_entries_left_out(tree):
    found = [path.relative_to(tree).as_posix() for path in find_files([tree]).files]
    assert found == ["a.md", "b.txt", "sub/c.TXT", "sub/deeper/d.html"]


def test_links_inside_a_folder_are_left_out(tree):
    outside = tree.parent / "outside.txt"
    outside.write_text("words", "utf-8")
    (tree / "link.txt").symlink_to(outside)
    (tree / "loop").symlink_to(tree, target_is_directory=True)
    assert len(find_files([tree]).files) == 4


def test_a_link_that_is_named_is_followed(tree):
    (tree / "link.txt").symlink_to(tree / "b.txt")
    assert find_files([tree / "link.txt"]).files == (tree / "b.txt",)


def test_a_hidden_folder_that_is_named_is_searched(tree):
    assert find_files([tree / ".git"]).files == (tree / ".git" / "e.txt",)


def test_no_file_is_found_twice(tree):
    assert find_files([tree / "b.txt", tree, tree / "sub"]).files[0] == tree / "b.txt"
    assert len(find_files([tree / "b.txt", tree, tree / "sub"]).files) == 4


def test_paths_are_made_absolute(tree, monkeypatch):
    monkeypatch.chdir(tree / "sub")
    assert find_files(["../b.txt", "."]).files == (tree / "b.txt", tree / "sub/c.TXT", tree / "sub/deeper/d.html")


def test_a_missing_path_is_refused(tree):
    assert "no file or folder" in refusal(find_files, [tree / "none.txt"])


def test_an_unknown_ending_is_refused_with_the_known_ones(tree):
    message = refusal(find_files, [tree / "h.mov"])
    assert "h.mov" in message and all(ending in message for ending in FORMATS if ending not in ONLY_NAMED)


def test_a_folder_is_no_document(tree):
    assert "regular file" in refusal(load_file, tree)


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n "])
def test_an_empty_file_is_refused(tmp_path, content):
    (tmp_path / "e.txt").write_bytes(content)
    assert "e.txt is empty" in refusal(load_file, tmp_path / "e.txt")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", "\ufeff"), ("b.txt", "\ufeff \u2003 "), ("c.html", "<html><head><title>T</title></head></html>")],
)
def test_a_file_without_any_text_is_refused(tmp_path, name, content):
    (tmp_path / name).write_text(content, "utf-8")
    assert f"{name} holds no text" in refusal(load_file, tmp_path / name)


def test_a_file_above_the_limit_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(loaders, "LARGEST_FILE_BYTES", 2_000_000)
    (tmp_path / "big.txt").write_bytes(b"x" * 2_000_001)
    said = refusal(load_file, tmp_path / "big.txt")
    assert "above the limit of 2 MB and of 100 million characters of text: split it" in said


def test_a_file_that_has_gone_is_refused(tmp_path):
    assert "not there any more" in refusal(read_file, tmp_path / "gone.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert "regular file" in refusal(load_file, tmp_path / "pipe.txt")
    assert find_files([tmp_path]).files == ()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_without_permission_is_refused(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text("words", "utf-8")
    path.chmod(0)
    assert "cannot be read" in refusal(load_file, path)


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_file_name_that_is_no_text_is_refused(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("words", "utf-8")
    assert "caf\\udce9.txt" in refusal(load_file, path)


def test_a_binary_file_with_a_text_ending_is_refused(fixtures):
    assert "binary" in refusal(load_file, fixtures / "picture.txt")


@pytest.mark.parametrize(
    ("name", "title", "begins"),
    [
        ("lighthouse.pdf", "Lighthouse report", "Lighthouse report\n\nThe lighthouse was built"),
        ("harbour.docx", "Harbour rules", "Harbour rules\n\nBoats may stay for three nights."),
        ("ferry.html", "Ferry & timetable", "Ferry timetable\n\nThe first ferry leaves at 6:40"),
        ("garden.md", "The garden book", "# The garden book\n\nRoses want *sun*."),
        (
            "cafe-cp1252.txt",
            "cafe-cp1252",
            "The café opened in 1923 – long before the “Hôtel Élysée”. Its",
        ),
        ("baltika-cp1251.txt", "baltika-cp1251", "Маяк построили в 1871 году."),
    ],
)
def test_every_format_becomes_a_document(fixtures, name, title, begins):
    path = fixtures / name
    document = load_file(path)
    assert document.text.startswith(begins)
    assert document.title == title
    assert document.source == str(path.resolve())
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (document.size, document.modified_ns) == (path.stat().st_size, path.stat().st_mtime_ns)
    assert bool(document.page_starts) == (path.suffix == ".pdf")


def test_a_pdfs_words_know_their_page(fixtures):
    document = load_file(fixtures / "lighthouse.pdf")
    assert document.page_at(document.text.index("Marta Lind")) == 1
    assert document.page_at(document.text.index("40 litres")) == 2


def test_a_documents_id_follows_its_place_and_not_its_content(tmp_path):
    path, other = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text("one", "utf-8")
    other.write_text("one", "utf-8")
    first = load_file(path)
    path.write_text("two", "utf-8")
    second = load_file(path)
    assert first.id == second.id != load_file(other).id
    assert first.sha256 != second.sha256
    assert first.sha256 == load_file(other).sha256


def test_the_seed_text_is_kept_exactly(seed_text):
    from qa.seeds import seed_files

    assert load_file(seed_files()[0]).text == seed_text


@pytest.mark.parametrize("path", ["~nosuchuser/docs", "a" * 300 + ".txt", "nul\0.txt"])
def test_a_path_that_cannot_be_looked_up_is_explained(path):
    with pytest.raises(DocumentError, match="check the path") as caught:
        find_files([path])
    assert is_one_sentence(str(caught.value).replace(".txt", ""))


def test_files_of_other_kinds_are_counted_and_those_of_open_programs_are_not(tree):
    for name in ("~$letter.docx", ".~lock.letter.odt#", "sub/~$b.docx", "table.dat", "NOTES"):
        (tree / name).write_text("words", "utf-8")
    found = find_files([tree, tree / "a.md"])
    assert [path.name for path in found.passed_over] == ["NOTES", "h.mov", "table.dat"]
    assert found.folders == (tree,)
    assert not any(path.name.startswith("~$") for path in found.files)


@pytest.mark.parametrize("path", ["", "  "])
def test_an_empty_path_is_not_the_current_folder(path):
    assert "empty path" in refusal(find_files, [path])


def test_a_file_is_gone_where_nothing_lies_there_and_changed_where_something_else_does(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("The lamp burns oil.", "utf-8")
    document = load_file(path)
    assert not has_changed(document) and not is_gone(document.source)
    os.utime(path, ns=(1, 1))  # written again with the same bytes
    assert not has_changed(document)
    path.write_text("The lamp burns gas.", "utf-8")
    assert has_changed(document)
    path.write_text("The lamp burns oil all night.", "utf-8")
    assert has_changed(document) and not is_gone(document.source)
    path.unlink()
    assert has_changed(document) and is_gone(document.source)
    assert is_gone(str(path / "below.txt"))
    assert not has_changed(Document("id", "t", "no file", "", "text"))
