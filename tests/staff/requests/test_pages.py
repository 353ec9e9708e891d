"""Requests: who sees what of them, what can be done, and files to work with."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from bot.consultation.model import Consultation
from bot.staff.requests.files import files_of
from bot.staff.shell.context import AppContext
from bot.storage.database.tables import RequestRow
from bot.storage.requests.requests import amend_request, withdraw_request
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk, audit, csrf_token
from tests.staff.requests.desk import NUMBER, TAKES_REQUESTS, ask_for, take_requests


@pytest.fixture(autouse=True)
def taking_requests(desk: Desk) -> None:
    take_requests(desk)


@pytest.fixture()
def client(desk: Desk) -> FlaskClient:
    return desk.signed_in(Role.CASEWORKER)


def told(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    main = response.text.partition("<main")[2].partition("</main>")[0]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))
    return re.sub(r" (?=[,:])", "", words)


def send(client: FlaskClient, path: str, **form: Any) -> TestResponse:
    return client.post(path, data={"csrf_token": csrf_token(client, "/second-factor"), **form})


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    response = client.get(path)
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def take_back(desk: Desk, reference: str) -> None:
    with desk.database.writing() as session:
        withdraw_request(session, reference, desk.clock())


def test_every_kind_has_its_counts(desk: Desk, client: FlaskClient) -> None:
    ask_for(desk, "map")
    page = client.get("/requests").text
    assert "Ask for a map" in page and "Tell a story" in page
    assert re.search(r'href="/requests/map\?status=new">1<', page)
    assert audit(desk)[-1][1:] == ("requests viewed", None)


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "lower", "spaced"])
def test_a_request_is_found_by_its_reference_alone(
    desk: Desk, client: FlaskClient, typed: str
) -> None:
    reference, _ = ask_for(desk, "map")
    spelt = {"lower": reference.lower(), "spaced": reference.replace("-", " ")}
    query = {"reference": spelt.get(typed, typed.format(reference))}
    response = client.get("/requests", query_string=query)
    assert (response.status_code, response.location) == (302, f"/requests/map/{reference}")


@pytest.mark.parametrize(("typed", "noted"), [("REQ-0000-0000", "REQ-0000-0000"), ("Ann", None)])
def test_a_reference_that_nobody_has_is_told_and_recorded(
    desk: Desk, client: FlaskClient, typed: str, noted: str | None
) -> None:
    assert "No request has this reference" in told(client, f"/requests?reference={typed}")
    assert audit(desk)[-1][1:] == ("request not found", noted)


def test_a_kind_that_has_left_the_file_is_still_worked_on(desk: Desk) -> None:
    reference, _ = ask_for(desk, "map")
    take_requests(desk, CONSULTATION)
    client = desk.signed_in(Role.CASEWORKER)
    assert "map" in told(client, "/requests")
    assert reference in told(client, "/requests/map")
    assert "The lunch club" in told(client, f"/requests/map/{reference}")


def test_the_board_shows_open_ones_without_contact_details(desk: Desk, client: FlaskClient) -> None:
    story, _ = ask_for(desk, "story")
    done, _ = ask_for(desk, "story", title="A finished one")
    send(client, f"/requests/story/{done}", action="status", status="done")
    page = told(client, "/requests/story")
    assert story in page and "Ping pong" in page and done not in page
    assert "900" not in page
    assert done in told(client, "/requests/story?status=done")
    assert audit(desk)[-1][1:] == ("requests listed", "story")


FILTERS = [
    ("", ["plain", "mine", "late"]),
    ("owner=me", ["mine"]),
    ("owner=nobody", ["plain", "late"]),
    ("overdue=yes", ["late"]),
    ("status=in_progress", ["mine"]),
    ("status=done&overdue=yes", []),
    ("status=all", ["plain", "mine", "late", "done"]),
    ("status=nonsense&owner=&page=x", ["plain", "mine", "late"]),
    ("page=7", []),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_filters_combine(desk: Desk, client: FlaskClient, query: str, expected: list[str]) -> None:
    sent = {name: ask_for(desk, "map")[0] for name in ("plain", "mine", "late", "done")}
    to = {name: f"/requests/map/{reference}" for name, reference in sent.items()}
    send(client, to["mine"], action="owner", take="yes")
    send(client, to["mine"], action="status", status="in_progress")
    send(client, to["late"], action="due", due="2021-02-28")
    send(client, to["mine"], action="due", due="2021-03-01")  # today
    send(client, to["done"], action="due", due="2021-02-28")
    send(client, to["done"], action="status", status="done")
    page = told(client, f"/requests/map?{query}")
    assert [name for name in sent if sent[name] in page] == expected


def test_a_request_shows_all_and_the_look_is_recorded(desk: Desk, client: FlaskClient) -> None:
    reference, person = ask_for(desk, "map", format="large")
    page = told(client, f"/requests/map/{reference.lower()}")
    for words in ("Who is it for? The lunch club", "Understood as: Large print large", "12 Any"):
        assert words in page.replace("  ", " ")
    assert person.reference in page and "text message" in page
    assert audit(desk)[-1][1:] == ("request viewed", reference)
    assert client.get(f"/conversations/{person.reference}").status_code == 200


def test_consents_are_shown_with_the_words_asked(desk: Desk, client: FlaskClient) -> None:
    reference, _ = ask_for(desk, "story", publish_ok=None)
    page = told(client, f"/requests/story/{reference}")
    assert "May we contact them? Yes, 1 March 2021 at 2:05pm, text message" in page
    assert "Asked, in version 1 of the wording: May we contact you?" in page
    assert "May we publish it? No answer. That counts as no." in page
    assert NUMBER in page


def test_a_condition_stands_with_the_yes_that_it_limits(desk: Desk, client: FlaskClient) -> None:
    words = "but leave the street out"
    reference, _ = ask_for(desk, "story", remarks={"publish_ok": words})
    page = told(client, f"/requests/story/{reference}")
    assert (
        f"May we publish it? Yes, 1 March 2021 at 2:05pm, text message Said beside it: {words}"
        in page
    )


@pytest.mark.parametrize("agreed", ["yes", "no"])
def test_what_they_changed_stands_with_what_stood_there(
    desk: Desk, client: FlaskClient, agreed: str
) -> None:
    reference, _ = ask_for(desk, "story", contact_ok=agreed)
    here: AppContext = desk.app.extensions["context"]
    told_now = {"story.contact": {"text": "0161 496 0456", "value": "+441614960456"}}
    with desk.database.writing() as session:
        about = (session, here.keys, TAKES_REQUESTS, reference)
        amend_request(*about, told_now, desk.clock())
    page = told(client, f"/requests/story/{reference}")
    seen = ("+441614960456" in page, f"Before they changed it: {NUMBER}" in page)
    assert seen == ((True, True) if agreed == "yes" else (False, False))
    assert ("Changed: " in page) is (agreed == "yes")


@pytest.mark.parametrize("said", ["no", None], ids=["said no", "said nothing"])
def test_who_did_not_agree_to_be_contacted_is_not(
    desk: Desk, client: FlaskClient, said: str | None
) -> None:
    reference, _ = ask_for(desk, "story", contact_ok=said)
    page = told(client, f"/requests/story/{reference}")
    assert "did not agree to be contacted" in page
    assert "900" not in page and "How do we reach you?" not in page
    (row,) = rows(client, "/requests/story/list.csv")
    assert (row["contact"], row["may contact"]) == ("", "no")
    assert "900" not in str(row["title"])


CHANGES = [
    ({"action": "status", "status": "in_progress"}, "In progress", "request status: in_progress"),
    ({"action": "owner", "take": "yes"}, "Owner caseworker1@example", "request owner changed"),
    ({"action": "due", "due": "2021-03-31"}, "Due 31 March 2021", "request due date changed"),
    ({"action": "note", "note": " Ring <b>twice</b>\r\n"}, ": Note Ring &lt;b&gt;twice",
     "request note written"),
    ({"action": "publish", "approved": "yes"}, "Take back the approval",
     "request approved to publish"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "shown", "recorded"), CHANGES)
def test_a_small_form_changes_one_thing(
    desk: Desk, client: FlaskClient, form: dict[str, str], shown: str, recorded: str
) -> None:
    reference, _ = ask_for(desk, "story")
    path = f"/requests/story/{reference}"
    response = send(client, path, **form)
    assert (response.status_code, response.location) == (302, path)
    assert audit(desk)[-1][1:] == (recorded, reference)
    assert shown in told(client, path)


def test_what_was_set_is_taken_off_again(desk: Desk, client: FlaskClient) -> None:
    reference, _ = ask_for(desk, "story")
    path = f"/requests/story/{reference}"
    for action, on, off in (
        ("owner", {"take": "yes"}, {"owner": ""}),
        ("due", {"due": "2021-03-31"}, {"due": ""}),
        ("publish", {"approved": "yes"}, {"approved": "no"}),
    ):
        for form in (on, off):
            assert send(client, path, action=action, **form).status_code == 302
    page = told(client, path)
    for words in ("Owner Nobody", "Due No date", "Approve to publish", "Owner: caseworker1"):
        assert words in page
    assert "Approval to publish taken back" in page and "Due: 31 March 2021" in page


REFUSED = [
    ({"action": "status", "status": "withdrawn"}, "Choose a status"),
    ({"action": "owner", "owner": "reviewer9@example.gov.uk"}, "Choose a person who works"),
    ({"action": "due", "due": "31.3.2021"}, "Enter a date like"),
    ({"action": "due", "due": "0021-03-31"}, "Enter a date like"),
    ({"action": "note", "note": "  "}, "Write a note"),
    ({"action": "note", "note": "x" * 2001}, "A note may have 2,000 letters, not 2,001"),
    ({"action": "publish", "approved": "yes"}, "has not agreed"),
]


@pytest.mark.parametrize(("form", "problem"), REFUSED)
def test_what_makes_no_sense_is_refused(
    desk: Desk, client: FlaskClient, form: dict[str, str], problem: str
) -> None:
    reference, _ = ask_for(desk, "story", publish_ok="no")
    path = f"/requests/story/{reference}"
    before = told(client, path)
    response = send(client, path, **form)
    assert response.status_code == 400 and problem in response.text
    assert "There is a problem" in response.text
    assert told(client, path) == before


def test_a_change_needs_a_form_of_this_session(desk: Desk, client: FlaskClient) -> None:
    reference, _ = ask_for(desk, "map")
    for path in (f"/requests/map/{reference}", "/requests/map/posted"):
        assert client.post(path, data={"action": "status", "status": "done"}).status_code == 400
    assert reference in told(client, "/requests/map")


def test_the_button_to_publish_is_there_only_with_consent(desk: Desk, client: FlaskClient) -> None:
    for said, there in (("yes", True), ("no", False), (None, False)):
        reference, _ = ask_for(desk, "story", publish_ok=said)
        page = client.get(f"/requests/story/{reference}").text
        assert ("Approve to publish" in page) is there
        assert ("This may not be published" in page) is not there


def test_a_declined_story_is_not_said_to_be_published(desk: Desk, client: FlaskClient) -> None:
    reference, _ = ask_for(desk, "story")
    path = f"/requests/story/{reference}"
    for status, listed in (("new", True), ("done", True), ("declined", False)):
        send(client, path, action="status", status="new")
        send(client, path, action="publish", approved="yes")
        send(client, path, action="status", status=status)
        page = told(client, path)
        assert ("This story is approved" in page) is listed
        assert ("is not in the list of stories" in page) is not listed
        assert (reference in client.get("/stories").text) is listed
    board = told(client, "/requests/story?status=declined").partition("Download")[0]
    assert reference in board and "Approved" not in board
    send(client, path, action="publish", approved="no")
    page = told(client, path)
    assert "is not in the list of stories" in page and "Approve to publish" not in page


def owner_of(desk: Desk, reference: str) -> str | None:
    with desk.database.reading() as session:
        owner: str | None = session.execute(
            select(RequestRow.owner).where(RequestRow.reference == reference)
        ).scalar_one()
        return owner


def test_what_a_colleague_has_is_taken_over_only_when_that_is_meant(
    desk: Desk, client: FlaskClient
) -> None:
    reference, _ = ask_for(desk, "map")
    path = f"/requests/map/{reference}"
    send(client, path, action="owner", take="yes")
    colleague = desk.signed_in(Role.ADMIN)
    owner = owner_of(desk, reference)
    asked = send(colleague, path, action="owner", take="yes", seen_owner=owner)
    assert asked.status_code == 400 and f"{owner} has this request." in asked.text
    assert owner_of(desk, reference) == owner
    fields = dict(re.findall(r'name="(seen_\w+)" value="([^"]*)"', asked.text))
    (button,) = re.findall(r'value="(\w+)"[^>]*>\s*Take it over', asked.text)
    sure = send(colleague, path, action="owner", take=button, **fields)
    assert sure.status_code == 302
    assert (owner_of(desk, reference) or "").startswith("admin")


SEEN = [
    ({"action": "owner", "take": "yes"}, "has this request now"),
    ({"action": "owner", "take": "sure"}, "has this request now"),
    ({"action": "owner", "owner": ""}, "has this request now"),
    ({"action": "status", "status": "done"}, "has this request now"),
    ({"action": "status", "status": "done", "seen_owner": "caseworker1@example.gov.uk"},
     "The status is in progress now"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "problem"), SEEN)
def test_what_a_colleague_has_just_changed_is_not_written_over(
    desk: Desk, client: FlaskClient, form: dict[str, str], problem: str
) -> None:
    reference, _ = ask_for(desk, "map")
    path = f"/requests/map/{reference}"
    opened, colleague = {"seen_owner": "", "seen_status": "new"}, desk.signed_in(Role.ADMIN)
    for step in ({"action": "owner", "take": "yes"}, {"action": "status", "status": "in_progress"}):
        send(client, path, **step)
    page = told(client, path)
    late = send(colleague, path, **{**opened, **form})
    assert late.status_code == 400 and problem in late.text
    assert 'name="seen_status" value="in_progress"' in late.text, "it shows what is there now"
    assert told(client, path) == page


def test_labels_are_for_what_is_still_to_be_posted(desk: Desk, client: FlaskClient) -> None:
    sent = [ask_for(desk, "map", copies=n)[0] for n in (1, 2, 3)]
    gone, _ = ask_for(desk, "map")
    take_back(desk, gone)
    send(client, f"/requests/map/{sent[1]}", action="status", status="in_progress")
    labels = rows(client, "/requests/map/labels.csv")
    assert [row["reference"] for row in labels] == sent
    assert labels[0] == {
        "name": "The lunch club",
        "address": "Flat 2\n12 Any Street",
        "postcode": "M14 5AA",
        "format": "Large print",
        "copies": "1",
        "reference": sent[0],
    }
    assert audit(desk)[-1][1:] == ("requests exported: labels", "map")
    form = {"posted": [*sent[:2], gone, "REQ-0000-0000"]}
    response = send(client, "/requests/map/posted?status=new", **form)
    assert (response.status_code, response.location) == (302, "/requests/map?status=new")
    assert audit(desk)[-1][1:] == ("request status: done", sent[1])
    assert [row["reference"] for row in rows(client, "/requests/map/labels.csv")] == sent[2:]


def test_a_list_has_what_the_board_shows(desk: Desk, client: FlaskClient) -> None:
    first, _ = ask_for(desk, "story")
    second, _ = ask_for(desk, "story", contact="+447700900456")
    send(client, f"/requests/story/{second}", action="owner", take="yes")
    assert [row["reference"] for row in rows(client, "/requests/story/list.csv")] == [first, second]
    (row,) = rows(client, "/requests/story/list.csv?owner=me")
    assert row["reference"] == second and row["contact"] == "'+447700900456"
    assert row["received"] == "2021-03-01T14:05:00+00:00" and row["status"] == "New"


@pytest.mark.parametrize("path", ["story/labels", "map/list", "story/approved", "map/x", "x/list"])
def test_a_kind_has_only_its_own_files(client: FlaskClient, path: str) -> None:
    assert client.get(f"/requests/{path}.csv").status_code == 404


def test_likely_duplicates_link_to_each_other(desk: Desk, client: FlaskClient) -> None:
    first, person = ask_for(desk, "map")
    second, _ = ask_for(desk, "map", person=person)
    for here, there in ((first, second), (second, first)):
        assert f'href="/requests/map/{there}"' in client.get(f"/requests/map/{here}").text
    assert "Likely sent before" in told(client, "/requests/map")


def test_what_was_taken_back_shows_nothing_else(desk: Desk, client: FlaskClient) -> None:
    reference, person = ask_for(desk, "story")
    path = f"/requests/story/{reference}"
    send(client, path, action="note", note="Rang the sender")
    take_back(desk, reference)
    page = told(client, path)
    assert re.search(r"> (.*)", page)[1].strip() == (  # type: ignore[index]
        f"Request {reference} Taken back by the resident. Its content is deleted."
    )
    assert "Content deleted" in told(client, "/requests/story?status=withdrawn")
    assert send(client, path, action="status", status="new").status_code == 302
    assert told(client, path) == page
    assert rows(client, "/requests/story/list.csv?status=all") == []


def test_what_is_not_there_is_told_the_same_and_recorded(desk: Desk, client: FlaskClient) -> None:
    reference, _ = ask_for(desk, "map")
    answers = set()
    for path in ("map/REQ-0000-0000", f"story/{reference}", "map/x", f"x/{reference}"):
        before = len(audit(desk))
        response = client.get(f"/requests/{path}")
        answers.add((response.status_code, re.sub(r'(nonce|value)="[^"]+"', "", response.text)))
        assert len(audit(desk)) > before
    assert len(answers) == 1 and answers.pop()[0] == 404
    assert ("request not found", "REQ-0000-0000") in {one[1:] for one in audit(desk)}


def test_the_shipped_consultation_has_labels_and_lists(consultation: Consultation) -> None:
    files = {one.id: files_of(one) for one in consultation.requests}
    sections = {one.id: one for one in consultation.requests}
    assert {kind: list(found) for kind, found in files.items()} == {
        "case_study": ["list"],
        "workshop": ["list"],
        "print_copy": ["labels"],
        "callback": ["list"],
    }
    labels = files["print_copy"]["labels"].columns(sections["print_copy"])
    assert labels == ("name", "address", "postcode", "format", "copies", "reference")
    workshops = set(files["workshop"]["list"].columns(sections["workshop"]))
    assert workshops > {"organisation", "people", "when", "access", "contact", "may contact"}


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ANALYST])
def test_others_see_nothing_of_requests(desk: Desk, role: Role) -> None:
    reference, _ = ask_for(desk, "map")
    client = desk.signed_in(role)
    for path in ("", "/map", f"/map/{reference}", "/map/labels.csv"):
        response = client.get(f"/requests{path}")
        assert response.status_code == 403 and "lunch" not in response.text


def test_the_conversation_leads_to_what_was_asked_for(desk: Desk, client: FlaskClient) -> None:
    reference, person = ask_for(desk, "map")
    path = f"/conversations/{person.reference}"
    assert f'href="/requests/map/{reference}"' in client.get(path).text
    reading = desk.signed_in(Role.REVIEWER).get(path).text
    assert reference in reading and "/requests/" not in reading
