"""Looking after staff accounts: who there is, and what administrators change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.tables import StaffRow
from bot.storage.staff.one_time_links import give_link
from bot.storage.staff.rows import NO_EMAIL_YET, Role, Staff, give_role, reopen, staff_of


@dataclass(frozen=True)
class Account:
    """An account as administrators see it: without hashes and secrets."""

    id: int
    email: str
    role: Role
    disabled: bool
    has_password: bool
    has_second_factor: bool
    link_until: datetime | None  # a one-time link that nobody has used yet
    created_at: datetime
    last_sign_in_at: datetime | None


def all_accounts(session: Session) -> list[Account]:
    """Return every account, open ones first, by e-mail address."""
    rows = session.execute(
        select(StaffRow)
        .where(StaffRow.email != NO_EMAIL_YET)
        .order_by(StaffRow.disabled, StaffRow.email)
    )
    return [_account(row) for row in rows.scalars()]


def addresses_of(session: Session, roles: Iterable[Role]) -> list[str]:
    """Return the addresses of those with one of these roles who have set their account up."""
    query = select(StaffRow.email).where(
        StaffRow.role.in_([role.value for role in roles]),
        StaffRow.disabled.is_(False),
        StaffRow.password_hash.is_not(None),
    )
    return list(session.execute(query.order_by(StaffRow.email)).scalars())


def account_of(session: Session, staff_id: int) -> Account | None:
    row = session.get(StaffRow, staff_id)
    return _account(row) if row is not None and row.email != NO_EMAIL_YET else None


def change_role(session: Session, staff_id: int, role: Role) -> bool:
    """Give an account another role and end its sessions; say whether it changed. Raises
    LastAdmin.
    """
    row = _locked(session, staff_id)
    if row.role == role.value:
        return False
    give_role(session, row, role)
    return True


def renew_link(session: Session, staff_id: int, now: datetime) -> str:
    """Return the token of a new one-time link. An account that was disabled is opened again."""
    row = _locked(session, staff_id)
    if row.disabled:
        reopen(row)
    return give_link(row, now)


def set_second_factor(
    session: Session, staff: Staff, hidden_secret: bytes | None, counter: int | None
) -> Staff | None:
    """Keep, or remove, a second factor and end all sessions; return the account as it is now, or
    None when it has changed meanwhile. `counter` is that of the code which confirmed it.
    """
    row = _locked(session, staff.id)
    if (row.session_version, row.totp_secret) != (staff.session_version, staff.totp_secret):
        return None
    _set_factor(row, hidden_secret, counter)
    session.flush()
    return staff_of(row)


def remove_second_factor(session: Session, staff_id: int) -> bool:
    """Let an account sign in by its password alone, and end its sessions; say whether it had a
    second step."""
    row = _locked(session, staff_id)
    had_one = row.totp_secret is not None
    _set_factor(row, None, None)
    return had_one


def _set_factor(row: StaffRow, hidden_secret: bytes | None, counter: int | None) -> None:
    row.totp_secret, row.totp_counter = hidden_secret, counter
    row.session_version += 1


def _locked(session: Session, staff_id: int) -> StaffRow:
    return session.get(StaffRow, staff_id, with_for_update=True)


def _account(row: StaffRow) -> Account:
    return Account(
        id=row.id,
        email=row.email,
        role=Role(row.role),
        disabled=row.disabled,
        has_password=row.password_hash is not None,
        has_second_factor=row.totp_secret is not None,
        link_until=row.link_expires_at if row.link_hash else None,
        created_at=row.created_at,
        last_sign_in_at=row.last_sign_in_at,
    )
