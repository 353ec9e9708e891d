"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff import sessions
from bot.staff.forms import SignInForm
from bot.staff.office import Office, office
from bot.staff.passwords import normal_password, verify
from bot.storage.staff import (
    Staff,
    end_sessions,
    normal_email,
    record,
    signed_in,
    staff_by_email,
)

sign_in = Blueprint("sign_in", __name__)
sign_out = Blueprint("sign_out", __name__)

# One sentence for every reason, so that nobody learns who has an account.
WRONG = "Enter an email address and password that belong together"


@sign_in.get("/sign-in")
def show() -> ResponseReturnValue:
    staff, _ = sessions.current(office().clock())
    wanted = own_path(request.args.get("next"))
    if staff:
        return redirect(wanted)
    return page(SignInForm(formdata=None, next=wanted))


@sign_in.post("/sign-in")
def submit() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return page(form), 400
    here = office()
    staff = _try(here, form.email.data, form.password.data)
    if staff is None:
        form.email.errors = [WRONG]
        return page(form), 401
    sessions.begin(staff, here.clock())
    return redirect(own_path(form.next.data))


@sign_out.post("/sign-out")
def end() -> ResponseReturnValue:
    here = office()
    with here.database.writing() as database_session:
        end_sessions(database_session, g.staff.id)
        record(database_session, who=g.staff.email, what="signed out", now=here.clock())
    sessions.end()
    flash("You have signed out on every device.")
    return redirect(url_for("sign_in.show"))


def page(form: SignInForm, problems: list[str] | None = None) -> str:
    """Return the sign-in page; `problems` are those of the whole form."""
    return render_template("sign_in.html", form=form, problems=problems or [])


def own_path(wanted: str | None) -> str:
    """Return a path of our own to go to; anything that leads elsewhere becomes the first page."""
    first = url_for("conversations.index")
    try:
        parts = urlsplit(wanted or "")
    except ValueError:
        return first
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    # Browsers read a backslash as a slash, and drop tabs and line breaks.
    odd = any(c == "\\" or not c.isprintable() for c in wanted or "")
    return first if odd or not ours or (wanted or "").startswith("//") else wanted or first


def _try(here: Office, typed_email: str, typed_password: str) -> Staff | None:
    """Return the account if all is right. Every wrong try costs the same and writes one record."""
    staff = _account(here, typed_email)
    password = normal_password(typed_password)
    password_hash = (staff.password_hash if staff else None) or here.no_password
    fits = verify(here.hasher, password_hash, password)
    opened = staff if fits and staff is not None and _is_open(staff) else None
    rehashed = _rehash(here, opened, password) if opened else None
    with here.database.writing() as database_session:
        if opened and signed_in(database_session, opened, password_hash=rehashed, now=here.clock()):
            record(database_session, who=opened.email, what="signed in", now=here.clock())
            return opened
        record(
            database_session,
            who=staff.email if staff else f"unknown {here.mark_of_email(typed_email)}",
            what="sign-in failed",
            now=here.clock(),
        )
    return None


def _is_open(staff: Staff) -> bool:
    return staff.password_hash is not None and not staff.disabled


def _account(here: Office, typed_email: str) -> Staff | None:
    try:
        email = normal_email(typed_email)
    except ValueError:
        email = ""
    with here.database.reading() as database_session:
        return staff_by_email(database_session, email)


def _rehash(here: Office, staff: Staff, password: str) -> str | None:
    """Return a new hash when ours has become dearer since the password was set."""
    outdated = here.hasher.check_needs_rehash(staff.password_hash or "")
    return here.hasher.hash(password) if outdated else None
