"""Finding which option is named from a given word on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.consultation.errors import UnreadableAnswer
from bot.understanding.answers import lexicon
from bot.understanding.answers.attitudes import Stance, stance_at
from bot.understanding.answers.choices import SMALL, Choices
from bot.understanding.answers.pointers import Pointer, Scope, number_in, pointer_at
from bot.understanding.answers.tails import tail_of
from bot.understanding.answers.words import Typed

SHORT = 6  # words; a longer text is only read where its beginning is set off from the rest
SYNONYMS = {
    "female": "woman",
    "male": "man",
    "uni": "university",
    "biz": "business",
    "other": "else",
}


@dataclass(frozen=True)
class Match:
    places: tuple[int, ...]  # more than one: the words fit them all
    end: int
    exact: bool
    by: Literal["text", "number", "letter", "ordinal", "part"]

    @property
    def place(self) -> int:
        if len(self.places) > 1:
            raise UnreadableAnswer("two_options")
        return self.places[0]


def match_at(typed: Typed, at: int, choices: Choices, scope: Scope) -> Match | None:
    """The option named in full, by its stance, by its meaning or by its place."""
    found = [_by_text(typed, at, choices), _by_stance(typed, at, choices)]
    best = max((match for match in found if match), key=lambda match: match.end, default=None)
    return best or _by_meaning(typed, at, choices) or by_place(typed, at, choices, scope)


def _by_text(typed: Typed, at: int, choices: Choices) -> Match | None:
    longest = 0
    places: list[int] = []
    for place, choice in enumerate(choices.each):
        for form in choice.names:
            if len(form) >= longest and typed.words[at : at + len(form)] == form:
                places = [*places, place] if len(form) == longest else [place]
                longest = len(form)
    if places:
        return Match(tuple(dict.fromkeys(places)), at + longest, True, "text")
    synonym = SYNONYMS.get(typed.words[at])
    places = [place for place, one in enumerate(choices.each) if (synonym,) in one.forms]
    return Match((places[0],), at + 1, False, "text") if len(places) == 1 else None


def _by_stance(typed: Typed, at: int, choices: Choices) -> Match | None:
    found = stance_at(typed, at) if choices.takes_sides else None
    if found is None:
        return None
    places = _with_stance(found[0], choices)
    return Match(places, found[1], False, "text") if places else None


def _with_stance(said: Stance, choices: Choices) -> tuple[int, ...]:
    same = {
        place: one.stance
        for place, one in enumerate(choices.each)
        if one.stance and (one.stance.family, one.stance.side) == (said.family, said.side)
    }
    for strength in (said.strength, "plain"):
        places = tuple(place for place, stance in same.items() if stance.strength == strength)
        if places:
            return places
    return tuple(same)


def _by_meaning(typed: Typed, at: int, choices: Choices) -> Match | None:
    """The don't-know option for "dunno", whatever its wording; and so on."""
    for attribute, known, more in (
        ("is_dont_know", lexicon.DONT_KNOW_PHRASES, ()),
        ("is_prefer_not", lexicon.PREFER_NOT_PHRASES, ("say", "to")),
        ("is_none", lexicon.NONE_PHRASES, ()),
    ):
        length = lexicon.phrase_at(typed.words, at, known)
        place = choices.only(attribute) if length else None
        if place is not None:
            end = at + length
            while typed.words[end : end + 1] and typed.words[end] in more:
                end += 1
            return Match((place,), end, False, "text")
    return None


def by_place(typed: Typed, at: int, choices: Choices, scope: Scope) -> Match | None:
    pointer = pointer_at(typed, at, scope)
    if pointer is None or not _stands(typed, pointer):
        return None
    if 0 <= pointer.place < len(choices):
        return Match((pointer.place,), pointer.end, True, pointer.kind)
    bands = [place for place, one in enumerate(choices.each) if one.band]
    number = pointer.place + 1
    held = [place for place in bands if _holds(choices.each[place].band, number)]
    if pointer.kind == "number" and not pointer.named and len(held) == 1:
        return Match((held[0],), pointer.end, False, "number")
    return None


def _holds(band: tuple[int, int] | None, number: int) -> bool:
    return band is not None and band[0] <= number <= band[1]


def _stands(typed: Typed, pointer: Pointer) -> bool:
    """Letters and ordinals must stand alone, or "a lot" and "first of all" would be answers."""
    if pointer.kind == "number":
        return True
    return (
        tail_of(typed, pointer.end) != "loose"
        or (pointer.kind == "letter" and typed.words[pointer.end] in lexicon.BETWEEN)
        or (pointer.kind == "ordinal" and typed.words[pointer.end] in ("or", "and", "n"))
    )


def part_at(typed: Typed, at: int, choices: Choices) -> Match | None:
    """The options of which a leading part, or else one telling word, is said."""
    words = typed.words
    for end in range(len(words), at, -1):
        said = words[at:end]
        if said[-1] in SMALL and len(said) == 1:
            return None
        places = [
            place
            for place, one in enumerate(choices.each)
            if any(form[: len(said)] == said for form in one.forms)
        ]
        if places and _is_telling(said):
            return Match(tuple(places), end, False, "part")
    said_word = SYNONYMS.get(words[at], words[at])
    places = [place for place, one in enumerate(choices.each) if said_word in one.content]
    if places and _is_telling((said_word,)):
        return Match(tuple(places), at + 1, False, "part")
    return _start_of_word(typed, at, choices)


def _is_telling(said: tuple[str, ...]) -> bool:
    return any(len(w) >= 3 and w not in SMALL and number_in(w) is None for w in said)


def _start_of_word(typed: Typed, at: int, choices: Choices) -> Match | None:
    word = typed.words[at]
    if at + 1 < len(typed.words) or len(word) < 3 or word in lexicon.COMMON | SMALL:
        return None
    places = [
        place
        for place, one in enumerate(choices.each)
        if any(form[0].startswith(word) for form in one.forms)
    ]
    return Match(tuple(places), at + 1, False, "part") if places and word.isalpha() else None
