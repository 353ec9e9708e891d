"""A consultation: its sections, aims, requests, privacy notice and faqs. What a question is stands
in question.py. All are frozen: a consultation file is read once and never changed in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property

from bot.consultation.question import FOLLOW_UP, Question, follow_up_to
from bot.consultation.texts import InLanguage, Wording


class Purpose(str, Enum):
    """Why a section exists; only `consultation` sections count towards progress."""

    CONSULTATION = "consultation"
    EQUALITY = "equality"
    REQUEST = "request"


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
    outcome: dict[str, Wording] = field(default_factory=dict)  # ask, yes, no, tell; or nothing
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
        return asked | {q.id: q for q in map(follow_up_to, asked.values()) if q}

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
