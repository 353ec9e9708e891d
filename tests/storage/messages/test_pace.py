"""How fast our numbers send, and how long what waits will take: on each engine."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot.channels.sms.settings import Twilio
from bot.storage.database.tables import AddressRow, OutboxRow, PaceRow
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.messages.pace import NotYet, Queue, queues, take_number
from tests.support.people import People, at_once

OURS, OTHER = "+447700900100", "+447700900101"
LONG = 300.0  # seconds; no test takes as long


def take(people: People, number: str, *, ahead: bool = False) -> float:
    """Take a number for so long; return for how long it is taken by others, 0 when it was free."""
    try:
        with people.database.writing() as session:
            take_number(session, number, LONG, ahead=ahead)
    except NotYet as others:
        return others.seconds
    return 0.0


def free_in(people: People) -> float:
    with people.database.reading() as session:
        return float(session.execute(select(PaceRow.free_at)).scalar_one())


def test_a_number_is_taken_by_one_at_a_time(people: People) -> None:
    assert take(people, OURS) == 0.0
    assert LONG / 2 < take(people, OURS) <= LONG
    assert take(people, OTHER) == 0.0
    with people.database.writing() as session:
        session.execute(update(PaceRow).values(free_at=0.0))  # that time is over
    assert take(people, OURS) == 0.0


def test_a_clock_that_was_set_back_holds_up_no_number(people: People) -> None:
    assert take(people, OURS) == 0.0
    with people.database.writing() as session:
        session.execute(update(PaceRow).values(free_at=PaceRow.free_at + 3600.0))
    assert take(people, OURS) == 0.0
    assert LONG / 2 < take(people, OURS) <= LONG


def test_of_many_workers_one_takes_a_number(people: People) -> None:
    taken = at_once(8, lambda _: take(people, OURS))
    assert sorted(taken)[0] == 0.0 and sorted(taken)[1] > 0.0


def test_what_cannot_wait_goes_ahead_and_the_others_wait_for_longer(people: People) -> None:
    take(people, OURS)
    before = free_in(people)
    assert take(people, OURS, ahead=True) == 0.0
    assert free_in(people) == before + LONG


def twilio(parts_per_second: float | None) -> Twilio:
    return Twilio("AC1", ("token",), (OURS, OTHER), "", ("+44",), parts_per_second)


@pytest.mark.parametrize(
    ("parts_per_second", "minutes"), [(None, (None, None)), (0.5, (2, 1)), (10.0, (1, 1))]
)
def test_staff_learn_how_long_replies_will_take(
    people: People, parts_per_second: float | None, minutes: tuple[int | None, int | None]
) -> None:
    numbers = (OURS, OTHER, "+447700900199")  # the last is ours no more
    for ours in numbers:
        someone = people.new(channel="sms")
        with people.database.writing() as session:
            mine = AddressRow.respondent_id == someone.id
            session.execute(update(AddressRow).where(mine).values(encrypted=b"x", ours=ours))
            texts = [Reply("a" * 161)] * 10 + [Reply("News.", unasked=True)]  # 20 parts, and news
            add_replies(
                session, someone.id, texts, reply_to=None, delivery="queued", now=people.now()
            )
    with people.database.reading() as session:
        assert queues(session, {"sms": twilio(parts_per_second)}) == [
            Queue(OURS, 20, minutes[0]),
            Queue(OTHER, 10, minutes[1]),
        ]
    with people.database.writing() as session:
        session.execute(update(OutboxRow).values(delivery="sent"))
    with people.database.reading() as session:
        found = queues(session, {"sms": twilio(parts_per_second), "webchat": ()})
    assert [queue.messages for queue in found] == [0, 0]
