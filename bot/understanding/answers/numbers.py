"""Reading a whole number: "20", "about twenty", "a dozen", "between 10 and 15"."""

from __future__ import annotations

from dataclasses import dataclass

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.question import Question
from bot.understanding.answers.result import Reading
from bot.understanding.answers.words import Typed, nearest, typed
from bot.understanding.words import lexicon

UNITS = lexicon.NUMBERS | {"zero": 0, "nil": 0, "none": 0, "nought": 0}
TENS = {
    word: tens * 10
    for tens, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
} | {"fourty": 40}
DOZENS = {"dozen": 12, "couple": 2, "pair": 2, "hundred": 100, "thousand": 1000, "score": 20}
SPELLED = frozenset(UNITS) | frozenset(TENS) | frozenset(DOZENS)
LONGEST = 9  # digits; nobody has more copies or guests, and int() never meets endless digits
ROUGH = "ish"


def read_number(question: Question, text: str) -> Reading:
    said = typed(text)
    numbers = _numbers(said)
    if len(numbers) > 2 and numbers[0].value == sum(number.value for number in numbers[1:]):
        numbers = numbers[:1]  # "2, one large and one ordinary"
    if not numbers or said.words[0] in lexicon.ASKING:
        raise UnreadableAnswer("not_number")
    if len(numbers) > 2 or (len(numbers) == 2 and not _is_range(said, *numbers)):
        raise UnreadableAnswer("not_number")
    value = max(number.value for number in numbers)
    if question.minimum is not None and value < question.minimum:
        raise UnreadableAnswer("too_small")
    if len(str(value)) > LONGEST or (question.maximum is not None and value > question.maximum):
        raise UnreadableAnswer("too_big")
    exact = len(numbers) == 1 and all(number.exact for number in numbers)
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
        number = _digits_at(said, at) or _words_at(said, at)
        if number is not None:
            found.append(number)
        at = number.end if number else at + 1
    return found


def _digits_at(said: Typed, at: int) -> _Number | None:
    word = said.words[at]
    digits, rough = (word[:-3], True) if word.endswith(ROUGH) else (word, False)
    if digits[:1] == "x" or digits[-1:] == "x":
        digits = digits.strip("x")
    if not (digits.isascii() and digits.isdecimal()):
        if digits[:1].isdecimal():
            raise UnreadableAnswer("not_number")  # "1e5", "2nd", "10k"
        return None
    end = at + 1
    while _is_group(said, end, len(digits)):
        digits, end = digits + said.words[end], end + 1
    joined = end < len(said.words) and said.gap(end) in (".", ",", ":", "/", "'")
    if joined and said.words[end][:1].isdecimal():
        raise UnreadableAnswer("not_number")  # "2.5", "10:30", "1/2"
    value = int(digits[: LONGEST + 1]) if len(digits.lstrip("0")) <= LONGEST else 10**LONGEST
    sign = -1 if _is_negative(said, at) else 1
    scale = DOZENS.get("".join(said.words[end : end + 1]))
    if scale:
        value, end = value * scale, end + 1
    rough = rough or said.words[end : end + 1] == (ROUGH,)
    return _Number(sign * value, at, end, exact=True, rough=rough)


def _is_group(said: Typed, at: int, before: int) -> bool:
    """Whether word `at` is the thousands' group of "1,000"."""
    if not 0 < at < len(said.words) or before > LONGEST:
        return False
    word = said.words[at]
    return said.gap(at) == "," and len(word) == 3 and word.isascii() and word.isdecimal()


def _is_negative(said: Typed, at: int) -> bool:
    gap = said.gap(at)
    minus = gap[-1:] in ("-", "−") and gap and (at == 0 or gap[:-1].isspace())
    return bool(minus) or (at > 0 and said.words[at - 1] == "minus")


def _words_at(said: Typed, at: int) -> _Number | None:
    """A number in words, up to a few thousand; "half a dozen" too."""
    total, end, exact, rough = 0, at, True, False
    half = said.words[at : at + 1] == ("half",)
    if half or said.words[at] in ("a", "an"):
        end += 1
        end += said.words[end : end + 1] == ("a",)
        if "".join(said.words[end : end + 1]) not in DOZENS:
            return None
    begin = end
    while end < len(said.words):
        word, meant = said.words[end], _meant(said.words[end])
        joined = end > begin and word == "and" and "hundred" in said.words[begin:end]
        if joined and _meant("".join(said.words[end + 1 : end + 2])) in UNITS | TENS:
            end += 1
            continue
        if meant is None or (end > begin and meant in UNITS and total % 10 and total < 100):
            break
        if meant in DOZENS:
            total = max(total % 1000, 1) * DOZENS[meant] + total // 1000 * 1000
        else:
            total += UNITS.get(meant, TENS.get(meant, 0))
        exact, end = exact and word.removesuffix(ROUGH) == meant, end + 1
        rough = rough or word.endswith(ROUGH)
    if end == begin:
        return None
    if end == begin + 1 and _is_pronoun(said, begin):
        return None
    return _Number(total // 2 if half else total, at, end, exact=exact, rough=rough)


def _is_pronoun(said: Typed, at: int) -> bool:
    """Whether "one" counts nothing, as in "no one"; in "just the one" it does."""
    before = said.words[max(at - 2, 0) : at]
    return said.words[at] == "one" and (
        before[-1:] in (("no",), ("any",), ("this",), ("that",), ("every",))
        or (before[-1:] == ("the",) and before[0] not in ("just", "only"))
    )


def _meant(word: str) -> str | None:
    word = word.removesuffix(ROUGH) if len(word) > 4 else word
    plural = word.removesuffix("s")
    if word in SPELLED or plural in SPELLED:
        return word if word in SPELLED else plural
    return nearest(word, SPELLED, lexicon.KNOWN)


def _is_range(said: Typed, low: _Number, high: _Number) -> bool:
    """Whether two numbers are one guess ("10 to 15", "10-15", "10 or 15"); low comes first."""
    between = said.words[low.end : high.start]
    if low.value >= high.value:
        return False
    if not between:
        return said.gap(high.start).strip() in ("-", "–", "—", "‑", "‐", "−")
    before = said.words[: low.start]
    return between in (("to",), ("or",), ("maybe",)) or (
        between == ("and",) and before[-1:] == ("between",)
    )


def _remark(said: Typed, numbers: list[_Number]) -> str | None:
    """The words beside the number; all of them where it was a range or rough."""
    if len(numbers) == 2 or numbers[0].rough:
        return said.raw.strip() or None
    start, end = said.spans[numbers[0].start][0], said.spans[numbers[0].end - 1][1]
    return said.without(start, end)
