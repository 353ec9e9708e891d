"""Who is signed in, and until when. The cookie is signed; what ends it is in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from bot.staff.shell.context import app_context
from bot.storage.staff.rows import Staff, staff_by_id

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
HALF_WAY = timedelta(minutes=10)  # from the right password to the code
CLOCK_STEP = timedelta(minutes=5)  # a clock set back further than this ends the session

IDLE_WORDS = "You were signed out because you did nothing for 30 minutes."
ABSOLUTE_WORDS = "You were signed out because 12 hours have passed. Sign in again to go on."
ENDED_WORDS = "You were signed out. Sign in again to go on."


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):
    """An account as flask-login keeps it: by its id and the version that its sessions must have."""

    staff: Staff

    def get_id(self) -> str:
        return f"{self.staff.id}.{self.staff.session_version}"


def prepare(app: Flask) -> None:
    # Error pages are shown without the database too, so templates never look anyone up.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # phones change their address; the rules below decide
    manager.user_loader(_load)


def _load(user_id: str) -> SignedIn | None:
    number, _, version = user_id.partition(".")
    if not (number.isdecimal() and version.isdecimal()):
        return None
    with app_context().database.reading() as database_session:
        staff = staff_by_id(database_session, int(number))
    if staff is None or staff.disabled or staff.session_version != int(version):
        return None
    return SignedIn(staff)


def begin(staff: Staff, now: datetime) -> None:
    """Sign a person in with a session that holds nothing of the one before."""
    session.clear()
    login_user(SignedIn(staff))
    session["began"] = session["seen"] = int(now.timestamp())


def begin_half(staff: Staff, now: datetime, wanted: str) -> None:
    """Remember that the password was right; nobody is signed in before the code is right too."""
    session.clear()
    user_id = SignedIn(staff).get_id()
    session["half"] = {"who": user_id, "since": int(now.timestamp()), "next": wanted}


def half(now: datetime) -> tuple[Staff, str] | None:
    """Return whose code is waited for, and where they want to go; None when it took too long."""
    waiting = session.get("half")
    if waiting is None:
        return None
    found = _load(waiting["who"])
    age = now.timestamp() - waiting["since"]
    in_time = -CLOCK_STEP.total_seconds() <= age <= HALF_WAY.total_seconds()
    if not in_time or found is None or found.staff.totp_secret is None:
        session.clear()
        return None
    return found.staff, waiting["next"]


def end() -> None:
    logout_user()
    session.clear()


def current(now: datetime) -> tuple[Staff | None, str | None]:
    """Return who is signed in; when nobody is any more, end the session and return why."""
    if "_user_id" not in session:
        return None, None
    ended = None if current_user.is_authenticated else ENDED_WORDS
    ended = ended or _expired(now)
    if ended:
        end()
        return None, ended
    session["seen"] = int(now.timestamp())
    return current_user.staff, None


def _expired(now: datetime) -> str | None:
    moment = now.timestamp()
    idle = moment - session.get("seen", 0)
    age = moment - session.get("began", 0)
    if min(idle, age) < -CLOCK_STEP.total_seconds():
        return ENDED_WORDS
    if idle > IDLE.total_seconds():
        return IDLE_WORDS
    return ABSOLUTE_WORDS if age > ABSOLUTE.total_seconds() else None


def cookie_settings(*, is_https: bool) -> dict[str, object]:
    """Return Flask's settings of the session cookie."""
    return {
        # Browsers take a __Host- cookie only from this very host, over TLS.
        "SESSION_COOKIE_NAME": "__Host-staff" if is_https else "staff",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": ABSOLUTE,
    }
