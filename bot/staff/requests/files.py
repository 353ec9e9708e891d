"""The files that requests are worked with: address labels and lists. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.consultation.dates import LONDON
from bot.consultation.model import Section
from bot.consultation.question import CONTACT_KINDS, Consent, Kind, Question
from bot.staff.requests.shown import answer_of, may_see
from bot.staff.shell.home import STATUSES
from bot.storage.requests.queries import Request, Sought
from bot.storage.requests.rows import OPEN_STATUSES

BEFORE = ("reference", "received")
WORK = ("status", "owner", "due", "may contact")


@dataclass(frozen=True)
class File:
    """One file of a kind of request. `sought` says which go in; None: those on the board."""

    name: str
    title: str
    sought: Sought | None
    columns: Callable[[Section], Sequence[str]]
    row: Callable[[Section, Request], dict[str, Any]]


def files_of(section: Section) -> dict[str, File]:
    """Return the files that a kind of request has, by what its questions ask for."""
    found = [LABELS] if is_posted(section) else [LIST]
    return {file.name: file for file in found}


def is_posted(section: Section) -> bool:
    """Say whether these are sent by post: then there is an address in them."""
    return any(q.kind is Kind.ADDRESS for q in section.questions)


def asks_for(section: Section, consent: Consent) -> bool:
    return any(q.consent is consent for q in section.questions)


def columns_of(section: Section, contact: bool = True) -> dict[str, Question]:
    """Return the questions by short names (`copies` for `print_copy.copies`), without consents."""
    asked = [
        q
        for q in section.questions
        if q.consent is None and (contact or q.kind not in CONTACT_KINDS)
    ]
    short = [q.id.rpartition(".")[2] for q in asked]
    is_clear = len({*short, *BEFORE, *WORK}) == len(short) + len(BEFORE) + len(WORK)
    names = short if is_clear else [q.id for q in asked]
    return dict(zip(names, asked, strict=True))


def _given(section: Section, request: Request) -> dict[str, Any]:
    return {
        name: answer_of(question, request) if may_see(question, request) else ""
        for name, question in columns_of(section).items()
    }


def before(request: Request) -> dict[str, Any]:
    received = request.created_at.astimezone(LONDON).isoformat(timespec="seconds")
    return {"reference": request.reference, "received": received}


def _label(section: Section, request: Request) -> dict[str, Any]:
    return {**_given(section, request), "reference": request.reference}


def _line(section: Section, request: Request) -> dict[str, Any]:
    return {
        **before(request),
        "status": STATUSES.get(request.status, request.status),
        "owner": request.owner,
        "due": request.due and request.due.isoformat(),
        **_given(section, request),
        "may contact": request.may_contact,
    }


LABELS = File(
    "labels",
    "Address labels",
    Sought(statuses=OPEN_STATUSES),
    lambda section: (*columns_of(section), "reference"),
    _label,
)
LIST = File(
    "list",
    "This list",
    None,
    lambda section: (*BEFORE, *WORK[:3], *columns_of(section), WORK[3]),
    _line,
)
