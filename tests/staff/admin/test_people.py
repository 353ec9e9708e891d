"""One person: found by what is whole, copied, erased with a reason."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.storage.cases.cases import open_case
from bot.storage.respondents.respondents import Respondent, create_respondent
from bot.storage.staff.audit import follow_chain
from bot.storage.staff.audit_entries import entries_about
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk, audit, csrf_token
from tests.staff.requests.desk import ask_for, take_requests

NUMBER = "+447700900123"
WORDS = "Benches <b>near</b> the café"


@pytest.fixture()
def resident(desk: Desk) -> Respondent:
    """Someone who has texted."""
    keys = desk.app.extensions["context"].keys
    with desk.database.writing() as session:
        person = create_respondent(
            session,
            CONSULTATION,
            channel="sms",
            address_hash=keys.hash_of("sms", NUMBER),
            hidden_address=keys.hide(NUMBER),
            now=desk.clock(),
        )
    desk.say(person, "hello", intent="greet")
    desk.say(person, "a shop")
    desk.say(person, WORDS)
    return person


@pytest.fixture()
def admin(desk: Desk) -> FlaskClient:
    return desk.signed_in(Role.ADMIN)


def _find(client: FlaskClient, sought: str) -> TestResponse:
    form = {"csrf_token": csrf_token(client, "/people"), "sought": sought}
    return client.post("/people", data=form)


FOUND = [
    (NUMBER, True),
    ("07700 900123", True),
    ("tel:07700 900123", True),
    ("0770090012", False),
    ("900123", False),
    ("%", False),
    (f"telegram:{NUMBER}", False),
    ("REFERENCE", True),
    ("lower", True),
    ("about REFERENCE, please", True),
    ("HYS-0000-0000", False),
    ("HYS-", False),
    ("' OR 1=1 --", False),
]


@pytest.mark.parametrize(("sought", "found"), FOUND)
def test_a_person_is_found_by_something_whole_only(
    desk: Desk, resident: Respondent, admin: FlaskClient, sought: str, found: bool
) -> None:
    reference = resident.reference
    given = reference.lower() if sought == "lower" else sought.replace("REFERENCE", reference)
    response = _find(admin, given)
    if found:
        assert (response.status_code, response.location) == (302, f"/people/{reference}")
    else:
        assert response.status_code == 400
        assert "Nothing that we hold has this" in response.text
        assert "What was searched" in response.text
    assert audit(desk)[-1][1:] == ("person looked for", reference if found else None)


HELD: list[tuple[dict[str, Any], str]] = [
    ({}, "07700 900555"),
    ({}, "+447700900555"),
    ({"contact": "pat@example.org"}, "PAT@example.org"),
    ({}, "REQUEST"),
]


@pytest.mark.parametrize(("told", "sought"), HELD)
def test_who_gave_it_in_a_request_is_found_by_it(
    desk: Desk, admin: FlaskClient, told: dict[str, Any], sought: str
) -> None:
    take_requests(desk)
    request, person = ask_for(desk, "story", **{"contact": "+447700900555", **told})
    response = _find(admin, request if sought == "REQUEST" else sought)
    assert (response.status_code, response.location) == (302, f"/people/{person.reference}")


def test_a_case_leads_to_whom_it_is_about(
    desk: Desk, resident: Respondent, admin: FlaskClient
) -> None:
    with desk.database.writing() as session:
        about = {"seq": 1, "who": "the bot", "now": desk.clock()}
        case = open_case(session, resident.id, "action", **about)
    assert _find(admin, str(case)).location == f"/people/{resident.reference}"


@pytest.mark.parametrize(
    ("words", "sought"),
    [
        ("call me on 07700 900 999", "+44 7700 900999"),
        ("I am pat_x@example.org", "pat_x@example.org"),
    ],
)
def test_what_residents_wrote_is_searched_and_a_person_decides(
    desk: Desk, resident: Respondent, admin: FlaskClient, words: str, sought: str
) -> None:
    desk.say(resident, words, step=None)
    response = _find(admin, sought)
    assert response.status_code == 200 and resident.reference in response.text
    assert "found in words that residents wrote" in response.text
    assert _find(admin, sought.replace("x", "y").replace("999", "998")).status_code == 400


def test_the_preview_counts_and_shows_no_words(
    desk: Desk, resident: Respondent, admin: FlaskClient
) -> None:
    page = admin.get(f"/people/{resident.reference}").text
    shown = dict(re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page))
    assert shown["Messages from this person"] == "3"
    assert shown["Answers, with those that were changed"] == "2"
    assert "Benches" not in page and "900123" not in page
    assert audit(desk)[-1][1:] == ("person viewed", resident.reference)


def _erase(client: FlaskClient, reference: str, reason: str, confirmation: str) -> object:
    token = csrf_token(client, "/people")
    form = {"csrf_token": token, "reason": reason, "confirmation": confirmation}
    return client.post(f"/people/{reference}/erase", data=form)


def test_a_person_is_erased_with_a_reason(
    desk: Desk, resident: Respondent, admin: FlaskClient
) -> None:
    reference = resident.reference
    response = _erase(admin, reference, "Asked for by email", reference.lower())
    assert (response.status_code, response.location) == (302, "/people")
    assert "This person has been erased" in admin.get(f"/people/{reference}").text
    assert _find(admin, NUMBER).status_code == 400
    with desk.database.reading() as session:
        (entry,) = [e for e in entries_about(session, [reference]) if e.what == "erased a person"]
        assert entry.who.startswith("admin") and entry.reason == "Asked for by email"
        assert follow_chain(session).broken is None
    file = desk.settings.database_url.removeprefix("sqlite:///")
    for path in (file, f"{file}-wal"):
        with open(path, "rb") as stored:
            assert b"near" not in stored.read()


def test_a_reason_may_name_the_councils_own_case_number(
    desk: Desk, resident: Respondent, admin: FlaskClient
) -> None:
    response = _erase(admin, resident.reference, "Asked for in DP-2026-118", resident.reference)
    assert (response.status_code, response.location) == (302, "/people")


NOT_ERASED = [
    ("", "REFERENCE", "Enter a reason"),
    ("Asked for", "", "Type the reference"),
    ("Asked for", "HYS-0000-0000", "Type HYS-"),
    ("Asked for by 07700 900123", "REFERENCE", "Take numbers, postcodes and email addresses out"),
    ("x" * 201, "REFERENCE", "There is a problem"),
]


@pytest.mark.parametrize(("reason", "confirmation", "told"), NOT_ERASED)
def test_nobody_is_erased_by_a_slip(
    desk: Desk,
    resident: Respondent,
    admin: FlaskClient,
    reason: str,
    confirmation: str,
    told: str,
) -> None:
    typed = confirmation.replace("REFERENCE", resident.reference)
    response = _erase(admin, resident.reference, reason, typed)
    assert response.status_code == 400
    assert told in response.text
    assert _find(admin, NUMBER).status_code == 302


@pytest.mark.parametrize("path", ["erase", "copy"])
def test_c41_erasing_and_copying_need_a_form_of_this_session(
    desk: Desk, resident: Respondent, admin: FlaskClient, path: str
) -> None:
    address = f"/people/{resident.reference}/{path}"
    form = {"reason": "x", "confirmation": resident.reference}
    assert admin.get(address).status_code == 405
    assert admin.post(address, data=form).status_code == 400
    body = f"reason=x&confirmation={resident.reference}"
    assert admin.post(address, data=body, content_type="text/plain").status_code == 400
    assert "This person has been erased" not in admin.get(f"/people/{resident.reference}").text


def test_a_copy_holds_everything_in_three_forms(
    desk: Desk, resident: Respondent, admin: FlaskClient
) -> None:
    admin.get(f"/people/{resident.reference}")
    form = {"csrf_token": csrf_token(admin, "/people")}
    response = admin.post(f"/people/{resident.reference}/copy", data=form)
    assert resident.reference in response.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(response.data))
    held = json.loads(archive.read(f"for-a-computer-{resident.reference}.json"))
    assert held["person"]["addresses"] == [NUMBER]
    assert [m["text"] for m in held["messages"]] == ["hello", "a shop", WORDS]
    assert held["messages"][0]["understood as"] == "greet"
    assert [a["value"] for a in held["answers"]] == ["shop", None]
    looks = [entry["what"] for entry in held["who looked"]]
    assert looks[-2:] == ["person viewed", "copy of everything made"]
    page = archive.read(f"everything-{resident.reference}.html").decode()
    assert "Who are you?" in page and "1 March 2021 at 14:05" in page and "UTC" not in page
    letter = archive.read(f"letter-{resident.reference}.html").decode()
    assert "3 messages" in letter and "2 answers" in letter and "ico.org.uk" in letter
    assert "Benches" not in letter
    assert "Benches &lt;b&gt;near&lt;/b&gt; the café" in page
    assert "<script" not in page
