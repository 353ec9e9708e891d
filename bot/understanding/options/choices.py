"""The options of a question, prepared for being named: their words, stances and number bands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.consultation.question import Option
from bot.understanding.answers.words import typed
from bot.understanding.options.stances import Stance, stance_at
from bot.understanding.words import lexicon
from bot.understanding.words.lexicon import ARTICLES, SMALL, Phrase, phrase_at

BRACKETS = re.compile(r"\([^()]*\)")
MOST = 999  # people answer bands of ages and head counts


@dataclass(frozen=True)
class Choice:
    value: str
    verbatim: frozenset[str]  # the texts themselves, for options without a single word
    names: frozenset[Phrase]  # its texts, and what else it is called
    begins: frozenset[Phrase]  # how its texts begin
    content: frozenset[str]  # the words that say what it is
    stance: Stance | None
    band: tuple[int, int] | None
    is_dont_know: bool
    is_prefer_not: bool
    is_none: bool
    is_yes: bool
    is_no: bool

    @property
    def is_aside(self) -> bool:
        """Whether it steps out of the question ("don't know"), so that "all" leaves it out."""
        return self.is_dont_know or self.is_prefer_not or self.is_none


@dataclass(frozen=True)
class Choices:
    each: tuple[Choice, ...]
    vocabulary: frozenset[str]
    takes_sides: bool  # the options say for and against

    def __len__(self) -> int:
        return len(self.each)

    def values(self, places: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(self.each[place].value for place in places)

    def only(self, attribute: str) -> int | None:
        """Return the place of the one option that has the attribute; None for none or several."""
        places = [place for place, each in enumerate(self.each) if getattr(each, attribute)]
        return places[0] if len(places) == 1 else None

    def on_side(self, side: int) -> tuple[int, ...]:
        """Return the options for (1), against (-1) or between (0), in their order."""
        told = enumerate(self.each)
        return tuple(place for place, one in told if one.stance and one.stance.side == side)


@lru_cache(maxsize=256)
def choices_of(options: tuple[Option, ...]) -> Choices:
    spelled = [_forms_of(option) for option in options]
    each = tuple(_choice(o, forms) for o, forms in zip(options, spelled, strict=True))
    takes_sides = any(one.stance and one.stance.side for one in each)
    vocabulary = {word for one in each for form in one.names for word in form}
    if takes_sides:
        vocabulary |= SPELLED
    return Choices(each, frozenset(vocabulary), takes_sides)


# One form of each word of a stance: or "agreee" could be as near to "agreed".
SPELLED = {min(side, key=len) for pair in lexicon.STANCES for side in pair} | lexicon.word_set(
    "strongly totally completely neither neutral"
)


def _forms_of(option: Option) -> frozenset[Phrase]:
    """Return the ways to say an option in full."""
    texts = (option.wording.text, option.wording.sms)
    spelled = (typed(text).words for one in texts for text in (one, BRACKETS.sub(" ", one)))
    return frozenset(form for words in spelled for form in _forms(words))


def _choice(option: Option, forms: frozenset[Phrase]) -> Choice:
    texts = {option.wording.text, option.wording.sms}
    also = frozenset(form for name in option.also for form in _forms(typed(name).words))
    stances = [
        found[0] for form in forms if (found := stance_at(form, 0)) and found[1] == len(form)
    ]
    content = {word for form in forms for word in form if len(word) > 2}
    return Choice(
        value=option.value,
        verbatim=frozenset(text.strip().casefold() for text in texts if text.strip()),
        names=forms | also,
        begins=frozenset(form[:end] for form in forms for end in range(1, len(form))),
        content=frozenset(content - SMALL - frozenset(lexicon.NUMBERS)),
        stance=stances[0] if stances else None,
        band=next((band for text in texts if (band := _band(text))), None),
        is_dont_know=any(holds(form, lexicon.DONT_KNOW) for form in forms),
        is_prefer_not=any(holds(form, lexicon.PREFER_NOT) for form in forms),
        is_yes=any(form[0] == "yes" for form in forms),
        is_no=any(form[0] == "no" and not holds(form, lexicon.DONT_KNOW) for form in forms),
        is_none=any(form[0] == "none" or form[:2] == ("neither", "of") for form in forms),
    )


def _forms(words: Phrase) -> set[Phrase]:
    """Return them with and without an article, and as "16 to 24" and "16-24"."""
    forms = {words} if words else set()
    bare = words
    while len(bare) > 1 and bare[0] in ARTICLES:
        bare = bare[1:]
        forms.add(bare)
    for form in list(forms):
        for at in range(1, len(form)):
            if form[at - 1].isdecimal() and form[at].isdecimal():
                forms.add((*form[:at], "to", *form[at:]))
            if form[at] == "to" and form[at - 1].isdecimal() and form[at + 1 : at + 2]:
                forms.add(form[:at] + form[at + 1 :])
    return forms


def holds(words: Phrase, known: tuple[Phrase, ...]) -> bool:
    return any(phrase_at(words, at, known) for at in range(len(words)))


def _band(text: str) -> tuple[int, int] | None:
    """Return the numbers that an option covers ("25 to 34", "under 16", "65+"), if it does."""
    numbers = [int(digits) for digits in re.findall(r"(?<![0-9])[0-9]{1,3}(?![0-9])", text)]
    said = text.casefold()
    if len(numbers) == 2 and numbers[0] < numbers[1]:
        return numbers[0], numbers[1]
    if len(numbers) != 1:
        return None
    if re.search(r"\b(?:under|less than|younger than|below)\b", said):
        return (0, numbers[0]) if "or under" in said else (0, numbers[0] - 1)
    if re.search(r"\b(?:or over|or older|or more|and over|and above|or above|plus)\b|\+", said):
        return numbers[0], MOST
    if re.search(r"\b(?:over|more than|older than)\b", said):
        return numbers[0] + 1, MOST
    return None
