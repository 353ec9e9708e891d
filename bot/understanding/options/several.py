"""Reading several options of a list: multi_choice.

"13" is 1 and 3 where there are fewer than ten options; "1-3" is 1, 2 and 3; "1 or 3" is both.
None of them is an empty list, unless the list has an option for it.
"""

from __future__ import annotations

import re

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.question import Question
from bot.understanding.answers.asks_back import asks_back
from bot.understanding.answers.result import Reading
from bot.understanding.answers.words import Typed, corrected, typed
from bot.understanding.options.choices import Choices, choices_of
from bot.understanding.options.clauses import clauses
from bot.understanding.options.mentions import mentions, number_in
from bot.understanding.options.named_options import AND, JOINING, Items
from bot.understanding.options.option import OFFERED, verbatim
from bot.understanding.words import lexicon
from bot.understanding.words.lexicon import phrase_at

COUNTED_FROM = frozenset({"first", "top"}) | lexicon.LAST


def read_options(question: Question, text: str) -> Reading:
    choices = choices_of(question.options)
    said = typed(text)
    if (place := verbatim(text, said, choices)) is not None:
        return _reading([place], choices, question)
    if places := _listed(text, choices):
        return _reading(places, choices, question)
    if asks_back(said):
        raise UnreadableAnswer("asks_back")
    spelled = corrected(said, choices.vocabulary, lexicon.KNOWN)
    if names := _by_whole_names(spelled, choices):
        places, end = names
        return _reading(places, choices, question, said.rest(end))
    whole = _none(spelled, choices) or _all(spelled, choices) or _counted(spelled, choices)
    if whole is not None:
        places, end = whole
        return _reading(places, choices, question, said.rest(end))
    return _named(said, spelled, choices, question)


def _reading(
    places: list[int], choices: Choices, question: Question, remark: str | None = None,
    *, exact: bool = True,
) -> Reading:  # fmt: skip
    chosen = sorted(set(places))
    if question.max_choices is not None and len(chosen) > question.max_choices:
        raise UnreadableAnswer("too_many")
    return Reading([choices.each[place].value for place in chosen], remark, exact)


def _listed(text: str, choices: Choices) -> list[int]:
    """Return the options that are listed word for word; none if anything else is among them."""
    parts = [part for part in re.split(r"[,;\n]+", text) if part.strip()]
    places = [verbatim(part, typed(part), choices) for part in parts]
    return [place for place in places if place is not None] if None not in places else []


def _by_whole_names(said: Typed, choices: Choices) -> tuple[list[int], int] | None:
    """Return the options that are named in full one after the other, and where they end. A name
    may hold an "and" and a comma, and words of another option.
    """
    names = {name: place for place, one in enumerate(choices.each) for name in one.names}
    longest = sorted((name for name in names if len(name) > 1), key=len, reverse=True)
    places: list[int] = []
    at = end = 0
    while at < len(said.words):
        name = next((n for n in longest if said.words[at : at + len(n)] == n), None)
        if name:
            places.append(names[name])
            at = end = at + len(name)
        elif said.words[at] in JOINING | AND:
            at += 1
        else:
            break
    several = len(set(places)) > 1
    return (places, end) if several or (places and at == len(said.words)) else None


def _named(said: Typed, spelled: Typed, choices: Choices, question: Question) -> Reading:
    """Read the options that are named one after the other, in all parts of the text."""
    places: list[int] = []
    unclear: list[int] = []
    end, exact, denied = 0, True, False
    for begin, stop in _parts(spelled):
        if denied := _is_denied(spelled, begin, before=denied):
            continue
        found = Items(spelled, choices, begin, stop)
        if found.places and found.stands():
            places += found.places
            end, exact = max(end, found.end), exact and found.exact
        elif places and len(found.rest) == 1 and number_in(found.rest[0]) is not None:
            raise UnreadableAnswer("no_option")  # "3 and 9": the list may have been misread
        else:
            unclear += _mentioned(spelled, choices, begin, stop)
        unclear += found.unclear
    unclear = [place for place in unclear if place not in places]
    if not places or unclear:
        nearest = tuple(dict.fromkeys((*places, *unclear)))[:OFFERED]
        raise UnreadableAnswer("two_options" if places else "no_option", choices.values(nearest))
    exact = exact and said.words[:end] == spelled.words[:end]
    return _reading(places, choices, question, said.rest(end), exact=exact)


