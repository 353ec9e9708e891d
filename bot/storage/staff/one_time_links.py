"""The one-time links with which staff set their passwords."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.tables import StaffRow
from bot.storage.staff.rows import (
    NO_EMAIL_YET,
    Role,
    Staff,
    has_admin,
    new_row,
    normal_email,
    row_of,
    staff_of,
)

LINK_LIFETIME = timedelta(hours=24)


class EmailTaken(ValueError):
    """The first account wants an address that another account has."""


def setup_token_if_empty(session: Session, now: datetime) -> str | None:
    """Return a one-time token for the first account, or None when there is an administrator with a
    password.

    Called again while nobody has used it, it gives a new token and the old one is dead.
    """
    if has_admin(session):
        return None
    row = row_of(session, NO_EMAIL_YET, lock=True)
    if row is None:
        row = new_row(NO_EMAIL_YET, Role.ADMIN, now)
        session.add(row)
    token = give_link(row, now)
    session.flush()
    return token


def staff_by_link(session: Session, token: str, now: datetime) -> Staff | None:
    """Return whose link this is, unless it was used, replaced or has expired."""
    row = _row_by_link(session, token, now)
    return staff_of(row) if row else None


def use_link(
    session: Session, token: str, *, email: str, password_hash: str, now: datetime
) -> Staff | None:
    """Set the password; end the link and all sessions. `email` is for the first account only.
    Raises EmailTaken.
    """
    row = _row_by_link(session, token, now, lock=True)
    if row is None:
        return None
    if row.email == NO_EMAIL_YET:
        email = normal_email(email)
        if row_of(session, email):
            raise EmailTaken("This email address has an account already. Enter another one")
        row.email = email
    row.password_hash = password_hash
    row.link_hash = row.link_expires_at = None
    row.session_version += 1
    session.flush()
    return staff_of(row)


def _row_by_link(
    session: Session, token: str, now: datetime, *, lock: bool = False
) -> StaffRow | None:
    statement = select(StaffRow).where(StaffRow.link_hash == _hash(token))
    row: StaffRow | None = session.execute(
        statement.with_for_update() if lock else statement
    ).scalar()
    if row is None or row.disabled or now >= row.link_expires_at:
        return None
    # The first account's link is printed where many may see it: it makes no second administrator.
    return None if row.email == NO_EMAIL_YET and has_admin(session) else row


def give_link(row: StaffRow, now: datetime) -> str:
    """Give an account a new one-time link; return its token. The one before is dead."""
    token = secrets.token_urlsafe(32)
    row.link_hash = _hash(token)
    row.link_expires_at = now + LINK_LIFETIME
    return token


def _hash(token: str) -> str:
    # 256 random bits need neither salt nor slowness.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
