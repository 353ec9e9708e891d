"""One-time links: the first account, and choosing a password."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.storage.staff.one_time_links import setup_token_if_empty
from bot.storage.staff.rows import Role
from bot.storage.staff.sign_in import add_staff
from tests.staff.desk import PASSWORD, Desk, audit, csrf_token, sign_in

EMAIL = "head@example.gov.uk"


def _first_link(desk: Desk) -> str:
    with desk.database.writing() as session:
        token = setup_token_if_empty(session, desk.clock())
    assert token
    return f"/set-up/{token}"


def _link(desk: Desk, email: str = EMAIL, role: Role = Role.REVIEWER) -> str:
    with desk.database.writing() as session:
        return f"/set-up/{add_staff(session, email, role, desk.clock())}"


def test_the_first_link_makes_an_admin_who_can_sign_in(desk: Desk) -> None:
    link, client = _first_link(desk), desk.client()
    form = {"csrf_token": csrf_token(client, link), "email": EMAIL, "password": PASSWORD}
    response = client.post(link, data=form)
    assert (response.status_code, response.location) == (302, "/sign-in")
    assert "Your password is set" in client.get("/sign-in").text
    assert sign_in(client, EMAIL).status_code == 302
    assert "(admin)" in client.get("/").text
    assert [what for _, what, _ in audit(desk)][:2] == ["password set", "signed in"]


def test_the_first_link_works_beside_other_accounts_but_not_with_their_address(desk: Desk) -> None:
    link, client = _first_link(desk), desk.client()
    _link(desk)
    form = {"csrf_token": csrf_token(client, link), "email": EMAIL, "password": PASSWORD}
    refused = client.post(link, data=form)
    assert refused.status_code == 400
    assert refused.text.count("has an account already") == 2  # in the summary and at the field
    assert client.post(link, data={**form, "email": "a@example.org"}).status_code == 302
    assert client.get(link).status_code == 404


def test_a_link_cannot_be_used_twice(desk: Desk) -> None:
    link, client = _link(desk), desk.client()
    form = {"csrf_token": csrf_token(client, link), "password": PASSWORD}
    assert client.post(link, data=form).status_code == 302
    assert client.get(link).status_code == 404
    form["password"] = "another plum gravel"
    assert client.post(link, data=form).status_code == 404
    assert sign_in(desk.client(), EMAIL).status_code == 302


def test_looking_at_a_link_does_not_use_it(desk: Desk) -> None:
    link = _link(desk)
    assert [desk.client().get(link).status_code for _ in range(3)] == [200] * 3


def test_a_link_is_dead_after_a_day(desk: Desk) -> None:
    link = _link(desk)
    desk.clock.now += timedelta(hours=24)
    response = desk.client().get(link)
    assert response.status_code == 404
    assert "This link does not work any more" in response.text


def test_a_personal_link_shows_whose_it_is_and_keeps_it(desk: Desk) -> None:
    link, client = _link(desk), desk.client()
    assert EMAIL in client.get(link).text
    form = {
        "csrf_token": csrf_token(client, link),
        "email": "other@example.gov.uk",
        "password": PASSWORD,
    }
    client.post(link, data=form)
    assert sign_in(desk.client(), "other@example.gov.uk").status_code == 401
    assert sign_in(desk.client(), EMAIL).status_code == 302


REFUSED = [
    ({"email": EMAIL, "password": "short"}, "must be 12 characters or more"),
    ({"email": EMAIL, "password": "Password2021!"}, "too easy to guess"),
    ({"email": EMAIL, "password": "Harbourtown21"}, "too easy to guess"),
    ({"email": EMAIL, "password": "head.example12"}, "too easy to guess"),
    ({"email": EMAIL, "password": ""}, "Enter a password"),
    ({"email": "", "password": PASSWORD}, "Enter your email address"),
    ({"email": "head", "password": PASSWORD}, "in the correct format"),
]


@pytest.mark.parametrize(("typed", "told"), REFUSED)
def test_a_refused_form_says_why_and_the_link_still_works(
    desk: Desk, typed: dict[str, str], told: str
) -> None:
    link, client = _first_link(desk), desk.client()
    response = client.post(link, data={"csrf_token": csrf_token(client, link), **typed})
    assert response.status_code == 400
    assert response.text.count(told) == 2  # in the summary and at the field
    if len(typed["password"]) > 5:
        assert typed["password"] not in response.text
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("token", ["x", "%00", "A" * 43, "é" * 20, "%ff%fe"])
def test_a_made_up_link_is_dead(desk: Desk, token: str) -> None:
    _first_link(desk)
    assert desk.client().get(f"/set-up/{token}").status_code == 404
