import pytest

from index.formats.encodings import decode

GERMAN = "Die Größe des Müllbehälters beträgt 240 Liter. Für Rückfragen wählen Sie 555-0147.\n"
FRENCH = "Le château a été construit à côté de la forêt, où naît la rivière.\n"
POLISH = "Opłata za wstęp wynosi dwanaście złotych. Kierownikiem jest pan Wiśniewski.\n"
CZECH = "Příliš žluťoučký kůň. Knihovna je otevřena každý den.\n"
HUNGARIAN = "Árvíztűrő tükörfúrógép. A könyvtár minden nap nyitva van.\n"
RUSSIAN = "Библиотека открывается в девять часов утра.\n"
GREEK = "Η βιβλιοθήκη ανοίγει στις εννέα το πρωί.\n"
TURKISH = "Müze saat dokuzda açılır. Müdür: Şükrü Iğdır.\n"
JAPANESE = "開館時間は午前九時です。休館日は月曜日です。\n"
CHINESE = "图书馆每天上午九点开门。星期一闭馆。\n"
KOREAN = "도서관은 아침 아홉 시에 문을 엽니다.\n"
HEBREW = "הספרייה נפתחת בתשע בבוקר.\n"


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        (GERMAN, "cp1252 cp850 mac_roman"), (FRENCH, "cp1252 cp850 mac_roman"), (POLISH, "cp1250 iso-8859-2 cp852"),
        (CZECH, "cp1250 iso-8859-2 cp852"), (HUNGARIAN, "cp1250 iso-8859-2"),
        (RUSSIAN, "cp1251 koi8-r cp866 iso-8859-5"),
        (GREEK, "cp1253"), (TURKISH, "cp1254"), (JAPANESE, "cp932 euc_jp"), (CHINESE, "gb18030"), (KOREAN, "cp949"),
        (HEBREW, "cp1255"),
    ],
)  # fmt: skip
def test_legacy_encodings_are_told_by_their_letters(text, encodings):
    for encoding in encodings.split():
        assert decode(text.encode(encoding), "x") == text, encoding


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [GERMAN, RUSSIAN, GREEK])
def test_utf_16_without_a_mark_is_told_by_its_zero_bytes(text, encoding):
    assert decode(text.encode(encoding), "x") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_in_long_lines_without_blanks(encoding):
    text = JAPANESE.strip() * 3 + "\n" + JAPANESE.strip() * 4
    assert decode(text.encode(encoding), "x") == text


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_utf_32_is_told_by_its_mark(encoding):
    assert decode(("\ufeff" + GERMAN).encode(encoding), "x") == GERMAN


def test_what_lies_before_the_first_letter_beyond_ascii_does_not_hide_it():
    text = "plain line\n" * 30_000 + POLISH
    assert decode(text.encode("iso-8859-2"), "x") == text


@pytest.mark.parametrize(("text", "encoding"), [(JAPANESE, "iso2022_jp"), (KOREAN, "iso2022_kr")])
def test_encodings_that_shift_within_ascii_are_told_by_their_shifts(text, encoding):
    assert decode(text.encode(encoding), "x") == text


def test_what_steers_a_terminal_is_left_out():
    assert decode(b"\x1b[1mN\bNA\bAME\x1b[0m\n\x1b[105X_\bls\n" * 40, "x") == "NAME\nls\n" * 40
