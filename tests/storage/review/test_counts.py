"""What waits: unread conversations by their need, requests by kind and status."""

from __future__ import annotations

from sqlalchemy import update

from bot.consultation.model import Consultation
from bot.storage.database.session import Database
from bot.storage.database.tables import RequestRow, RespondentRow
from bot.storage.review.counts import requests_by_status, unread_by_reason
from bot.storage.review.priority import COMPLAINT, DISTRESS, UNSURE
from tests.support.people import NOON, People


def test_unread_conversations_are_counted_by_need_the_greatest_first(
    any_database: Database, consultation: Consultation
) -> None:
    people = People(any_database, consultation)
    kept = [
        ({"need": COMPLAINT}, "complaint"),
        ({"need": UNSURE + 42}, "unsure"),
        ({"need": DISTRESS}, "distress"),
        ({"need": UNSURE}, "unsure"),
        ({"need": 0}, None),
        ({"need": DISTRESS, "read_seq": 5}, "read"),
        ({"need": DISTRESS, "state": "erased"}, "gone"),
        ({"need": DISTRESS, "heard_seq": 0}, "never wrote"),
    ]
    for values, _ in kept:
        person = people.new()
        with any_database.writing() as session:
            session.execute(
                update(RespondentRow)
                .where(RespondentRow.id == person.id)
                .values(**{"heard_seq": 5, **values})
            )
    with any_database.reading() as session:
        found = list(unread_by_reason(session, consultation.id).items())
        assert unread_by_reason(session, "another") == {}
    assert found == [("distress", 1), ("complaint", 1), ("unsure", 2), (None, 1)]


def test_requests_are_counted_without_drafts(
    any_database: Database, consultation: Consultation
) -> None:
    person = People(any_database, consultation).new()
    with any_database.writing() as session:
        for number, (kind, status) in enumerate(
            [("callback", "new"), ("callback", "new"), ("callback", "done"), ("print", "draft")]
        ):
            session.add(
                RequestRow(
                    reference=f"REQ-{number}", respondent_id=person.id, channel="webchat",
                    consultation=consultation.id, kind=kind, status=status, wording_version="1",
                    created_at=NOON,
                )
            )  # fmt: skip
    with any_database.reading() as session:
        counted = requests_by_status(session, consultation.id)
    assert counted == {"callback": {"new": 2, "done": 1}}
