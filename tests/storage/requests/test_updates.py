"""What staff see of requests, and what they do with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.consultation.model import Consultation
from bot.storage.database.session import Database
from bot.storage.database.tables import RequestRow
from bot.storage.requests import updates
from bot.storage.requests.drafts import begin_request
from bot.storage.requests.history import consents_of, events_of, likely_same
from bot.storage.requests.queries import Request, Sought, count_requests, find_requests, request_of
from bot.storage.requests.requests import send_request, withdraw_request
from bot.storage.requests.rows import remove_content
from bot.storage.staff.one_time_links import use_link
from bot.storage.staff.rows import Role
from bot.storage.staff.sign_in import add_staff, disable_staff
from tests.support.keys import KEYS
from tests.support.people import NOON, People

WHO = "caseworker@example.gov.uk"
KIND = "case_study"
LATER = NOON + timedelta(days=3)
STORY = {"case_study.title": "Tablets", "case_study.contact": "+447700900123"}


class Cases:
    """Requests in one database; every call is a transaction of its own."""

    def __init__(self, database: Database, consultation: Consultation) -> None:
        self.database, self.consultation = database, consultation
        self.people = People(database, consultation)

    def send(self, contact_ok: str = "yes", publish_ok: str = "yes", **changed: Any) -> str:
        """Have someone send a story; return its reference."""
        person = changed.pop("person", None) or self.people.new()
        given = {**STORY, "case_study.contact_ok": contact_ok, "case_study.publish_ok": publish_ok}
        told = {one: {"text": said, "value": said} for one, said in {**given, **changed}.items()}
        with self.database.writing() as session:
            about = (session, KEYS, self.consultation, person.id)
            begin_request(*about, KIND, told, self.people.now())
            reference = send_request(*about, self.people.now())
        assert reference
        return reference

    def do(self, what: str, reference: str, *given: Any) -> bool:
        with self.database.writing() as session:
            done: bool = getattr(updates, what)(session, reference, *given, WHO, LATER)
            return done

    def empty(self, reference: str) -> None:
        with self.database.writing() as session:
            row = session.execute(
                select(RequestRow).where(RequestRow.reference == reference)
            ).scalar_one()
            remove_content(session, row)

    def withdraw(self, reference: str) -> None:
        with self.database.writing() as session:
            withdraw_request(session, reference, LATER)

    def get(self, reference: str, kind: str = KIND) -> Request | None:
        with self.database.reading() as session:
            return request_of(session, KEYS, self.consultation.id, kind, reference)

    def find(self, **sought: Any) -> list[str]:
        with self.database.reading() as session:
            about = (self.consultation.id, KIND, Sought(**sought))
            found = find_requests(session, KEYS, *about)
            assert count_requests(session, *about) == len(found)
            return [one.reference for one in found]

    def history(self, reference: str) -> list[tuple[str, str | None]]:
        with self.database.reading() as session:
            return [(one.what, one.detail) for one in events_of(session, reference)]


@pytest.fixture()
def cases(any_database: Database, consultation: Consultation) -> Cases:
    return Cases(any_database, consultation)


def test_a_request_is_found_by_its_kind_and_reference(cases: Cases) -> None:
    reference = cases.send()
    found = cases.get(reference)
    assert found is not None and not found.gone
    assert found.fields["case_study.title"]["text"] == "Tablets"
    assert cases.get(reference, "workshop") is None
    assert cases.get("REQ-0000-0000") is None
    with cases.database.reading() as session:
        agreed = consents_of(session, reference)
    assert [(one.purpose, one.given) for one in agreed] == [("contact", True), ("publish", True)]
    assert all(one.text and one.channel == "webchat" for one in agreed)


def test_a_draft_is_not_there(cases: Cases) -> None:
    person = cases.people.new()
    with cases.database.writing() as session:
        begin_request(session, KEYS, cases.consultation, person.id, KIND, {}, NOON)
        reference = session.execute(select(RequestRow.reference)).scalar_one()
    assert cases.find() == [] and cases.get(reference) is None
    assert not cases.do("set_owner", reference, WHO)


def test_a_board_is_narrowed(cases: Cases) -> None:
    new, late, done, approved = (cases.send() for _ in range(4))
    cases.do("set_owner", late, WHO)
    cases.do("set_status", late, "in_progress")
    for one in (late, done):
        cases.do("set_due", one, date(2021, 3, 1))
    cases.do("set_status", done, "done")
    cases.do("approve_to_publish", approved, True)
    assert cases.find() == [new, late, done, approved]
    assert cases.find(statuses=("new", "in_progress")) == [new, late, approved]
    assert cases.find(owner=WHO) == [late]
    assert cases.find(owner="") == [new, done, approved]
    assert cases.find(due_before=date(2021, 3, 2)) == [late]
    assert cases.find(due_before=date(2021, 3, 1)) == []
    assert cases.find(approved=True) == [approved]
    with cases.database.reading() as session:
        page = find_requests(session, KEYS, cases.consultation.id, KIND, limit=2, offset=1)
    assert [one.reference for one in page] == [late, done]


def test_what_staff_do_is_kept_in_its_history(cases: Cases) -> None:
    reference = cases.send()
    for what, given in (
        ("set_status", "in_progress"),
        ("set_status", "in_progress"),  # changes nothing
        ("set_owner", WHO),
        ("set_owner", None),
        ("set_due", date(2021, 3, 9)),
        ("set_due", None),
        ("add_note", "Called\0 twice"),
        ("set_status", "done"),
        ("set_status", "new"),
    ):
        assert cases.do(what, reference, given)
    assert cases.history(reference) == [
        ("sent", None),
        ("status", "in_progress"),
        ("owner", WHO),
        ("owner", None),
        ("due", "2021-03-09"),
        ("due", None),
        ("note", "Called\ufffd twice"),
        ("status", "done"),
        ("status", "new"),
    ]
    found = cases.get(reference)
    assert found is not None and found.ended_at is None


@pytest.mark.parametrize("status", ["draft", "withdrawn", "gone", ""])
def test_staff_cannot_set_every_status(cases: Cases, status: str) -> None:
    reference = cases.send()
    assert not cases.do("set_status", reference, status)
    assert cases.find(statuses=("new",)) == [reference]


def test_a_story_is_approved_only_where_publishing_was_agreed(cases: Cases) -> None:
    agreed, refused = cases.send(), cases.send(publish_ok="no")
    assert cases.do("approve_to_publish", agreed, True)
    assert not cases.do("approve_to_publish", refused, True)
    assert cases.find(approved=True) == [agreed]
    assert cases.do("approve_to_publish", agreed, False)
    assert cases.find(approved=True) == []


@pytest.mark.parametrize("how", ["empty", "withdraw"])
def test_what_is_gone_has_no_content_and_stays_as_it_is(cases: Cases, how: str) -> None:
    reference = cases.send()
    getattr(cases, how)(reference)
    before = cases.get(reference)
    assert before is not None and before.gone and before.fields == {}
    for what, given in (
        ("set_status", "done"),
        ("set_owner", WHO),
        ("set_due", date(2021, 3, 9)),
        ("add_note", "Still here"),
        ("approve_to_publish", True),
    ):
        assert not cases.do(what, reference, given)
    assert cases.get(reference) == before
    assert cases.find() == [reference]


def test_only_open_requests_of_the_kind_are_finished_in_bulk(cases: Cases) -> None:
    new, busy, declined, gone, other = (cases.send() for _ in range(5))
    cases.do("set_status", busy, "in_progress")
    cases.do("set_status", declined, "declined")
    cases.empty(gone)
    wanted = [busy, new, declined, gone, "REQ-0000-0000"]
    with cases.database.writing() as session:
        assert updates.finish(session, "another", KIND, wanted, WHO, LATER) == []
        assert updates.finish(session, cases.consultation.id, "workshop", wanted, WHO, LATER) == []
        done = updates.finish(session, cases.consultation.id, KIND, wanted, WHO, LATER)
    assert done == cases.find(statuses=("done",)) == [new, busy]
    assert cases.history(new)[-1] == ("status", "done")
    found = cases.get(new)
    assert found is not None and found.ended_at == LATER
    assert cases.find(statuses=("new",)) == [gone, other]


def test_likely_duplicates_are_linked_both_ways(cases: Cases) -> None:
    first, second, third = (cases.send() for _ in range(3))
    other = cases.send(**{"case_study.contact": "+447700900456"})
    expected = {
        first: [second, third],
        second: [first, third],
        third: [first, second],
        other: [],
        "REQ-0000-0000": [],
    }
    with cases.database.reading() as session:
        for reference, same in expected.items():
            assert [one for one, _ in likely_same(session, reference)] == same
    cases.withdraw(second)
    with cases.database.reading() as session:
        assert likely_same(session, first) == [(third, "new")]


def test_those_own_requests_who_can_open_them(any_database: Database) -> None:
    def add(name: str, role: Role, *, used: bool = True) -> None:
        with any_database.writing() as session:
            token = add_staff(session, f"{name}@example.gov.uk", role, NOON)
            if used:
                use_link(session, token, email="", password_hash="x", now=NOON)

    add("zoe", Role.ADMIN)
    add("case", Role.CASEWORKER)
    add("gone", Role.CASEWORKER)
    add("invited", Role.CASEWORKER, used=False)
    add("reads", Role.REVIEWER)
    with any_database.writing() as session:
        disable_staff(session, "gone@example.gov.uk")
    with any_database.reading() as session:
        assert updates.who_can_own(session) == ["case@example.gov.uk", "zoe@example.gov.uk"]
