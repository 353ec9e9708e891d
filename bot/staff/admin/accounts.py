"""Looking after staff accounts: adding, roles, links, shutting out. For administrators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.shell.context import AppContext, app_context
from bot.staff.shell.forms import AccountForm
from bot.storage.database.session import Session
from bot.storage.staff.accounts import (
    Account,
    account_of,
    all_accounts,
    change_role,
    remove_second_factor,
    renew_link,
)
from bot.storage.staff.audit import record
from bot.storage.staff.rows import Role, staff_by_email
from bot.storage.staff.sign_in import add_staff, disable_staff, end_sessions

accounts = Blueprint("accounts", __name__)

OWN = "Ask another administrator: you cannot do this to your own account"


@dataclass(frozen=True)
class Action:
    """What a button does. `act` returns the token of a link, if it makes one."""

    act: Callable[[Session, AppContext, Account], str | None]
    recorded: str
    notice: str
    own: bool = True  # whether administrators may do it to themselves


@accounts.get("/accounts")
def index() -> ResponseReturnValue:
    return _list(AccountForm(formdata=None))


@accounts.post("/accounts")
def add() -> ResponseReturnValue:
    here, form = app_context(), AccountForm()
    if not form.validate():
        return _list(form), 400
    email, role = form.email.data, Role(form.role.data)
    with here.database.writing() as session:
        known = staff_by_email(session, email) is not None
        if not known:
            token = add_staff(session, email, role, here.clock())
            what = f"account added: {role.value}"
            record(session, who=g.staff.email, what=what, about=email, now=here.clock())
    if known:
        form.email.errors = ["There is an account with this email address already"]
        return _list(form), 400
    return _link_page(here, email, token)


@accounts.get("/accounts/<int:staff_id>")
def show(staff_id: int) -> ResponseReturnValue:
    return _page(_account(staff_id))


@accounts.post("/accounts/<int:staff_id>")
def change(staff_id: int) -> ResponseReturnValue:
    """Do one thing to an account: which one, the button that was pressed says."""
    here, account = app_context(), _account(staff_id)
    action = ACTIONS.get(request.form.get("action", ""))
    if action is None:
        abort(400)
    if account.email == g.staff.email and not action.own:
        return _page(account, OWN), 400
    try:
        with here.database.writing() as session:
            token = action.act(session, here, account)
            what = action.recorded
            record(session, who=g.staff.email, what=what, about=account.email, now=here.clock())
    except ValueError as error:  # the last administrator, or the role that they have
        return _page(account, str(error)), 400
    if token:
        return _link_page(here, account.email, token)
    flash(action.notice)
    return redirect(url_for(".show", staff_id=staff_id))


def _give_role(session: Session, here: AppContext, account: Account) -> None:
    role = request.form.get("role", "")
    if role not in {known.value for known in Role} or role == account.role.value:
        raise ValueError("Choose another role")
    change_role(session, account.id, Role(role))


def _make_link(session: Session, here: AppContext, account: Account) -> str:
    return renew_link(session, account.id, here.clock())


def _disable(session: Session, here: AppContext, account: Account) -> None:
    disable_staff(session, account.email)


def _sign_out(session: Session, here: AppContext, account: Account) -> None:
    end_sessions(session, account.id)


def _remove_factor(session: Session, here: AppContext, account: Account) -> None:
    remove_second_factor(session, account.id)


ACTIONS = {
    "role": Action(_give_role, "role changed", "The role is changed.", own=False),
    "link": Action(_make_link, "link made", ""),
    "disable": Action(_disable, "account disabled", "The account is disabled.", own=False),
    "sign_out": Action(_sign_out, "sessions ended", "Signed out on every device."),
    "factor": Action(
        _remove_factor, "second factor removed", "The authenticator app is removed.", own=False
    ),
}


def _account(staff_id: int) -> Account:
    """Return an account, or answer 404."""
    with app_context().database.reading() as session:
        account = account_of(session, staff_id) if staff_id < 2**31 else None
    return account or abort(404)


def _list(form: AccountForm) -> str:
    with app_context().database.reading() as session:
        found = all_accounts(session)
    return render_template("accounts.html", form=form, accounts=found)


def _page(account: Account, problem: str | None = None) -> str:
    roles = [role.value for role in Role]
    return render_template("account.html", account=account, roles=roles, problem=problem)


def _link_page(here: AppContext, email: str, token: str) -> str:
    """Show a one-time link, this once: only its hash is kept."""
    link = f"{here.settings.staff_base_url}{url_for('set_up.show', token=token)}"
    return render_template("account_link.html", email=email, link=link)
