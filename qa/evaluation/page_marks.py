"""Whether marks on pages of PDFs lie on their words: `python -m qa.evaluation.page_marks DIR [--count N] [--seed S]`.

Random sentences, and words inside them, of random files of DIR; each fifth file is taken as it is, the others are
turned by 90, 180 or 270 degrees, or cropped at all sides. The boxes are those that a person sees. What stands in them
is asked of PDFium by the place of every character, and of pdftotext where that is installed: no word is looked for.
White space, hyphens and accents do not count, nor do characters of the page that are in no text, such as the marks of
notes, or that are drawn over those that are meant.

Told are runs; lost, spans without a box; wrong, spans in whose boxes other characters stand; found, characters of all
these files that are not those at their places on the pages; how many characters were looked at; and how many spans were
on turned and on cropped pages, in several lines, had a word that a line's end cuts, and were the same to pdftotext, by
whole words.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from index.children.extraction import extract_apart
from index.children.pages import character_origins, page_boxes
from index.errors import DocumentError
from index.formats.extract import Extract
from index.formats.pdf.origins import ANNOTATIONS, Origins
from index.formats.pdf.shapes import Box
from index.records import Block, BlockKind, Place
from index.sentences import split_sentences
from qa.command_line import CommandParser
from qa.edge import printable, run_command
from qa.evaluation.page_marks_judges import CROPPED, PageJudge, changed_file, is_same, letters, poppler_letters
from qa.evaluation.robustness.tallies import exit_code, tally_line

LARGEST = 3_000_000  # bytes of a file; a larger one takes long to be read
WAYS = (0, 90, CROPPED, 180, 270)
MORE = ("characters", "turned", "cropped", "lines", "cut", "agreed", "differed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Mark, look and print; the exit code is 1 where a mark is lost or wrong."""
    made = CommandParser(prog="python -m qa.evaluation.page_marks", description=__doc__)
    made.add_argument("folder", type=Path, metavar="DIR", help="the folder with PDFs")
    made.add_argument("--count", type=int, default=200, metavar="N", help="spans to mark (default: 200)")
    made.add_argument("--files", type=int, default=25, metavar="N", help="files to take them from (default: 25)")
    made.add_argument("--seed", type=int, default=0, metavar="S", help="other spans for another one (default: 0)")
    options = made.parse_args(arguments)
    return run_command(lambda: run(options.folder, options.count, options.files, options.seed))


def run(folder: Path, count: int, files: int, seed: int) -> int:
    """Mark spans of files and print what is wrong and a summary; returns the exit code."""
    paths = sorted(path for path in folder.rglob("*.pdf") if path.is_file() and path.stat().st_size < LARGEST)
    tally = marks_tally(paths, count, files, seed)
    print(tally_line(tally, "files", *MORE))
    return exit_code(tally)


