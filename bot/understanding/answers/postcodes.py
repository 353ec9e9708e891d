"""Reading a UK postcode, or only its district (the part before the space)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.consultation.errors import UnreadableAnswer
from bot.understanding.answers.result import Reading
from bot.understanding.answers.words import Typed, typed
from bot.understanding.words import lexicon

# The letters that postcodes begin with (ONS postcode directory), Crown dependencies included.
AREAS = lexicon.word_set(
    "AB AL B BA BB BD BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT "
    "DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY "
    "L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH "
    "RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD "
    "WF WN WR WS WV YO ZE"
)
DISTRICT = re.compile(r"([A-Z]{1,2})(?:[0-9]|[1-9][0-9]|[0-9][A-HJKMNPR-Y])")
INWARD = re.compile(r"[0-9][ABD-HJLNP-UW-Z]{2}")
ODD = ("GIR",)  # GIR 0AA was a bank's
LOOKS_LIKE_ONE = re.compile(r"\b[A-Z]l[0-9]")
MOST_WORDS = 4  # "m 1 4 5rx"
EASY = lexicon.word_set("my its is the in live from i im at postcode area district code post")


def read_postcode(text: str) -> Reading:
    said = typed(text)
    found = _only(list(_full_postcodes(said)))
    if found is None:
        raise UnreadableAnswer("not_postcode")
    district, inward, start, end = found
    beside = said.without(said.spans[start][0], said.spans[end - 1][1])
    words = typed(beside or "").words
    return Reading(f"{district} {inward}", None if EASY.issuperset(words) else beside)


def read_district(text: str) -> Reading:
    """The district only: the rest of a postcode finds a street, so not even the remark keeps it."""
    said = typed(text)
    if LOOKS_LIKE_ONE.search(text):
        raise UnreadableAnswer("not_postcode")  # M14 or ML4?
    if full := _only(list(_full_postcodes(said))):
        return Reading(full[0])
    districts = {word.upper() for word in _district_words(said) if _is_district(word.upper())}
    if len(districts) > 1:
        raise UnreadableAnswer("two_options")
    if not districts:
        raise UnreadableAnswer("not_postcode")
    return Reading(districts.pop())


_Found = tuple[str, str, int, int]


def _only(found: list[_Found]) -> _Found | None:
    if len({one[:2] for one in found}) > 1:
        raise UnreadableAnswer("two_options")
    return found[0] if found else None


def _full_postcodes(said: Typed) -> Iterator[_Found]:
    for start in range(len(said.words)):
        for end in range(start + 1, min(start + MOST_WORDS, len(said.words)) + 1):
            joined = "".join(said.words[start:end]).upper()
            if len(joined) > 7:
                break
            if INWARD.fullmatch(joined[-3:]) and _is_district(joined[:-3]):
                yield joined[:-3], joined[-3:], start, end


def _is_district(word: str) -> bool:
    if word in ODD:
        return True
    match = DISTRICT.fullmatch(word)
    if match is None or match[1] not in AREAS:
        return False
    return not word[len(match[1]) :].startswith("0") or len(match[1]) == 2


def _district_words(said: Typed) -> list[str]:
    """What may spell a district: each word, or a short text as a whole ("M 14", "M14 5")."""
    words = [word for word in said.words if any(letter.isdecimal() for letter in word)]
    if len(said.words) == 2 and said.words[0].isalpha() and len(said.words[0]) <= 2:
        return ["".join(said.words)]
    return words
