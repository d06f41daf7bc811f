"""What language a text is in, told by its little words, or by its letters where these are not Latin.

No library is needed for it: over passages of real documents the little words were right as often as a trained
classifier of 4 MB, which takes two seconds to load, and a question has no seconds for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class KnownLanguage:
    """A language with its ISO 639-1 code and its English name. `words` are the commonest ones of running text, two
    letters long or more; a word that several languages share counts for each of them."""

    code: str
    name: str
    words: str

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z]{2}", self.code) or not self.name or min(map(len, self.words.split())) < 2:
            raise ValueError("a language has a code of two letters, a name, and words of two letters or more")


@dataclass(frozen=True, slots=True)
class Script:
    """Letters of which those between `first` and `last` tell the language, or who writes so. `code` is the language's
    ISO 639-1 code; "" where several write so."""

    code: str
    name: str
    first: str
    last: str


ENGLISH = KnownLanguage(
    "en", "English",
    "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which "
    "one you were her all she there would their we him been has when who will no if out so said what up its about into "
    "than them can only other some could these may do any my now such like our over me even after also did many must "
    "how where why your does",
)  # fmt: skip
GERMAN = KnownLanguage(
    "de", "German",
    "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass "
    "sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr "
    "durch man sein wurde wenn können ihre ihr kann wir ich unter eines diese dieser dieses welche welcher wer wann wo "
    "warum muss sollte keine kein",
)  # fmt: skip
LANGUAGES = (
    ENGLISH,
    GERMAN,
    KnownLanguage(
        "fr", "French",
        "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont aux avec son "
        "cette ou elle mais comme être ont sa ses nous vous leur on peut fait si tout aussi été même sans deux cet ces "
        "entre dont quel quelle quels quelles où quand pourquoi combien comment votre",
    ),
    KnownLanguage(
        "es", "Spanish",
        "de la que el en los se del las un por con no una su para es al lo como más pero sus le ha me si sin sobre "
        "este ya entre cuando todo esta ser son dos también fue había era muy hasta desde está mi porque qué sólo han "
        "yo hay vez puede todos así nos ni parte tiene él uno donde cuál cuándo quién cómo cuánto cuántos cuánta "
        "cuántas dónde cada otra otro estos usted debe",
    ),
    KnownLanguage(
        "it", "Italian",
        "di il la che in per un del non sono una con le della si da dei al alla gli delle nel più come ha lo anche "
        "ma dal nella ai questo se su ed essere quando chi cosa dove perché quanto quale quali dalla loro",
    ),
    KnownLanguage(
        "pt", "Portuguese",
        "de que do da em um para com não uma os no se na por mais as dos como mas foi ao ele das tem seu sua ou ser "
        "quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem "
        "nas me esse eles você são qual quanto onde porque",
    ),
    KnownLanguage(
        "nl", "Dutch",
        "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog naar heeft hij "
        "ze wordt over zo die deze dit worden kan meer tot hebben was wat wie waar waarom hoe wanneer je kunt",
    ),
    KnownLanguage(
        "sv", "Swedish",
        "och att det som en på är av för med den till inte om ett han men var sig från så vi har de när kan jag ska "
        "eller hur vad där vid också efter under utan måste hon",
    ),
    KnownLanguage(
        "da", "Danish",
        "og at det er en til af på som med for den der ikke de et har fra var han om men sig kan vil skal ved eller "
        "blev også efter når hvad hvor hvem jeg hun du",
    ),
    KnownLanguage(
        "nb", "Norwegian",
        "og at det er en til av på som med for den ikke de et har fra var han om men seg kan vil skal ved eller ble "
        "også etter når hva hvor hvem jeg hun du",
    ),
    KnownLanguage(
        "fi", "Finnish",
        "ja on ei että se oli hän mutta ovat myös kun joka tai jos niin sen olla kuin ole mitä tämä hänen ollut vain "
        "sitä voi kuka missä miksi",
    ),
    KnownLanguage(
        "pl", "Polish",
        "na się nie do to że jest jak po od za co przez dla są ale tym tego przy lub oraz może tylko jego był który "
        "która które być czy kto gdzie kiedy",
    ),
    KnownLanguage(
        "cs", "Czech",
        "se na je že do to ve pro za by jsou po ale jako od jeho které který která nebo při až jsem byl však tak může "
        "kdo kde kdy co",
    ),
    KnownLanguage(
        "hu", "Hungarian",
        "az és hogy nem is egy ez volt azt csak de meg el már kell van mint még ha vagy után ki mi hol mikor miért",
    ),
    KnownLanguage(
        "ro", "Romanian",
        "de și în la cu pe nu că din un se care este mai pentru sau ca au fost al dar sunt prin după ce cine unde când",
    ),
    KnownLanguage(
        "tr", "Turkish",
        "ve bir bu da de için ile olarak çok daha olan gibi sonra ne kadar en ama mi var ya her veya olduğu",
    ),
    KnownLanguage(
        "ca", "Catalan",
        "de la que el en les els amb per un una no del al és són com més ha pel dels aquest aquesta seva",
    ),
)  # fmt: skip
SCRIPTS = (
    Script("ja", "Japanese", "\u3040", "\u30ff"),  # before the Chinese letters that it is mixed with
    Script("zh", "Chinese", "\u3400", "\u9fff"),
    Script("ko", "Korean", "\uac00", "\ud7af"),
    Script("el", "Greek", "\u0370", "\u03ff"),
    Script("he", "Hebrew", "\u0590", "\u05ff"),
    Script("th", "Thai", "\u0e00", "\u0e7f"),
    Script("hy", "Armenian", "\u0530", "\u058f"),
    Script("ka", "Georgian", "\u10a0", "\u10ff"),
    Script("", "a language in Cyrillic letters", "\u0400", "\u052f"),
    Script("", "a language in Arabic letters", "\u0600", "\u06ff"),
    Script("", "a language in Devanagari letters", "\u0900", "\u097f"),
)
WORD = re.compile(r"[^\W\d_]{2,}")
FOREIGN = re.compile("[\u0370-\u1fff\u3040-\ud7ff]")  # a letter of one of the scripts, or of another that is not Latin
LEAST_WORDS = 5
LEAST_SHARE = 0.2  # of the words, that are little words of the language
LEAST_DIFFERENT = 3
LEAST_LEAD = 1.5  # times as many as of English, whose documents must not be taken for something else
LEAST_SCRIPT = 0.5  # of the letters
LEAST_KANA = 0.1  # of the letters of Japanese, most of which may be Chinese


def language_of(text: str) -> KnownLanguage | Script | None:
    """Returns the language that the text seems to be in; None where that is not certain, as for tables, commands and
    mixtures of languages."""
    if FOREIGN.search(text) and (script := _script_of(text)):
        return script
    words = WORD.findall(text.lower())
    total = _counted(words)
    if len(words) < LEAST_WORDS or not total:
        return None
    (best, most), *others = total.most_common(2)
    different = sum(best in _languages_with().get(word, ()) for word in set(words))
    if most < LEAST_SHARE * len(words) or different < LEAST_DIFFERENT or (others and others[0][1] == most):
        return None
    return best if best == ENGLISH or most >= LEAST_LEAD * total[ENGLISH] else None


def is_rather_other(text: str, language: KnownLanguage) -> bool:
    """Whether another language has more little words in the text, however short it is, or its letters tell another."""
    if FOREIGN.search(text) and _script_of(text):
        return True
    found = _counted(WORD.findall(text.lower()))
    return any(times > found[language] for times in found.values())


def _counted(words: Iterable[str]) -> Counter[KnownLanguage]:
    """How many of the words are little ones of each language."""
    return Counter(language for word in words for language in _languages_with().get(word, ()))


def is_little_word(word: str) -> bool:
    """Whether this is one of the little words of a language."""
    return word.lower() in _languages_with()


def _script_of(text: str) -> Script | None:
    letters = [character for character in text if character.isalpha()]
    for script in SCRIPTS:
        there = sum(script.first <= letter <= script.last for letter in letters)
        if there >= (LEAST_KANA if script.code == "ja" else LEAST_SCRIPT) * len(letters) and there:
            return script
    return None


@cache
def _languages_with() -> dict[str, tuple[KnownLanguage, ...]]:
    """The languages that have each of the little words."""
    found: dict[str, tuple[KnownLanguage, ...]] = {}
    for language in LANGUAGES:
        for word in dict.fromkeys(language.words.split()):
            found[word] = (*found.get(word, ()), language)
    return found
