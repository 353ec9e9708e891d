"""Staff accounts: what one is, and how it is found."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, object_session

from bot.storage.database.journal import JOURNAL, note
from bot.storage.database.tables import StaffRow

# The first account has no e-mail until its link is opened; no address can be this.
NO_EMAIL_YET = ""
_ADMINS = select(StaffRow.id).where(  # who can look after accounts
    StaffRow.role == "admin", StaffRow.disabled.is_(False), StaffRow.password_hash.is_not(None)
)


class RoleWouldChange(ValueError):
    """There is an account already, and it has another role."""


class LastAdmin(ValueError):
    """Nobody would be left who can look after accounts."""


class Role(str, Enum):
    """What the work of an account needs to see."""

    REVIEWER = "reviewer"
    CASEWORKER = "caseworker"
    ANALYST = "analyst"
    ADMIN = "admin"
    DATA_PROTECTION = "data-protection"
    PUBLISHER = "publisher"
    HEAD = "head-of-service"


@dataclass(frozen=True)
class Staff:
    """An account. Sessions carry `session_version`: raising it ends all of them at once."""

    id: int
    email: str
    role: Role
    session_version: int
    disabled: bool
    password_hash: str | None
    totp_secret: bytes | None = None  # encrypted; None: the password alone is enough
    totp_counter: int | None = None


def normal_email(typed: str) -> str:
    """Return an e-mail address as it is stored. Raises ValueError with a sentence."""
    email = unicodedata.normalize("NFKC", typed).strip().lower()
    name, at, domain = email.rpartition("@")
    odd = any(not c.isprintable() or c.isspace() for c in email)
    if odd or not (name and at and "." in domain.strip(".")) or len(email) > 254:
        raise ValueError("Enter an email address in the correct format, like name@example.gov.uk")
    return email


def give_role(session: Session, row: StaffRow, role: Role) -> None:
    """Change a role and end all sessions. Raises LastAdmin."""
    if role is not Role.ADMIN:
        check_an_admin_remains(session, row)
    row.role = role.value
    row.session_version += 1


def reopen(row: StaffRow) -> None:
    """Open an account. Who was shut out comes back by a link alone, not by the old password."""
    row.password_hash = None if row.disabled else row.password_hash
    row.disabled = False


def check_an_admin_remains(session: Session, row: StaffRow) -> None:
    """Raise LastAdmin unless another can look after accounts when this one no longer can."""
    if row.role != Role.ADMIN.value or row.disabled or row.password_hash is None:
        return
    # All are locked, in one order: two admins who shut each other out must not both succeed.
    admins = session.execute(_ADMINS.order_by(StaffRow.id).with_for_update())
    if set(admins.scalars()) <= {row.id}:
        raise LastAdmin("This is the only administrator’s account. Add another one first")


def staff_by_email(session: Session, email: str) -> Staff | None:
    """Return the account with a normal e-mail address; the one without an address is nobody's."""
    row = row_of(session, email) if email != NO_EMAIL_YET else None
    return staff_of(row) if row else None


def staff_by_id(session: Session, staff_id: int) -> Staff | None:
    row = session.get(StaffRow, staff_id)
    return staff_of(row) if row else None


def has_admin(session: Session) -> bool:
    """Say whether there is an administrator who can sign in."""
    return session.execute(_ADMINS.limit(1)).first() is not None


def row_of(session: Session, email: str, *, lock: bool = False) -> StaffRow | None:
    """Return the row of a normal e-mail address, for those who change it."""
    statement = select(StaffRow).where(StaffRow.email == email)
    statement = statement.with_for_update() if lock else statement
    row: StaffRow | None = session.execute(statement).scalar()
    return row


def new_row(email: str, role: Role, now: datetime) -> StaffRow:
    return StaffRow(email=email, role=role.value, session_version=1, disabled=False, created_at=now)


def staff_of(row: StaffRow) -> Staff:
    """Return an account as the staff app carries it."""
    return Staff(
        id=row.id,
        email=row.email,
        role=Role(row.role),
        session_version=row.session_version,
        disabled=row.disabled,
        password_hash=row.password_hash,
        totp_secret=row.totp_secret,
        totp_counter=row.totp_counter,
    )


@event.listens_for(StaffRow, "after_update")
def _note_account(_mapper: Any, _connection: Any, row: StaffRow) -> None:
    """Let a copy of the database from before know who may do less now, and which sessions ended."""
    session, was = object_session(row), inspect(row).attrs
    lesser = (was.disabled, was.role, was.session_version)
    if JOURNAL in session.info and any(one.history.has_changes() for one in lesser):
        note(
            session,
            "account",
            staff=session.info[JOURNAL].hash_of("staff", row.email),
            disabled=row.disabled,
            role=row.role,
            sessions=row.session_version,
            password=row.password_hash is not None,
        )
