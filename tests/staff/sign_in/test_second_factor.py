"""The second step at sign-in: set up, asked for, used once, throttled, removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from bot.staff.sign_in.second_factor import counter_of
from bot.storage.database.tables import StaffRow
from bot.storage.staff.rows import Role
from tests.staff.desk import Desk, audit, csrf_token, sign_in

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B
AT_59 = datetime.fromtimestamp(59, timezone.utc)
AT_1111111109 = datetime.fromtimestamp(1111111109, timezone.utc)

# The RFC's own values, cut to six digits.
CODES = [
    ("right", "287082", AT_59, None, 1),
    ("with a space", " 287 082 ", AT_59, None, 1),
    ("half a minute late", "287082", AT_59 + timedelta(seconds=30), None, 1),
    ("a minute late", "287082", AT_59 + timedelta(seconds=61), None, None),
    ("used before", "287082", AT_59, 1, None),
    ("an older one was used", "287082", AT_59, 0, 1),
    ("a newer one was used", "287082", AT_59, 2, None),
    ("wrong", "287083", AT_59, None, None),
    ("nothing", "", AT_59, None, None),
    ("letters", "２８７０８２", AT_59, None, None),
    ("half a character", "\ud800", AT_59, None, None),
    ("later in time", "081804", AT_1111111109, None, 37037036),
    ("half a minute early", "081804", AT_1111111109 - timedelta(seconds=30), None, 37037036),
    ("a minute early", "081804", AT_1111111109 - timedelta(seconds=60), None, None),
]


@pytest.mark.parametrize(
    ("label", "typed", "now", "after", "counter"), CODES, ids=[c[0] for c in CODES]
)
def test_a_code_is_right_for_its_time_and_once(
    label: str, typed: str, now: datetime, after: int | None, counter: int | None
) -> None:
    assert counter_of(SECRET, typed, now, after=after) == counter


def _switch_on(desk: Desk, client: FlaskClient) -> pyotp.TOTP:
    """Set the second step up as a person would; return their app."""
    page = client.get("/second-factor").text
    found = re.search(r'id="key">([A-Z2-7 ]+)<', page)
    assert found, "the page has no key"
    app = pyotp.TOTP(found[1].replace(" ", ""))
    assert f"secret={app.secret}" in page
    response = _send(client, "/second-factor", app.at(desk.clock()), page="/second-factor")
    assert (response.status_code, response.location) == (302, "/")
    return app


def _send(client: FlaskClient, path: str, code: str, *, page: str) -> object:
    form = {"csrf_token": csrf_token(client, page), "code": code}
    return client.post(path, data=form)


def _enter(client: FlaskClient, code: str) -> object:
    return _send(client, "/sign-in/code", code, page="/sign-in/code")


@pytest.fixture()
def person(desk: Desk) -> tuple[str, pyotp.TOTP]:
    """Someone with a second factor, and their app."""
    email, client = desk.person(), desk.client()
    sign_in(client, email)
    app = _switch_on(desk, client)
    assert client.get("/").status_code == 200  # they stay signed in where they set it up
    desk.clock.move(minutes=2)
    return email, app


def test_the_password_alone_opens_nothing(desk: Desk, person: tuple[str, pyotp.TOTP]) -> None:
    client = desk.client()
    response = sign_in(client, person[0], next="/conversations")
    assert (response.status_code, response.location) == (302, "/sign-in/code")
    for path in ("/", "/conversations", "/second-factor"):
        assert client.get(path).location.split("?")[0] == "/sign-in"


def test_password_and_code_lead_to_the_page_that_was_wanted(
    desk: Desk, person: tuple[str, pyotp.TOTP]
) -> None:
    client = desk.client()
    sign_in(client, person[0], next="/?a=b")
    assert _enter(client, person[1].at(desk.clock())).location == "/?a=b"
    assert client.get("/").status_code == 200
    assert [what for _, what, _ in audit(desk)][-2:] == ["password accepted", "signed in"]


def test_a_code_opens_once(desk: Desk, person: tuple[str, pyotp.TOTP]) -> None:
    code = person[1].at(desk.clock())
    for status in (302, 401):
        client = desk.client()
        sign_in(client, person[0])
        assert _enter(client, code).status_code == status
    assert audit(desk)[-1] == (person[0], "code refused", None)


def test_codes_are_throttled_and_the_right_one_with_them(
    desk: Desk, person: tuple[str, pyotp.TOTP]
) -> None:
    answers = []
    for _ in range(6):  # a new session, a new password: the same account
        client = desk.client()
        sign_in(client, person[0])
        answers.append(_enter(client, "000000").status_code)
    assert answers == [401] * 5 + [429]
    response = _enter(client, person[1].at(desk.clock()))
    assert response.status_code == 429
    assert "Too many wrong tries" in response.text


def test_a_code_that_comes_too_late_needs_the_password_again(
    desk: Desk, person: tuple[str, pyotp.TOTP]
) -> None:
    client = desk.client()
    sign_in(client, person[0])
    token = csrf_token(client, "/sign-in/code")
    desk.clock.move(minutes=11)
    form = {"csrf_token": token, "code": person[1].at(desk.clock())}
    assert client.post("/sign-in/code", data=form).location == "/sign-in"
    assert client.get("/").status_code == 302


def test_without_a_right_password_nobody_is_asked_for_a_code(
    desk: Desk, person: tuple[str, pyotp.TOTP]
) -> None:
    client = desk.client()
    known = sign_in(client, person[0], "not the password")
    assert known.status_code == 401
    assert client.get("/sign-in/code").location == "/sign-in"


def test_the_key_is_stored_encrypted(desk: Desk, person: tuple[str, pyotp.TOTP]) -> None:
    with desk.database.reading() as session:
        hidden = session.execute(select(StaffRow.totp_secret)).scalar_one()
    assert person[1].secret.encode() not in hidden


def test_the_key_stays_the_same_until_it_is_confirmed(desk: Desk) -> None:
    client = desk.signed_in()
    keys = {re.search(r'id="key">([^<]+)', client.get("/second-factor").text)[1] for _ in "ab"}  # type: ignore[index]
    assert len(keys) == 1
    assert _send(client, "/second-factor", "000000", page="/second-factor").status_code == 401


def test_it_is_switched_off_by_a_code_only(desk: Desk, person: tuple[str, pyotp.TOTP]) -> None:
    client = desk.client()
    sign_in(client, person[0])
    _enter(client, person[1].at(desk.clock()))
    path = "/second-factor/remove"
    assert _send(client, path, "000000", page="/second-factor").status_code == 401
    desk.clock.move(minutes=1)
    code = person[1].at(desk.clock())
    assert _send(client, path, code, page="/second-factor").status_code == 302
    assert sign_in(desk.client(), person[0]).location == "/"


def test_an_admin_helps_someone_who_lost_the_phone(
    desk: Desk, person: tuple[str, pyotp.TOTP]
) -> None:
    admin = desk.signed_in(Role.ADMIN)
    form = {"csrf_token": csrf_token(admin, "/accounts/1"), "action": "factor"}
    assert admin.post("/accounts/1", data=form).status_code == 302
    assert audit(desk)[-1][1:] == ("second factor removed", person[0])
    assert sign_in(desk.client(), person[0]).location == "/"


def test_where_it_is_required_nothing_else_opens_before(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(STAFF_REQUIRE_TOTP="true")
    client = desk.signed_in(Role.ADMIN)
    for path in ("/", "/conversations", "/accounts", "/audit.csv"):
        assert client.get(path).location == "/second-factor"
    assert "Everybody has to do this here" in client.get("/second-factor").text
    app = _switch_on(desk, client)
    assert client.get("/accounts").status_code == 200
    desk.clock.move(minutes=1)
    path, code = "/second-factor/remove", app.at(desk.clock())
    token = csrf_token(client, "/accounts")
    assert client.post(path, data={"csrf_token": token, "code": code}).status_code == 400
