"""Requests: what residents ask of the council. What staff do with them is in casework.py."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.consultation.model import CONTACT_KINDS, Consent, Consultation, Kind, Question, Section
from bot.consultation.runs import CONTACT, OWN_NUMBER
from bot.storage.keys import Keys
from bot.storage.tables import (
    AddressRow,
    ConsentRow,
    InboxRow,
    OutboxRow,
    RequestEventRow,
    RequestRow,
    RespondentRow,
)

DRAFT, NEW, IN_PROGRESS, DONE, DECLINED, WITHDRAWN = (
    "draft", "new", "in_progress", "done", "declined", "withdrawn",
)  # fmt: skip
OPEN_STATUSES, ENDED = (NEW, IN_PROGRESS), (DONE, DECLINED)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BY_HER = "the resident"
REACHES = (Kind.EMAIL, Kind.PHONE, Kind.EMAIL_OR_PHONE)
Fields = dict[str, dict[str, Any]]  # {question: {"text": as sent, "value": as understood}}


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
        fields=_hidden(keys, {}),
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
    row = _draft(session, respondent_id)
    if row is None or not told:
        return
    fields = fields_of(keys, row)
    for question_id, said in told.items():
        if said["value"] == OWN_NUMBER:
            said = {**said, "value": _own_number(session, keys, respondent_id)}
        fields[question_id] = said
        question = consultation.by_id[question_id]
        if question.consent and said["value"] in ("yes", "no"):
            _note_consent(session, row, question, said["value"] == "yes", now)
    row.fields = _hidden(keys, fields)
    session.flush()


def drop_request(session: Session, respondent_id: str) -> None:
    """Forget the draft and everything in it."""
    row = _draft(session, respondent_id)
    if row is not None:
        _forget_sealed(session, row)
        _delete(session, [row.id])


def send_request(
    session: Session, keys: Keys, consultation: Consultation, respondent_id: str, now: datetime
) -> str | None:
    """Hand the draft to staff; return its reference. What consent does not cover is left out."""
    row = _draft(session, respondent_id)
    section = consultation.section(row.kind) if row else None
    if row is None or section is None:
        return None
    fields = fields_of(keys, row)
    row.may_contact = _agreed(section, fields, Consent.CONTACT)
    row.may_publish = _agreed(section, fields, Consent.PUBLISH)
    if row.may_contact is False:  # silence is no, and without a yes there is no use for these
        fields = _without_contact(section, fields)
        _forget_sealed(session, row)
    row.fields = _hidden(keys, fields)
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


def withdraw_consent(
    session: Session,
    keys: Keys,
    consultation: Consultation,
    respondent_id: str,
    revoked: Collection[Consent],
    now: datetime,
) -> None:
    """Take consents back from all that somebody has sent. Without consent to contact her, how to
    reach her goes at once.
    """
    rows = session.execute(
        select(RequestRow)
        .where(
            RequestRow.respondent_id == respondent_id,
            RequestRow.status.not_in((DRAFT, WITHDRAWN)),
        )
        .with_for_update()
    ).scalars()
    for row in rows:
        section = consultation.section(row.kind)
        if section is None or row.fields is None:
            continue
        if Consent.PUBLISH in revoked and row.may_publish:
            row.may_publish = row.approved_to_publish = False
            _note_revoked(session, row, Consent.PUBLISH, now)
        reachable = any(q.kind in REACHES for q in section.questions)
        if Consent.CONTACT in revoked and reachable and row.may_contact is not False:
            row.may_contact, row.contact_hash = False, None
            row.fields = _hidden(keys, _without_contact(section, fields_of(keys, row)))
            _forget_sealed(session, row)
            _note_revoked(session, row, Consent.CONTACT, now)


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
    row = _draft(session, respondent_id)
    return fields_of(keys, row) if row else {}


def delete_requests(session: Session, respondent_id: str) -> None:
    """Delete everything that somebody asked for, and what staff wrote about it."""
    found = session.execute(
        select(RequestRow.id).where(RequestRow.respondent_id == respondent_id)
    ).scalars()
    _delete(session, list(found))


def remove_content(session: Session, row: RequestRow) -> None:
    """Delete what a request says and whom it is from; its kind, dates and status stay."""
    row.fields = row.contact_hash = None
    _forget_sealed(session, row)
    session.execute(
        update(RequestEventRow)
        .where(RequestEventRow.request_id == row.id, RequestEventRow.what == "note")
        .values(detail=None)
    )


def fields_of(keys: Keys, row: RequestRow) -> Fields:
    """Return the fields of a request in clear; none when its content was removed."""
    fields: Fields = json.loads(keys.reveal(row.fields)) if row.fields else {}
    return fields


def _hidden(keys: Keys, fields: Fields) -> bytes:
    return keys.hide(json.dumps(fields, ensure_ascii=False))


def _draft(session: Session, respondent_id: str) -> RequestRow | None:
    row: RequestRow | None = session.execute(
        select(RequestRow)
        .where(RequestRow.respondent_id == respondent_id, RequestRow.status == DRAFT)
        .order_by(RequestRow.id.desc())
        .limit(1)
    ).scalar()
    return row


def row_of(session: Session, reference: str) -> RequestRow | None:
    row: RequestRow | None = session.execute(
        select(RequestRow).where(RequestRow.reference == reference).with_for_update()
    ).scalar()
    return row


def _own_number(session: Session, keys: Keys, respondent_id: str) -> str | None:
    hidden = session.execute(
        select(AddressRow.encrypted).where(
            AddressRow.respondent_id == respondent_id, AddressRow.encrypted.is_not(None)
        )
    ).scalar()
    return keys.reveal(hidden) if hidden else None


def _note_consent(
    session: Session, row: RequestRow, question: Question, given: bool, now: datetime
) -> None:
    assert question.consent is not None
    asked = session.execute(
        select(OutboxRow.text)
        .where(OutboxRow.respondent_id == row.respondent_id, OutboxRow.question == question.id)
        .order_by(OutboxRow.seq.desc())
        .limit(1)
    ).scalar()
    consent = ConsentRow(
        request_id=row.id,
        purpose=question.consent.value,
        given=given,
        text=asked or question.wording.text,
        wording_version=row.wording_version,
        channel=row.channel,
        at=now,
    )
    session.add(consent)


def _note_revoked(session: Session, row: RequestRow, purpose: Consent, now: datetime) -> None:
    consent = ConsentRow(
        request_id=row.id,
        purpose=purpose.value,
        given=False,
        text="(taken back in her own words)",
        wording_version=row.wording_version,
        channel=row.channel,
        at=now,
    )
    session.add(consent)
    note_event(session, row.id, BY_HER, f"no {purpose.value} any more", None, now)


def _without_contact(section: Section, fields: Fields) -> Fields:
    contact = {q.id for q in section.questions if q.kind in CONTACT_KINDS}
    return {one: said for one, said in fields.items() if one not in contact}


def _agreed(section: Section, fields: Fields, consent: Consent) -> bool | None:
    """Return whether she said yes; None when the request does not ask."""
    asked = [q.id for q in section.questions if q.consent is consent]
    if not asked:
        return None
    return all(fields.get(one, {}).get("value") == "yes" for one in asked)


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


def _forget_sealed(session: Session, row: RequestRow) -> None:
    """Delete what was written into the request's contact fields also from the conversation."""
    session.execute(
        update(InboxRow)
        .where(
            InboxRow.respondent_id == row.respondent_id,
            InboxRow.private == CONTACT,
            InboxRow.question.startswith(f"{row.kind}.", autoescape=True),
        )
        .values(sealed=None)
        .execution_options(synchronize_session=False)
    )


def note_event(
    session: Session, request_id: int, who: str, what: str, detail: str | None, now: datetime
) -> None:
    event = RequestEventRow(request_id=request_id, at=now, who=who, what=what, detail=detail)
    session.add(event)
    session.flush()


def _delete(session: Session, ids: Sequence[int]) -> None:
    if not ids:
        return
    session.execute(
        update(RequestRow).where(RequestRow.duplicate_of.in_(ids)).values(duplicate_of=None)
    )
    for table in (RequestEventRow, ConsentRow):
        session.execute(delete(table).where(table.request_id.in_(ids)))
    session.execute(delete(RequestRow).where(RequestRow.id.in_(ids)))
