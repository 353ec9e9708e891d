"""What staff are shown of a request. Pure: what is stored in, words out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.consultation.model import Consultation, Section
from bot.consultation.question import CONTACT_KINDS, Kind, Question
from bot.staff.conversations.masking import hidden_text
from bot.staff.shell import vocabulary
from bot.staff.shell.home import STATUSES
from bot.storage.requests.history import Event
from bot.storage.requests.queries import Request

STATUS_COLOURS = {
    "new": "govuk-tag--teal",
    "in_progress": "govuk-tag--yellow",
    "done": "govuk-tag--green",
    "declined": "govuk-tag--red",
}
CONSENTS = {"contact": "May we contact them?", "publish": "May we publish it?"}
EVENTS = {
    "sent": "Sent",
    "note": "Note",
    "approved": "Approved to publish",
    "not approved": "Approval to publish taken back",
    "withdrawn": "Taken back",
    "no contact any more": "Took back consent to contact",
    "no publish any more": "Took back consent to publish",
    "removed": "Content deleted",
}


@dataclass(frozen=True)
class Field:
    """A question and what was given to it. `value` is what was understood, where that differs."""

    label: str
    text: str | None = None
    value: str | None = None
    remark: str | None = None
    before: tuple[str, ...] = ()  # what stood there until they changed it


@dataclass(frozen=True)
class Past:
    """One line of the history, with a note's words beside it."""

    at: datetime
    who: str
    sentence: str
    note: str | None = None


def fields_of(consultation: Consultation, section: Section, request: Request) -> Sequence[Field]:
    """Return every question of a request but the consents, and what was given to those that are
    no longer asked. After a no to being contacted there are no contact details, in no field.
    """
    shown = [
        _field(q, q.wording.text, request, request.fields.get(q.id, {}))
        for q in section.questions
        if q.consent is None and may_see(q, request)
    ]
    left = [
        _field(None, f"{one} (no longer asked)", request, said)
        for one, said in request.fields.items()
        if one not in consultation.by_id
    ]
    return [*shown, *left]


def conditions_of(section: Section, request: Request) -> dict[str, str]:
    """Return what was said beside each yes, which may limit it, by what it allows."""
    told = {q.consent.value: request.fields.get(q.id, {}) for q in section.questions if q.consent}
    said = {
        one: str(it.get("remark") or "") for one, it in told.items() if it.get("value") == "yes"
    }
    hides = request.may_contact is False
    return {one: hidden_text(words) if hides else words for one, words in said.items() if words}


def may_see(question: Question, request: Request) -> bool:
    """Say whether a field is shown: contact details are not, after a no to being contacted."""
    return question.kind not in CONTACT_KINDS or request.may_contact is not False


def answer_of(question: Question, request: Request) -> str:
    """Return what was given to a question, in one short form: understood, else as sent."""
    said = request.fields.get(question.id, {})
    given = vocabulary.value(question, said.get("value")) or said.get("text") or ""
    return given if request.may_contact is not False else hidden_text(given)


def title_of(section: Section, request: Request) -> str:
    """Return the first words that tell one request from another, without contact details."""
    for question in section.questions:
        if question.kind not in CONTACT_KINDS and (said := answer_of(question, request)):
            return vocabulary.excerpt(hidden_text(said))
    return ""


def history_of(events: Sequence[Event]) -> list[Past]:
    return [
        Past(one.at, one.who, _happened(one), one.detail if one.what == "note" else None)
        for one in events
    ]


def is_overdue(request: Request, today: date) -> bool:
    is_open = request.status in ("new", "in_progress")
    return is_open and request.due is not None and request.due < today


def day(at: date) -> str:
    return f"{at.day} {at:%B %Y}"


def _field(
    question: Question | None, label: str, request: Request, said: Mapping[str, Any]
) -> Field:
    text, remark = said.get("text"), said.get("remark")
    value = vocabulary.value(question, said.get("value"))
    if remark and question and question.kind is Kind.NAME:  # the wish that it is not shown
        remark = f"Not for publication: {remark}"
    if request.may_contact is False:
        text, value, remark = hidden_text(text), hidden_text(value), hidden_text(remark)
    if value and text and value.strip().casefold() == text.strip().casefold():
        value = None
    before = tuple(str(one.get("text") or "") for one in said.get("before", ()))
    before = () if request.may_contact is False else before
    return Field(label, text, value, remark, before)


def _happened(event: Event) -> str:
    detail = event.detail or ""
    if event.what == "status":
        return f"Status: {STATUSES.get(detail, detail).lower()}"
    if event.what == "owner":
        return f"Owner: {detail or 'nobody'}"
    if event.what == "due":
        return f"Due: {day(date.fromisoformat(detail)) if detail else 'no date'}"
    if event.what == "changed":
        return f"Changed: {detail}"
    return EVENTS.get(event.what, event.what)
