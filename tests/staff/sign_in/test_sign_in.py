"""Signing in: what is right, what is wrong, and that wrong is the same for everybody."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from bot.staff.shell.app import create_app
from bot.staff.sign_in import sign_in as sign_in_module
from bot.storage.staff.rows import Role, staff_by_email
from bot.storage.staff.sign_in import add_staff, disable_staff
from tests.staff.desk import CONSULTATION, PASSWORD, Desk, audit, csrf_token, sign_in

WRONG = "Enter an email address and password that belong together"


def _wrong_password(desk: Desk) -> tuple[str, str]:
    return desk.person(), "not the password"


def _unknown(desk: Desk) -> tuple[str, str]:
    return "nobody@example.gov.uk", PASSWORD


def _disabled(desk: Desk) -> tuple[str, str]:
    email = desk.person()
    with desk.database.writing() as session:
        disable_staff(session, email)
    return email, PASSWORD


def _no_password_yet(desk: Desk) -> tuple[str, str]:
    with desk.database.writing() as session:
        add_staff(session, "new@example.gov.uk", Role.REVIEWER, desk.clock())
    return "new@example.gov.uk", PASSWORD


def _not_an_email(desk: Desk) -> tuple[str, str]:
    return "' OR 1=1 --", PASSWORD


def _very_long(desk: Desk) -> tuple[str, str]:
    return desk.person(), "x" * 5000


def _lone_surrogate(desk: Desk) -> tuple[str, str]:
    return "\ufffd@example.gov.uk", "\0" * 20


WRONG_TRIES = [
    _wrong_password,
    _unknown,
    _disabled,
    _no_password_yet,
    _not_an_email,
    _very_long,
    _lone_surrogate,
]


def _without_token_and_email(page: str) -> str:
    page = re.sub(r'(value|nonce)="[^"]*"', "", page)
    return page


@pytest.mark.parametrize("try_of", WRONG_TRIES, ids=lambda f: f.__name__)
def test_c39_every_wrong_try_gets_the_same_answer(
    desk: Desk, try_of: Callable[[Desk], tuple[str, str]]
) -> None:
    usual = sign_in(desk.client(), "another@example.gov.uk", "whatever it was")
    client = desk.client()
    response = sign_in(client, *try_of(desk))
    assert response.status_code == 401
    assert WRONG in response.text
    assert _without_token_and_email(response.text) == _without_token_and_email(usual.text)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("try_of", WRONG_TRIES, ids=lambda f: f.__name__)
def test_every_wrong_try_costs_one_check_of_a_password(
    desk: Desk, try_of: Callable[[Desk], tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[str] = []

    def count(hasher: object, password_hash: str, password: str) -> bool:
        checks.append(password_hash)
        return False

    monkeypatch.setattr(sign_in_module, "verify", count)
    sign_in(desk.client(), *try_of(desk))
    assert len(checks) == 1
    assert checks[0].startswith("$argon2id$")


def test_the_right_password_opens_the_pages(desk: Desk) -> None:
    client, email = desk.client(), desk.person()
    response = sign_in(client, email.upper())
    assert (response.status_code, response.location) == (302, "/")
    page = client.get("/")
    assert page.status_code == 200
    assert email in page.text


@pytest.mark.parametrize(("email", "password"), [("", PASSWORD), ("a@example.gov.uk", "")])
def test_an_empty_field_is_named(desk: Desk, email: str, password: str) -> None:
    response = sign_in(desk.client(), email, password)
    assert response.status_code == 400
    assert "There is a problem" in response.text
    assert "<title>Error: " in response.text.replace("<title >", "<title>")


def test_a_typed_password_is_never_sent_back(desk: Desk) -> None:
    assert "not the password" not in sign_in(desk.client(), desk.person(), "not the password").text


NEXT = [
    ("/conversations/HYS-0000-0000", "/conversations/HYS-0000-0000"),
    ("/?state=paused&page=2", "/?state=paused&page=2"),
    ("", "/"),
    ("https://evil.example/", "/"),
    ("//evil.example/", "/"),
    ("///evil.example/", "/"),
    ("/\\evil.example", "/"),
    ("\\\\evil.example", "/"),
    ("/\t/evil.example", "/"),
    ("/\n/evil.example", "/"),
    ("http:evil.example", "/"),
    ("javascript:alert(1)", "/"),
    ("conversations", "/"),
    ("//[evil", "/"),
]


@pytest.mark.parametrize(("wanted", "location"), NEXT)
def test_sign_in_leads_to_our_own_pages_only(desk: Desk, wanted: str, location: str) -> None:
    response = sign_in(desk.client(), desk.person(), next=wanted)
    assert response.location == location


def test_sign_in_leads_back_to_the_page_that_was_asked_for(desk: Desk) -> None:
    client = desk.client()
    to_sign_in = client.get("/?state=paused").location
    page = client.get(to_sign_in).text
    assert 'name="next" type="hidden" value="/?state=paused"' in page


def _try_wrong(client: FlaskClient, email: str, times: int) -> list[int]:
    return [sign_in(client, email, "wrong password").status_code for _ in range(times)]


@pytest.mark.parametrize("known", [True, False])
def test_wrong_passwords_for_one_account_are_throttled(desk: Desk, known: bool) -> None:
    email = desk.person() if known else "nobody@example.gov.uk"
    assert _try_wrong(desk.client(), email, 8) == [401] * 5 + [429] * 3


def test_c39_fifty_tries_get_nowhere_and_tell_nothing(desk: Desk) -> None:
    email = desk.person()
    pages = []
    for typed in (email, "nobody@example.gov.uk", "' OR 1=1 --"):
        for _ in range(50):
            response = sign_in(desk.client(), typed, "wrong password")
            pages.append(_without_token_and_email(response.text))
            assert response.status_code in (401, 429)
    assert len(set(pages)) == 2  # wrong, and too many
    # What is throttled is not tried; that it was refused is noted once.
    noted = [what for _, what, _ in audit(desk)]
    assert noted == (["sign-in failed"] * 5 + ["sign-in refused: wait"]) * 3


def test_tries_at_the_same_moment_are_counted_one_by_one(desk: Desk) -> None:
    email = desk.person()
    clients = [desk.client() for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda client: _try_wrong(client, email, 1)[0], clients))
    assert sorted(found) == [401] * 5 + [429] * 7


def test_a_throttled_account_refuses_the_right_password_too(desk: Desk) -> None:
    email = desk.person()
    _try_wrong(desk.client(), email.upper(), 5)
    response = sign_in(desk.client(), email)
    assert response.status_code == 429
    assert "Too many wrong tries. Wait 5 minutes, then try again" in response.text
    assert response.headers["Retry-After"] == "300"


def from_(client: FlaskClient, address: str, email: str, password: str) -> int:
    form = {"csrf_token": csrf_token(client), "email": email, "password": password}
    hops = {"X-Forwarded-For": address}
    return client.post("/sign-in", data=form, headers=hops).status_code


def test_a_stranger_elsewhere_cannot_keep_an_owner_out(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(TRUSTED_PROXIES="127.0.0.1")
    email = desk.person()
    strangers = ("198.51.100.1", "2001:db8:0:1::1")
    tries = [from_(desk.client(), who, email, "wrong") for who in strangers for _ in range(6)]
    assert tries == ([401] * 5 + [429]) * 2
    # One line has 2^64 addresses, and is one stranger.
    assert from_(desk.client(), "2001:db8:0:1:ffff::9", email, "wrong") == 429
    assert from_(desk.client(), "2001:db8:0:2::1", email, PASSWORD) == 302


def test_many_accounts_tried_from_one_address_are_throttled(desk: Desk) -> None:
    client = desk.client()
    answers = [_try_wrong(client, f"p{n}@example.gov.uk", 1)[0] for n in range(22)]
    assert answers == [401] * 20 + [429] * 2


def test_right_passwords_are_not_counted(desk: Desk) -> None:
    email = desk.person()
    assert all(sign_in(desk.client(), email).status_code == 302 for _ in range(8))


def test_someone_behind_our_proxy_is_told_apart_by_address(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk(TRUSTED_PROXIES="127.0.0.1")
    answers = []
    for n in range(22):
        client = desk.client()
        form = {"csrf_token": csrf_token(client), "email": f"p{n}@example.gov.uk", "password": "x"}
        # The first hop is what the sender claims; the last is what our proxy saw.
        hops = {"X-Forwarded-For": f"10.0.0.{n}, 198.51.100.{n % 2}"}
        answers.append(client.post("/sign-in", data=form, headers=hops).status_code)
    assert 429 not in answers


def test_an_address_cannot_be_made_up_without_our_proxy(desk: Desk) -> None:
    answers = []
    for n in range(22):
        client = desk.client()
        form = {"csrf_token": csrf_token(client), "email": f"p{n}@example.gov.uk", "password": "x"}
        hops = {"X-Forwarded-For": f"198.51.100.{n}"}
        answers.append(client.post("/sign-in", data=form, headers=hops).status_code)
    assert answers[-2:] == [429, 429]


FORGED = ["/sign-in", "/sign-out", "/set-up/TOKEN"]


@pytest.mark.parametrize("path", FORGED)
@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_c41_a_form_without_its_token_is_refused(desk: Desk, path: str, token: str | None) -> None:
    client = desk.signed_in()
    with desk.database.writing() as session:
        link = add_staff(session, "new@example.gov.uk", Role.REVIEWER, desk.clock())
    form = {"email": "a@example.gov.uk", "password": PASSWORD}
    form |= {} if token is None else {"csrf_token": token}
    response = client.post(path.replace("TOKEN", link), data=form)
    assert response.status_code == 400
    assert "This page was open for too long" in response.text
    assert client.get("/").status_code == 200


def test_a_form_token_of_another_session_is_refused(desk: Desk) -> None:
    form = {"csrf_token": csrf_token(desk.client()), "email": "a@b.example", "password": "x"}
    assert desk.client().post("/sign-in", data=form).status_code == 400


def test_c39_the_record_has_every_try_without_unknown_emails(desk: Desk) -> None:
    email = desk.person()
    client = desk.client()
    sign_in(client, email, "wrong password")
    sign_in(client, "stranger@example.org", "wrong password")
    sign_in(client, email)
    written = audit(desk)
    assert [what for _, what, _ in written] == ["sign-in failed", "sign-in failed", "signed in"]
    assert (written[0][0], written[2][0]) == (email, email)
    assert written[1][0].startswith("unknown ")
    assert "stranger" not in str(written)


def test_no_email_password_or_address_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    email = desk.person()
    with desk.database.writing() as session:
        link = add_staff(session, "new@example.gov.uk", Role.REVIEWER, desk.clock())
    _try_wrong(desk.client(), email, 7)
    desk.client().get(f"/set-up/{link}")
    desk.client().get("/?state=canary")
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    for secret in (email, PASSWORD, "wrong password", "127.0.0.1", link, "canary"):
        assert secret not in logged
    assert "GET /set-up/<token> 200" in logged


def test_the_longest_password_is_not_cut(desk: Desk) -> None:
    longest = ("kettle plum gravel " * 11)[:200]
    email = desk.person(password=longest)
    assert sign_in(desk.client(), email, longest + "x").status_code == 401
    assert sign_in(desk.client(), email, longest).status_code == 302


def test_a_password_is_hashed_anew_when_hashing_has_become_dearer(desk: Desk) -> None:
    dearer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    email = desk.person()
    app = create_app(desk.settings, desk.database, CONSULTATION, clock=desk.clock, hasher=dearer)
    assert sign_in(app.test_client(), email).status_code == 302
    with desk.database.reading() as session:
        staff = staff_by_email(session, email)
    assert staff is not None and staff.password_hash is not None
    assert not dearer.check_needs_rehash(staff.password_hash)
    assert sign_in(app.test_client(), email).status_code == 302
