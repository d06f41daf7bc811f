"""Which legacy encoding a text is in, told by the letters of languages.

charset-normalizer errs where encodings share most of their letters (ISO 8859-2 and Windows 1250), where a file is short
(Shift_JIS, EUC-KR), and with those of DOS and of old Macintoshes. In the right encoding the letters beyond ASCII are
those of one language, capitals begin words, and punctuation stands between words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

MOST_CHARACTERS = 3000  # beyond ASCII, that are looked at
LEAST_SCORE = 0.25  # below it no encoding fits; the right ones mostly have 0.6 and more
PUNCTUATION = frozenset("“”„‘’‚–—…«»‹›€£¥§°•©®™½¼¾²³·¿¡№º\xa0ª±×\xad´")
WIDE_PUNCTUATION = frozenset("。、，．・：；？！「」『』（）《》〈〉【】“”‘’…—～ー　％")
INSIDE_WORDS = frozenset("’·\xad")


@dataclass(frozen=True, slots=True)
class Language:
    """The letters beyond ASCII of a language: the `common` ones count 1, the `others` `rest`."""

    common: frozenset[str]
    others: frozenset[str] = frozenset()
    rest: float = 0.5
    latin: bool = True
    wide: bool = False


def _latin(letters: str) -> Language:
    return Language(frozenset(letters + letters.upper()))


def _script(common: str, others: str, rest: float) -> Language:
    return Language(frozenset(common + common.upper()), frozenset(others + others.upper()), rest, latin=False)


def _wide(common: str, first: str, last: str, rest: float) -> Language:
    others = frozenset(map(chr, range(ord(first), ord(last) + 1)))
    return Language(frozenset(common), others, rest, latin=False, wide=True)


@cache
def _languages() -> dict[str, tuple[Language, ...]]:
    """The languages that are written in each encoding; of encodings that tell the same, the first is taken."""
    western = tuple(
        map(
            _latin,
            (
                "äöüß",
                "éèàçêâîôûëïùœæ",
                "áéíóúñüºª",
                "ãõáéíóúâêôçà",
                "àèéìòù",
                "åäöæøéü",
                "áéíóúýþæðö",
                "ëïéèöüá",
                "õäöüšž",
            ),
        )
    )
    central = tuple(
        map(_latin, ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž", "äöüß"))
    )
    slavic = (_script("оеаинтсрвлкмд", "пуяыьгзбчйхжшюцщэфёъіїєґўјљњћџђ", 0.5),)
    common_hanzi = (
        "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都"
        "同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由"
        "問題這個們來為國時會對發後裡種經學現當沒動還進樣無與長機關點業將兩間八七六五四二九月百千書館從開實說號門"
    )
    japanese = (
        "あいうえおかがきぎくけげこごさしじすせそただちっつてでとどなにねのはばひびへべほまみむめもゃやゅゆょよらりるれろわをんアイクスタトドフラリル"
        "レロンー日一年大人月十二本中国会出三四五時行分八七六九円上生者前後"
    )
    kana = _wide(japanese, "ァ", "ヶ", 0.6)
    common_hangul = (
        "이다는에을가의하고로한은지사기시도를어인자니일해대리수서아있그정나게라보들제과부전만으여장구상주스원었것오성았용우공조유와습합입요연등면세방"
        "신경할안국동무위없않문까년월관비화"
    )
    korean = (_wide(common_hangul, "가", "힣", 0.3),)
    chinese = (_wide(common_hanzi, "一", "龥", 0.0),)
    greek = (_script("αοιετσνηυρπκμλς", "βγδζθξφχψωάέήίόύώϊϋΐΰ", 0.5),)
    return {
        "cp1252": western,
        "cp1251": slavic,
        "cp1250": central,
        "cp932": (kana,),
        "gb18030": chinese,
        "cp949": korean,
        "big5": chinese,
        "euc_jp": (kana,),
        "koi8-r": slavic,
        "iso-8859-2": central,
        "cp1254": (_latin("çğıöşüâîİ"),),
        "cp1253": greek,
        "iso-8859-7": greek,
        "cp1257": (_latin("āčēģīķļņšūž"), _latin("ąčęėįšųūž")),
        "cp1255": (_script("יוהלאמרתבש", "גדזחטכךםנןסעפףצץק", 0.4),),
        "cp1256": (_script("اليمونرتبةعدس", "أإآؤئءثجحخذزشصضطظغفقكهى،؟", 0.4),),
        "cp866": slavic,
        "iso-8859-5": slavic,
        "cp850": western[:7],
        "mac_roman": western[:7],
        "cp852": central,
    }


def likeliest_encoding(data: bytes) -> str | None:
    """The encoding in which `data` reads most like some language, or None where it is like none."""
    best, best_score = None, LEAST_SCORE
    for encoding, languages in _languages().items():
        text = data.decode(encoding, "replace")
        spots = _spots(text)
        for language in languages:
            score = _score(spots, language)
            if score > best_score + 1e-9:
                best, best_score = encoding, score
    return best


def _spots(text: str) -> list[tuple[str, str, str]]:
    """Every character beyond ASCII with the one before and the one behind it."""
    spots: list[tuple[str, str, str]] = []
    for number, character in enumerate(text):
        if character > "\x7f":
            spots.append((text[number - 1 : number] or " ", character, text[number + 1 : number + 2] or " "))
            if len(spots) >= MOST_CHARACTERS:
                break
    return spots


def _score(spots: list[tuple[str, str, str]], language: Language) -> float:
    """How well the characters fit the language, on average: 1 where each is one of its common letters."""
    if not spots:
        return 0.0
    rate = _wide_character if language.wide else _character
    return sum(rate(before, character, behind, language) for before, character, behind in spots) / len(spots)


def _character(before: str, character: str, behind: str, language: Language) -> float:
    if character == "\ufffd" or "\x7f" < character < "\xa0":
        return -3.0
    if character.isalpha() and character not in "ºª":
        score = -0.5
        if character in language.common:
            score = 1.0
        elif character in language.others:
            score = language.rest
        if character.isupper() and before.islower():
            score -= 1.0  # "GrÖsse": capitals begin words
        elif character.islower() and before.isupper() and behind.isupper():
            score -= 1.0
        if language.latin and before > "\x7f" and before.isalpha():
            score -= 0.4  # most languages in Latin letters have few beyond ASCII next to one another
        if not language.latin and (_is_ascii_letter(before) or _is_ascii_letter(behind)):
            score -= 1.0
        return score
    if before.isalpha() and behind.isalpha() and character not in INSIDE_WORDS:
        return -1.0
    return 1.0 if character in PUNCTUATION else -0.5


def _wide_character(before: str, character: str, behind: str, language: Language) -> float:
    if character == "\ufffd" or "\ue000" <= character <= "\uf8ff":
        return -3.0
    if "｡" <= character <= "ﾟ":
        return -1.0  # half-width katakana: a byte beyond ASCII by itself
    if character in language.common or character in WIDE_PUNCTUATION:
        score = 1.0
    elif character in language.others:
        score = language.rest
    elif "㐀" <= character <= "鿿":
        score = 0.1  # a rare sign
    else:
        score = -0.5
    return score - (0.7 if before.islower() and before.isascii() else 0.0)


def _is_ascii_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()
