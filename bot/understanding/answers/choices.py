"""The options of a question, prepared for being named: their words, stances and number bands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.consultation.model import Option
from bot.understanding.answers import attitudes, lexicon
from bot.understanding.answers.attitudes import Stance
from bot.understanding.answers.polarity import Polarity
from bot.understanding.answers.words import Typed, typed

DONT_KNOW = lexicon.DONT_KNOW_PHRASES
Form = tuple[str, ...]
ARTICLES = frozenset({"a", "an", "the", "i", "im", "am", "my", "we", "are"})
SMALL = lexicon.word_set(
    "a an the i im am my we are of or and to in for not no nor with at on be is it do dont you "
    "your than from by as"
)
BRACKETS = re.compile(r"\([^()]*\)")
MOST = 999  # people answer bands of ages and head counts


@dataclass(frozen=True)
class Choice:
    value: str
    verbatim: frozenset[str]  # the texts themselves, for options without a single word
    forms: frozenset[Form]
    names: frozenset[Form]  # the forms, and what else it is called
    content: frozenset[str]
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
    takes_sides: bool

    @property
    def polarities(self) -> dict[Polarity, int]:
        """Where yes and no are, for a list that has one of each."""
        yes, no = self.only("is_yes"), self.only("is_no")
        return {} if yes is None or no is None else {"yes": yes, "no": no}

    def __len__(self) -> int:
        return len(self.each)

    def only(self, attribute: str) -> int | None:
        """The place of the one option that has the attribute; None for none or several."""
        places = [place for place, each in enumerate(self.each) if getattr(each, attribute)]
        return places[0] if len(places) == 1 else None


@lru_cache(maxsize=256)
def choices_of(options: tuple[Option, ...]) -> Choices:
    each = tuple(_choice(option) for option in options)
    takes_sides = any(one.stance and one.stance.side for one in each)
    vocabulary = {word for one in each for form in one.names for word in form}
    if takes_sides:
        vocabulary |= attitudes.SPELLED
    return Choices(each, frozenset(vocabulary), takes_sides)


def _choice(option: Option) -> Choice:
    texts = {option.wording.text, option.wording.sms}
    texts |= {BRACKETS.sub(" ", text) for text in texts}
    spelled = [typed(text) for text in texts]
    forms = frozenset(form for one in spelled for form in _forms(one.words))
    other_names = frozenset(form for name in option.also for form in _forms(typed(name).words))
    stances = [stance for one in spelled if (stance := _stance(one))]
    return Choice(
        value=option.value,
        verbatim=frozenset(text.strip().casefold() for text in texts if text.strip()),
        forms=forms,
        names=forms | other_names,
        content=frozenset(word for form in forms for word in form if word not in SMALL),
        stance=stances[0] if stances else None,
        band=next((band for text in texts if (band := _band(text))), None),
        is_dont_know=any(_holds(form, DONT_KNOW) for form in forms),
        is_prefer_not=any(_holds(form, lexicon.PREFER_NOT_PHRASES) for form in forms),
        is_yes=any(form[0] == "yes" for form in forms),
        is_no=any(form[0] == "no" and not _holds(form, DONT_KNOW) for form in forms),
        is_none=any(form[0] == "none" or form[:2] == ("neither", "of") for form in forms),
    )


def _forms(words: Form) -> set[Form]:
    """The ways to say an option in full: with or without an article, "16 to 24" or "16-24"."""
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


def _stance(text: Typed) -> Stance | None:
    found = attitudes.stance_at(text, 0)
    return found[0] if found and found[1] == len(text.words) else None


def _holds(words: Form, known: tuple[Form, ...]) -> bool:
    return any(lexicon.phrase_at(words, at, known) for at in range(len(words)))


def _band(text: str) -> tuple[int, int] | None:
    """The numbers an option covers ("25 to 34", "under 16", "65+"); None when it names none."""
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
