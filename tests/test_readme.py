"""What the documentation shows is what happens, and what it points to is there."""

import re

import pytest
from processes import ROOT

from ui.cli import main

PAGES = [path for path in ROOT.glob("**/*.md") if not {".venv", ".cache", "fixtures"} & set(path.parts)]


def without_sureness(text):
    # int8 arithmetic differs a little from processor to processor, and 92.4% lies near the edge of a bin.
    return re.sub(r"\d+% sure; of \d+ as sure as this, \d+ were", "N% sure; of N as sure as this, N were", text)


def test_the_opening_question_gets_the_answer_shown(encoder, capsys):
    block = re.search(
        r"```console\n\$ quotewise ask \"(.+?)\"\n(.+?)```", (ROOT / "README.md").read_text("utf-8"), re.S
    )
    question, shown = block.groups()
    assert main(["ask", question]) == 0
    said = capsys.readouterr().out.replace(f"{ROOT}/", "")
    assert without_sureness(said.strip()) == without_sureness(shown.strip())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(page):
    text = page.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert "@@" not in text  # a figure that is still to be filled in


def test_the_readme_is_among_the_pages():
    assert ROOT / "README.md" in PAGES