def _is_denied(said: Typed, begin: int, *, before: bool) -> bool:
    """Whether a part takes options out: "not 2", "anything but jobs", "but not 2 or 3"."""
    word, after = said.words[begin], said.words[begin + 1 : begin + 2]
    if word in lexicon.NEGATORS | lexicon.EXCEPT or (before and word in AND):
        return True
    if word == "but" and begin and said.words[begin - 1] in ("anything", "everything", "all"):
        return True
    return after == ("not",) and word in lexicon.LINKS | AND


def _mentioned(said: Typed, choices: Choices, begin: int, stop: int) -> list[int]:
    """Return the options that a part has words of without giving them as an answer."""
    named = mentions(said, choices, begin, stop)
    return [place for m in named if m.by in ("name", "word") for place in m.places]


def _parts(said: Typed) -> list[tuple[int, int]]:
    """Return the clauses, cut before "and" as well."""
    cut: list[tuple[int, int]] = []
    for begin, stop in clauses(said):
        starts = [begin, *(at for at in range(begin + 1, stop) if said.words[at] in AND)]
        cut += zip(starts, [*starts[1:], stop], strict=True)
    return cut


def _none(said: Typed, choices: Choices) -> tuple[list[int], int] | None:
    start = _past(said, lexicon.COURTESIES | lexicon.NO)
    for at in {0, start}:
        length = phrase_at(said.words, at, lexicon.NONE)
        if length and _ends(said, at + length):
            place = choices.only("is_none")
            return ([] if place is None else [place]), at + length
    return None


def _all(said: Typed, choices: Choices) -> tuple[list[int], int] | None:
    at = _past(said, lexicon.COURTESIES - {"all", "both"})
    regular = [place for place, one in enumerate(choices.each) if not one.is_aside]
    end = at + phrase_at(said.words, at, lexicon.ALL)
    if end == at or (said.words[at] == "both" and (len(regular) != 2 or end < len(said.words))):
        return None
    if number_in("".join(said.words[end : end + 1])) == len(regular):
        end += 1
    if said.words[end : end + 1] and said.words[end] in lexicon.EXCEPT | {"but", "apart", "not"}:
        left_out = Items(said, choices, end + 1, len(said.words))
        if left_out.places:
            return [place for place in regular if place not in left_out.places], left_out.end
    return (regular, end) if _ends(said, end) else None


def _counted(said: Typed, choices: Choices) -> tuple[list[int], int] | None:
    """Read options counted from an end: "the first two", "the last two"."""
    at = _past(said, lexicon.COURTESIES)
    pair = said.words[at : at + 2]
    number = number_in(pair[1]) if len(pair) == 2 and pair[0] in COUNTED_FROM else None
    if not number or not 2 <= number <= len(choices) or not _ends(said, at + 2):
        return None
    if pair[0] not in lexicon.LAST:
        return list(range(number)), at + 2
    regular = [place for place, one in enumerate(choices.each) if not one.is_aside]
    return regular[-number:], at + 2


def _ends(said: Typed, end: int) -> bool:
    """Whether nothing follows that belongs to the words before."""
    if end >= len(said.words) or said.is_apart(end):
        return True
    return said.words[end] in lexicon.LINKS | lexicon.COURTESIES


def _past(said: Typed, words: frozenset[str]) -> int:
    at = 0
    while at < len(said.words) - 1 and said.words[at] in words:
        at += 1
    return at
