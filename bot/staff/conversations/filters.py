"""What the list of conversations is narrowed to, as the address bar has it. What makes no sense
narrows nothing, and the page says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from bot.consultation.dates import LONDON
from bot.consultation.model import FOLLOW_UP, Consultation, Purpose
from bot.staff.shell import vocabulary
from bot.storage.review.conditions import Filters
from bot.storage.review.finding import Place
from bot.storage.review.search import words_of

Choices = Sequence[tuple[str, str]]
YES_NO = (("yes", "Read"), ("no", "Unread"))
LONGEST = 200


@dataclass(frozen=True)
class Field:
    """One filter: its name in the address bar, its label, and what can be chosen if not typed."""

    name: str
    label: str
    every: str = ""
    choices: Choices = ()


@dataclass(frozen=True)
class Asked:
    """What was asked for, what it means, and which of it made no sense."""

    typed: dict[str, Any] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    problems: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return it for the record: which filters, never what was searched for."""
        return " ".join("words" if n == "words" else f"{n}={v}" for n, v in self.typed.items())


def fields_of(consultation: Consultation) -> tuple[Field, ...]:
    """Return every filter with choices, in the order of the page."""
    sections = [s for s in consultation.sections if s.purpose is Purpose.CONSULTATION]
    questions = [(q.id, vocabulary.excerpt(q.wording.text)) for q in consultation.questions]
    commands = [name for name in vocabulary.intents(consultation) if name != "give_answer"]
    intents = [(name, vocabulary.intent(name)) for name in commands]
    states = [(name, vocabulary.STATES[name]) for name in vocabulary.STATES_TO_CHOOSE]
    languages = tuple(vocabulary.LANGUAGES.items())
    return (
        Field("state", "State", "All states", states),
        Field("channel", "Channel", "All channels", tuple(vocabulary.channels().items())),
        Field("read", "Read", "Read and unread", YES_NO),
        Field("flag", "Flag", "With or without a flag", tuple(vocabulary.FLAGS.items())),
        Field("aim", "Answered something about", "Any part", [(s.id, s.title) for s in sections]),
        Field("question", "Answered the question", "Any question", questions),
        Field("intent", "Said to the bot", "Anything", intents),
        Field("request", "Request", "With or without a request", (("yes", "Sent a request"),)),
        Field("language", "Language of the app", "All languages", languages),
    )


def read_filters(consultation: Consultation, args: Mapping[str, str]) -> Asked:
    """Read the address bar."""
    typed, problems = {}, []
    for one in fields_of(consultation):
        value = args.get(one.name, "")
        if value in dict(one.choices):
            typed[one.name] = value
        elif value:
            problems.append(f"{one.label}: this choice is not known")
    for name, label in (("from", "From"), ("to", "To")):
        value = args.get(name, "").strip()
        if _day(value):
            typed[name] = value
        elif value:
            problems.append(f"{label}: enter a real date, like 2021-03-01")
    if typed.get("from", "") > typed.get("to", "9"):
        del typed["to"]
        problems.append("To: the last day must be on or after the first day")
    sought = args.get("words", "").strip()[:LONGEST]
    if words_of(sought):
        typed["words"] = sought
    elif sought:
        problems.append("Words: at least one needs three letters or more")
    return Asked(typed, _filters(consultation, typed), tuple(problems))


def _filters(consultation: Consultation, typed: Mapping[str, str]) -> Filters:
    since, until = _day(typed.get("from", "")), _day(typed.get("to", ""))
    section = consultation.section(typed.get("aim"))
    groups = [tuple(q.id for q in section.questions)] if section else []
    groups += [(typed["question"],)] if "question" in typed else []
    return Filters(
        channel=typed.get("channel"),
        state=typed.get("state"),
        answered=tuple((*group, *(id + FOLLOW_UP for id in group)) for group in groups),
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        flag=typed.get("flag"),
        read={"yes": True, "no": False}.get(typed.get("read", "")),
        language=typed.get("language"),
        requested="request" in typed,
        intent=typed.get("intent"),
        words=tuple(words_of(typed.get("words", ""))),
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if re.fullmatch(r"2\d{3}-\d\d-\d\d", typed) else None
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def as_text(place: Place) -> str:
    """Return a place in the list as it stands in the address bar."""
    return f"{place.at.astimezone(timezone.utc):%Y%m%dT%H%M%S.%f}_{place.reference}"


def as_place(typed: str) -> Place | None:
    moment, _, reference = typed.partition("_")
    try:
        at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return Place(at, reference) if re.fullmatch(r"[0-9A-Z-]{1,20}", reference) else None
