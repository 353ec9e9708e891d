"""Reading a UK postcode, or only its district (the part before the space)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from bot.consultation.errors import UnreadableAnswer
from bot.understanding.answers import lexicon
from bot.understanding.answers.result import Reading
from bot.understanding.answers.words import Typed, typed

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
SLIPS = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}
MOST_WORDS = 4  # "m 1 4 5rx"
EASY = lexicon.word_set("my its is the in live from i im at postcode area district code post")


def read_postcode(text: str) -> Reading:
    said = typed(text)
    strict = list(_full_postcodes(said, slips=False))
    found = _only(strict or list(_full_postcodes(said, slips=True)))
    if found is None:
        raise UnreadableAnswer("not_postcode")
    district, inward, start, end, exact = found
    beside = said.without(said.spans[start][0], said.spans[end - 1][1])
    words = typed(beside or "").words
    return Reading(f"{district} {inward}", None if EASY.issuperset(words) else beside, exact)


def read_district(text: str) -> Reading:
    """The district only: the rest of a postcode finds a street, so not even the remark keeps it."""
    said = typed(text)
    for slips in (False, True):
        full = _only(list(_full_postcodes(said, slips=slips)))
        if full is not None:
            return Reading(full[0], exact=full[4])
        districts = {one for word in _district_words(said) if (one := _district(word, slips=slips))}
        if len(districts) > 1:
            raise UnreadableAnswer("two_options")
        if districts:
            return Reading(districts.pop(), exact=not slips)
    raise UnreadableAnswer("not_postcode")


_Found = tuple[str, str, int, int, bool]


def _only(found: list[_Found]) -> _Found | None:
    if len({one[:2] for one in found}) > 1:
        raise UnreadableAnswer("two_options")
    return found[0] if found else None


def _full_postcodes(said: Typed, *, slips: bool) -> Iterator[_Found]:
    for start in range(len(said.words)):
        for end in range(start + 1, min(start + MOST_WORDS, len(said.words)) + 1):
            joined = "".join(said.words[start:end]).upper()
            if len(joined) > 7:
                break
            digits = sum(letter.isdecimal() for letter in joined)
            inward = _inward(joined[-3:], slips=slips)
            district = _district(joined[:-3], slips=slips) if inward else None
            if inward and district and digits:
                yield district, inward, start, end, not slips


def _inward(typed_end: str, *, slips: bool) -> str | None:
    if slips:
        typed_end = typed_end[:1].translate({ord("O"): "0", ord("I"): "1"}) + typed_end[1:]
    return typed_end if INWARD.fullmatch(typed_end) else None


def _district(word: str, *, slips: bool) -> str | None:
    """The district spelled by a word; with `slips`, the one that takes the fewest to reach."""
    word = word.upper()
    if not 2 <= len(word) <= 4 or not word.isascii():
        return None
    spellings = product(*(SLIPS.get(letter, letter) for letter in word)) if slips else [word]
    real = [spelling for one in spellings if _is_district(spelling := "".join(one))]
    slipped = [sum(a != b for a, b in zip(word, one, strict=True)) for one in real]
    fewest = [one for one, count in zip(real, slipped, strict=True) if count == min(slipped)]
    return fewest[0] if len(fewest) == 1 else None


def _is_district(word: str) -> bool:
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
