"""Finding the options that a text names, word by word: by name, stance, number, letter or place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.understanding.answers.words import Typed
from bot.understanding.options.choices import Choices
from bot.understanding.options.stances import NEITHER, Stance, stance_at
from bot.understanding.words import lexicon
from bot.understanding.words.lexicon import Phrase, phrase_at

By = Literal["name", "word", "number", "letter", "ordinal", "ratio", "unclear"]
ONES = ("one", "option", "answer", "choice")
BEFORE_ONE = (
    lexicon.COURTESIES | lexicon.POINTING | lexicon.BETWEEN | lexicon.LINKS | lexicon.NEGATORS
) - lexicon.word_set("no not do all nor neither")
MONEY = "£$€"
LONGEST = 12  # words of an option that are looked at
DIGITS = 3  # no list is longer; also keeps int() away from endless digits
DASHES = ("-", "–", "—", "‑", "‐")


@dataclass(frozen=True)
class Mention:
    """Words that name an option; several `places` when they fit them all, or it is not said."""

    places: tuple[int, ...]
    start: int
    end: int
    by: By
    exact: bool = True


def mentions(
    said: Typed, choices: Choices, start: int = 0, end: int | None = None
) -> list[Mention]:
    """Return the options named between two words, in the order of the text."""
    found: list[Mention] = []
    at, said = start, said if end is None else said.upto(end)
    while at < len(said.words):
        mention = mention_at(said, at, choices)
        if mention:
            found.append(mention)
        at = mention.end if mention else at + 1
    return found


def mention_at(said: Typed, at: int, choices: Choices) -> Mention | None:
    """Return what is named from word `at` on: the longest name, else a number, else a word."""
    named = [m for m in (_name(said, at, choices), _stance(said, at, choices)) if m]
    return (
        max(named, key=lambda mention: mention.end, default=None)
        or _meaning(said, at, choices)
        or _number(said, at, choices)
        or _ordinal(said, at, choices)
        or _letter(said, at, choices)
        or _part(said, at, choices)
    )


def number_in(word: str) -> int | None:
    if word.isascii() and word.isdecimal() and len(word) <= DIGITS:
        return int(word)
    return lexicon.NUMBERS.get(word)


def _name(said: Typed, at: int, choices: Choices) -> Mention | None:
    longest = 0
    places: list[int] = []
    for place, choice in enumerate(choices.each):
        for form in choice.names:
            if len(form) >= max(longest, 1) and said.words[at : at + len(form)] == form:
                places = [*places, place] if len(form) == longest else [place]
                longest = len(form)
    if not places or _is_number(said, at, longest):
        return None
    return Mention(tuple(dict.fromkeys(places)), at, at + longest, "name")


def _is_number(said: Typed, at: int, length: int) -> bool:
    return length == 1 and number_in(said.words[at]) is not None


def _stance(said: Typed, at: int, choices: Choices) -> Mention | None:
    found = stance_at(said.words, at) if choices.takes_sides else None
    if found is None:
        return None
    stance, end = found
    same = [p for p in choices.on_side(stance.side) if _alike(choices.each[p].stance, stance)]
    fits = [p for p in same if choices.each[p].stance.strength == stance.strength]  # type: ignore[union-attr]
    if not same:
        return None
    if fits or (stance.strength == "strong" and len(same) == 1):
        return Mention(tuple(fits or same), at, end, "name", exact=False)
    return Mention(tuple(same), at, end, "unclear", exact=False)


def _alike(one: Stance | None, other: Stance) -> bool:
    return one is not None and (one.family == other.family or NEITHER in (one, other))


def _meaning(said: Typed, at: int, choices: Choices) -> Mention | None:
    """Find the don't-know option for "dunno", whatever its wording; and so on."""
    for attribute, known, more in (
        ("is_dont_know", lexicon.DONT_KNOW, ()),
        ("is_prefer_not", lexicon.PREFER_NOT, ("say", "to")),
        ("is_none", lexicon.NONE, ()),
    ):
        length = phrase_at(said.words, at, known)
        place = choices.only(attribute) if length else None
        if place is not None:
            end = at + length
            while said.words[end : end + 1] and said.words[end] in more:
                end += 1
            return Mention((place,), at, end, "name", exact=False)
    return None


