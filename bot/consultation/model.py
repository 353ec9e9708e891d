"""The nouns of a consultation. All are frozen: a consultation file is read once and never changed
in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import cached_property


class Kind(str, Enum):
    """What a question takes for an answer."""

    OPEN = "open"
    SCALE = "scale"
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    YES_NO = "yes_no"
    EMAIL = "email"
    PHONE = "phone"
    EMAIL_OR_PHONE = "email_or_phone"
    POSTCODE = "postcode"
    POSTCODE_DISTRICT = "postcode_district"
    ADDRESS = "address"
    NUMBER = "number"
    URL = "url"
    NAME = "name"


CLOSED_KINDS = frozenset({Kind.SCALE, Kind.CHOICE, Kind.MULTI_CHOICE, Kind.YES_NO})
# Any words are a good answer to these, so nothing typed can be unreadable.
FREE_TEXT_KINDS = frozenset({Kind.OPEN, Kind.ADDRESS, Kind.NAME})
# Who a resident is and how to reach them: stored encrypted, shown to few.
CONTACT_KINDS = frozenset(
    {Kind.EMAIL, Kind.PHONE, Kind.EMAIL_OR_PHONE, Kind.POSTCODE, Kind.ADDRESS, Kind.NAME}
)


class Purpose(str, Enum):
    """Why a section exists; only `consultation` sections count towards progress."""

    CONSULTATION = "consultation"
    EQUALITY = "equality"
    REQUEST = "request"


class Consent(str, Enum):
    """What a yes or no of a request allows."""

    CONTACT = "contact"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Wording:
    """One text in two lengths: `text` for a screen, `sms` for a text message (GSM-7)."""

    text: str
    sms: str

    def for_channel(self, *, short: bool) -> str:
        return self.sms if short else self.text


@dataclass(frozen=True)
class InLanguage:
    """What is said once to a resident who writes in a language. `reviewed`: a native reader has
    read it.
    """

    wording: Wording
    reviewed: bool


@dataclass(frozen=True)
class Option:
    """One thing a resident can choose; `value` is what is stored, `wording` is what is shown, and
    `also` are other names that residents have for it.
    """

    value: str
    wording: Wording
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """Something asked of every respondent. `id` is unique in the file, e.g.
    `smart_people.agree`.
    """

    id: str
    kind: Kind
    wording: Wording
    help: Wording
    options: tuple[Option, ...] = ()
    max_choices: int | None = None  # multi_choice only
    minimum: int | None = None  # number only
    maximum: int | None = None  # number only
    optional: bool = True
    follow_up: Wording | None = None  # open only: one gentle second question
    consent: Consent | None = None  # yes_no of a request only: what a yes allows
    first_words: bool = False  # open of a request only: takes what the first message tells
    counts: tuple[str, ...] = ()  # number only: what is counted, as people write it after a number
    label: str = ""  # a short name for it, such as "Postcode"

    @property
    def named(self) -> str:
        """Its short name where there is one, as requests are read back with it."""
        return self.label or self.wording.sms


FOLLOW_UP = ".follow_up"


def main_question(question_id: str) -> str:
    """Return the id of the question that a follow-up belongs to; of others, their own."""
    return question_id.removesuffix(FOLLOW_UP)


@dataclass(frozen=True)
class Aim:
    """A stated aim of the strategy that questions are about."""

    id: str
    name: str
    text: str


@dataclass(frozen=True)
class Keep:
    """How long a request's content is kept: `days` after it was sent, or after it was done."""

    days: int
    after: str  # sent or done


@dataclass(frozen=True)
class Section:
    """Questions asked together. A section about an aim names it. The last fields are for requests
    only.
    """

    id: str
    title: str
    purpose: Purpose
    questions: tuple[Question, ...]
    aim: str | None = None
    intro: Wording | None = None
    next_steps: Wording | None = None  # what happens after it was sent
    after_close: bool = False  # can be asked for when the consultation has closed
    keep: Keep | None = None


