"""Everything held about one person: to give them a copy, and to say what erasing deletes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage.database.keys import Keys
from bot.storage.database.tables import (
    AddressRow,
    AnswerRow,
    CaseRow,
    CitationRow,
    CodeRow,
    ConsideredRow,
    CorrectionRow,
    DoubleCodeRow,
    EqualityAnswerRow,
    FlagRow,
    HearingRow,
    InboxRow,
    NoteRow,
    OutboxRow,
    PublicVersionRow,
    QuoteRow,
    ReadingRow,
    RequestRow,
    RespondentRow,
    SettledCodeRow,
    SkipRow,
    TagRow,
    TalkRow,
    ThemeRow,
)
from bot.storage.privacy.exports import export_rows
from bot.storage.privacy.held_requests import Held, cases_of, named, requests_of
from bot.storage.staff.audit_entries import entries_about

PART = ("part_from", "part_to")  # of the words that a theme was given to
COUNTED: dict[str, Any] = {
    "messages from this person": InboxRow,
    "replies of the bot": OutboxRow,
    "answers, with those that were changed": AnswerRow,
    "requests": RequestRow,
    "cases of staff": CaseRow,
    "answers about the person, not counted yet": EqualityAnswerRow,
    "flags": FlagRow,
    "notes of staff": NoteRow,
    "tags": TagRow,
    "judgements of staff": ConsideredRow,
}


@dataclass(frozen=True)
class Person:
    """Whom a reference belongs to."""

    id: str
    reference: str
    consultation: str
    channel: str
    state: str
    started_at: datetime
    last_message_at: datetime


def person_of(session: Session, reference: str) -> Person | None:
    row = session.execute(
        select(RespondentRow).where(RespondentRow.reference == reference)
    ).scalar()
    return row and Person(
        id=row.id,
        reference=row.reference,
        consultation=row.consultation,
        channel=row.channel,
        state=row.state,
        started_at=row.started_at,
        last_message_at=row.last_message_at,
    )


def counts_held(session: Session, person: Person) -> dict[str, int]:
    """Count what is held about a person, by its name."""
    return {
        name: session.execute(
            select(func.count()).select_from(table).where(table.respondent_id == person.id)
        ).scalar_one()
        for name, table in COUNTED.items()
    }


def held_about(session: Session, keys: Keys, person: Person) -> Held:
    """Return everything about a person, in clear: sections by name, each a dictionary or rows."""
    mine = (session, person.consultation, person.reference, keys)
    return {
        "person": _person(session, keys, person),
        "messages": _messages(session, keys, person),
        "answers": _exported("answers", *mine),
        "passed over": _rows(session, SkipRow, person, "question", "skipped_at"),
        "requests": requests_of(session, keys, person.id),
        "cases of staff": cases_of(session, person.id),
        "about yourself, not counted yet": _rows(
            session, EqualityAnswerRow, person, "question", "value"
        ),
        "marks": _rows(session, FlagRow, person, "kind", "created_at"),
        "notes of staff": _rows(session, NoteRow, person, "at", "staff", "seq", "text"),
        "asked to hear what came of it": _rows(
            session,
            HearingRow,
            person,
            "text",
            "channel",
            "asked_at",
            "given",
            "answered_at",
            "told_at",
        ),
        "a person talks with them": _rows(
            session, TalkRow, person, "staff", "since", "until", "waiting_since"
        ),
        "themes of your answers": _of_answers(
            session,
            CodeRow,
            person,
            "at",
            "staff",
            "theme_id",
            "assigned_by",
            "part_from",
            "part_to",
        ),
        "themes by two coders": _of_answers(
            session, DoubleCodeRow, person, "at", "staff", "theme_id", "coder"
        ),
        "themes settled": _of_answers(session, SettledCodeRow, person, "at", "staff"),
        "answers chosen as quotes": _of_answers(session, QuoteRow, person, "at", "staff"),
        "public versions": _public_versions(session, person),
        "quoted in reports": _of_answers(session, CitationRow, person, "report_id", "text"),
        "tags": _rows(session, TagRow, person, "at", "staff", "seq", "name"),
        "considered by": _rows(session, ConsideredRow, person, "at", "staff", "seq", "judgement"),
        "being read by": _rows(session, ReadingRow, person, "staff", "until"),
        "who looked": _looks(session, person),
    }


def _looks(session: Session, person: Person) -> list[Held]:
    """Return what the audit says about a person and about what they asked for."""
    abouts = [person.reference]
    for table in (RequestRow, CaseRow):
        mine = select(table.reference).where(table.respondent_id == person.id)
        abouts += session.execute(mine).scalars()
    return [
        {"at": e.at, "who": e.who, "what": e.what, "about": e.about, "reason": e.reason}
        for e in entries_about(session, abouts)
    ]


def _exported(
    what: str, session: Session, consultation: str, reference: str, keys: Keys
) -> list[Held]:
    return list(export_rows(session, what, consultation, reference, keys))


def _person(session: Session, keys: Keys, person: Person) -> Held:
    row = session.get(RespondentRow, person.id)
    kept = (
        "reference", "consultation", "channel", "state", "open_question", "opted_out", "language",
        "behalf", "views",
        "privacy_version", "started_at", "last_message_at", "completed_at",
    )  # fmt: skip
    addresses = session.execute(
        select(AddressRow.encrypted).where(
            AddressRow.respondent_id == person.id, AddressRow.encrypted.is_not(None)
        )
    )
    found = [keys.reveal(hidden) for hidden in addresses.scalars()]
    return {**{name: getattr(row, name) for name in kept}, "addresses": found}


def _messages(session: Session, keys: Keys, person: Person) -> list[Held]:
    """Both sides in order, with what the bot understood and what staff say it really was."""
    heard = session.execute(
        select(InboxRow, CorrectionRow)
        .outerjoin(CorrectionRow, CorrectionRow.inbox_id == InboxRow.id)
        .where(InboxRow.respondent_id == person.id)
    )
    said = session.execute(select(OutboxRow).where(OutboxRow.respondent_id == person.id))
    rows = [_heard(keys, row, really) for row, really in heard]
    rows += [
        {"number": row.seq, "from": row.staff or "bot", "at": row.created_at,
         "text": keys.reveal(row.sealed) if row.sealed else row.text,
         "delivery": row.delivery}
        for row in said.scalars()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row["number"])


def _heard(keys: Keys, row: InboxRow, really: CorrectionRow | None) -> Held:
    return {
        "number": row.seq,
        "from": "this person",
        "at": row.received_at,
        "text": keys.reveal(row.sealed) if row.sealed else row.text,
        "question": row.question,
        "understood as": row.intent,
        "how sure": row.confidence,
        "corrected to": really
        and {
            "intent": really.intent,
            "answer": really.value,
            "the bot learns from it": bool(really.taught),
        },
        "language": row.language,
    }


def _of_answers(session: Session, table: Any, person: Person, *names: str) -> list[Held]:
    """Return what staff put to a person's answers, with the question; a theme by its name."""
    rows = session.execute(
        select(AnswerRow.question, table)
        .join(AnswerRow, AnswerRow.id == table.answer_id)
        .where(AnswerRow.respondent_id == person.id)
        .order_by(AnswerRow.id)
    )
    found = []
    for question, row in rows:
        told = {name: getattr(row, name) for name in names}
        if "theme_id" in told:
            told["theme"] = session.get(ThemeRow, told.pop("theme_id")).name
        found.append({"question": question, **told})
    return found


def _public_versions(session: Session, person: Person) -> list[Held]:
    answers, requests = (
        select(table.id).where(table.respondent_id == person.id)
        for table in (AnswerRow, RequestRow)
    )
    row = PublicVersionRow
    theirs = select(row).where(row.answer_id.in_(answers) | row.request_id.in_(requests))
    return named(session, theirs, ("texts", "taken_out", "made_by", "made_at", "approved_by"))


def _rows(session: Session, table: Any, person: Person, *names: str) -> list[Held]:
    return named(session, select(table).where(table.respondent_id == person.id), names)
