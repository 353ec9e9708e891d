"""Signing in, and opening and shutting accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.storage.database.tables import StaffRow
from bot.storage.staff.one_time_links import give_link
from bot.storage.staff.rows import (
    Role,
    RoleWouldChange,
    Staff,
    check_an_admin_remains,
    give_role,
    new_row,
    normal_email,
    reopen,
    row_of,
    staff_of,
)


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
        row = new_row(email, role, now)
        session.add(row)
    elif row.role != role.value and not change_role:
        raise RoleWouldChange(f"{email} has an account already, as {row.role}.")
    elif row.role != role.value or row.disabled:
        give_role(session, row, role)
        reopen(row)
    token = give_link(row, now)
    session.flush()
    return token


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
    """Sign an account out wherever it is signed in; copied cookies are dead from now on."""
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
