"""Consents: noted with the words that were asked, and taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.consultation.model import Consultation, Section
from bot.consultation.question import CONTACT_KINDS, Consent, Question
from bot.storage.database.journal import note
from bot.storage.database.keys import Keys
from bot.storage.database.tables import ConsentRow, OutboxRow, RequestRow
from bot.storage.requests.rows import (
    DRAFT,
    REACHES,
    RESIDENT,
    WITHDRAWN,
    Fields,
    drop_public_version,
    fields_of,
    forget_sealed,
    hidden,
    note_event,
)
from bot.storage.respondents.hearing import wants_no_more


def note_consent(
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


def agreed(section: Section, fields: Fields, consent: Consent) -> bool | None:
    """Return whether they said yes; None when the request does not ask."""
    asked = [q.id for q in section.questions if q.consent is consent]
    if not asked:
        return None
    return all(fields.get(one, {}).get("value") == "yes" for one in asked)


def without_contact(section: Section, fields: Fields) -> Fields:
    contact = {q.id for q in section.questions if q.kind in CONTACT_KINDS}
    return {one: said for one, said in fields.items() if one not in contact}


def withdraw_consent(
    session: Session,
    keys: Keys,
    consultation: Consultation,
    respondent_id: str,
    revoked: Collection[Consent],
    now: datetime,
) -> None:
    """Take consents back from all that a resident has sent. Without consent to contact them, how to
    reach them goes at once.
    """
    rows = session.execute(
        select(RequestRow)
        .where(
            RequestRow.respondent_id == respondent_id,
            RequestRow.status.not_in((DRAFT, WITHDRAWN)),
        )
        .with_for_update()
    ).scalars()
    consents = sorted(one.value for one in revoked)
    note(session, "consents taken back", who=respondent_id, consents=consents)
    if Consent.CONTACT in revoked:
        wants_no_more(session, respondent_id)
    for row in rows:
        section = consultation.section(row.kind)
        if section is None or row.fields is None:
            continue
        if Consent.PUBLISH in revoked and row.may_publish:
            row.may_publish = row.approved_to_publish = False
            drop_public_version(session, row)
            _note_revoked(session, row, Consent.PUBLISH, now)
        reachable = any(q.kind in REACHES for q in section.questions)
        if Consent.CONTACT in revoked and reachable and row.may_contact is not False:
            row.may_contact, row.contact_hash = False, None
            row.fields = hidden(keys, without_contact(section, fields_of(keys, row)))
            forget_sealed(session, row)
            _note_revoked(session, row, Consent.CONTACT, now)


def _note_revoked(session: Session, row: RequestRow, purpose: Consent, now: datetime) -> None:
    consent = ConsentRow(
        request_id=row.id,
        purpose=purpose.value,
        given=False,
        text="(taken back in their own words)",
        wording_version=row.wording_version,
        channel=row.channel,
        at=now,
    )
    session.add(consent)
    note_event(session, row.id, RESIDENT, f"no {purpose.value} any more", None, now)
