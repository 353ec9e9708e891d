"""The draft of a request, while it is still being asked for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.consultation.model import Consultation
from bot.conversation.sealing import OWN_NUMBER
from bot.storage.database.keys import Keys
from bot.storage.database.tables import (
    AddressRow,
    RequestRow,
    RespondentRow,
)
from bot.storage.requests.rows import (
    DRAFT,
    Fields,
    delete_rows,
    draft_of,
    fields_of,
    forget_sealed,
    hidden,
)
from bot.storage.respondents.consents import note_consent

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
        if "value" not in said:  # a wish, to stand beside the field
            before = fields.get(question_id, {})
            wishes = dict.fromkeys(filter(None, (before.get("remark"), said.get("remark"))))
            fields[question_id] = {**before, "remark": "; ".join(wishes)}
            continue
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
        delete_rows(session, [row.id])


def draft_fields(session: Session, keys: Keys, respondent_id: str) -> Fields:
    """Return what a resident has told so far for the request that they are making."""
    row = draft_of(session, respondent_id)
    return fields_of(keys, row) if row else {}


def _own_number(session: Session, keys: Keys, respondent_id: str) -> str | None:
    hidden = session.execute(
        select(AddressRow.encrypted).where(
            AddressRow.respondent_id == respondent_id, AddressRow.encrypted.is_not(None)
        )
    ).scalar()
    return keys.reveal(hidden) if hidden else None
