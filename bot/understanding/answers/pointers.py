"""Pointing at an option by its place: "4", "(4)", "four", "B", "the second one", "4 out of 5"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.consultation.errors import UnreadableAnswer
from bot.understanding.answers import lexicon
from bot.understanding.answers.words import Typed

CARDINALS = {
    word: number
    for number, word in enumerate(
        lexicon.listed(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty"
        ),
        start=1,
    )
}
ORDINALS = {
    word: number
    for number, word in enumerate(
        lexicon.listed(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        ),
        start=1,
    )
} | {"top": 1}
LAST = frozenset({"last", "bottom", "final"})
ONES = frozenset({"one", "option", "answer", "choice"})
NOT_COUNTED = frozenset({"no", "any", "every", "some", "each", "do"})  # "no one", "do one"
MONEY = "£$€"
DIGITS = 3  # no list is longer; also keeps int() away from endless digits


@dataclass(frozen=True)
class Pointer:
    place: int  # from 0; may lie beyond the options
    end: int  # the first word after it
    kind: Literal["number", "letter", "ordinal"]
    named: bool = False  # "option 4" rather than "4"


@dataclass(frozen=True)
class Scope:
    """How many options there are, and which "out of" counts are meant by "4 out of 5"."""

    count: int
    totals: frozenset[int]
    slash_is_ratio: bool  # "4/5": a mark on a scale, but "4 or 5" among choices
    dot_is_list: bool  # "1.3": two of several, but no single option


def pointer_at(typed: Typed, at: int, scope: Scope) -> Pointer | None:
    named = at
    while named < len(typed.words) and typed.words[named] in lexicon.POINTING:
        named += 1
    if named == len(typed.words):
        return None
    found = _number(typed, named, scope) or _ordinal(typed, named, scope)
    found = found or _letter(typed, named, scope)
    if found is None or (found.kind == "ordinal" and named > at):
        return None
    return Pointer(found.place, found.end, found.kind, named=named > at)


def number_in(word: str) -> int | None:
    if word.isascii() and word.isdecimal() and len(word) <= DIGITS:
        return int(word)
    return CARDINALS.get(word)


def _number(typed: Typed, at: int, scope: Scope) -> Pointer | None:
    number = number_in(typed.words[at])
    if typed.words[at] == "one" and at and typed.words[at - 1] in NOT_COUNTED:
        return None
    if number is None or typed.gap(at)[-1:] in MONEY and typed.gap(at):
        return None
    if number == 1 and typed.words[:at] == ("do",):
        return None
    end = at + 1
    ratio_end = _ratio_end(typed, at, scope)
    if ratio_end is not None:
        total = number_in(typed.words[ratio_end - 1])
        if total not in scope.totals or number > (total or 0):
            raise UnreadableAnswer("no_option")
        return Pointer(number - 1, ratio_end, "number")
    if end == len(typed.words):
        return None if "%" in typed.gap(end)[:2] else Pointer(number - 1, end, "number")
    gap, after = typed.gap(end), typed.words[end]
    counts = gap.isspace() and after in lexicon.UNITS
    joined = gap in ("-", "'") and number_in(after) is None and len(after) < 4  # "4-bed"
    grouped = gap == "," and after == "000"
    decimal = gap in (".", ":") and not scope.dot_is_list and number_in(after) is not None
    if counts or joined or grouped or decimal or "%" in gap[:2]:
        return None
    return Pointer(number - 1, end, "number")


def _ratio_end(typed: Typed, at: int, scope: Scope) -> int | None:
    """Where "4 out of 5" ends; None when it is not said."""
    words = typed.words
    if words[at + 1 : at + 3] == ("out", "of") and number_in("".join(words[at + 3 : at + 4])):
        return at + 4
    if at + 1 == len(words) or typed.gap(at + 1).strip() not in ("/", "⁄"):
        return None
    total = number_in(words[at + 1])
    is_mark = scope.slash_is_ratio and total is not None
    return at + 2 if is_mark and (total in scope.totals or (total or 0) > scope.count) else None


def _ordinal(typed: Typed, at: int, scope: Scope) -> Pointer | None:
    word = typed.words[at]
    place = ORDINALS.get(word)
    if place is None and word[-2:] in ("st", "nd", "rd", "th"):
        place = number_in(word[:-2]) if word[:-2].isdecimal() else None
    if word in LAST:
        place = scope.count
    if place is None or typed.words[at : at + 2] == ("final", "answer"):
        return None
    end = at + 1
    if word in LAST and typed.words[end : end + 2] == ("but", "one"):
        return Pointer(place - 2, end + 2, "ordinal", named=True)
    named = typed.words[end : end + 1] in {(one,) for one in ONES}
    return Pointer(place - 1, end + named, "ordinal", named=named)


def _letter(typed: Typed, at: int, scope: Scope) -> Pointer | None:
    word = typed.words[at]
    if len(word) != 1 or not "a" <= word <= "z" or ord(word) - ord("a") >= scope.count:
        return None
    return Pointer(ord(word) - ord("a"), at + 1, "letter")
