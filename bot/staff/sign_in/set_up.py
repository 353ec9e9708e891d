"""Opening a one-time link: choosing the password, and for the first account the e-mail address."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.staff.shell.context import AppContext, app_context
from bot.staff.shell.forms import FirstAccountForm, PasswordForm
from bot.staff.sign_in.passwords import normal_password
from bot.storage.staff.audit import record
from bot.storage.staff.one_time_links import EmailTaken, staff_by_link, use_link
from bot.storage.staff.rows import NO_EMAIL_YET, Staff

set_up = Blueprint("set_up", __name__)


@set_up.get("/set-up/<token>")
def show(token: str) -> ResponseReturnValue:
    owner = _owner(app_context(), token)
    if owner is None:
        return _dead_link()
    return _page(_form(app_context(), owner, fresh=True), owner)


@set_up.post("/set-up/<token>")
def submit(token: str) -> ResponseReturnValue:
    here = app_context()
    owner = _owner(here, token)
    if owner is None:
        return _dead_link()
    form = _form(here, owner)
    if not form.validate():
        return _page(form, owner), 400
    email = form.email.data if isinstance(form, FirstAccountForm) else owner.email
    # Hashing is slow on purpose, so it is done before the transaction and not in it.
    password_hash = here.hasher.hash(normal_password(form.password.data))
    try:
        staff = _use(here, token, email, password_hash)
    except EmailTaken as error:
        form.email.errors = [str(error)]
        return _page(form, owner), 400
    if staff is None:
        return _dead_link()
    flash("Your password is set. You can sign in now.")
    return redirect(url_for("sign_in.show"))


def _use(here: AppContext, token: str, email: str, password_hash: str) -> Staff | None:
    with here.database.writing() as session:
        staff = use_link(session, token, email=email, password_hash=password_hash, now=here.clock())
        if staff:
            record(session, who=staff.email, what="password set", now=here.clock())
    return staff


def _owner(here: AppContext, token: str) -> Staff | None:
    with here.database.reading() as session:
        return staff_by_link(session, token, here.clock())


def _form(here: AppContext, owner: Staff, *, fresh: bool = False) -> PasswordForm:
    kind = FirstAccountForm if owner.email == NO_EMAIL_YET else PasswordForm
    form = kind(formdata=None) if fresh else kind()
    form.own_words = (owner.email, here.consultation.title, here.consultation.organisation)
    return form


def _page(form: PasswordForm, owner: Staff) -> str:
    return render_template("set_up.html", form=form, email=owner.email)


def _dead_link() -> ResponseReturnValue:
    return render_template(
        "problem.html",
        title="This link does not work any more",
        paragraphs=[
            "It has been used, has been replaced by a newer one, or is older than 24 hours.",
            "Ask for a new link: on the first start it is printed where the service was started;"
            " later, an administrator can make one.",
        ],
    ), 404
