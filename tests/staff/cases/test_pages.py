"""Cases: the boards, one case, and what is written down of each step."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from bot.storage.cases.alerts import note_not_alerted
from bot.storage.cases.case_board import Case, case_of
from bot.storage.cases.cases import open_case
from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, PASSWORD, Desk, audit, csrf_token, sign_in

WORDS = "I cannot go on, ring 07700 900123"


def person(desk: Desk, role: Role = Role.REVIEWER) -> tuple[FlaskClient, str]:
    client, email = desk.client(), desk.person(role)
    assert sign_in(client, email, PASSWORD).status_code == 302
    return client, email


def case(desk: Desk, kind: str = "care", *, words: str = WORDS) -> tuple[str, Respondent]:
    respondent = desk.respondent("sms")
    desk.say(respondent, words, step=None, intent="off_topic")
    with desk.database.writing() as session:
        about = {"seq": 1, "who": "the bot", "now": desk.clock()}
        reference = open_case(session, respondent.id, kind, **about)
    assert reference
    return reference, respondent


def stands(desk: Desk, reference: str) -> Case:
    with desk.database.reading() as session:
        found = case_of(session, CONSULTATION.id, reference)
    assert found
    return found


def save(desk: Desk, client: FlaskClient, reference: str, **changed: str) -> tuple[int, str]:
    """Send the form of a case as the page shows it now, with what is changed in it."""
    now, path = stands(desk, reference), f"/cases/{reference}"
    form = {
        "csrf_token": csrf_token(client, path),
        "seen_status": now.status,
        "seen_owner": now.owner or "",
        "status": now.status,
        "owner": now.owner or "",
        "due": now.due.isoformat() if now.due else "",
    }
    answer = client.post(path, data={**form, **changed})
    return answer.status_code, answer.text


def test_each_board_shows_its_cases_and_how_many(desk: Desk) -> None:
    client, me = person(desk)
    _, other = person(desk)
    mine, _ = case(desk, "complaint")
    theirs, _ = case(desk, "person")
    free, _ = case(desk, "care")
    done, _ = case(desk, "action")
    for reference, changes in (
        (mine, {"owner": me}),
        (theirs, {"owner": other}),
        (done, {"status": "done", "note": "It is done."}),
    ):
        assert save(desk, client, reference, **changes)[0] == 302
    desk.clock.move(days=1)
    client = desk.client()  # the session of the day before has ended
    sign_in(client, me)
    for board, expected in (
        ("open", [free, mine, theirs]),
        ("mine", [mine]),
        ("unassigned", [free]),
        ("overdue", [free]),
        ("done", [done]),
        ("nonsense", [free, mine, theirs]),
    ):
        page = client.get(f"/cases?board={board}").text
        assert re.findall(r">(CASE-[0-9A-Z-]{9})<", page) == expected
    page = client.get("/cases?kind=complaint").text
    assert re.findall(r">(CASE-[0-9A-Z-]{9})<", page) == [mine]
    for title in ("All open (1)", "Mine (1)", "Unassigned (0)", "Overdue (0)", "Done (0)"):
        assert title in page


def test_a_case_shows_what_calls_for_it_and_leads_to_it_and_hides_numbers(desk: Desk) -> None:
    client, _ = person(desk)
    reference, respondent = case(desk)
    page = client.get(f"/cases/{reference}").text
    assert "I cannot go on, ring [number hidden]" in page and "900123" not in page
    assert f"/conversations/{respondent.reference}#message-1" in page
    assert audit(desk)[-1][1:] == ("case viewed", reference)
    conversation = client.get(f"/conversations/{respondent.reference}").text
    assert f"/cases/{reference}" in conversation


def test_taking_moving_and_ending_a_case_is_saved_and_written_down(desk: Desk) -> None:
    client, me = person(desk, Role.CASEWORKER)
    reference, _ = case(desk)
    token = csrf_token(client, f"/cases/{reference}")
    client.post(f"/cases/{reference}", data={"csrf_token": token, "take": "yes"})
    now = stands(desk, reference)
    assert (now.owner, now.status) == (me, "in_progress")
    assert audit(desk)[-1] == (me, "case taken", reference)
    save(desk, client, reference, status="done", note="Rang 07700 900123. They are safe.")
    assert stands(desk, reference).status == "done"
    assert (me, "case saved: done", reference) in audit(desk)
    page = client.get(f"/cases/{reference}").text
    assert "Rang [number hidden]. They are safe." in page and "900123" not in page


WRONG = [
    ({"status": ""}, "Choose a status"),
    ({"status": "gone"}, "Choose a status"),
    ({"owner": "stranger@example.gov.uk"}, "Choose a person who works on cases"),
    ({"due": "soon"}, "Enter a date"),
    ({"due": "0001-01-01"}, "Enter a date"),
    ({"status": "done", "note": " "}, "Write what was done"),
    ({"note": "x" * 2001}, "2,000 letters"),
    ({"seen_owner": "colleague@example.gov.uk"}, "Nobody has this case now"),
    ({"seen_status": "done"}, "The status is new now"),
]


@pytest.mark.parametrize(("changed", "sentence"), WRONG)
def test_what_makes_no_sense_or_was_changed_meanwhile_is_said_and_not_saved(
    desk: Desk, changed: dict[str, str], sentence: str
) -> None:
    client, _ = person(desk)
    reference, _ = case(desk)
    before = stands(desk, reference)
    status, page = save(desk, client, reference, **{"note": "kept words", **changed})
    assert (status, stands(desk, reference)) == (400, before)
    assert sentence in page
    if "note" not in changed:
        assert "kept words" in page  # what was typed is not lost


def test_the_first_page_counts_cases_and_says_what_was_not_told_of(desk: Desk) -> None:
    reference, _ = case(desk)
    case(desk, "complaint")
    with desk.database.writing() as session:
        note_not_alerted(session, [reference], "ConnectionRefusedError")
    page = desk.signed_in(Role.CASEWORKER).get("/").text
    assert "1 case was not told of by email (ConnectionRefusedError)" in page
    assert "/cases?board=unassigned&amp;kind=care" in page
    assert "not told of" not in desk.signed_in(Role.ANALYST).get("/").text


def test_a_case_of_nobody_is_not_found(desk: Desk) -> None:
    client, _ = person(desk)
    assert client.get("/cases/CASE-0000-0000").status_code == 404
    assert audit(desk)[-1][1:] == ("page not found", "CASE-0000-0000")
