"""Subtitles: what is said as running text, found by its time."""

import pytest

from index.errors import DocumentError
from index.formats import FORMATS
from index.formats.subtitles import extract_subtitles
from qa.evaluation.robustness.invariants import broken

SRT = """1
00:00:01,000 --> 00:00:03,500
The lease ends
on <i>31 May</i>.

2
00:00:03,600 --> 00:00:06,000
{\\an8}It cannot

3
00:01:23,900 --> 00:01:25,000
be prolonged &amp; that is that.
"""


def vtt(*cues, head="WEBVTT"):
    return "\n\n".join([head, *cues]).encode()


def read(data, suffix=".srt"):
    extract = FORMATS[suffix].extract(data, f"a{suffix}")
    assert broken(extract, suffix) == []
    return extract


def paragraphs(extract):
    return [extract.text[block.start : block.end] for block in extract.blocks]


def time_of(extract, words):
    at = extract.text.index(words)
    return [one.name for one in extract.locators if one.start <= at][-1]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_sentence_runs_over_cues_and_a_pause_parts(line_end):
    extract = read(SRT.replace("\n", line_end).encode())
    assert paragraphs(extract) == ["The lease ends on 31 May. It cannot", "be prolonged & that is that."]
    assert [one.name for one in extract.locators] == ["0:00:01", "0:00:03", "0:01:23"]
    assert time_of(extract, "cannot") == "0:00:03" and time_of(extract, "prolonged") == "0:01:23"


def test_empty_lines_inside_a_cue_and_missing_numbers_are_borne():
    first = "00:00:01,000 --> 00:00:02,000\n\nOne\n\ntwo\n\n00:00:02,000 --> 00:00:03,000\nthree\n\n"
    text = first + "7\n0:4:5.1 --> 0:4:6.25\n8"
    assert paragraphs(read(text.encode())) == ["One two three", "8"]


def test_long_text_is_parted_behind_a_sentence():
    cues = [
        f"00:{n // 60:02}:{n % 60:02}.000 --> 00:{n // 60:02}:{n % 60:02}.900\nSentence number {n}." for n in range(90)
    ]
    lengths = [len(one) for one in paragraphs(read(vtt(*cues), ".vtt"))]
    assert len(lengths) == 3 and max(lengths) < 650


def test_what_is_not_shown_is_left_out():
    extract = read(
        vtt(
            "NOTE written by hand\nand not shown",
            "STYLE\n::cue { color: red }",
            "intro\n00:01.000 --> 00:02.000 line:0 align:start\n<c.big>Hello</c> <00:01.500>you",
            head="WEBVTT - a title\nKind: captions",
        ),
        ".vtt",
    )
    assert extract.text == "Hello you"


def test_speakers_are_told_and_begin_a_paragraph():
    extract = read(
        vtt(
            "00:01.000 --> 00:02.000\n<v Anna Berg>When does it end?",
            "00:02.000 --> 00:03.000\n<v Eva>Well.</v>\n<v.loud Tom>On 31 May,",
            "00:03.000 --> 00:04.000\n<v Tom>at noon.</v>",
            "00:04.000 --> 00:05.000\n- Really?\n- Yes.",
            "00:05.000 --> 00:06.000\nMR. LEE: Good.",
        ),
        ".vtt",
    )
    assert paragraphs(extract) == [
        "Anna Berg: When does it end?",
        "Eva: Well.",
        "Tom: On 31 May, at noon.",
        "- Really?",
        "- Yes.",
        "MR. LEE: Good.",
    ]


def test_rolling_captions_stand_once_and_what_is_said_twice_stays():
    rolling = vtt(
        "00:01.000 --> 00:02.000\nthe lease",
        "00:02.000 --> 00:02.010\nthe lease",
        "00:02.010 --> 00:03.000\nthe lease\nends on",
        "00:03.000 --> 00:04.000\nends on\n31 May",
        "00:04.000 --> 00:05.000\n31 May at noon",
    )
    assert read(rolling, ".vtt").text == "the lease ends on 31 May at noon"
    assert read(vtt("00:01.000 --> 00:02.000\nNo.", "00:02.500 --> 00:03.000\nNo."), ".vtt").text == "No. No."


@pytest.mark.parametrize("data", [b"WEBVTT", b"Only words.", b"1\n00:00 to 00:01\nWords"])
def test_a_file_without_times_is_refused(data):
    with pytest.raises(DocumentError, match="times"):
        extract_subtitles(data, "a.srt")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_told(encoding):
    assert "Größe" in read(SRT.replace("It cannot", "Die Größe ändert sich über Nacht").encode(encoding)).text
