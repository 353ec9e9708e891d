"""Respondents: made on first contact, found by address, moved by steps."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.channels.registry import normal_address
from bot.consultation.model import Consultation
from bot.consultation.state import State
from bot.storage.database.keys import Keys
from bot.storage.database.tables import AddressRow, RespondentRow
from bot.storage.messages.outbox import Reply, add_replies

# Crockford's base 32: no letter that is read as another when it is said on the phone.
REFERENCE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Respondent:
    """Who a message is from. `id` is random and is all that Rasa ever sees."""

    id: str
    reference: str
    channel: str
    erased: bool = False
    ours: str | None = None  # the number of ours that they wrote to last


def new_reference() -> str:
    """Return a fresh reference, e.g. HYS-7F3K-9Q2M (40 random bits)."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))
    return f"HYS-{letters[:4]}-{letters[4:]}"


def normal_reference(typed: str) -> str:
    """Return a reference as it is stored, from how people write it."""
    letters = "".join(c for c in typed.upper() if c.isascii() and c.isalnum())
    letters = letters.removeprefix("HYS").translate(str.maketrans("OIL", "011"))
    return f"HYS-{letters[:4]}-{letters[4:]}"


def create_respondent(
    session: Session,
    consultation: Consultation,
    *,
    channel: str,
    address_hash: str,
    now: datetime,
    hidden_address: bytes | None = None,
    ours: str | None = None,
    language: str | None = None,
    stopped: bool = False,
) -> Respondent:
    """Make a respondent with one address. The caller has checked that the address is new."""
    row = RespondentRow(
        id=uuid.uuid4().hex,
        reference=new_reference(),
        consultation=consultation.id,
        channel=channel,
        state=(State.STOPPED if stopped else State.NEW).value,
        privacy_version=consultation.privacy.version,
        last_seq=0,
        tries=0,
        opted_out=stopped,
        language=language,
        started_at=now,
        last_message_at=now,
    )
    session.add(row)
    session.flush()
    session.add(
        AddressRow(
            respondent_id=row.id,
            consultation=consultation.id,
            channel=channel,
            hash=address_hash,
            encrypted=hidden_address,
            ours=ours,
        )
    )
    session.flush()
    return Respondent(row.id, row.reference, row.channel)


def begin(
    session: Session,
    consultation: Consultation,
    *,
    channel: str,
    address_hash: str,
    replies: Sequence[Reply],
    now: datetime,
) -> Respondent:
    """Make a respondent of a channel that fetches its replies, and greet them."""
    respondent = create_respondent(
        session, consultation, channel=channel, address_hash=address_hash, now=now
    )
    session.flush()
    add_replies(session, respondent.id, replies, reply_to=None, delivery="sent", now=now)
    return respondent


def hash_of_token(token: str) -> str:
    """Return what is stored of a web session's token. It has 256 random bits, so no key is
    needed.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def change_token(
    session: Session, consultation_id: str, *, channel: str, old: str, new: str
) -> bool:
    """Give a session another token, by their hashes. False when nobody has the old one, so of two
    that try at once only one gets it.
    """
    changed = session.execute(
        update(AddressRow)
        .where(
            AddressRow.consultation == consultation_id,
            AddressRow.channel == channel,
            AddressRow.hash == old,
        )
        .values(hash=new)
    )
    return bool(changed.rowcount)


# Statements of every turn are built once: building one costs more than running it.
_BY_ADDRESS = (
    select(
        RespondentRow.id,
        RespondentRow.reference,
        RespondentRow.channel,
        RespondentRow.state == State.ERASED.value,
        AddressRow.ours,
    )
    .join(AddressRow, AddressRow.respondent_id == RespondentRow.id)
    .where(
        AddressRow.consultation == bindparam("consultation"),
        AddressRow.channel == bindparam("channel"),
        AddressRow.hash == bindparam("hash"),
    )
)
_REFERENCE = select(RespondentRow.reference).where(RespondentRow.id == bindparam("respondent"))


def find_respondent(
    session: Session, consultation_id: str, *, channel: str, address_hash: str
) -> Respondent | None:
    sought = {"consultation": consultation_id, "channel": channel, "hash": address_hash}
    row = session.execute(_BY_ADDRESS, sought).first()
    return Respondent(*row) if row else None


def answer_from(session: Session, respondent_id: str, ours: str) -> None:
    """Answer a respondent from this number of ours from now on."""
    session.execute(
        update(AddressRow).where(AddressRow.respondent_id == respondent_id).values(ours=ours)
    )


def references_of(session: Session, keys: Keys, address: str) -> list[str]:
    """Return the references of an address like `tel:…` in all consultations. Raises ValueError."""
    channel, normal = normal_address(address)
    found = session.execute(
        select(RespondentRow.reference)
        .join(AddressRow, AddressRow.respondent_id == RespondentRow.id)
        .where(AddressRow.hash == keys.hash_of(channel, normal))
        .order_by(RespondentRow.started_at)
    )
    return list(found.scalars())


def reference_of(session: Session, respondent_id: str) -> str:
    """Return the reference that a respondent was given."""
    return session.execute(_REFERENCE, {"respondent": respondent_id}).scalar_one()


def count_respondents(session: Session) -> int:
    return session.execute(select(func.count()).select_from(RespondentRow)).scalar_one()
