"""Staff accounts, their one-time links, and signing in."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.tables import RequestRow, RespondentRow, SkipRow, StaffRow
from bot.storage.staff.audit import record as record  # where it was before; `audit` is its home

LINK_LIFETIME = timedelta(hours=24)
# The first account has no e-mail until somebody opens its link; no address can be this.
NO_EMAIL_YET = ""
_ADMINS = select(StaffRow.id).where(  # who can look after accounts
    StaffRow.role == "admin", StaffRow.disabled.is_(False), StaffRow.password_hash.is_not(None)
)


class RoleWouldChange(ValueError):
    """There is an account already, and it has another role."""


class LastAdmin(ValueError):
    """Nobody would be left who can look after accounts."""


class EmailTaken(ValueError):
    """The first account wants an address that another account has."""


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
    totp_secret: bytes | None = None  # encrypted; None: she signs in by her password alone
    totp_counter: int | None = None


def normal_email(typed: str) -> str:
    """Return an e-mail address as it is stored. Raises ValueError with a sentence."""
    email = unicodedata.normalize("NFKC", typed).strip().lower()
    name, at, domain = email.rpartition("@")
    odd = any(not c.isprintable() or c.isspace() for c in email)
    if odd or not (name and at and "." in domain.strip(".")) or len(email) > 254:
        raise ValueError("Enter an email address in the correct format, like name@example.gov.uk")
    return email


def add_staff(
    session: Session, email: str, role: Role, now: datetime, *, change_role: bool = False
) -> str:
    """Make an account, or give an old one a new link; return the link's token.

    Raises ValueError when the e-mail address is none, RoleWouldChange when the account has another
    role and `change_role` does not say that this is meant, and LastAdmin. A password stays until
    the link is used. An account that was disabled is opened again.
    """
    email = normal_email(email)
    row = row_of(session, email, lock=True)
    if row is None:
        row = _new_row(email, role, now)
        session.add(row)
    elif row.role != role.value and not change_role:
        raise RoleWouldChange(f"{email} has an account already, as {row.role}.")
    elif row.role != role.value or row.disabled:
        give_role(session, row, role)
        reopen(row)
    token = give_link(row, now)
    session.flush()
    return token


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
    """Raise LastAdmin unless somebody else can look after accounts when this one no longer can."""
    if row.role != Role.ADMIN.value or row.disabled or row.password_hash is None:
        return
    # All are locked, in one order: two admins who shut each other out must not both succeed.
    admins = session.execute(_ADMINS.order_by(StaffRow.id).with_for_update())
    if set(admins.scalars()) <= {row.id}:
        raise LastAdmin("This is the only administrator’s account. Add another one first")


def setup_token_if_empty(session: Session, now: datetime) -> str | None:
    """Return a one-time token for the first account, or None when there is an administrator with a
    password.

    Called again while nobody has used it, it gives a new token and the old one is dead.
    """
    if has_admin(session):
        return None
    row = row_of(session, NO_EMAIL_YET, lock=True)
    if row is None:
        row = _new_row(NO_EMAIL_YET, Role.ADMIN, now)
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


def staff_by_email(session: Session, email: str) -> Staff | None:
    """Return the account with a normal e-mail address; the one without an address is nobody's."""
    row = row_of(session, email) if email != NO_EMAIL_YET else None
    return staff_of(row) if row else None


def staff_by_id(session: Session, staff_id: int) -> Staff | None:
    row = session.get(StaffRow, staff_id)
    return staff_of(row) if row else None


def signed_in(
    session: Session,
    staff: Staff,
    *,
    now: datetime | None,
    password_hash: str | None = None,
    counter: int | None = None,
) -> bool:
    """Note a sign-in; say False when the account changed since it was read.

    `now` is None while the second step is still to come. `password_hash` is the same password,
    hashed anew because the cost has been raised. `counter` is that of the code which was used.
    """
    row = session.get(StaffRow, staff.id, with_for_update=True)
    if row is None or staff_of(row) != staff:
        return False
    row.last_sign_in_at = now or row.last_sign_in_at
    row.password_hash = password_hash or row.password_hash
    row.totp_counter = counter or row.totp_counter
    return True


def end_sessions(session: Session, staff_id: int) -> None:
    """Sign somebody out wherever she is signed in; copied cookies are dead from now on."""
    row = session.get(StaffRow, staff_id, with_for_update=True)
    if row is not None:
        row.session_version += 1


def disable_staff(session: Session, email: str) -> bool:
    """Shut an account and its link at once; say whether there was one. Raises LastAdmin."""
    row = row_of(session, normal_email(email), lock=True)
    if row is None:
        return False
    check_an_admin_remains(session, row)
    row.disabled = True
    row.link_hash = row.link_expires_at = None
    row.session_version += 1
    return True


def has_asked(session: Session, reference: str) -> bool:
    """Say whether a respondent has sent a request: caseworkers read the conversations of those."""
    sent = (
        select(RequestRow.id)
        .join(RespondentRow, RespondentRow.id == RequestRow.respondent_id)
        .where(RespondentRow.reference == reference)
        .where(RequestRow.status.not_in(("draft", "withdrawn")))
    )
    return session.execute(sent.limit(1)).first() is not None


def has_admin(session: Session) -> bool:
    """Say whether there is an administrator who can sign in."""
    return session.execute(_ADMINS.limit(1)).first() is not None


def skipped_by(session: Session, respondent_id: str) -> frozenset[str]:
    """Return the questions that a respondent passed over and has not answered since."""
    found = session.execute(select(SkipRow.question).where(SkipRow.respondent_id == respondent_id))
    return frozenset(found.scalars())


def row_of(session: Session, email: str, *, lock: bool = False) -> StaffRow | None:
    """Return the row of a normal e-mail address, for those who change it."""
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
    # The first account's link is printed where many may see it: it makes no second administrator.
    return None if row.email == NO_EMAIL_YET and has_admin(session) else row


def _new_row(email: str, role: Role, now: datetime) -> StaffRow:
    return StaffRow(email=email, role=role.value, session_version=1, disabled=False, created_at=now)


def give_link(row: StaffRow, now: datetime) -> str:
    """Give an account a new one-time link; return its token. The one before is dead."""
    token = secrets.token_urlsafe(32)
    row.link_hash = _hash(token)
    row.link_expires_at = now + LINK_LIFETIME
    return token


def _hash(token: str) -> str:
    # 256 random bits need neither salt nor slowness.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


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
