"""Requests that were sent: what residents ask of the council. What staff do is in updates.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.consultation.model import Consultation, Section
from bot.consultation.question import Consent
from bot.storage.cases.cases import BY_FLAG, end_case
from bot.storage.database.journal import note
from bot.storage.database.keys import Keys
from bot.storage.database.tables import (
    RequestRow,
    RespondentRow,
)
from bot.storage.requests.rows import (
    DRAFT,
    NEW,
    REACHES,
    RESIDENT,
    WITHDRAWN,
    Fields,
    delete_rows,
    draft_of,
    fields_of,
    forget_sealed,
    hidden,
    note_event,
    remove_content,
    row_of,
)
from bot.storage.respondents.consents import agreed, without_contact


def send_request(
    session: Session, keys: Keys, consultation: Consultation, respondent_id: str, now: datetime
) -> str | None:
    """Hand the draft to staff; return its reference. What consent does not cover is left out."""
    row = draft_of(session, respondent_id)
    section = consultation.section(row.kind) if row else None
    if row is None or section is None:
        return None
    fields = fields_of(keys, row)
    row.may_contact = agreed(section, fields, Consent.CONTACT)
    row.may_publish = agreed(section, fields, Consent.PUBLISH)
    if row.may_contact is False:  # silence is no, and without a yes there is no use for these
        fields = without_contact(section, fields)
        forget_sealed(session, row)
    row.fields = hidden(keys, fields)
    row.contact_hash = _contact_hash(keys, section, fields)
    row.duplicate_of = _likely_same(session, row)
    row.status, row.created_at = NEW, now
    note_event(session, row.id, RESIDENT, "sent", None, now)
    if row.kind in BY_FLAG:  # they asked for a person, and now the board of requests has it
        why = f"The resident sent request {row.reference}"
        end_case(session, respondent_id, BY_FLAG[row.kind], why=why, now=now)
    return str(row.reference)


def amend_request(
    session: Session,
    keys: Keys,
    consultation: Consultation,
    reference: str,
    told: Mapping[str, Any],
    now: datetime,
) -> None:
    """Put details that were told anew into a request that was sent. What stood there before stays
    beside it, and the history says that it was changed. Who is not to be contacted gives none.
    """
    row = row_of(session, reference)
    section = consultation.section(row.kind) if row else None
    if row is None or section is None or row.fields is None or row.may_contact is False:
        return
    fields = fields_of(keys, row)
    for question_id, said in told.items():
        stood = fields.get(question_id, {})
        before = [*stood.get("before", []), {k: stood.get(k) for k in ("text", "value", "remark")}]
        fields[question_id] = {**said, "before": before if stood else []}
        name = consultation.by_id[question_id].named
        note_event(session, row.id, RESIDENT, "changed", name, now)
    row.fields = hidden(keys, fields)
    row.contact_hash = _contact_hash(keys, section, fields)
    note(session, "request changed", reference=reference)


def sent_field(session: Session, keys: Keys, reference: str, question: str) -> dict[str, Any]:
    """Return what stands in one field of a request that was sent."""
    row = row_of(session, reference)
    return fields_of(keys, row).get(question, {}) if row else {}


def withdraw_request(session: Session, reference: str, now: datetime, who: str = RESIDENT) -> bool:
    """Take a request back: its content goes, a line without content stays. Say if it was sent."""
    row = row_of(session, reference)
    if row is None or row.status in (DRAFT, WITHDRAWN):
        return False
    row.status, row.ended_at = WITHDRAWN, now
    note(session, "request withdrawn", reference=reference)
    remove_content(session, row)
    note_event(session, row.id, who, "withdrawn", None, now)
    return True


def sent_requests(session: Session, respondent_id: str) -> list[tuple[str, str]]:
    """Return (reference, kind) of what a resident has sent and not taken back, the newest first."""
    rows = session.execute(
        select(RequestRow.reference, RequestRow.kind)
        .where(
            RequestRow.respondent_id == respondent_id,
            RequestRow.status.not_in((DRAFT, WITHDRAWN)),
        )
        .order_by(RequestRow.id.desc())
    )
    return [(row.reference, row.kind) for row in rows]


@dataclass(frozen=True)
class Sent:
    """A request as the resident is told of it."""

    reference: str
    kind: str
    may_contact: bool | None  # None: they were not asked
    reachable: bool  # an address or number that could be read is there


def last_sent(session: Session, respondent_id: str) -> Sent | None:
    """Return the newest request that a resident has sent."""
    sent = sent_requests(session, respondent_id)
    row = row_of(session, sent[0][0]) if sent else None
    if row is None:
        return None
    return Sent(row.reference, row.kind, row.may_contact, row.contact_hash is not None)


def delete_requests(session: Session, respondent_id: str) -> None:
    """Delete everything that a resident asked for, and what staff wrote about it."""
    found = session.execute(
        select(RequestRow.id).where(RequestRow.respondent_id == respondent_id)
    ).scalars()
    delete_rows(session, list(found))


def _contact_hash(keys: Keys, section: Section, fields: Fields) -> str | None:
    for question in section.questions:
        value = fields.get(question.id, {}).get("value")
        if question.kind in REACHES and value:
            return keys.hash_of("contact", str(value).casefold())
    return None


def _likely_same(session: Session, row: RequestRow) -> int | None:
    """Return the first request of the same kind by the same person, or of any from this address."""
    same = (RequestRow.respondent_id == row.respondent_id) & (RequestRow.kind == row.kind)
    if row.contact_hash:
        same |= RequestRow.contact_hash == row.contact_hash
    found: int | None = session.execute(
        select(RequestRow.id)
        .where(
            RequestRow.consultation == row.consultation,
            RequestRow.id != row.id,
            RequestRow.status.not_in((DRAFT, WITHDRAWN)),
            same,
        )
        .order_by(RequestRow.id)
        .limit(1)
    ).scalar()
    return found


def has_asked(session: Session, reference: str) -> bool:
    """Say whether a respondent has sent a request: caseworkers read the conversations of those."""
    sent = (
        select(RequestRow.id)
        .join(RespondentRow, RespondentRow.id == RequestRow.respondent_id)
        .where(RespondentRow.reference == reference)
        .where(RequestRow.status.not_in(("draft", "withdrawn")))
    )
    return session.execute(sent.limit(1)).first() is not None
