"""Sentences with exact offsets, inside the blocks of a document.

nupunkt finds the boundaries inside running prose; of the segmenters tried it cuts the fewest SQuAD answers in two and
never loses text. What it does not know are the ends of sentences in Chinese, Japanese, Hindi and Arabic, and those
behind a unit or a single letter ("5 V.", "vitamin C."), which it takes for abbreviations.

Its abbreviations are English. In a paragraph that is in another language, an end holds only where sentencex, which
knows those of some 300 languages, finds one too: alone it would part "M. Dupont", which nupunkt leaves whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from index.languages import ENGLISH, GERMAN, KnownLanguage, Script, language_of
from index.records import Block, BlockKind, Sentence

# Blocks that are prose; each of the others is one sentence.
PROSE = frozenset((BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.NOTE, BlockKind.CAPTION))
WIDE_STOP = re.compile(r"[\u3002\uff01\uff1f\uff61][\u300d\u300f\u201d\u2019\uff09)\"']*")  # no blank follows these
# Ends of sentences in Devanagari, Arabic, Ethiopic, Armenian, Burmese, Khmer and Tibetan letters.
STOPS = "\u0964\u0965\u061f\u06d4\u1362\u1367\u0589\u104b\u17d4\u0f0d"
STOP = re.compile(rf"[{STOPS}][\u201d\u2019)\"'\u00bb]*\s+")
BEFORE_INVERTED = re.compile(
    r"[.!?\u2026][\u201d\u2019)\"'\u00bb]*\s+(?=[\u00bf\u00a1])"
)  # Spanish questions and calls
# Without one of these nothing ends: in 32,330 such blocks of real files no boundary was ever found.
ENDING = re.compile(f"[.!?\u2026\u203c-\u2049\u3002\uff01\uff1f\uff61{STOPS}]")
LONGEST_PROSE = 20_000  # characters that are looked at together; a paragraph of so many is none that a person wrote
UNITS = (
    "V|kV|mV|A|mA|Ah|mAh|W|kW|MW|kWh|Wh|N|Nm|J|kJ|Pa|kPa|hPa|bar|psi|Hz|kHz|MHz|GHz|dB|g|kg|mg|t|m|mm|cm|km|nm|l|L|ml|"
    "mL|cl|dl|s|ms|h|min|K|C|F|\u00b0C|\u00b0F|\u00b0|%|B|kB|KB|MB|GB|TB|px|pt|lb|lbs|oz|ft|yd|mi|mph|rpm|ppm|m\u00b2|m\u00b3|km/h|m/s"
)
BEHIND_UNIT = re.compile(rf"\d\s?(?:{UNITS})\.[)\"'\u201d\u2019]*\s+(?=[\"'\u201c\u2018(]?[A-Z])")
MARKS = "()[]{}<>\"'\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e"  # brackets and quotation marks
NO_MARKS = str.maketrans("", "", MARKS)
FOLLOWING = re.compile(rf"[\s{re.escape(MARKS)}]*([^\W\d_]+)")
BEHIND_MARK = re.compile(rf"[{re.escape(MARKS)}][.]\s*$")  # a full stop that is no abbreviation's
ANY_WORD = "Xyz"  # stands for what begins with no letter
DOTTED = re.compile(r"\b\w\.\S*\w\.$")  # "z.B.", "c.-\u00e0-d.", which sentencex does not know
AROUND = 60  # characters before an end, in which its abbreviation stands
BEGINNING = 50_000  # characters of a document that tell its language
ETC = ("etc.", "usw.")  # of all abbreviations, they end sentences most
BEHIND_WORD = re.compile(r"\b([^\W\d_]{2,})\.\s+(?=[^\W\d_a-z])")
OPENERS = (
    "The|This|That|These|Those|It|Its|They|There|He|She|We|You|If|When|In|On|At|For|From|To|A|An|And|But|All|Each|"
    "No|Not"
)
# "im 19. Jahrhundert", "das 2. Kapitel": no end. Behind an article, a number with a full stop is an ordinal in German.
ORDINAL = re.compile(
    r"\b(?:de[rmns]|die|das|dessen|[ai]m|[vz]om|zu[mr]|beim|jede[rmns]?)\s\d{1,3}\.\s+(?=\w)", re.IGNORECASE
)
BEHIND_LETTER = re.compile(rf"\b[a-z]{{2,}}\s[A-Z0-9]\.\s+(?=(?:{OPENERS})\s[a-z])")


def split_pieces(text: str, usual: KnownLanguage | Script | None = None) -> list[tuple[int, int]]:
    """Cut prose at every sentence boundary; the pieces joined give the text back, white space included. `usual` is the
    language of what the text is a part of, should its own words not tell it."""
    if not ENDING.search(text, 0, len(text.rstrip()) - 1):
        return [(0, len(text))] if text else []
    cuts = set(_boundaries(text))
    language = (language_of(text) or usual) if cuts else None
    if language and language.code and language != ENGLISH:
        cuts = {cut for cut in cuts if _confirmed(text, cut, language.code)}
        if isinstance(language, KnownLanguage):
            little = language.words.split()  # none is an abbreviation, as nupunkt takes "an" and "no" for
            cuts.update(found.end() for found in BEHIND_WORD.finditer(text) if found[1] in little)
        if language == GERMAN:
            cuts.difference_update(found.end() for found in ORDINAL.finditer(text))
    for pattern in (WIDE_STOP, STOP, BEFORE_INVERTED, BEHIND_UNIT, BEHIND_LETTER):
        cuts.update(found.end() for found in pattern.finditer(text))
    edges = [0, *sorted(cut for cut in cuts if 0 < cut < len(text)), len(text)]
    return [(start, end) for start, end in pairwise(edges) if start < end]


def _boundaries(text: str) -> Iterator[int]:
    """Where nupunkt ends sentences. A long text is read in parts, each from the last end that was found: without blanks
    or full of signs, it takes time by its square (75,000 characters: 0.7 s)."""
    start = 0
    while len(text) - start > LONGEST_PROSE:
        part = text[start : start + LONGEST_PROSE]
        ends = [end for _, end in _segmenter()(part)][:-1] or [part.rfind(" ") + 1 or len(part)]
        yield from (start + end for end in ends)
        start += ends[-1]
    yield from (start + end for _, end in _segmenter()(text[start:]))


def _confirmed(text: str, cut: int, language: str) -> bool:
    """Whether sentencex ends a sentence of the language (its ISO 639-1 code) at the cut as well.

    It is asked of the words around the cut alone: inside brackets and quotation marks, and before digits, it finds no
    end where there is one.
    """
    from sentencex import get_sentence_boundaries  # type: ignore[import-untyped]  # imported late, like nupunkt

    around = text[max(0, cut - AROUND) : cut]
    before = " ".join(around.translate(NO_MARKS).split()[-2:])
    behind = FOLLOWING.match(text, cut)
    word = behind[1] if behind else ANY_WORD
    if word[0].isupper() and (before.endswith(ETC) or BEHIND_MARK.search(around)):
        return True
    if word[0].islower() and DOTTED.search(before):
        return False
    found = get_sentence_boundaries(language, f"{before} {word}")
    return any(one["end_index"] - len(before) in (0, 1) for one in found[:-1])


def split_sentences(text: str, blocks: Sequence[Block]) -> list[Sentence]:
    """The sentences of a document's text in order, trimmed of white space; every other character is covered."""
    return [sentence for block in blocks for sentence in block_sentences(text, block)]


def block_sentences(text: str, block: Block) -> Iterator[Sentence]:
    """The sentences of one block. What introduces it, such as a number, belongs to the first."""
    if block.kind not in PROSE:
        yield Sentence(block.start, block.end)
        return
    first = block.start
    body = block.start + block.mark
    for a, b in split_pieces(text[body : block.end], _usual_language(text)):
        piece = text[body + a : body + b]
        end = body + a + len(piece.rstrip())
        start = body + a + len(piece) - len(piece.lstrip())
        if start < end:
            yield Sentence(min(first, start), end)
            first = block.end
    if first == block.start:  # a mark alone
        yield Sentence(block.start, block.end)


@lru_cache(maxsize=4)  # asked of each block of a document
def _usual_language(text: str) -> KnownLanguage | Script | None:
    return language_of(text[:BEGINNING])


@cache
def _segmenter():  # type: ignore[no-untyped-def]
    from nupunkt import sent_spans  # imported late: it loads its model, and a question needs none of it

    return sent_spans
