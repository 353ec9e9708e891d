"""Telling what came of it: once, to those who said yes, and with nothing of theirs kept longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.gateway.app import create_app
from bot.storage.cases.case_work import Standing, change_case
from bot.storage.cases.cases import DONE, open_case
from bot.storage.database.tables import AddressRow, HearingRow, OutboxRow
from bot.storage.messages.claims import claim
from bot.storage.messages.outbox import Reply, add_replies, opt_out
from bot.storage.messages.unsent import respondents_to_tell
from bot.storage.privacy.retention import due, remove
from bot.storage.publishing.outcomes import Outcome, approve_outcome, save_outcome
from bot.storage.respondents import hearing
from bot.turns.delivery import telling
from bot.turns.delivery.telling import Ended, plan_of, tell_all, words_for
from bot.turns.services import Services
from tests.conftest import WHILE_OPEN, Clock
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import with_twilio
from tests.support.gateway import FakeRasa, shorten_waits
from tests.support.processes import until
from tests.turns.delivery.test_deliver import person

NUMBERS = [f"+4477009004{n:02}" for n in range(10, 15)]
TEXTS = {
    "title": "Somebody to ask", "said": "Nobody to ask.", "decision": "changed",
    "did": "A person in each library.", "brief": "Each library will have a person to ask.",
}  # fmt: skip


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn(hang_seconds=0.2).running() as stand_in:
        yield stand_in


@pytest.fixture()
def ready(services: Services, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Text messages are on, something is published, and five people want to hear."""
    shorten_waits(monkeypatch, 0.001)
    monkeypatch.setattr("bot.turns.delivery.deliver.SWEEP_EVERY", 0.05)
    twilio.reset()
    ready = replace(services, settings=with_twilio(services.settings, twilio))
    publish(ready)
    for number in NUMBERS:
        wants(ready, person(ready, number=number).id)
    return ready


def publish(services: Services, **about: Any) -> None:
    written: Any = {"question": None, "theme_id": None, "revision": 0, "now": WHILE_OPEN, **about}
    home = services.consultation.id
    with services.database.writing() as session:
        made = save_outcome(session, home, None, TEXTS, staff="a@example.org", **written)
        approve_outcome(session, home, made, revision=1, staff="b@example.org", now=WHILE_OPEN)


def wants(services: Services, who: str, given: bool | None = True) -> None:
    with services.database.writing() as session:
        put: Any = {"text": "Hear?", "version": "1", "channel": "sms", "now": services.clock()}
        hearing.note_asked(session, who, **put)
        if given is not None:
            hearing.note_wish(session, who, given, services.clock())


def no_wait(_: float) -> None:
    return None


def told(services: Services) -> list[str]:
    """Return whom a message waits for or went to, once for each message."""
    with services.database.reading() as session:
        rows = session.execute(select(OutboxRow.respondent_id).where(OutboxRow.unasked.is_(True)))
        return sorted(rows.scalars())


def everybody(services: Services) -> list[str]:
    with services.database.reading() as session:
        return sorted(session.execute(select(HearingRow.respondent_id)).scalars())


def reachable(services: Services) -> int:
    with services.database.reading() as session:
        return len(session.execute(select(AddressRow.id)).all())


def test_each_is_told_once_and_then_their_address_is_deleted(
    ready: Services, twilio: TwilioStandIn
) -> None:
    with TestClient(create_app(ready, FakeRasa())) as client:
        twilio._client = client
        assert tell_all(ready, plan_of(ready), no_wait) == (5, Ended.ALL)
        until(lambda: reachable(ready) == 0)
    assert told(ready) == everybody(ready)
    plan = plan_of(ready)
    assert plan.people == [] and plan.others == {"told already": 5}
    assert tell_all(ready, plan, no_wait) == (0, Ended.ALL)


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("committed", [True, False])
def test_a_crash_in_the_middle_tells_nobody_twice_and_forgets_nobody(
    ready: Services, monkeypatch: pytest.MonkeyPatch, at: int, committed: bool
) -> None:
    calls = []

    def crash(*_: Any, **__: Any) -> None:
        calls.append(1)
        if len(calls) > at:
            raise KeyboardInterrupt

    def told_then_crash(*args: Any, **more: Any) -> bool:
        done = hearing.tell(*args, **more)
        crash()
        return done

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        if not committed:
            broken.setattr(telling, "tell", told_then_crash)
        tell_all(ready, plan_of(ready), crash if committed else no_wait)
    assert len(told(ready)) == (at + 1 if committed else at)
    tell_all(ready, plan_of(ready), no_wait)
    assert told(ready) == everybody(ready)


def test_a_second_one_at_the_same_time_tells_nobody_again(ready: Services) -> None:
    plan = plan_of(ready)
    tell_all(ready, plan, no_wait)
    assert tell_all(ready, plan, no_wait) == (0, Ended.ALL)
    assert told(ready) == everybody(ready)


def test_who_said_no_or_nothing_or_stop_is_not_told(ready: Services) -> None:
    first, second, *_ = everybody(ready)
    said_no, silent = (person(ready, number=f"+44770090045{n}").id for n in range(2))
    wants(ready, said_no, False)
    wants(ready, silent, None)
    with ready.database.writing() as session:
        opt_out(session, first)
    plan = plan_of(ready)
    assert plan.others == {"did not say yes": 2, "stopped": 1}
    with ready.database.writing() as session:
        opt_out(session, second)  # after it was planned
    assert tell_all(ready, plan, no_wait) == (3, Ended.ALL)
    assert not {first, second, said_no, silent} & set(told(ready))


def test_a_stop_that_comes_before_the_message_goes_out_cancels_it(ready: Services) -> None:
    tell_all(ready, plan_of(ready), no_wait)
    who = told(ready)[0]
    with ready.database.writing() as session:
        opt_out(session, who)
        assert claim(session, who) is None


