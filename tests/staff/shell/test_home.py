"""The first page: for each role what waits for it, and nothing else."""

from __future__ import annotations

import pytest

from bot.storage.database.tables import RequestRow, RespondentRow
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk


def _conversations(desk: Desk) -> None:
    """Three unread conversations, of which one in distress, one considered, and a request."""
    people = [desk.respondent() for _ in range(4)]
    for person in people:
        desk.say(person, "hello", intent="greet")
    desk.say(people[0], "I cannot go on", step=None, intent="distress")
    with desk.database.writing() as session:
        session.get(RespondentRow, people[3].id).read_seq = 99
        session.add(
            RequestRow(
                reference="REQ-7F3K-9Q2M",
                respondent_id=people[1].id,
                consultation=CONSULTATION.id,
                channel="webchat",
                kind="callback",
                status="in_progress",
                wording_version="1",
                created_at=desk.clock(),
            )
        )


SEES = [
    (Role.REVIEWER, ["1 of 4 considered", "Read first", "2 conversations"], ["in progress"]),
    (Role.CASEWORKER, ["1 in progress"], ["considered", "Read first"]),
    (Role.ANALYST, [], ["considered", "Read first", "in progress"]),
    (Role.ADMIN, ["1 of 4 considered", "Read first", "1 in progress"], []),
]


@pytest.mark.parametrize(("role", "there", "not_there"), SEES, ids=[c[0].value for c in SEES])
def test_each_role_sees_what_waits_for_it(
    desk: Desk, role: Role, there: list[str], not_there: list[str]
) -> None:
    _conversations(desk)
    page = desk.signed_in(role).get("/").text
    for words in there:
        assert words in page
    for words in not_there:
        assert words not in page


def test_an_empty_consultation_is_told_as_one(desk: Desk) -> None:
    page = desk.signed_in(Role.ADMIN).get("/").text
    assert "No conversations yet" in page
    assert "considered" not in page
