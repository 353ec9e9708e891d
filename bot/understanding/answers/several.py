"""Reading several options of a list: multi_choice.

"13" is 1 and 3 where there are fewer than ten options; "1-3" is 1, 2 and 3; "1 or 3" is both.
None of them is an empty list, unless the list has an option for it.
"""

from __future__ import annotations

import re

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Question
from bot.understanding.answers import lexicon
from bot.understanding.answers.asking import asks_back
from bot.understanding.answers.choices import Choices, choices_of
from bot.understanding.answers.collecting import Found
from bot.understanding.answers.options import scope_of, verbatim
from bot.understanding.answers.pointers import LAST, Scope, number_in
from bot.understanding.answers.result import Reading
from bot.understanding.answers.spelling import corrected
from bot.understanding.answers.tails import tail_of
from bot.understanding.answers.words import Typed, typed

EXCEPT = frozenset({"except", "but", "bar", "apart", "not"})
FIRST = frozenset({"first", "top"})


def read_options(question: Question, text: str) -> Reading:
    choices = choices_of(question.options)
    said = typed(text)
    if (place := verbatim(text, said, choices)) is not None:
        return _reading([place], choices, question, None, exact=True)
    if places := _listed(text, choices):
        return _reading(places, choices, question, None, exact=True)
    if asks_back(said):
        raise UnreadableAnswer("asks_back")
    spelled = corrected(said, choices.vocabulary)
    scope = scope_of(question, choices)
    whole = _none(spelled, choices) or _all(spelled, choices, scope) or _counted(spelled, choices)
    if whole is not None:
        places, end = whole
        return _reading(places, choices, question, said.rest(end), exact=True)
    found = Found(spelled, choices, scope)
    found.collect()
    if not found.places:
        raise UnreadableAnswer("no_option")
    exact = found.exact and said.words[: found.end] == spelled.words[: found.end]
    return _reading(found.places, choices, question, said.rest(found.end), exact=exact)


def _reading(
    places: list[int], choices: Choices, question: Question, remark: str | None, *, exact: bool
) -> Reading:
    chosen = sorted(set(places))
    if question.max_choices is not None and len(chosen) > question.max_choices:
        raise UnreadableAnswer("too_many")
    return Reading([choices.each[place].value for place in chosen], remark, exact)


def _listed(text: str, choices: Choices) -> list[int]:
    """Return the options that are listed word for word; none if anything else is among them."""
    parts = [part for part in re.split(r"[,;\n]+", text) if part.strip()]
    places = [verbatim(part, typed(part), choices) for part in parts]
    return [place for place in places if place is not None] if None not in places else []


def _none(said: Typed, choices: Choices) -> tuple[list[int], int] | None:
    start = _past(said, lexicon.FILLERS | lexicon.NO)
    for at in {0, start}:
        length = lexicon.phrase_at(said.words, at, lexicon.NONE_PHRASES)
        if length and tail_of(said, at + length) != "loose":
            place = choices.only("is_none")
            return ([] if place is None else [place]), at + length
    return None


def _all(said: Typed, choices: Choices, scope: Scope) -> tuple[list[int], int] | None:
    at = _past(said, lexicon.FILLERS | lexicon.YES)
    regular = [place for place, one in enumerate(choices.each) if not one.is_aside]
    length = lexicon.phrase_at(said.words, at, lexicon.ALL_PHRASES)
    end = at + length
    if length and number_in("".join(said.words[end : end + 1])) == len(regular):
        end += 1
    if not length and said.words == ("both",) and len(regular) == 2:
        end = 1
    if end == at:
        return None
    if said.words[end : end + 1] and said.words[end] in EXCEPT:
        left_out = Found(said, choices, scope, at=end + 1)
        left_out.collect()
        if left_out.places:
            return [place for place in regular if place not in left_out.places], left_out.end
    return (regular, end) if tail_of(said, end) != "loose" else None


def _counted(said: Typed, choices: Choices) -> tuple[list[int], int] | None:
    """Options counted from an end: "the first two", "the last two"."""
    at = _past(said, lexicon.FILLERS)
    pair = said.words[at : at + 2]
    if len(pair) < 2 or pair[0] not in FIRST | LAST:
        return None
    number = number_in(pair[1])
    if not number or not 2 <= number <= len(choices) or tail_of(said, at + 2) == "loose":
        return None
    if pair[0] in FIRST:
        return list(range(number)), at + 2
    regular = [place for place, one in enumerate(choices.each) if not one.is_aside]
    return regular[-number:], at + 2


def _past(said: Typed, words: frozenset[str]) -> int:
    at = 0
    while at < len(said.words) - 1 and said.words[at] in words:
        at += 1
    return at
