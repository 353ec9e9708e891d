"""Who may open which page: every page with every role, and with nobody."""

from __future__ import annotations

import pytest
from flask import Flask

from bot.staff.access import ALLOWED, OPEN
from bot.storage.staff import Role
from tests.staff.office import Desk

READERS = {"reviewer": 200, "caseworker": 200, "analyst": 403, "admin": 200}
EVERYBODY = {role.value: 302 for role in Role}

# (method, rule): what nobody gets, what each role gets. A new page must be entered here.
PAGES: dict[tuple[str, str], tuple[int, dict[str, int]]] = {
    ("GET", "/"): (302, READERS),
    ("GET", "/conversations/<reference>"): (302, READERS),
    ("POST", "/sign-out"): (302, EVERYBODY),
    # Open to everybody:
    ("GET", "/sign-in"): (200, EVERYBODY),
    ("POST", "/sign-in"): (400, {role.value: 400 for role in Role}),
    ("GET", "/set-up/<token>"): (404, {role.value: 404 for role in Role}),
    ("POST", "/set-up/<token>"): (404, {role.value: 404 for role in Role}),
    ("GET", "/live"): (200, {role.value: 200 for role in Role}),
    ("GET", "/assets/<version>/<name>"): (200, {role.value: 200 for role in Role}),
}


def _pages(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_page_is_in_the_table(desk: Desk) -> None:
    assert _pages(desk.app) == set(PAGES)


def test_every_page_is_opened_or_given_to_roles(desk: Desk) -> None:
    endpoints = {rule.endpoint for rule in desk.app.url_map.iter_rules()}
    assert endpoints == OPEN | set(ALLOWED)
    assert not OPEN & set(ALLOWED)


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_a_page_is_for_its_roles_only(desk: Desk, page: tuple[str, str], role: Role | None) -> None:
    nobody, by_role = PAGES[page]
    desk.app.config["WTF_CSRF_ENABLED"] = False  # this table is about roles
    reference = desk.respondent().reference
    path = page[1].replace("<reference>", reference).replace("<token>", "unknown")
    path = path.replace("<version>", "1").replace("<name>", "staff.css")
    client = desk.signed_in_without_form(role) if role else desk.client()
    response = client.open(path, method=page[0])
    assert response.status_code == (by_role[role.value] if role else nobody)
    if role is None and nobody == 302:
        assert response.location.startswith("/sign-in")
        assert reference not in response.text.replace(f"next=/conversations/{reference}", "")


def test_a_page_that_nobody_entered_is_shut(desk: Desk) -> None:
    desk.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert desk.client().get("/forgotten").status_code == 302
    assert desk.signed_in(Role.ADMIN).get("/forgotten").status_code == 403


def test_a_refused_page_says_so_in_plain_words(desk: Desk) -> None:
    response = desk.signed_in(Role.ANALYST).get("/")
    assert "You cannot open this page" in response.text
    assert "Sign out" in response.text
    assert "Conversations</" not in response.text
    assert "Go to the conversations" not in response.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/conversations/", 404),
        ("/conversations/../../etc/passwd", 404),
        ("/conversations/%2e%2e%2fetc", 404),
        ("/conversations/HYS-0000-0000", 404),
        ("/conversations/HYS-00", 404),
        ("/assets/1/../../app.py", 404),
        ("/assets/1/%2e%2e%2fapp.py", 404),
        ("/assets/1/layout.html", 404),
        ("/static/staff.css", 404),
    ],
)
def test_what_is_not_there_is_not_found(desk: Desk, path: str, status: int) -> None:
    assert desk.signed_in().get(path).status_code == status
