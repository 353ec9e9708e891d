"""Options named in a looser way, tried when nothing clear stands at the start of a text."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from bot.understanding.answers import lexicon
from bot.understanding.answers.choices import SMALL, Choices
from bot.understanding.answers.matching import SHORT, Match
from bot.understanding.answers.words import Typed

OTHERS = lexicon.word_set(
    "your you mind other former ex used mean funny nunya his her their dad mum husband wife "
    "partner son daughter brother sister friend mate owns"
)


def somewhere(said: Typed, choices: Choices) -> Match | None:
    """An option with a word or two in front ("local resident", "small business owner")."""
    if choices.takes_sides or len(said.words) > SHORT or not _is_plain(said.words):
        return None
    for at in range(1, len(said.words)):
        for place, one in enumerate(choices.each):
            for form in one.forms:
                telling = len(form[0]) >= 3 and form[0] not in SMALL
                words = [word for word in said.words if word not in lexicon.FILLERS]
                if telling and len(words) <= 4 and said.words[at : at + len(form)] == form:
                    return Match((place,), at + len(form), False, "text")
    return None


def run_together(said: Typed, choices: Choices) -> Match | None:
    """The option that the whole text is without its spaces: "stronglyagree", "dontknow"."""
    whole = "".join(said.words)
    if not 5 <= len(whole) <= 60:
        return None
    exact, near = set(), set()
    for place, one in enumerate(choices.each):
        for joined in {"".join(form) for form in one.forms}:
            if joined == whole or "i" + joined == whole:
                exact.add(place)
            elif not one.stance and _is_near(joined, whole):
                near.add(place)
    places = tuple(exact or near)
    return Match(places, len(said.words), False, "part") if places else None


def _is_plain(words: tuple[str, ...]) -> bool:
    turning = lexicon.NEGATORS | lexicon.PARTLY | OTHERS
    return turning.isdisjoint(words)


def _is_near(joined: str, whole: str) -> bool:
    allowed = 2 if len(joined) >= 8 else 1
    return (
        len(joined) >= 6
        and joined[0] == whole[0]
        and ("not" in joined, "no" in joined) == ("not" in whole, "no" in whole)
        and OSA.distance(joined, whole, score_cutoff=allowed) <= allowed
    )
