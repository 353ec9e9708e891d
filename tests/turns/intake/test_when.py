"""Order by when it was written: STOPs, what had been asked by then, and doubles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.storage.database.session import Database
from bot.storage.database.tables import InboxRow, OutboxRow, RespondentRow
from bot.storage.messages.outbox import Reply, add_replies
from bot.turns.accept import Arrival, Stored, store
from bot.turns.services import Services
from tests.conftest import WHILE_OPEN, Clock

NUMBER, USER = "+447700900123", "700900321"


@dataclass
class Sender:
    """A resident as a provider brings their messages; times are seconds after the first."""

    services: Services
    clock: Clock
    channel: str
    count: int = 0

    def writes(self, text: str, *, came: float, wrote: float | None = None, **more: str) -> Stored:
        self.count += 1
        self.clock.moment = at(came)
        address = NUMBER if self.channel == "sms" else USER
        written = None if wrote is None else at(wrote)
        return store(
            self.services,
            Arrival(self.channel, address, f"{self.count}", text, written_at=written, **more),
        )

    def is_told(
        self,
        question: str | None,
        *,
        said: float,
        sent: float | None = None,
        delivery: str = "sent",
    ) -> None:
        """Say something, which asks a question or none, and is sent then or not yet."""
        with self.services.database.writing() as session:
            last = session.execute(select(InboxRow).order_by(InboxRow.id.desc())).scalars().first()
            assert last is not None
            who, reply = last.respondent_id, Reply("Hear, hear.", question=question)
            now = at(said)
            add_replies(session, who, [reply], reply_to=last.id, delivery="queued", now=now)
            session.flush()
            row = session.execute(select(OutboxRow).order_by(OutboxRow.id.desc())).scalars().first()
            assert row is not None
            row.provider_id = f"m{said}"
            if sent is not None:
                row.sent_at, row.delivery = at(sent), delivery

    def kept(self, stored: Stored) -> InboxRow:
        with self.services.database.reading() as session:
            row = session.get(InboxRow, stored.inbox_id)
            assert row is not None
            return row

    def opted_out(self) -> bool:
        with self.services.database.reading() as session:
            return bool(session.execute(select(RespondentRow.opted_out)).scalar_one())


def at(seconds: float) -> datetime:
    return WHILE_OPEN + timedelta(seconds=seconds)


@pytest.fixture()
def on_any(services: Services, any_database: Database) -> Services:
    return replace(services, database=any_database)


@pytest.fixture()
def telegram(on_any: Services, clock: Clock) -> Sender:
    return Sender(on_any, clock, "telegram")


@pytest.fixture()
def sms(on_any: Services, clock: Clock) -> Sender:
    return Sender(on_any, clock, "sms")


@pytest.mark.parametrize("text", ["/start", "start", "yes carry on", "START"])
def test_what_was_written_before_a_stop_does_not_undo_it(telegram: Sender, text: str) -> None:
    telegram.writes("hello", came=0, wrote=0)
    telegram.writes("STOP", came=20, wrote=20)
    late = telegram.writes(text, came=30, wrote=10)
    assert telegram.kept(late).note == "late" and telegram.opted_out()
    assert telegram.kept(telegram.writes("START", came=60, wrote=60)).note is None


@pytest.mark.parametrize("wrote", [19, 20])
def test_it_may_be_as_late_as_the_same_second(telegram: Sender, wrote: float) -> None:
    """The provider counts its messages, also within a second."""
    telegram.writes("hello", came=0, wrote=0)
    telegram.count = 2
    telegram.writes("STOP", came=20.4, wrote=20)
    telegram.count = 1
    late = telegram.writes("start", came=21, wrote=wrote)
    assert telegram.kept(late).note == "late" and telegram.opted_out()
    telegram.count = 3
    newer = telegram.writes("start", came=22, wrote=20)
    assert telegram.kept(newer).note is None


def test_a_stop_that_comes_late_is_obeyed_unless_they_have_come_back(telegram: Sender) -> None:
    telegram.writes("hello", came=0, wrote=0)
    telegram.writes("more buses", came=20, wrote=20)
    telegram.writes("STOP", came=30, wrote=10)
    assert telegram.opted_out()


def test_a_stop_from_before_they_came_back_is_not(telegram: Sender) -> None:
    telegram.writes("hello", came=0, wrote=0)
    telegram.writes("start", came=20, wrote=20)
    late = telegram.writes("STOP", came=30, wrote=10)
    assert not telegram.opted_out() and telegram.kept(late).note == "late"


def test_a_message_carries_what_had_been_asked_when_it_was_written(telegram: Sender) -> None:
    telegram.writes("hello", came=0, wrote=0)
    assert telegram.kept(telegram.writes("hm", came=1, wrote=1)).about is None
    telegram.is_told("role", said=2, sent=3)
    telegram.writes("resident", came=9, wrote=9)
    telegram.is_told("smart_people.agree", said=10, sent=60)  # the provider was away
    assert telegram.kept(telegram.writes("a", came=90, wrote=20)).about == "role"
    assert telegram.kept(telegram.writes("b", came=90, wrote=70)).about == "smart_people.agree"
    telegram.writes("d", came=95, wrote=95)
    telegram.is_told(None, said=100, sent=100)  # nothing is asked any more
    assert telegram.kept(telegram.writes("c", came=120, wrote=120)).about is None


def test_a_reply_is_about_the_message_that_it_points_to(telegram: Sender) -> None:
    telegram.writes("hello", came=0, wrote=0)
    telegram.is_told("role", said=2, sent=2)
    telegram.writes("resident", came=9, wrote=9)
    telegram.is_told("smart_people.agree", said=10, sent=10)
    reply = telegram.writes("a business", came=30, wrote=30, replies_to="m2")
    assert telegram.kept(reply).about == "role"
    other = telegram.writes("what?", came=40, wrote=40, replies_to="of another chat")
    assert telegram.kept(other).about == "smart_people.agree"


def test_a_text_without_a_date_was_written_when_it_came(sms: Sender) -> None:
    sms.writes("hello", came=0)
    sms.is_told("role", said=2, sent=3)
    sms.writes("resident", came=9)
    sms.is_told("smart_people.agree", said=10)  # still on its way
    assert sms.kept(sms.writes("a business", came=20)).about == "role"


DOUBLES = [
    # channel, seconds between, what was said in between -> counts once
    ("sms", 2, None, True),
    ("sms", 3, 1, False),  # they were answered, so they mean it
    ("sms", 30, None, False),
    ("telegram", 2, None, True),
    ("telegram", 3, 1, False),  # they were answered, so they mean it
    ("telegram", 30, None, False),
]


@pytest.mark.parametrize(("channel", "apart", "said", "once"), DOUBLES)
def test_the_same_words_again_within_seconds_count_once(
    on_any: Services, clock: Clock, channel: str, apart: int, said: int | None, once: bool
) -> None:
    sender = Sender(on_any, clock, channel)
    sender.writes("4", came=0)
    if said:
        sender.is_told("smart_people.agree", said=said, sent=said)
    again = sender.writes(" 4", came=apart)
    assert again.new and sender.kept(again).note == ("duplicate" if once else None)
    other = sender.writes("5", came=apart + 1)
    assert sender.kept(other).note is None


@pytest.mark.parametrize("arrived", [True, False])
def test_by_text_an_answer_counts_when_it_has_arrived(sms: Sender, arrived: bool) -> None:
    sms.writes("hello", came=0)
    sms.is_told("role", said=1, sent=1, delivery="delivered")
    sms.writes("4", came=60)
    sms.is_told("smart_people.agree", said=61, sent=61, delivery="delivered" if arrived else "sent")
    assert sms.kept(sms.writes("4", came=64)).note == (None if arrived else "duplicate")


def test_a_stop_said_twice_is_no_double(sms: Sender) -> None:
    sms.writes("STOP", came=0)
    assert sms.kept(sms.writes("STOP", came=1)).note is None and sms.opted_out()
