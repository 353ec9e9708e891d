"""The parts of a text, and whether one says which option is meant and nothing else that matters."""

from __future__ import annotations

from dataclasses import dataclass

from bot.understanding.answers.words import Typed
from bot.understanding.options.choices import Choices
from bot.understanding.options.mentions import (
    DASHES,
    Mention,
    mention_at,
    mentions,
    number_in,
)
from bot.understanding.options.stances import AFTER
from bot.understanding.words import lexicon
from bot.understanding.words.lexicon import phrase_at

NUMBERED = ("number", "letter", "ordinal")
# "We have 4" tells of something else.
NOT_BEFORE_NUMBER = lexicon.word_set("we are have do our us be got there here both live")
# "2 real", "4 all": a number in text-speak.
NOT_AFTER_NUMBER = lexicon.word_set(
    "love real sure the our my good all a there be this that right you go want like only just"
)
WHERE = lexicon.word_set("in at of from for on near by")
FILLING = lexicon.COURTESIES | lexicon.OBJECTS
DANGLING = lexicon.word_set("is are was at number no like")


@dataclass(frozen=True)
class Part:
    """What a part names, which option it gives (None: it is not one plain answer), and where the
    words for that end.
    """

    named: tuple[Mention, ...]
    gives: tuple[int, ...]  # more than one: an answer, but which?
    start: int
    end: int
    exact: bool = True


def parts_of(said: Typed, choices: Choices) -> list[Part]:
    return [_part(said, start, end, choices) for start, end in clauses(said)]


def clauses(said: Typed) -> list[tuple[int, int]]:
    """Return where each part of a text begins and ends: at marks, and before "because"."""
    if not said.words:
        return []
    starts = [at for at in range(1, len(said.words)) if _begins(said, at)]
    return list(zip([0, *starts], [*starts, len(said.words)], strict=True))


def _begins(said: Typed, at: int) -> bool:
    gap, pair = said.gap(at).strip(), said.words[at - 1 : at + 1]
    if pair[0] in lexicon.POINTING and gap in (".", ":") and number_in(pair[1]) is not None:
        return False  # "No. 4"
    numbers = all(number_in(word) is not None for word in pair)
    if numbers and gap == "," == said.gap(at) and len(pair[1]) == 3:
        return False  # "1,000"
    if gap == "/" or (numbers and gap in (*DASHES, "&", "+", ".", ":")):
        return False
    if pair == ("last", "but"):
        return False
    return said.is_apart(at) or pair[1] in lexicon.LINKS


def _part(said: Typed, start: int, end: int, choices: Choices) -> Part:
    said = said.upto(end)
    named = tuple(mentions(said, choices, start))
    while named and _is_article(said, named[0], end):
        named = named[1:]
    if (
        not named
        or named[0].by in ("ratio", "unclear")
        or not _led(said, start, named[0], rates=choices.takes_sides)
    ):
        return Part(named, (), start, end)
    answer = named[0]
    stop = _past(said, answer, end, choices)
    second = _joined(said, stop, end, choices)
    if second and second.places != answer.places:
        return Part(named, answer.places + second.places, answer.start, second.end)
    exact = answer.exact and stop <= end
    joking = any(phrase_at(said.words, at, lexicon.HEDGING) for at in range(start, end))
    followed = not joking and _followed(said, answer, stop, choices)
    gives = answer.places if followed else ()
    return Part(named, gives, answer.start, stop, exact)


def _is_article(said: Typed, mention: Mention, end: int) -> bool:
    """Whether a letter is a word of its own: "a 4", "I agree", "a joke"."""
    return mention.by == "letter" and mention.end < end and said.words[mention.start] in "ai"


def _led(said: Typed, start: int, answer: Mention, *, rates: bool) -> bool:
    """Whether only courtesies stand before an answer."""
    lead = said.words[start : answer.start]
    if lead and start and lead[0] in lexicon.LINKS:
        if said.words[start - 1] in ("anything", "everything"):
            return False  # "anything but 5"
        lead = lead[1:]
    if answer.by not in NUMBERED:
        courteous = all(word in lexicon.COURTESIES | lexicon.YES for word in lead)
        slip = "do" in lead[:-1]  # "do bot agree" for "do not agree"
        return not slip and (courteous or (rates and _voiced(lead)))
    if answer.by == "letter" and start:
        return False
    if start and not lead and said.words[start - 1] in DANGLING:
        return False  # "my house number is, 3"
    to_be = "to" in lead and "be" in lead  # "got to be a 1"
    return all(
        word in lexicon.POINTING
        or (word in lexicon.COURTESIES and (to_be or word not in NOT_BEFORE_NUMBER))
        for word in lead
    )


def _voiced(lead: tuple[str, ...]) -> bool:
    """Whether it is said who gives a rating: "the committee met and we agree"."""
    return (
        lead[-1] in lexicon.VOICES
        and lexicon.APART.isdisjoint(lead)
        and lexicon.OTHERS.isdisjoint(lead[-1:])
        and not changes(lead)
    )


def _past(said: Typed, answer: Mention, end: int, choices: Choices) -> int:
    """Pass over the same option said again ("4. Disagree", "1 1 1")."""
    at = answer.end
    while at < end:
        again = mention_at(said, at, choices)
        if again is None or not set(again.places) >= set(answer.places) or again.by == "letter":
            break
        at = again.end
    return at


def _joined(said: Typed, at: int, end: int, choices: Choices) -> Mention | None:
    """Return the option named right after another, or after "or", "and", "no, I mean"."""
    while at < end:
        other = mention_at(said, at, choices)
        if other and other.by != "word" and not (other.by == "letter" and said.words[at] in "ai"):
            return other
        if said.words[at] not in lexicon.BETWEEN:
            return None
        at += 1
    return None


def _followed(said: Typed, answer: Mention, stop: int, choices: Choices) -> bool:
    """Whether what follows in the same part leaves the answer as it is."""
    rest = said.words[stop:]
    if not rest:
        return True
    if rest[:2] in (("from", "me"), ("from", "us")):
        rest = rest[2:] or ("please",)
    numbered = answer.by == "number"  # "1 not 5": what is denied is another
    if rest[0] == "or" or changes(rest[numbered:]) or rest[0] == "if":
        return False
    if answer.by in NUMBERED:
        if all(word in lexicon.COURTESIES for word in rest):
            return rest[0] not in NOT_AFTER_NUMBER
        return stop > answer.end or (numbered and rest[0] in lexicon.AFTER_NUMBER)
    choice = choices.each[answer.places[0]]
    if choice.is_dont_know and rest[0] in lexicon.ASKING:
        return False  # "don't know what you mean"
    if all(word in FILLING for word in rest):
        return True
    if choices.takes_sides:
        return bool(choice.stance and choice.stance.side)
    if answer.by != "name":
        return False
    return rest[0] in WHERE or answer.end - answer.start > 1


def is_strengthened(said: Typed, at: int) -> bool:
    """Whether a stance that ends before word `at` is made strong by words set off from it, with
    nothing else in their part: "agree to this one, strongly".
    """
    while at < len(said.words) and said.words[at] in FILLING:
        at += 1
    end = next((i for i in range(at + 1, len(said.words)) if said.is_apart(i)), len(said.words))
    last = said.words[at:end]
    return not AFTER.isdisjoint(last) and all(
        word in lexicon.STRONG | lexicon.COURTESIES for word in last
    )


def changes(words: tuple[str, ...]) -> bool:
    """Whether words after an answer limit it, deny it, or make a joke of it."""
    return not (lexicon.HEDGES | lexicon.NEGATORS | lexicon.JOKES).isdisjoint(words)
