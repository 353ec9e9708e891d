"""Signing in, by password and for some by a code too, and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.shell.context import AppContext, app_context
from bot.staff.shell.forms import CodeForm, SignInForm
from bot.staff.sign_in import sessions
from bot.staff.sign_in.passwords import normal_password, verify
from bot.staff.sign_in.second_factor import WRONG as WRONG_CODE
from bot.staff.sign_in.second_factor import counter_of
from bot.storage.staff.audit import record
from bot.storage.staff.rows import Staff, normal_email, staff_by_email
from bot.storage.staff.sign_in import end_sessions, signed_in

sign_in = Blueprint("sign_in", __name__)
sign_out = Blueprint("sign_out", __name__)
# One sentence for every reason, so that nobody learns who has an account.
WRONG = "Enter an email address and password that belong together"


@sign_in.get("/sign-in")
def show() -> ResponseReturnValue:
    staff, _ = sessions.current(app_context().clock())
    wanted = own_path(request.args.get("next"))
    if staff:
        return redirect(wanted)
    return page(SignInForm(formdata=None, next=wanted))


@sign_in.post("/sign-in")
def submit() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return page(form), 400
    here = app_context()
    staff = _try(here, form.email.data, form.password.data)
    if staff is None:
        form.email.errors = [WRONG]
        return page(form), 401
    wanted = own_path(form.next.data)
    if staff.totp_secret is not None:
        sessions.begin_half(staff, here.clock(), wanted)
        return redirect(url_for(".code"))
    sessions.begin(staff, here.clock())
    return redirect(wanted)


@sign_in.get("/sign-in/code")
def code() -> ResponseReturnValue:
    if sessions.half(app_context().clock()) is None:
        return redirect(url_for(".show"))
    return code_page(CodeForm(formdata=None))


@sign_in.post("/sign-in/code")
def submit_code() -> ResponseReturnValue:
    here, form = app_context(), CodeForm()
    waiting = sessions.half(here.clock())
    if waiting is None:
        flash("Sign in again: the code was not entered in time.")
        return redirect(url_for(".show"))
    if not form.validate():
        return code_page(form), 400
    staff, wanted = waiting
    if not _code_fits(here, staff, form.code.data):
        form.code.errors = [WRONG_CODE]
        return code_page(form), 401
    sessions.begin(staff, here.clock())
    return redirect(wanted)


@sign_out.post("/sign-out")
def end() -> ResponseReturnValue:
    here = app_context()
    with here.database.writing() as database_session:
        end_sessions(database_session, g.staff.id)
        record(database_session, who=g.staff.email, what="signed out", now=here.clock())
    sessions.end()
    flash("You have signed out on every device.")
    return redirect(url_for("sign_in.show"))


def page(form: SignInForm, problems: list[str] | None = None) -> str:
    """Return the sign-in page; `problems` are those of the whole form."""
    return render_template("sign_in.html", form=form, problems=problems or [])


def code_page(form: CodeForm, problems: list[str] | None = None) -> str:
    """Return the page that asks for the code."""
    return render_template("sign_in_code.html", form=form, problems=problems or [])


def own_path(wanted: str | None) -> str:
    """Return a path of our own to go to; anything that leads elsewhere becomes the first page."""
    first = url_for("home.index")
    if wanted == url_for("sign_out.end"):  # they have just signed in
        return first
    try:
        parts = urlsplit(wanted or "")
    except ValueError:
        return first
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    # Browsers read a backslash as a slash, and drop tabs and line breaks.
    odd = any(c == "\\" or not c.isprintable() for c in wanted or "")
    return first if odd or not ours or (wanted or "").startswith("//") else wanted or first


def _try(here: AppContext, typed_email: str, typed_password: str) -> Staff | None:
    """Return the account if all is right. Every wrong try costs the same and writes one record."""
    staff = _account(here, typed_email)
    password = normal_password(typed_password)
    password_hash = (staff.password_hash if staff else None) or here.no_password
    fits = verify(here.hasher, password_hash, password)
    opened = staff if fits and staff is not None and _is_open(staff) else None
    rehashed = _rehash(here, opened, password) if opened else None
    through = opened is not None and opened.totp_secret is None
    with here.database.writing() as database_session:
        now = here.clock() if through else None
        if opened and signed_in(database_session, opened, password_hash=rehashed, now=now):
            what = "signed in" if through else "password accepted"
            record(database_session, who=opened.email, what=what, now=here.clock())
            return opened
        record(
            database_session,
            who=staff.email if staff else f"unknown {here.mark_of_email(typed_email)}",
            what="sign-in failed",
            now=here.clock(),
        )
    return None


def _code_fits(here: AppContext, staff: Staff, typed: str) -> bool:
    """Check and use up a code. Every try writes one record."""
    secret = here.keys.reveal(staff.totp_secret or b"")
    counter = counter_of(secret, typed, here.clock(), after=staff.totp_counter)
    with here.database.writing() as database_session:
        # Of two that come with one code at the same moment, the second finds the account changed.
        right = counter is not None and signed_in(
            database_session, staff, counter=counter, now=here.clock()
        )
        what = "signed in" if right else "code refused"
        record(database_session, who=staff.email, what=what, now=here.clock())
    return right


def _is_open(staff: Staff) -> bool:
    return staff.password_hash is not None and not staff.disabled


def _account(here: AppContext, typed_email: str) -> Staff | None:
    try:
        email = normal_email(typed_email)
    except ValueError:
        email = ""
    with here.database.reading() as database_session:
        return staff_by_email(database_session, email)


def _rehash(here: AppContext, staff: Staff, password: str) -> str | None:
    """Return a new hash when ours has become dearer since the password was set."""
    outdated = here.hasher.check_needs_rehash(staff.password_hash or "")
    return here.hasher.hash(password) if outdated else None
