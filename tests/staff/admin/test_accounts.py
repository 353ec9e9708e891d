"""The page that looks after accounts."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from bot.storage.staff.rows import Role, staff_by_email
from tests.staff.desk import PASSWORD, Desk, audit, csrf_token, sign_in


def _add(client: FlaskClient, email: str, role: str = "reviewer") -> object:
    form = {"csrf_token": csrf_token(client, "/accounts"), "email": email, "role": role}
    return client.post("/accounts", data=form)


def _do(client: FlaskClient, staff_id: int, action: str, **more: str) -> object:
    form = {"csrf_token": csrf_token(client, "/accounts"), "action": action, **more}
    return client.post(f"/accounts/{staff_id}", data=form)


def _number(desk: Desk, email: str) -> int:
    with desk.database.reading() as session:
        staff = staff_by_email(session, email)
    assert staff is not None
    return staff.id


def test_someone_is_added_by_a_link_that_is_shown_once(desk: Desk) -> None:
    admin = desk.signed_in(Role.ADMIN)
    page = _add(admin, "New@Example.gov.uk", "analyst")
    assert page.status_code == 200
    link = re.search(r"/set-up/[\w-]+", page.text)
    assert link
    assert audit(desk)[-1][1:] == ("account added: analyst", "new@example.gov.uk")
    assert link[0] not in admin.get("/accounts").text
    client = desk.client()
    form = {"csrf_token": csrf_token(client, link[0]), "password": PASSWORD}
    client.post(link[0], data=form)
    assert sign_in(client, "new@example.gov.uk").status_code == 302


@pytest.mark.parametrize(
    ("email", "role", "told"),
    [
        ("", "reviewer", "Enter an email address"),
        ("nobody", "reviewer", "correct format"),
        ("new@example.gov.uk", "", "Choose a role"),
        ("new@example.gov.uk", "owner", "There is a problem"),
        ("ADMIN1@example.gov.uk", "reviewer", "an account with this email address already"),
    ],
)
def test_a_form_that_cannot_be_used_says_why(desk: Desk, email: str, role: str, told: str) -> None:
    response = _add(desk.signed_in(Role.ADMIN), email, role)
    assert response.status_code == 400
    assert told in response.text


ACTIONS = [
    ("role", {"role": "analyst"}, "role changed", 302),
    ("disable", {}, "account disabled", 302),
    ("sign_out", {}, "sessions ended", 302),
    ("link", {}, "link made", 200),
]


@pytest.mark.parametrize(("action", "more", "recorded", "status"), ACTIONS)
def test_what_an_admin_does_is_done_at_once_and_recorded(
    desk: Desk, action: str, more: dict[str, str], recorded: str, status: int
) -> None:
    admin, email, client = desk.signed_in(Role.ADMIN), desk.person(), desk.client()
    sign_in(client, email)
    response = _do(admin, _number(desk, email), action, **more)
    assert response.status_code == status
    assert audit(desk)[-1][1:] == (recorded, email)
    assert (client.get("/").status_code == 302) is (action != "link")


def test_a_disabled_account_is_opened_by_a_link(desk: Desk) -> None:
    admin, email = desk.signed_in(Role.ADMIN), desk.person()
    number = _number(desk, email)
    _do(admin, number, "disable")
    assert "Disabled" in admin.get(f"/accounts/{number}").text
    assert "Send this link" in _do(admin, number, "link").text
    assert sign_in(desk.client(), email).status_code == 401  # not by the old password


@pytest.mark.parametrize("action", ["role", "disable", "factor"])
def test_nobody_locks_themselves_out(desk: Desk, action: str) -> None:
    admin = desk.signed_in(Role.ADMIN)
    desk.person(Role.ADMIN)
    response = _do(admin, 1, action, role="reviewer")
    assert response.status_code == 400
    assert "Ask another administrator" in response.text
    assert admin.get("/accounts").status_code == 200


@pytest.mark.parametrize(
    ("action", "more"),
    [("", {}), ("erase", {}), ("role", {"role": "owner"}), ("role", {"role": "reviewer"})],
)
def test_what_is_no_action_changes_nothing(desk: Desk, action: str, more: dict[str, str]) -> None:
    admin, email = desk.signed_in(Role.ADMIN), desk.person()
    before = len(audit(desk))
    assert _do(admin, _number(desk, email), action, **more).status_code == 400
    assert len(audit(desk)) == before
