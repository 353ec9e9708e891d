"""Which language a message is in, where it is not English: by its script, and for Latin letters by
CLD2, which is held back by what is common English.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pycld2

from bot.understanding.words.language import english
from bot.understanding.words.normalise import ALIKE, plain
from bot.understanding.words.other_languages import language_of_word
from bot.understanding.words.slips import words_of_the_language

LETTERS = 1000  # that are read; more tell nothing new
UNKNOWN = "und"  # ISO 639-2: a script that is not English, and nothing else is known
COMMON = 5000  # times that a word stands in the list of English, to be common there
ADDRESS = re.compile(r"\S*[@/\\]\S*|\S+\.\S+")
WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:'[^\W\d_]+)*(?!\w)")
KANA = re.compile("[\u3041-\u30fa]")
OLD_CODES = {"iw": "he", "jw": "jv"}
BY_SCRIPT = {"GURMUKHI": "pa", "BENGALI": "bn", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko"}
URDU, PERSIAN = frozenset("ٹڈڑںےہھ"), frozenset("پچژگیک")
# CLD2 tells these from English and from one another; of others it is less sure.
BY_LATIN_LETTERS = frozenset({"pl", "es", "pt", "it", "ro", "so"})
FEW_WORDS = 3  # fewer are easily a slip of the finger


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the language, UNKNOWN for a script that nothing is known of;
    None for English and for what may be English.
    """
    said = unicodedata.normalize("NFKC", text[:LETTERS]).replace("’", "'")
    said = ADDRESS.sub(" ", said)
    if said.isascii() and not any(map(str.isalpha, said)):
        return None
    if plain(said) in english().commands or said.translate(ALIKE).isascii() > said.isascii():
        return None
    script = _script(said)
    if script == "LATIN":
        return language_of_word(said) or _by_latin_letters(said)
    return _by_script(script, said) if script else None


def _script(said: str) -> str | None:
    """Return the script that most of the words are in; a Chinese letter counts as a word."""
    words: Counter[str] = Counter()
    before = None
    for letter in said:
        script = unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else None
        if script and (script != before or script == "CJK"):
            words[script] += 1
        before = before if unicodedata.category(letter)[0] in "MC" else script
    found = words.most_common(1)
    return found[0][0] if found and 2 * found[0][1] > words.total() else None


def _by_script(script: str, said: str) -> str | None:
    if script == "CJK":
        return "ja" if KANA.search(said) else "zh"
    if script in BY_SCRIPT:
        return BY_SCRIPT[script]
    if sum(map(str.isalpha, said)) < 2:
        return None
    if script != "ARABIC":
        return _cld2(said)[0] or UNKNOWN
    letters = set(said)
    if letters & URDU:
        return "ur"
    return language_of_word(said) or _cld2(said)[0] or ("fa" if letters & PERSIAN else "ar")


def _by_latin_letters(said: str) -> str | None:
    """One or two words may be a slip or a name, so they must be more than that."""
    words = WORD.findall(said.lower())
    sure, likely = _cld2(said)
    language = sure or likely
    if language not in BY_LATIN_LETTERS or (len(words) == 1 and not sure):
        return None
    odd = [word for word in words if not _is_english(word, COMMON if sure else 1)]
    if 2 * len(odd) <= len(words):
        return None
    if len(words) < FEW_WORDS and said.isascii() and any(map(_is_nearly_english, odd)):
        return None
    return language


def _is_english(word: str, times: int) -> bool:
    written_out = english().spellings
    return (
        words_of_the_language()[word] >= times
        or word in written_out
        or word.replace("'", "") in written_out
    )


def _is_nearly_english(word: str) -> bool:
    known = words_of_the_language()
    return bool(known.known(known.edit_distance_1(word)))


def _cld2(said: str) -> tuple[str | None, str | None]:
    """Return the language that CLD2 is sure of, and the one that it finds most likely."""
    found = []
    for best_effort in (False, True):
        try:
            _, _, guesses = pycld2.detect(said, isPlainText=True, bestEffort=best_effort)
        except pycld2.error:  # letters that it cannot read
            return None, None
        code = guesses[0][1].partition("-")[0]
        code = OLD_CODES.get(code, code)
        found.append(code if len(code) == 2 and code not in ("un", "en", "xx") else None)
    return found[0], found[1]
