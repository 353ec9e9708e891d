"""Whose answers the results count, as the address bar has it. What makes no sense narrows nothing,
and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import Kind, Question
from bot.staff.shell import vocabulary
from bot.storage.results.results import Filters

NAMES = ("channel", "role", "since", "until")


@dataclass(frozen=True)
class Asked:
    """What was asked for, what it means, and which of it made no sense."""

    typed: dict[str, str] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    problems: dict[str, str] = field(default_factory=dict)

    def as_query(self) -> dict[str, Any]:
        return {name: text for name, text in self.typed.items() if name not in self.problems}


def role_question(consultation: Consultation) -> Question | None:
    """Return the question that says who a resident is: the first choice of the first section."""
    for section in consultation.sections:
        if section.purpose is Purpose.CONSULTATION:
            return next((q for q in section.questions if q.kind is Kind.CHOICE), None)
    return None


def read_filters(consultation: Consultation, args: MultiDict[str, str]) -> Asked:
    """Read the filters of the address bar."""
    typed = {name: args.get(name, "").strip()[:100] for name in NAMES}
    typed = {name: text for name, text in typed.items() if text}
    problems: dict[str, str] = {}
    if "channel" in typed and typed["channel"] not in vocabulary.channels():
        problems["channel"] = "There is no such channel, so all are counted"
    asked = role_question(consultation)
    values = {option.value for option in asked.options} if asked else set()
    if "role" in typed and typed["role"] not in values:
        problems["role"] = "There is no such answer, so everybody is counted"
    days = {name: _day(typed[name]) for name in ("since", "until") if name in typed}
    for name, day in days.items():
        if day is None:
            problems[name] = "Enter a date like 2021-03-01"
    since, until = days.get("since"), days.get("until")
    if since and until and since > until:
        problems["until"] = "The last day must be on or after the first day"
        until = None
    role = typed.get("role") if "role" not in problems else None
    filters = Filters(
        channel=typed.get("channel") if "channel" not in problems else None,
        role=(asked.id, role) if asked and role else None,
        begun_from=_midnight(since) if since else None,
        begun_before=_midnight(until + timedelta(days=1)) if until else None,
    )
    return Asked(typed, filters, problems)


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)
