"""The answer to an access request: a letter, a page to read in UK time, and JSON."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import render_template

from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation
from bot.staff.shell import vocabulary
from bot.storage.privacy.access_request import Held, Person

# What has a place of its own on the page; the rest follows as it is held.
TOLD = ("person", "messages", "answers", "requests")
WHO = {"this person": "You", "bot": "The automated assistant"}
STANDS = {"replaced": "you changed this answer later", "withdrawn": "you took this answer back"}


@dataclass(frozen=True)
class Said:
    """One message as the person reads it."""

    who: str
    at: str
    text: str


@dataclass(frozen=True)
class Answered:
    """One answer as the person reads it."""

    question: str
    text: str
    at: str
    note: str | None


def zip_of(consultation: Consultation, person: Person, held: Held, now: datetime) -> io.BytesIO:
    """Return a ZIP with a letter, a page and JSON."""
    given = {
        "person": person,
        "held": held,
        "today": day_of(now),
        "messages": [_said(row) for row in held["messages"]],
        "answers": [_answered(consultation, row) for row in held["answers"]],
        "rest": {name: rows for name, rows in held.items() if name not in TOLD},
        "label": lambda name: _label(consultation, name),
        "shown": shown,
    }
    file = io.BytesIO()
    data = json.dumps(held, default=_plain, ensure_ascii=False, indent=2)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, template in (("letter", "letter.html"), ("everything", "everything.html")):
            archive.writestr(f"{name}-{person.reference}.html", render_template(template, **given))
        archive.writestr(f"for-a-computer-{person.reference}.json", data)
    file.seek(0)
    return file


def shown(value: Any) -> str:
    """Return one value of what is held as people read it: times are UK time."""
    if value is None or value == "" or value == [] or value == {}:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0%}"
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return day_of(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {shown(part)}" for name, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " | ".join(map(shown, value))
    return str(value)


def when(at: datetime) -> str:
    """Return a moment in UK time: "1 March 2021 at 14:05"."""
    local = at.astimezone(LONDON)
    return f"{day_of(local)} at {local:%H:%M}"


def day_of(at: date) -> str:
    at = at.astimezone(LONDON) if isinstance(at, datetime) else at
    return f"{at.day} {at:%B %Y}"


def _said(row: Held) -> Said:
    who = WHO.get(row["from"], "A member of staff")
    return Said(who, when(row["at"]), row["text"] or "(no longer held)")


def _answered(consultation: Consultation, row: Held) -> Answered:
    question = consultation.by_id.get(row["question"])
    understood = vocabulary.value(question, row["value"])
    words = row["text"]
    if understood and understood.casefold() != str(words).strip().casefold():
        words = f"{words} (understood as: {understood})"
    return Answered(
        _label(consultation, row["question"]),
        words,
        when(_moment(row["answered_at"])),
        STANDS.get(row["status"]),
    )


def _label(consultation: Consultation, name: str) -> str:
    question = consultation.by_id.get(name)
    return question.wording.text if question else name.replace("_", " ")


def _moment(value: Any) -> datetime:
    given = isinstance(value, datetime)
    return value if given else datetime.fromisoformat(str(value).replace("Z", "+00:00"))


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
