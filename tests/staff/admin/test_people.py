"""One person: found by what is whole, copied, erased with a reason."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from flask.testing import FlaskClient

from bot.storage.respondents.respondents import Respondent, create_respondent
from bot.storage.staff.audit import follow_chain
from bot.storage.staff.audit_entries import entries_about
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk, audit, csrf_token

NUMBER = "+447700900123"
WORDS = "Benches <b>near</b> the café"


@pytest.fixture()
def resident(desk: Desk) -> Respondent:
    """Somebody who has texted."""
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


def _find(client: FlaskClient, kind: str, sought: str) -> object:
    form = {"csrf_token": csrf_token(client, "/people"), "kind": kind, "sought": sought}
    return client.post("/people", data=form)


FOUND = [
    ("tel", NUMBER, True),
    ("tel", "07700 900123", True),
    ("tel", "0770090012", False),
    ("tel", "900123", False),
    ("tel", "%", False),
    ("telegram", NUMBER, False),
    ("reference", "REFERENCE", True),
    ("reference", "lower", True),
    ("reference", "HYS-0000-0000", False),
    ("reference", "HYS-", False),
    ("reference", "' OR 1=1 --", False),
]


@pytest.mark.parametrize(("kind", "sought", "found"), FOUND)
def test_a_person_is_found_by_something_whole_only(
    desk: Desk, resident: Respondent, admin: FlaskClient, kind: str, sought: str, found: bool
) -> None:
    reference = resident.reference
    given = {"REFERENCE": reference, "lower": reference.lower()}.get(sought, sought)
    response = _find(admin, kind, given)
    if found:
        assert (response.status_code, response.location) == (302, f"/people/{reference}")
    else:
        assert response.status_code == 400
        assert "Nobody with this has written to us" in response.text
    assert audit(desk)[-1][1:] == ("person looked for", reference if found else None)


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
    assert _find(admin, "tel", NUMBER).status_code == 400
    with desk.database.reading() as session:
        (entry,) = [e for e in entries_about(session, [reference]) if e.what == "erased a person"]
        assert entry.who.startswith("admin") and entry.reason == "Asked for by email"
        assert follow_chain(session).broken is None
    file = desk.settings.database_url.removeprefix("sqlite:///")
    for path in (file, f"{file}-wal"):
        with open(path, "rb") as stored:
            assert b"near" not in stored.read()


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
    assert _find(admin, "tel", NUMBER).status_code == 302


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


def test_a_copy_holds_everything_in_two_forms(
    desk: Desk, resident: Respondent, admin: FlaskClient
) -> None:
    admin.get(f"/people/{resident.reference}")
    form = {"csrf_token": csrf_token(admin, "/people")}
    response = admin.post(f"/people/{resident.reference}/copy", data=form)
    assert resident.reference in response.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(response.data))
    held = json.loads(archive.read(f"{resident.reference}.json"))
    assert held["person"]["addresses"] == [NUMBER]
    assert [m["text"] for m in held["messages"]] == ["hello", "a shop", WORDS]
    assert held["messages"][0]["understood as"] == "greet"
    assert [a["value"] for a in held["answers"]] == ["shop", None]
    looks = [entry["what"] for entry in held["who looked"]]
    assert looks[-2:] == ["person viewed", "copy of everything made"]
    page = archive.read(f"{resident.reference}.html").decode()
    assert "Benches &lt;b&gt;near&lt;/b&gt; the café" in page
    assert "<script" not in page