def test_in_quiet_hours_nobody_is_told_and_what_waits_stays(ready: Services, clock: Clock) -> None:
    one = person(ready, number="+447700900460")
    wants(ready, one.id)
    tell_all(ready, plan_of(ready), no_wait)
    night = datetime(2021, 3, 2, 3, 0, tzinfo=timezone.utc)
    clock.moment = night
    with ready.database.writing() as session:
        add_replies(session, one.id, [Reply("Hi")], reply_to=None, delivery="queued", now=night)
        assert respondents_to_tell(session, "sms", 9, ready.is_quiet()) == [one.id]
        claimed = claim(session, one.id, quiet=ready.is_quiet())
        assert claimed is not None and claimed.text == "Hi"
    late = person(ready, number="+447700900461")
    wants(ready, late.id)
    assert tell_all(ready, plan_of(ready), no_wait) == (0, Ended.QUIET)


def test_it_leaves_half_of_the_day_for_replies_and_waits_for_the_gateway(ready: Services) -> None:
    parts = plan_of(ready).people[0].parts
    assert 1 <= parts <= telling.MOST_PARTS
    few = replace(ready, settings=replace(ready.settings, text_parts_per_day=4 * parts))
    assert tell_all(few, plan_of(few), no_wait) == (2, Ended.CAP)
    for n in range(telling.ON_THEIR_WAY):
        wants(ready, person(ready, number=f"+4477009006{n:02}").id)
    done, why = tell_all(ready, plan_of(ready), no_wait)
    assert (done, why) == (telling.ON_THEIR_WAY - 2, Ended.STUCK)


def test_the_rate_is_kept(ready: Services) -> None:
    waited: list[float] = []
    slow = replace(ready, settings=replace(ready.settings, tell_per_minute=30))
    tell_all(slow, plan_of(slow), waited.append)
    assert waited == [2.0] * 5


def test_an_address_that_staff_need_stays_until_they_do_not(
    ready: Services, twilio: TwilioStandIn
) -> None:
    who, now = everybody(ready)[0], ready.clock()
    with ready.database.writing() as session:
        case = open_case(session, who, "person", seq=1, who="x@example.org", now=now)
    with TestClient(create_app(ready, FakeRasa())) as client:
        twilio._client = client
        tell_all(ready, plan_of(ready), no_wait)
        until(lambda: reachable(ready) == 1)
    about = (ready.keys, ready.consultation, now, None)
    with ready.database.writing() as session:
        assert [d for d in due(session, *about) if "told" in d.why] == []
        change_case(session, str(case), Standing(DONE, None, None), "", "x@example.org", now)
        found = [d for d in due(session, *about) if "told" in d.why]
        remove(session, found, now)
    assert reachable(ready) == 0


@pytest.mark.parametrize("stopped", [False, True])
def test_of_one_who_said_stop_the_mark_stays(ready: Services, stopped: bool) -> None:
    who = everybody(ready)[0]
    with ready.database.writing() as session:
        hearing.tell(session, who, "News", ready.clock())
        assert hearing.forget_told(session, who) is False  # it waits to be sent
        session.query(OutboxRow).update({"delivery": "sent"})
        if stopped:
            opt_out(session, who)
        assert hearing.forget_told(session, who) is True
        mine = session.query(AddressRow).filter_by(respondent_id=who).all()
        assert [row.encrypted for row in mine] == [None] * stopped


THEIRS: list[tuple[str, dict[str, Any], bool]] = [
    ("the whole", {}, True),
    ("their theme", {"theme_id": 1, "question": "a"}, True),
    ("another theme of a question that they answered", {"theme_id": 2, "question": "a"}, False),
    ("a question that they answered", {"question": "a"}, True),
    ("another question", {"question": "b"}, False),
]


@pytest.mark.parametrize(("about", "is_theirs"), [row[1:] for row in THEIRS])
def test_they_hear_of_what_they_raised(about: dict[str, Any], is_theirs: bool) -> None:
    one = Outcome(
        id=1, revision=1, made_by="a", made_at=WHILE_OPEN, public=None, approved_revision=1,
        approved_by="b", approved_at=WHILE_OPEN,
        before="", after="", **TEXTS, **{"question": None, "theme_id": None, **about},
    )  # fmt: skip
    assert words_for([one], frozenset({1}), frozenset({"a"})) == [TEXTS["brief"]] * is_theirs


def test_a_text_has_room_for_what_fits_and_always_for_the_page(ready: Services) -> None:
    alone = plan_of(ready).people[0].text
    assert TEXTS["brief"] in alone and ready.settings.outcome_page in alone
    for _ in range(12):
        publish(ready)
    full = plan_of(ready).people[0]
    assert full.parts == telling.MOST_PARTS and ready.settings.outcome_page in full.text
    assert 1 < full.text.count(TEXTS["brief"]) < 13


def test_an_older_copy_of_the_database_learns_who_wants_to_hear_and_was_told(
    ready: Services,
) -> None:
    who, other = person(ready, number="+447700900470").id, everybody(ready)[0]
    later = ready.clock() + timedelta(days=1)
    with ready.database.writing() as session:
        hearing.hear_again(session, who, given=True, text="Hear?", channel="sms", now=later)
        hearing.hear_again(session, other, given=False, text="Hear?", channel="sms", now=later)
        assert who in dict(hearing.listeners(session, ready.consultation.id)[0])
        assert other not in dict(hearing.listeners(session, ready.consultation.id)[0])
        hearing.told_before(session, who, later)
        assert who not in dict(hearing.listeners(session, ready.consultation.id)[0])
        assert session.query(AddressRow).filter_by(respondent_id=who).all() == []
