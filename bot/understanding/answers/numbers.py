"""Reading a whole number: "20", "about twenty", "a dozen", "10 to 15". Any other is asked again."""

from __future__ import annotations

from dataclasses import dataclass

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.question import Question
from bot.understanding.answers.result import Reading
from bot.understanding.answers.words import Typed, nearest, typed
from bot.understanding.words import lexicon

UNITS = lexicon.NUMBERS | {"zero": 0, "none": 0}
TENS = {
    word: tens * 10
    for tens, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
SPELLED = UNITS | TENS | {"couple": 2, "pair": 2, "dozen": 12, "hundred": 100, "thousand": 1000}
WORDS = frozenset(SPELLED)
NOT_WHOLE = frozenset({"half", "minus"})
LONGEST = 9  # digits; nobody has more copies or guests, and int() never meets endless digits
ROUGH = "ish"
BETWEEN = (("to",), ("or",), ("maybe",), ("and",))
DASHES = ("-", "–", "—", "‑", "‐", "−")


def read_number(question: Question, text: str) -> Reading:
    said = typed(text)
    numbers = _numbers(said)
    if len(numbers) > 2 and numbers[0].value == sum(number.value for number in numbers[1:]):
        numbers = numbers[:1]  # "2, one large and one ordinary"
    if not numbers or len(numbers) > 2 or said.words[0] in lexicon.ASKING:
        raise UnreadableAnswer("not_number")
    ranged = len(numbers) == 1 or _is_range(said, *numbers)
    if not ranged or not NOT_WHOLE.isdisjoint(said.words):
        raise UnreadableAnswer("not_number")
    value = numbers[-1].value
    if value < (question.minimum or 0):
        raise UnreadableAnswer("too_small")
    if len(str(value)) > LONGEST or (question.maximum is not None and value > question.maximum):
        raise UnreadableAnswer("too_big")
    exact = len(numbers) == 1 and numbers[0].exact
    return Reading(value, _remark(said, numbers), exact)


@dataclass(frozen=True)
class _Number:
    value: int
    start: int  # the first word it is made of
    end: int  # the first word after it
    exact: bool
    rough: bool  # "20ish"


def _numbers(said: Typed) -> list[_Number]:
    found: list[_Number] = []
    at = 0
    while at < len(said.words):
        number = _digits_at(said, at) or _word_at(said, at)
        if number is not None:
            found.append(number)
        at = number.end if number else at + 1
    return found


def _digits_at(said: Typed, at: int) -> _Number | None:
    word = said.words[at].removesuffix(ROUGH)
    digits = word.strip("x")
    if not (digits.isascii() and digits.isdecimal()):
        if digits[:1].isdecimal():
            raise UnreadableAnswer("not_number")  # "1e5", "2nd", "10k"
        return None
    if said.gap(at).endswith(("-", "−")) and (at == 0 or said.gap(at)[:-1].isspace()):
        raise UnreadableAnswer("too_small")
    value = int(digits[: LONGEST + 1]) if len(digits.lstrip("0")) <= LONGEST else 10**LONGEST
    rough = ROUGH in (said.words[at][len(word) :], *said.words[at + 1 : at + 2])
    return _Number(value, at, at + 1, exact=True, rough=rough)


def _word_at(said: Typed, at: int) -> _Number | None:
    """A number in one word, or two ("twenty five"). "One" counts nothing where it is a pronoun."""
    word, meant = said.words[at], _meant(said.words[at])
    before = said.words[max(at - 2, 0) : at]
    the_one = before[-1:] == ("the",) and before[0] != "just"
    if meant is None or (word == "one" and (the_one or before[-1:] in (("no",), ("any",)))):
        return None
    unit = _meant("".join(said.words[at + 1 : at + 2])) if meant in TENS else None
    value = SPELLED[meant] + UNITS.get(unit or "", 0)
    exact = word.removesuffix(ROUGH) == meant
    rough = word.endswith(ROUGH)
    start = at - (before[-1:] == ("a",))
    return _Number(value, start, at + 1 + (unit in UNITS), exact=exact, rough=rough)


def _meant(word: str) -> str | None:
    word = word.removesuffix(ROUGH) if len(word) > 4 else word
    return word if word in SPELLED else nearest(word, WORDS, lexicon.KNOWN)


def _is_range(said: Typed, low: _Number, high: _Number) -> bool:
    """Whether two numbers are one guess ("10 to 15", "10-15", "10 or 15"); low comes first."""
    between = said.words[low.end : high.start]
    if low.value >= high.value or (between == ("and",) and "between" not in said.words):
        return False
    return between in BETWEEN or (not between and said.gap(high.start).strip() in DASHES)


def _remark(said: Typed, numbers: list[_Number]) -> str | None:
    """The words beside the number; all of them where it was a range or rough."""
    if len(numbers) == 2 or numbers[0].rough:
        return said.raw.strip() or None
    start, end = said.spans[numbers[0].start][0], said.spans[numbers[0].end - 1][1]
    return said.without(start, end)
