"""Requests: what residents ask of the council. What staff do with them is in casework.py."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.consultation.model import Consent, Consultation, Section
from bot.conversation.detours import OWN_NUMBER
from bot.storage.database.keys import Keys
from bot.storage.database.tables import (
    AddressRow,
    ConsentRow,
    RequestEventRow,
    RequestRow,
    RespondentRow,
)
from bot.storage.requests.rows import (
    BY_HER,
    DRAFT,
    NEW,
    REACHES,
    WITHDRAWN,
    Fields,
    draft_of,
    fields_of,
    forget_sealed,
    hidden,
    note_event,
    remove_content,
    row_of,
)
from bot.storage.respondents.consents import agreed, note_consent, without_contact

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_request_reference() -> str:
    """Return a fresh reference, e.g. REQ-7F3K-9Q2M (40 random bits)."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"REQ-{letters[:4]}-{letters[4:]}"


def begin_request(
    session: Session,
    keys: Keys,
    consultation: Consultation,
    respondent_id: str,
    kind: str,
    told: Mapping[str, Any],
    now: datetime,
) -> None:
    """Keep a draft, with what the first message told already. One before it is forgotten."""
    drop_request(session, respondent_id)
    row = RequestRow(
        reference=new_request_reference(),
        respondent_id=respondent_id,
        consultation=consultation.id,
        channel=session.get(RespondentRow, respondent_id).channel,
        kind=kind,
        status=DRAFT,
        fields=hidden(keys, {}),
        wording_version=consultation.version,
        created_at=now,
    )
    session.add(row)
    session.flush()
    fill_request(session, keys, consultation, respondent_id, told, now)


def fill_request(
    session: Session,
    keys: Keys,
    consultation: Consultation,
    respondent_id: str,
    told: Mapping[str, Any],
    now: datetime,
) -> None:
    """Put answers into the draft. A yes or no that is a consent is noted with the words asked."""
    row = draft_of(session, respondent_id)
    if row is None or not told:
        return
    fields = fields_of(keys, row)
    for question_id, said in told.items():
        if said["value"] == OWN_NUMBER:
            said = {**said, "value": _own_number(session, keys, respondent_id)}
        fields[question_id] = said
        question = consultation.by_id[question_id]
        if question.consent and said["value"] in ("yes", "no"):
            note_consent(session, row, question, said["value"] == "yes", now)
    row.fields = hidden(keys, fields)
    session.flush()


def drop_request(session: Session, respondent_id: str) -> None:
    """Forget the draft and everything in it."""
    row = draft_of(session, respondent_id)
    if row is not None:
        forget_sealed(session, row)
        _delete(session, [row.id])


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
    note_event(session, row.id, BY_HER, "sent", None, now)
    return str(row.reference)


def withdraw_request(session: Session, reference: str, now: datetime, who: str = BY_HER) -> bool:
    """Take a request back: its content goes, a line without content stays. Say if it was sent."""
    row = row_of(session, reference)
    if row is None or row.status in (DRAFT, WITHDRAWN):
        return False
    row.status, row.ended_at = WITHDRAWN, now
    remove_content(session, row)
    note_event(session, row.id, who, "withdrawn", None, now)
    return True


def sent_requests(session: Session, respondent_id: str) -> list[tuple[str, str]]:
    """Return (reference, kind) of what somebody has sent and not taken back, the newest first."""
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
    may_contact: bool | None  # None: she was not asked
    reachable: bool  # an address or number that could be read is there


def last_sent(session: Session, respondent_id: str) -> Sent | None:
    """Return the newest request that somebody has sent."""
    sent = sent_requests(session, respondent_id)
    row = row_of(session, sent[0][0]) if sent else None
    if row is None:
        return None
    return Sent(row.reference, row.kind, row.may_contact, row.contact_hash is not None)


def draft_fields(session: Session, keys: Keys, respondent_id: str) -> Fields:
    """Return what somebody has told so far for the request that she is making."""
    row = draft_of(session, respondent_id)
    return fields_of(keys, row) if row else {}


def delete_requests(session: Session, respondent_id: str) -> None:
    """Delete everything that somebody asked for, and what staff wrote about it."""
    found = session.execute(
        select(RequestRow.id).where(RequestRow.respondent_id == respondent_id)
    ).scalars()
    _delete(session, list(found))


def _own_number(session: Session, keys: Keys, respondent_id: str) -> str | None:
    hidden = session.execute(
        select(AddressRow.encrypted).where(
            AddressRow.respondent_id == respondent_id, AddressRow.encrypted.is_not(None)
        )
    ).scalar()
    return keys.reveal(hidden) if hidden else None


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


def _delete(session: Session, ids: Sequence[int]) -> None:
    if not ids:
        return
    session.execute(
        update(RequestRow).where(RequestRow.duplicate_of.in_(ids)).values(duplicate_of=None)
    )
    for table in (RequestEventRow, ConsentRow):
        session.execute(delete(table).where(table.request_id.in_(ids)))
    session.execute(delete(RequestRow).where(RequestRow.id.in_(ids)))
