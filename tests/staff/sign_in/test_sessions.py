"""How long someone is signed in, and what ends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from bot.storage.staff.one_time_links import use_link
from bot.storage.staff.rows import Role
from bot.storage.staff.sign_in import add_staff, disable_staff
from tests.staff.desk import CHEAP, PASSWORD, Desk, audit, csrf_token, sign_in


def _cookie(client: FlaskClient, name: str = "staff") -> str:
    cookie = client.get_cookie(name)
    assert cookie is not None
    return cookie.value


def _with_cookie(desk: Desk, value: str) -> FlaskClient:
    client = desk.client()
    client.set_cookie("staff", value)
    return client


def _sign_out(client: FlaskClient) -> None:
    token = csrf_token(client, "/")
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 302


def test_c40_a_session_planted_before_sign_in_is_not_kept(desk: Desk) -> None:
    client = desk.client()
    client.get("/sign-in")
    planted = _cookie(client)
    before = csrf_token(client)
    sign_in(client, desk.person())
    assert _cookie(client) != planted
    assert _with_cookie(desk, planted).get("/").status_code == 302
    form = {"csrf_token": before}
    assert client.post("/sign-out", data=form).status_code == 400


def test_c40_a_copied_cookie_is_dead_after_sign_out(desk: Desk) -> None:
    client = desk.signed_in()
    copied = _cookie(client)
    assert _with_cookie(desk, copied).get("/").status_code == 200
    _sign_out(client)
    assert client.get("/").status_code == 302
    assert _with_cookie(desk, copied).get("/").status_code == 302
    assert "You were signed out" in _with_cookie(desk, copied).get("/", follow_redirects=True).text


def test_sign_out_is_said_and_recorded(desk: Desk) -> None:
    client = desk.signed_in()
    _sign_out(client)
    assert "You have signed out" in client.get("/sign-in").text
    assert audit(desk)[-1][1] == "signed out"


def test_sign_out_needs_a_form(desk: Desk) -> None:
    client = desk.signed_in()
    assert client.get("/sign-out").status_code == 405
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("label", "moves", "still_in"),
    [
        ("29 minutes idle", [29], True),
        ("31 minutes idle", [31], False),
        ("busy for an hour", [29, 29, 2], True),
        ("busy for under 12 hours", [29] * 24, True),
        ("busy for over 12 hours", [29] * 25, False),
        ("clock a minute back", [-1], True),
        ("clock a day back", [-24 * 60], False),
        ("clock a day on", [24 * 60], False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_session_ends_after_30_idle_minutes_or_12_hours(
    desk: Desk, label: str, moves: list[int], still_in: bool
) -> None:
    client = desk.signed_in()
    for minutes in moves:
        desk.clock.move(minutes=minutes)
        response = client.get("/")
    assert (response.status_code == 200) is still_in


def test_an_old_copy_of_the_cookie_is_idle_too(desk: Desk) -> None:
    client = desk.signed_in()
    copied = _cookie(client)
    for _ in range(2):
        desk.clock.move(minutes=20)
        assert client.get("/").status_code == 200
    assert _with_cookie(desk, copied).get("/").status_code == 302


def test_someone_who_was_idle_is_told_why(desk: Desk) -> None:
    client = desk.signed_in()
    desk.clock.move(minutes=31)
    assert "did nothing for 30 minutes" in client.get("/", follow_redirects=True).text


def _disable(desk: Desk, email: str) -> None:
    with desk.database.writing() as session:
        disable_staff(session, email)


def _change_role(desk: Desk, email: str) -> None:
    with desk.database.writing() as session:
        add_staff(session, email, Role.ANALYST, desk.clock(), change_role=True)


def _change_password(desk: Desk, email: str) -> None:
    with desk.database.writing() as session:
        token = add_staff(session, email, Role.REVIEWER, desk.clock())
        use_link(session, token, email="", password_hash=CHEAP.hash("x"), now=desk.clock())


@pytest.mark.parametrize("change", [_disable, _change_role, _change_password])
def test_c40_a_session_ends_at_once_when_the_account_changes(
    desk: Desk, change: Callable[[Desk, str], None]
) -> None:
    client, email = desk.client(), desk.person()
    sign_in(client, email)
    assert client.get("/").status_code == 200
    change(desk, email)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "eyJfdXNlcl9pZCI6IjEuMSJ9.aaaa.bbbb"])
def test_a_cookie_that_we_did_not_sign_is_nobody(desk: Desk, value: str) -> None:
    desk.person()
    assert _with_cookie(desk, value).get("/").status_code == 302


COOKIES = [
    ("http://localhost:8080", "staff", False),
    ("https://consultation.example.gov.uk", "__Host-staff", True),
]


@pytest.mark.parametrize(("base_url", "name", "secure"), COOKIES)
def test_the_cookie_is_for_this_site_only(
    make_desk: Callable[..., Desk], base_url: str, name: str, secure: bool
) -> None:
    desk = make_desk(STAFF_BASE_URL=base_url)
    client = desk.client()
    response = client.get("/sign-in", base_url="https://localhost")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    assert ("Secure" in cookie) is secure
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert ("Strict-Transport-Security" in response.headers) is secure


def test_sign_in_works_over_tls(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(STAFF_BASE_URL="https://consultation.example.gov.uk")
    client, tls = desk.client(), {"base_url": "https://localhost"}
    page = client.get("/sign-in", **tls).text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    form = {"csrf_token": token, "email": desk.person(), "password": PASSWORD}
    assert client.post("/sign-in", data=form, **tls).status_code == 302
    assert client.get("/", **tls).status_code == 200


def test_a_restart_keeps_people_signed_in(make_desk: Callable[..., Desk]) -> None:
    before = make_desk()
    copied = _cookie(before.signed_in())
    assert _with_cookie(make_desk(), copied).get("/").status_code == 200


def test_the_key_is_for_the_owner_of_the_process_only(desk: Desk) -> None:
    assert (desk.settings.secrets_dir / "staff.secret").stat().st_mode & 0o077 == 0