def marks_tally(paths: Sequence[Path], count: int, files: int, seed: int) -> Counter[str]:
    """What came of so many spans of so many of these files."""
    choose = Random(seed)
    tally: Counter[str] = Counter()
    for path in choose.sample(list(paths), len(paths)):
        if tally["files"] == files:
            break
        way = WAYS[tally["files"] % len(WAYS)]
        with suppress(DocumentError, ValueError):  # no text, or a file that cannot be changed
            marked = _MarkedFile(path.name, changed_file(path.read_bytes(), way), way)
            tally["files"] += 1
            tally["characters"] += marked.characters
            tally["found"] += marked.strayed
            for _ in range(count // files + (tally["files"] <= count % files)):
                tally.update(marked.outcome(choose))
    return tally


class _MarkedFile:
    """A file whose spans are marked."""

    def __init__(self, name: str, data: bytes, way: int) -> None:
        self._name, self._data, self._way = name, data, way
        self._extract: Extract = extract_apart(data, ".pdf", name)
        self._origins: Origins = character_origins(data, name)
        self._judge = PageJudge(data, {page: set() for page in range(1, len(self._extract.page_starts) + 1)})
        for page, (first, end) in self._origins.of(0, len(self._extract.text)):
            self._judge.known[page].update(range(first, end))
        self._blocks = [block for block in self._extract.blocks if self._is_prose(block)]
        if not self._blocks:
            raise ValueError(f"{name} has no words to mark")
        self.characters = sum(map(len, self._judge.known.values()))
        self.strayed = sum(map(self._has_strayed, range(len(self._extract.text))))

    def _is_prose(self, block: Block) -> bool:
        """Whether a block has words, and all are drawn on pages: what is entered in a form is no character of one."""
        drawn = all(index < ANNOTATIONS for _, (index, _) in self._origins.of(block.start, block.end))
        text = self._extract.text[block.start : block.end]
        return drawn and block.kind is not BlockKind.CONTENTS and bool(letters(text))

    def _has_strayed(self, at: int) -> bool:
        """Whether a character of the text is not the one that stands at its place on the page."""
        for page, (index, _) in self._origins.of(at, at + 1):
            if index < ANNOTATIONS and not is_same(self._judge.text(page, [index]), self._extract.text[at]):
                print(printable(f"{self._name} ({self._way}) {at}: {self._extract.text[at]!r} is another character"))
                return True
        return False

    def outcome(self, choose: Random) -> list[str]:
        """What came of a random span."""
        start, end = self._span(choose)
        text = self._extract.text[start:end]
        found: dict[int, tuple[Box, ...]] = {}
        for page in self._origins.pages(start, end):
            places = self._origins.on_page(page, [(start, end)])
            found[page] = page_boxes(self._data, self._name, page, [places]).groups[0]
        told = ["runs", *self._kinds(found, (start, end))]
        if not any(found.values()):
            print(printable(f"{self._name} ({self._way}) {start}-{end}: {text!r} has no box"))
            return [*told, "lost"]
        inside = "".join(self._inside(page, boxes, (start, end)) for page, boxes in found.items())
        if Counter(letters(inside)) != Counter(letters(text)):
            print(printable(f"{self._name} ({self._way}) {start}-{end}: {text!r} is marked as {inside!r}"))
            told.append("wrong")
        other = self._poppler(found)
        if other is not None:
            same = Counter(letters(other)) == Counter(letters(text))
            told.append("agreed" if same else "differed")
            if not same:
                print(printable(f"pdftotext, {self._name} ({self._way}): {text!r} is {other!r}"))
        return told

    def _inside(self, page: int, boxes: Sequence[Box], place: Place) -> str:
        inside = self._judge.inside(page, boxes)
        meant = {index for first, end in self._origins.on_page(page, [place]) for index in range(first, end)}
        return self._judge.text(page, self._judge.without_overlaid(page, inside, meant & set(inside)))

    def _span(self, choose: Random) -> Place:
        """A sentence, or some words of one."""
        text = self._extract.text
        sentences = split_sentences(text, [choose.choice(self._blocks)])
        sentence = choose.choice([one for one in sentences if letters(text[one.start : one.end])])
        words = _words(text, sentence.start, sentence.end)
        first = choose.randrange(len(words))
        last = choose.randrange(first, min(len(words), first + 8))
        return choose.choice([(sentence.start, sentence.end), (words[first][0], words[last][1])])

    def _kinds(self, found: dict[int, tuple[Box, ...]], place: Place) -> list[str]:
        kinds = {0: [], CROPPED: ["cropped"]}.get(self._way, ["turned"])
        runs = [run for page, run in self._origins.of(*place)]
        gone = [self._judge.is_hyphen(page, run[1]) for page, run in self._origins.of(*place)][:-1]
        several = len(runs) > 1 and sum(map(len, found.values())) > 1
        return [*kinds, *(["lines"] if several else []), *(["cut"] if any(gone) else [])]

    def _poppler(self, found: dict[int, tuple[Box, ...]]) -> str | None:
        """What pdftotext sees in the boxes; None where it is not there."""
        if shutil.which("pdftotext") is None:
            return None
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(self._data)
            file.flush()
            return "".join(poppler_letters(Path(file.name), page, boxes) for page, boxes in found.items())


def _words(text: str, start: int, end: int) -> list[Place]:
    places, position = [], start
    for word in text[start:end].split():
        position = text.index(word, position)
        if letters(word):
            places.append((position, position + len(word)))
        position += len(word)
    return places


if __name__ == "__main__":
    sys.exit(main())