@dataclass(frozen=True)
class Privacy:
    """The privacy notice; its version is stored with every conversation."""

    version: str
    wording: Wording  # the short form said at the start
    notice: str  # the whole notice: plain text, paragraphs apart by a blank line


# What the bot can answer from the other fields of a file that has no `faqs` entry for it. These six
# are intents of their own.
TOLD_BY_FIELDS = frozenset(
    {"faq_strategy", "faq_aims", "faq_close_date", "faq_privacy", "faq_who", "faq_after"}
)


@dataclass(frozen=True)
class Faq:
    """A question that residents ask, and its answer; `asked_as` are other ways of asking it. Six
    ids are intents of their own (TOLD_BY_FIELDS); the others are found by what is asked.
    """

    id: str
    question: str
    answer: Wording
    asked_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class Consultation:
    """One public exercise with a title, aims, questions and dates (both days included, London
    time).
    """

    id: str
    version: str  # of the wording; stored with every answer
    title: str
    organisation: str
    summary: str
    opens: date
    closes: date
    welcome: Wording
    closing: Wording  # said when everything is answered
    next_steps: Wording  # what happens with the answers
    privacy: Privacy
    aims: tuple[Aim, ...]
    sections: tuple[Section, ...]
    faqs: tuple[Faq, ...] = ()
    contact: dict[str, str] = field(default_factory=dict)  # website, phone, email of the council
    help_lines: Wording | None = None  # said at once to a resident in danger or despair
    care: dict[str, Wording] = field(default_factory=dict)  # more lines: soft, grief, and by kind
    languages: dict[str, InLanguage] = field(default_factory=dict)  # by ISO 639-1; en: for others
    asks_follow_ups: bool = True
    keep_days: int | None = None  # after the closing date; then conversations are erased

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the consultation itself, in order (no requests, no equality
        questions).
        """
        return tuple(
            question
            for section in self.sections
            if section.purpose is Purpose.CONSULTATION
            for question in section.questions
        )

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """Every question of every section, and every follow-up, by its id."""
        asked = {q.id: q for section in self.sections for q in section.questions}
        return asked | {q.id: q for q in map(_follow_up, asked.values()) if q}

    @cached_property
    def section_of(self) -> dict[str, Section]:
        """The section that holds a question, by the question's id."""
        return {
            question_id: section
            for section in self.sections
            for q in section.questions
            for question_id in (q.id, q.id + FOLLOW_UP)
        }

    @cached_property
    def requests(self) -> tuple[Section, ...]:
        """What can be asked for, in the file's order."""
        return tuple(s for s in self.sections if s.purpose is Purpose.REQUEST)

    @cached_property
    def equality(self) -> Section | None:
        """The questions about the person, if the file has any."""
        return next((s for s in self.sections if s.purpose is Purpose.EQUALITY), None)

    def section(self, section_id: str | None) -> Section | None:
        return next((s for s in self.sections if s.id == section_id), None)

    def care_lines(self, strength: str, kind: str | None) -> Wording | None:
        """Return what is said to a need: `hard` by its kind, `soft` and `grief` by their names."""
        if strength == "hard":
            return self.care.get(kind or "", self.help_lines)
        if strength == "soft" and kind in self.care:
            return self.care[str(kind)]
        return self.care.get(strength)

    def said_in(self, language: str | None) -> Wording | None:
        """Return what is said to a resident who writes in a language that is not English."""
        said = self.languages.get(language or "") or self.languages.get("en")
        return said.wording if language and said else None

    def purpose_of(self, question_id: str | None) -> Purpose | None:
        """Return why a question is asked; None when it is not in the file."""
        section = self.section_of.get(question_id or "")
        return section.purpose if section else None

    def aim(self, aim_id: str | None) -> Aim | None:
        return next((aim for aim in self.aims if aim.id == aim_id), None)


def _follow_up(question: Question) -> Question | None:
    """Return the second question to an open one: open too, and never a must."""
    if question.follow_up is None:
        return None
    return replace(
        question,
        id=question.id + FOLLOW_UP,
        wording=question.follow_up,
        follow_up=None,
        optional=True,
    )
