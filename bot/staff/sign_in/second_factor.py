"""The second step at sign-in: codes from an authenticator app (TOTP, RFC 6238)."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp
import segno
from flask import Blueprint, abort, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from bot.staff.shell.context import AppContext, app_context
from bot.staff.shell.forms import CodeForm
from bot.staff.sign_in import sessions
from bot.storage.staff.accounts import set_second_factor
from bot.storage.staff.audit import record

second_factor = Blueprint("second_factor", __name__)

CLOCKS_DIFFER = 1  # steps of 30 seconds that a phone's clock may be before or after ours
PROPOSED = "proposed_secret"  # in the session, encrypted, until a code confirms it

WRONG = "Enter the six digits that your app shows now. Each code works once"


def counter_of(secret: str, typed: str, now: datetime, *, after: int | None) -> int | None:
    """Return the counter that a code belongs to, or None when it is wrong or was used before."""
    code = re.sub(r"\s", "", typed).encode("utf-8", "replace")
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // totp.interval
    for counter in range(current - CLOCKS_DIFFER, current + CLOCKS_DIFFER + 1):
        fits = hmac.compare_digest(totp.generate_otp(counter).encode(), code)
        if fits and (after is None or counter > after):
            return counter
    return None


@second_factor.get("/second-factor")
def show() -> ResponseReturnValue:
    return _page(CodeForm(formdata=None))


@second_factor.post("/second-factor")
def confirm() -> ResponseReturnValue:
    """Switch the second step on, once a code shows that the app has the key."""
    here, form = app_context(), CodeForm()
    if g.staff.totp_secret is not None:
        abort(400)
    if not form.validate():
        return _page(form), 400
    secret = _proposed(here)
    counter = counter_of(secret, form.code.data, here.clock(), after=None)
    if counter is None:
        form.code.errors = [WRONG]
        return _page(form), 401
    _change(here, here.keys.hide(secret), counter, "second factor set up")
    flash("From now on you sign in with your password and a code.")
    return redirect(url_for("home.index"))


@second_factor.post("/second-factor/remove")
def remove() -> ResponseReturnValue:
    """Switch the second step off; it takes a code, so that a screen left open is not enough."""
    here, form = app_context(), CodeForm()
    if g.staff.totp_secret is None or here.settings.require_totp:
        abort(400)
    if not form.validate():
        return _page(form), 400
    secret = here.keys.reveal(g.staff.totp_secret)
    after = g.staff.totp_counter
    if counter_of(secret, form.code.data, here.clock(), after=after) is None:
        form.code.errors = [WRONG]
        return _page(form), 401
    _change(here, None, None, "second factor removed")
    flash("From now on you sign in with your password alone.")
    return redirect(url_for(".show"))


def _change(here: AppContext, hidden: bytes | None, counter: int | None, what: str) -> None:
    with here.database.writing() as database_session:
        staff = set_second_factor(database_session, g.staff, hidden, counter)
        if staff is None:
            abort(400)
        record(database_session, who=staff.email, what=what, now=here.clock())
    sessions.begin(staff, here.clock())


def _proposed(here: AppContext) -> str:
    """Return the key that is offered; the same until it is confirmed or the session ends."""
    if PROPOSED not in session:
        session[PROPOSED] = here.keys.hide(pyotp.random_base32()).decode()
    return here.keys.reveal(session[PROPOSED].encode())


def _page(form: CodeForm) -> str:
    here = app_context()
    if g.staff.totp_secret is not None:
        return render_template(
            "second_factor_on.html", form=form, required=here.settings.require_totp
        )
    secret = _proposed(here)
    link = pyotp.TOTP(secret).provisioning_uri(
        name=g.staff.email, issuer_name=f"{here.consultation.organisation} staff"
    )
    picture = segno.make(link, error="m", micro=False).svg_inline(scale=5, svgclass=None)
    return render_template(
        "second_factor.html",
        form=form,
        required=here.settings.require_totp,
        key=" ".join(re.findall(".{1,4}", secret)),
        link=link,
        picture=Markup(picture),  # segno's own drawing: nothing typed by anybody is in it as text
    )