def _number(said: Typed, at: int, choices: Choices) -> Mention | None:
    number = number_in(said.words[at])
    before = said.words[at - 1] if at else ""
    if number is None or (said.words[at] == "one" and before and before not in BEFORE_ONE):
        return None  # "no one", "the green one"
    if said.gap(at)[-1:] in MONEY and said.gap(at):
        return None
    if (end := _ratio_end(said, at)) is not None:
        return Mention(_of_total(number, number_in(said.words[end - 1]), choices), at, end, "ratio")
    if not _stands_alone(said, at + 1):
        return None
    if 0 < number <= len(choices):
        return Mention((number - 1,), at, at + 1, "number")
    held = [place for place, one in enumerate(choices.each) if _holds(one.band, number)]
    pointed = before in lexicon.POINTING
    return (
        Mention((held[0],), at, at + 1, "number", False) if len(held) == 1 and not pointed else None
    )


def _stands_alone(said: Typed, end: int) -> bool:
    """Whether a number is not part of a longer one, an amount, or a word ("4-bed", "4%")."""
    gap = said.gap(end)
    if "%" in gap[:2] or gap[:1] == "*":
        return False
    if end == len(said.words):
        return True
    after = said.words[end]
    if gap in (".", ":", ",", "'"):
        return number_in(after) is None or (gap == "," and len(after) < 3)
    counted = gap.isspace() and after in lexicon.UNITS
    return not counted and not (gap in DASHES and number_in(after) is None and len(after) < 4)


def _ratio_end(said: Typed, at: int) -> int | None:
    """Return where "4 out of 5" or "4/5" ends; None when it is neither."""
    words = said.words
    if words[at + 1 : at + 3] == ("out", "of") and number_in("".join(words[at + 3 : at + 4])):
        return at + 4
    slash = at + 1 < len(words) and said.gap(at + 1).strip() in ("/", "⁄")
    return at + 2 if slash and number_in(words[at + 1]) is not None else None


def _of_total(number: int, total: int | None, choices: Choices) -> tuple[int, ...]:
    """Return what "4 out of 5" may mean: so far along from against to for, or option 4."""
    between = choices.on_side(-1)[::-1] + choices.on_side(0) + choices.on_side(1)[::-1]
    if not choices.takes_sides or not total or not 0 <= number <= total:
        return ()
    meant = between[round(number / total * (len(between) - 1))]
    numbered = [number - 1] if 0 < number <= total == len(between) else []
    return tuple(dict.fromkeys([meant, *numbered]))


def _holds(band: tuple[int, int] | None, number: int) -> bool:
    return band is not None and band[0] <= number <= band[1]


def _ordinal(said: Typed, at: int, choices: Choices) -> Mention | None:
    word, end = said.words[at], at + 1
    place = lexicon.ORDINALS.get(word)
    if place is None and word[-2:] in ("st", "nd", "rd", "th"):
        place = number_in(word[:-2]) if word[:-2].isdecimal() else None
    if word in lexicon.LAST and said.words[end : end + 1] != ("answer",):
        place = len(choices)
        if said.words[end : end + 2] == ("but", "one"):
            place, end = place - 1, end + 2
    if place is None or not 0 < place <= len(choices):
        return None
    end += "".join(said.words[end : end + 1]) in ONES
    return Mention((place - 1,), at, end, "ordinal")


def _letter(said: Typed, at: int, choices: Choices) -> Mention | None:
    word = said.words[at]
    if len(word) != 1 or not "a" <= word <= "z" or ord(word) - ord("a") >= len(choices):
        return None
    return Mention((ord(word) - ord("a"),), at, at + 1, "letter")


def _part(said: Typed, at: int, choices: Choices) -> Mention | None:
    """Find how the text of an option begins, or a word of it."""
    if choices.takes_sides:
        return None
    for end in range(min(len(said.words), at + LONGEST), at + 1, -1):
        part = said.words[at:end]
        if part[0] in lexicon.ARTICLES:
            break  # a name may begin after it
        places = [p for p, one in enumerate(choices.each) if part in one.begins and _tells(part)]
        if places:
            return Mention(tuple(places), at, end, "word", exact=False)
    places = [p for p, one in enumerate(choices.each) if said.words[at] in one.content]
    return Mention(tuple(places), at, at + 1, "word", exact=False) if places else None


def _tells(part: Phrase) -> bool:
    return any(len(w) > 2 and w not in lexicon.SMALL and number_in(w) is None for w in part)
