"""Staff accounts, their one-time links, and the record of who did what."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.tables import AuditRow, SkipRow, StaffRow

LINK_LIFETIME = timedelta(hours=24)
# The first account has no e-mail until somebody opens its link; no address can be this.
NO_EMAIL_YET = ""


class Role(str, Enum):
    """What somebody's work needs to see."""

    REVIEWER = "reviewer"
    CASEWORKER = "caseworker"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True)
class Staff:
    """An account. Sessions carry `session_version`: raising it ends all of them at once."""

    id: int
    email: str
    role: Role
    session_version: int
    disabled: bool
    password_hash: str | None


def normal_email(typed: str) -> str:
    """Return an e-mail address as it is stored. Raises ValueError with a sentence."""
    email = unicodedata.normalize("NFKC", typed).strip().lower()
    name, at, domain = email.rpartition("@")
    odd = any(not c.isprintable() or c.isspace() for c in email)
    if odd or not (name and at and "." in domain.strip(".")) or len(email) > 254:
        raise ValueError("Enter an email address in the correct format, like name@example.gov.uk")
    return email


def add_staff(session: Session, email: str, role: Role, now: datetime) -> str:
    """Make an account, or give an old one this role and a new link; return the link's token.

    Raises ValueError when the e-mail address is none. A password stays until the link is used.
    An account that was disabled is opened again.
    """
    email = normal_email(email)
    _forget_first_account(session)
    row = _row_of(session, email, lock=True)
    if row is None:
        row = _new_row(email, role, now)
        session.add(row)
    elif row.role != role.value or row.disabled:
        # Who was shut out comes back by the link alone, not by the old password.
        row.password_hash = None if row.disabled else row.password_hash
        row.role, row.disabled = role.value, False
        row.session_version += 1
    token = _give_link(row, now)
    session.flush()
    return token


def setup_token_if_empty(session: Session, now: datetime) -> str | None:
    """Return a one-time token for the first account, or None when there is an account.

    Called again while nobody has used it, it gives a new token and the old one is dead.
    """
    if session.execute(select(StaffRow.id).where(StaffRow.email != NO_EMAIL_YET)).first():
        return None
    row = _row_of(session, NO_EMAIL_YET, lock=True)
    if row is None:
        row = _new_row(NO_EMAIL_YET, Role.ADMIN, now)
        session.add(row)
    token = _give_link(row, now)
    session.flush()
    return token


def staff_by_link(session: Session, token: str, now: datetime) -> Staff | None:
    """Return whose link this is, unless it was used, replaced or has expired."""
    row = _row_by_link(session, token, now)
    return _staff(row) if row else None


def use_link(
    session: Session, token: str, *, email: str, password_hash: str, now: datetime
) -> Staff | None:
    """Set the password; end the link and all sessions. `email` is for the first account only."""
    row = _row_by_link(session, token, now, lock=True)
    if row is None:
        return None
    if row.email == NO_EMAIL_YET:
        row.email = normal_email(email)
    row.password_hash = password_hash
    row.link_hash = row.link_expires_at = None
    row.session_version += 1
    session.flush()
    return _staff(row)


def staff_by_email(session: Session, email: str) -> Staff | None:
    """Return the account with a normal e-mail address; the one without an address is nobody's."""
    row = _row_of(session, email) if email != NO_EMAIL_YET else None
    return _staff(row) if row else None


def staff_by_id(session: Session, staff_id: int) -> Staff | None:
    row = session.get(StaffRow, staff_id)
    return _staff(row) if row else None


def signed_in(
    session: Session, staff: Staff, *, password_hash: str | None = None, now: datetime
) -> bool:
    """Note a sign-in; say False when the account changed since it was read.

    `password_hash` is the same password, hashed anew because the cost has been raised.
    """
    row = session.get(StaffRow, staff.id, with_for_update=True)
    if row is None or _staff(row) != staff:
        return False
    row.last_sign_in_at = now
    row.password_hash = password_hash or row.password_hash
    return True


def end_sessions(session: Session, staff_id: int) -> None:
    """Sign somebody out wherever she is signed in; copied cookies are dead from now on."""
    row = session.get(StaffRow, staff_id, with_for_update=True)
    if row is not None:
        row.session_version += 1


def disable_staff(session: Session, email: str) -> bool:
    """Shut an account and its link at once; say whether there was one."""
    row = _row_of(session, normal_email(email), lock=True)
    if row is None:
        return False
    row.disabled = True
    row.link_hash = row.link_expires_at = None
    row.session_version += 1
    return True


def record(
    session: Session, *, who: str, what: str, about: str | None = None, now: datetime
) -> None:
    """Write down who did what. `about` is a reference, never words or numbers of a resident."""
    session.add(AuditRow(at=now, who=who[:254], what=what[:60], about=about and about[:100]))
    session.flush()


def skipped_by(session: Session, respondent_id: str) -> frozenset[str]:
    """Return the questions that a respondent passed over and has not answered since."""
    found = session.execute(select(SkipRow.question).where(SkipRow.respondent_id == respondent_id))
    return frozenset(found.scalars())


def _row_of(session: Session, email: str, *, lock: bool = False) -> StaffRow | None:
    statement = select(StaffRow).where(StaffRow.email == email)
    statement = statement.with_for_update() if lock else statement
    row: StaffRow | None = session.execute(statement).scalar()
    return row


def _row_by_link(
    session: Session, token: str, now: datetime, *, lock: bool = False
) -> StaffRow | None:
    statement = select(StaffRow).where(StaffRow.link_hash == _hash(token))
    row: StaffRow | None = session.execute(
        statement.with_for_update() if lock else statement
    ).scalar()
    if row is None or row.disabled or now >= row.link_expires_at:
        return None
    return row


def _new_row(email: str, role: Role, now: datetime) -> StaffRow:
    return StaffRow(email=email, role=role.value, session_version=1, disabled=False, created_at=now)


def _give_link(row: StaffRow, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    row.link_hash = _hash(token)
    row.link_expires_at = now + LINK_LIFETIME
    return token


def _forget_first_account(session: Session) -> None:
    """With a real account there is, its open link must not make a second admin."""
    session.execute(delete(StaffRow).where(StaffRow.email == NO_EMAIL_YET))


def _hash(token: str) -> str:
    # 256 random bits need neither salt nor slowness.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _staff(row: StaffRow) -> Staff:
    return Staff(
        id=row.id,
        email=row.email,
        role=Role(row.role),
        session_version=row.session_version,
        disabled=row.disabled,
        password_hash=row.password_hash,
    )
