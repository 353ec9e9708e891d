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


class Purpose(str, Enum):
    """Why a section exists; only `consultation` sections count towards progress."""

    CONSULTATION = "consultation"
    EQUALITY = "equality"
    REQUEST = "request"


@dataclass(frozen=True)
class Wording:
    """One text in two lengths: `text` for a screen, `sms` for a text message (GSM-7)."""

    text: str
    sms: str

    def for_channel(self, *, short: bool) -> str:
        return self.sms if short else self.text


@dataclass(frozen=True)
class Option:
    """One thing a resident can choose; `value` is what is stored, `wording` is what is shown."""

    value: str
    wording: Wording


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
class Section:
    """Questions asked together. A section about an aim names it."""

    id: str
    title: str
    purpose: Purpose
    questions: tuple[Question, ...]
    aim: str | None = None
    intro: Wording | None = None


@dataclass(frozen=True)
class Privacy:
    """The privacy notice; its version is stored with every conversation."""

    version: str
    wording: Wording  # the short form said at the start
    notice: str  # the whole notice: plain text, paragraphs apart by a blank line


@dataclass(frozen=True)
class Faq:
    """A question that residents ask, and its answer. `id` is the intent that asks it, e.g.
    `faq_privacy`.
    """

    id: str
    question: str
    answer: Wording


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
    help_lines: Wording | None = None  # said at once to somebody in danger or despair
    asks_follow_ups: bool = True

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
