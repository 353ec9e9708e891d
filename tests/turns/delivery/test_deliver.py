"""Delivering replies: what is tried again and what is not, in order, and counted when in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from bot.channels.sms.settings import Twilio
from bot.gateway.app import create_app
from bot.storage.database.session import StorageError
from bot.storage.database.tables import OutboxRow, PaceRow, RespondentRow
from bot.storage.messages.claims import claim, counts, report
from bot.storage.messages.outbox import Reply, add_replies, opt_out
from bot.storage.privacy.exports import export_rows
from bot.storage.respondents.respondents import Respondent, create_respondent
from bot.turns.delivery import deliver, outbox_writes, pacing
from bot.turns.delivery.deliver import Delivery
from bot.turns.delivery.hand_over import GIVE_UP_AFTER
from bot.turns.delivery.sending import Blocked, Held, Later, OptedOut, Refused, ToSend
from bot.turns.services import Services
from tests.conftest import Clock
from tests.providers.twilio import Failure, TwilioStandIn
from tests.support.channels import with_channel, with_twilio
from tests.support.claims import expire, give_back_all
from tests.support.gateway import CANARY, FakeRasa, reply, shorten_waits, until
from tests.support.scraped import counted
from tests.support.speakers import settle

NUMBER, OTHER = "+447700900401", "+447700900402"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_waits(monkeypatch, 0.001)


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn(hang_seconds=0.2).running() as stand_in:
        yield stand_in


@pytest.fixture()
def gateway(
    services: Services, twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A gateway with text messages on; its Rasa says "Noted." to everything."""
    monkeypatch.setattr("bot.channels.sms.twilio.SEND_SECONDS", 0.1)
    twilio.reset()
    settings = with_twilio(services.settings, twilio)
    with TestClient(create_app(replace(services, settings=settings), FakeRasa())) as client:
        twilio._client = client
        yield client


def outgoing(services: Services) -> list[tuple[str, str]]:
    with services.database.reading() as session:
        rows = session.query(OutboxRow).order_by(OutboxRow.seq)
        return [(row.text, row.delivery) for row in rows]


def person(services: Services, *texts: str, number: str = NUMBER) -> Respondent:
    """Make someone for whom these texts wait to be sent."""
    with services.database.writing() as session:
        someone = create_respondent(
            session,
            services.consultation,
            channel="sms",
            address_hash=services.keys.hash_of("sms", number),
            hidden_address=services.keys.hide(number),
            now=services.clock(),
        )
        replies = [Reply(text) for text in texts]
        add_replies(
            session,
            someone.id,
            replies,
            reply_to=None,
            delivery="queued",
            now=services.clock(),
        )
    return someone


# C17: what Twilio says, how often it is asked, and what becomes of the reply and of the person.
REFUSALS: list[tuple[str, tuple[Failure, ...], int, str, bool]] = [
    ("C17 500", (500,), 2, "sent", False),
    ("C17 503 three times", (503, 503, 503), 4, "sent", False),
    ("C17 429", ((429, 20429, 0),), 2, "sent", False),
    ("C17 queue full", ((400, 21611),), 2, "sent", False),
    ("C17 no answer in time", ("timeout",), 2, "sent", False),
    ("C17 connection dropped", ("drop",), 2, "sent", False),
    ("C17 401 until the token is mended", (401, 401, 401), 4, "sent", False),
    ("C17 the sender is not ours", ((400, 21606),), 2, "sent", False),
    ("C17 the network blocks", ((400, 21610),), 1, "failed", False),
    ("C17 no such number", ((400, 21211),), 1, "failed", False),
    ("C17 a landline", ((400, 21614),), 1, "failed", False),
    ("C17 a refusal that nobody knows yet", ((400, 29999),), 1, "failed", False),
]


@pytest.mark.parametrize(
    ("failures", "asked", "ends", "out"),
    [row[1:] for row in REFUSALS],
    ids=[row[0] for row in REFUSALS],
)
def test_a_refusal_is_taken_for_what_it_means(
    services: Services,
    gateway: TestClient,
    twilio: TwilioStandIn,
    failures: tuple[Failure, ...],
    asked: int,
    ends: str,
    out: bool,
) -> None:
    twilio.text(NUMBER, "hello")
    settle(services)
    twilio.sent.clear()
    twilio.attempts = 0
    twilio.fail_next(*failures)
    twilio.text(NUMBER, CANARY)
    settle(services)
    assert twilio.attempts == asked
    assert outgoing(services)[-1] == ("Noted.", ends)
    assert twilio.texts_to(NUMBER) == (["Noted."] if ends == "sent" else [])
    with services.database.reading() as session:
        [row] = export_rows(session, "respondents", services.consultation.id)
    assert row["opted_out"] is out
    assert row["state"] == ("stopped" if out else "new")


def test_a_reply_that_twilio_took_without_an_answer_is_found_and_not_sent_again(
    services: Services, gateway: TestClient, twilio: TwilioStandIn
) -> None:
    twilio.text(NUMBER, "hello")
    settle(services)
    twilio.sent.clear()
    twilio.fail_next("accept_and_hang")
    twilio.text(NUMBER, CANARY)
    settle(services)
    assert twilio.texts_to(NUMBER) == ["Noted."]
    told = gateway.get("/ready").json()["replies"]
    assert told == {"waiting": 0, "perhaps_twice": 0, "minutes": 0}


def test_one_number_that_cannot_be_reached_holds_up_nobody_else(
    services: Services, gateway: TestClient, twilio: TwilioStandIn
) -> None:
    twilio.fail_next(500, 500, 500)
    for number in (NUMBER, OTHER):
        twilio.text(number, CANARY)
    settle(services)
    for number in (NUMBER, OTHER):
        assert twilio.texts_to(number)[-1].endswith("Noted.")


def test_replies_arrive_in_the_order_they_were_said_whatever_fails_in_between(
    services: Services, gateway: TestClient, twilio: TwilioStandIn
) -> None:
    twilio.text(NUMBER, "hello")
    settle(services)
    twilio.sent.clear()
    twilio.fail_next(500, (429, 20429, 0), "drop")
    numbers = iter(range(100))
    gateway.app.state.turns._bounded.ask.says = lambda _: reply(
        *("\n".join([f"Reply {next(numbers)}."] * 12),) * 3
    )
    for number in range(3):
        twilio.text(NUMBER, f"{CANARY} {number}")
    settle(services)
    told = twilio.texts_to(NUMBER)
    assert told == [text for text, _ in outgoing(services)[-len(told) :]]
    assert len(told) >= 6


class Sender:
    """A provider that the test controls: gives ids, or raises what it was told to."""

    def __init__(self, *problems: Exception | None) -> None:
        self.problems = list(problems)
        self.took: list[str] = []
        self.hold: asyncio.Event | None = None
        self.has: list[str] | None = None  # what it says it has sent before; None: it cannot tell

    async def send(self, address: str, message: ToSend) -> str:
        assert address.startswith("+4477009004")
        self.took.append(message.text)
        if self.hold:
            await self.hold.wait()
        problem = self.problems.pop(0) if self.problems else None
        if problem:
            raise problem
        return f"SM{len(self.took)}"

    async def sent_before(self, address: str, message: ToSend) -> list[str] | None:
        return self.has

    async def close(self) -> None:
        pass


def run_delivery(services: Services, sender: Sender, done: Any) -> Delivery:
    """Run a delivery until `done()`, then stop it as a stop of the process does. It begins when the
    leases of those before it are over.
    """
    with services.database.writing() as session:
        expire(session)
    made = Delivery(services, {"sms": sender})

    async def scenario() -> None:
        sweep = asyncio.create_task(made.sweep_for_ever())
        await until(done)
        sweep.cancel()
        await made.close()

    asyncio.run(scenario())
    return made


def states(services: Services) -> list[str]:
    return [state for _, state in outgoing(services)]


def test_what_waited_before_a_start_is_sent_after_it(services: Services) -> None:
    person(services, "one", "two")
    sender = Sender()
    run_delivery(services, sender, lambda: states(services) == ["sent", "sent"])
    assert sender.took == ["one", "two"]


def test_each_answer_of_a_provider_is_counted_and_what_was_sent_has_its_price(
    services: Services,
) -> None:
    services = replace(services, settings=replace(services.settings, text_part_pence=4.0))
    person(services, "one", "two")
    problems = (Later("429"), Held("20003"), None, Refused("21211"))
    run_delivery(services, Sender(*problems), lambda: states(services) == ["sent", "failed"])
    told = counted(services.metrics)
    outcomes = {name: value for name, value in told.items() if name.startswith("replies_total")}
    assert outcomes == {f"replies_total sms {o}": 1 for o in ("later", "held", "sent", "refused")}
    assert (told["text_parts_total sms"], told["text_pence_total sms"]) == (1, 4)


def test_c18_what_was_being_sent_at_a_crash_is_sent_once_more_and_counted(
    services: Services,
) -> None:
    someone = person(services, "one")
    with services.database.writing() as session:
        assert claim(session, someone.id)  # and then the process dies
    sender = Sender()
    run_delivery(services, sender, lambda: states(services) == ["sent"])
    assert sender.took == ["one"]
    with services.database.reading() as session:
        assert counts(session)["perhaps_twice"] == 1


def test_c18_what_the_provider_has_is_not_sent_again(services: Services) -> None:
    someone = person(services, "one", "two")
    with services.database.writing() as session:
        assert claim(session, someone.id)
    sender = Sender()
    sender.has = ["SMold"]
    run_delivery(services, sender, lambda: states(services) == ["sent", "sent"])
    assert sender.took == ["two"]
    with services.database.reading() as session:
        assert counts(session)["perhaps_twice"] == 0


@pytest.mark.parametrize(
    ("ends", "found", "twice"),
    [
        ((), "SM1", 0),
        ((), "SMother", 1),
        ((Later("cut off", doubtful=True),), "SMother", 1),  # nobody knows whether it went
        ((Later("503"),), "SMother", 0),
    ],
)
def test_c18_what_a_late_sender_sends_is_counted_unless_it_is_what_was_found(
    services: Services, ends: tuple[Later, ...], found: str, twice: int
) -> None:
    someone = person(services, "one")
    late, quick = Sender(*ends), Sender()
    quick.has = [found]

    async def scenario() -> None:
        late.hold = asyncio.Event()
        stopped = Delivery(services, {"sms": late})
        stopped.wake(someone.id)
        await until(lambda: late.took)
        with services.database.writing() as session:
            expire(session)
        other = Delivery(services, {"sms": quick})
        sweep = asyncio.create_task(other.sweep_for_ever())
        await until(lambda: states(services) == ["sent"])
        late.hold.set()
        await stopped.close()
        sweep.cancel()
        await other.close()

    asyncio.run(scenario())
    with services.database.reading() as session:
        assert (quick.took, counts(session)["perhaps_twice"]) == ([], twice)


def test_c18_what_no_provider_tells_about_is_sent_twice_at_most(services: Services) -> None:
    person(services, "one")
    doubts = [Later("cut off", doubtful=True)] * 5
    sender = Sender(*doubts)
    run_delivery(services, sender, lambda: states(services) == ["sent"])
    assert sender.took == ["one", "one"]


def test_c18_what_the_provider_says_it_does_not_have_is_sent_until_it_does(
    services: Services,
) -> None:
    person(services, "one")
    sender = Sender(*[Later("cut off", doubtful=True)] * 4)
    sender.has = []
    run_delivery(services, sender, lambda: states(services) == ["sent"])
    assert sender.took == ["one"] * 5


def test_no_more_texts_go_out_in_a_day_than_they_may_cost_but_for_help(
    services: Services, clock: Clock
) -> None:
    services = replace(services, settings=replace(services.settings, text_parts_per_day=2))
    helped = services.help_lines("sms").text + "\n\nfour"
    person(services, "one", "two")
    run_delivery(services, Sender(), lambda: states(services) == ["sent"] * 2)
    person(services, "three", number=OTHER)
    person(services, helped, number="+447700900403")
    sender = Sender()  # of a gateway that was started anew: the day goes on
    run_delivery(services, sender, lambda: dict(outgoing(services))[helped] == "sent")
    assert sender.took == [helped] and dict(outgoing(services))["three"] in ("queued", "sending")
    clock.moment += timedelta(days=1)
    run_delivery(services, Sender(), lambda: states(services) == ["sent"] * 4)


def test_a_stop_cancels_what_waits_for_a_place(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "AT_ONCE", 1)
    first = person(services, "one")
    second = person(services, "two", number=OTHER)
    sender = Sender()

    async def scenario() -> None:
        sender.hold = asyncio.Event()
        made = Delivery(services, {"sms": sender})
        sweep = asyncio.create_task(made.sweep_for_ever())
        await until(lambda: sender.took)
        waiting = second if sender.took == ["one"] else first
        with services.database.writing() as session:
            opt_out(session, waiting.id)
        sender.hold.set()
        await until(lambda: sorted(states(services)) == ["cancelled", "sent"])
        sweep.cancel()
        await made.close()

    asyncio.run(scenario())
    assert len(sender.took) == 1


def test_c18_a_report_proves_that_it_was_sent_so_it_is_not_sent_again(services: Services) -> None:
    someone = person(services, "one")
    with services.database.writing() as session:
        claimed = claim(session, someone.id)
        assert claimed
    with services.database.writing() as session:
        assert report(session, "SMabc", claimed.id, "delivered", None)
    with services.database.writing() as session:
        assert give_back_all(session) == 0
    assert states(services) == ["delivered"]


def test_only_one_of_two_processes_sends_a_reply(services: Services) -> None:
    someone = person(services, "one", "two")
    with services.database.writing() as session:
        assert claim(session, someone.id)
    with services.database.writing() as session:
        assert claim(session, someone.id) is None


def test_a_refused_account_is_told_in_the_health_until_it_works(services: Services) -> None:
    person(services, "one")
    sender = Sender(*[Held("20003")] * 3)
    seen = []

    def done() -> bool:
        seen.append(dict(made.held))
        return states(services) == ["sent"]

    made = Delivery(services, {"sms": sender})

    async def scenario() -> None:
        sweep = asyncio.create_task(made.sweep_for_ever())
        await until(done)
        sweep.cancel()
        await made.close()

    asyncio.run(scenario())
    assert {"sms": "20003"} in seen and made.held == {}


def test_an_old_reply_is_given_up_when_the_provider_stays_away(
    services: Services, clock: Clock
) -> None:
    person(services, "one")
    clock.moment += GIVE_UP_AFTER + timedelta(minutes=1)
    run_delivery(services, Sender(Later("away")), lambda: states(services) == ["failed"])


def test_someone_who_opted_out_meanwhile_is_not_tried_again(services: Services) -> None:
    person(services, "one", "two")
    sender = Sender(OptedOut("Forbidden"))
    run_delivery(services, sender, lambda: states(services) == ["failed", "cancelled"])
    assert sender.took == ["one"]
    with services.database.reading() as session:
        rows = list(export_rows(session, "messages", services.consultation.id))
    assert [row["delivery"] for row in rows] == ["failed", "failed"]


def test_a_block_of_the_network_is_no_opt_out(services: Services) -> None:
    person(services, "one", "two")
    sender = Sender(Blocked("21610"))
    run_delivery(services, sender, lambda: states(services) == ["failed", "sent"])


def test_a_refused_reply_does_not_hold_up_the_next(services: Services) -> None:
    person(services, "one", "two")
    sender = Sender(Refused("21617"))
    run_delivery(services, sender, lambda: states(services) == ["failed", "sent"])


def test_an_error_that_nobody_foresaw_is_tried_again_and_not_printed(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    person(services, CANARY)
    run_delivery(
        services, Sender(ValueError(CANARY + NUMBER)), lambda: states(services) == ["sent"]
    )
    assert CANARY not in caplog.text and NUMBER not in caplog.text


def test_a_database_that_goes_away_after_sending_costs_no_double(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(services, "one")
    sender, real, faults = Sender(), outbox_writes.settle, [StorageError("x"), StorageError("x")]

    def settle_sometimes(*args: Any, **more: Any) -> None:
        if faults:
            raise faults.pop()
        real(*args, **more)

    monkeypatch.setattr(outbox_writes, "settle", settle_sometimes)
    run_delivery(services, sender, lambda: states(services) == ["sent"])
    assert sender.took == ["one"]


def test_a_stop_of_the_process_lets_a_reply_that_is_under_way_arrive(services: Services) -> None:
    person(services, "one", "two")
    sender = Sender()

    async def scenario() -> None:
        sender.hold = asyncio.Event()
        made = Delivery(services, {"sms": sender})
        sweep = asyncio.create_task(made.sweep_for_ever())
        await until(lambda: sender.took)
        sweep.cancel()
        closing = asyncio.create_task(made.close())
        await asyncio.sleep(0)
        sender.hold.set()
        await closing

    asyncio.run(scenario())
    assert states(services) == ["sent", "queued"]


def test_a_reply_that_was_claimed_as_it_was_stored_is_sent_once(services: Services) -> None:
    sender = Sender()

    async def scenario() -> None:
        made = Delivery(services, {"sms": sender})
        assert made.sends_at_once("sms")
        sweep = asyncio.create_task(made.sweep_for_ever())
        assert not made.sends_at_once("telegram")
        someone = person(services, "one", "two")
        with services.database.writing() as session:
            claimed = claim(session, someone.id)
        made.wake(someone.id, claimed)
        await until(lambda: states(services) == ["sent", "sent"])
        sweep.cancel()
        await made.close()

    asyncio.run(scenario())
    assert sender.took == ["one", "two"]
    with services.database.reading() as session:
        assert counts(session)["perhaps_twice"] == 0


def test_a_claimed_reply_that_waits_for_a_place_is_given_back_at_a_stop(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "AT_ONCE", 1)
    monkeypatch.setattr(deliver, "LAST_SECONDS", 0.01)
    sender = Sender()

    async def scenario() -> None:
        sender.hold = asyncio.Event()
        made = Delivery(services, {"sms": sender})
        sweep = asyncio.create_task(made.sweep_for_ever())
        await until(lambda: made.sends_at_once("sms"))
        made.wake(person(services, "one").id)
        await until(lambda: sender.took)
        assert not made.sends_at_once("sms")
        waiting = person(services, "two", number=OTHER)
        with services.database.writing() as session:
            claimed = claim(session, waiting.id)
        made.wake(waiting.id, claimed)
        await asyncio.sleep(0)
        sweep.cancel()
        await made.close()

    asyncio.run(scenario())
    assert sender.took == ["one"] and states(services)[1] == "queued"
    with services.database.reading() as session:
        assert counts(session)["perhaps_twice"] == 0


def test_a_channel_that_was_switched_off_keeps_its_replies(services: Services) -> None:
    person(services, "one")
    made = Delivery(services, {})

    async def scenario() -> None:
        sweep = asyncio.create_task(made.sweep_for_ever())
        await asyncio.sleep(0.05)
        sweep.cancel()
        await made.close()

    asyncio.run(scenario())
    assert states(services) in (["queued"], ["sending"])


# Several numbers of ours, and how fast they send.

SECOND = "+447700900101"
SLOW = 1 / 100  # parts a second


def paced(services: Services, parts_per_second: float | None = SLOW) -> Services:
    twilio = Twilio("AC1", ("t",), (SECOND, OTHER), "", ("+44",), parts_per_second)
    return replace(services, settings=with_channel(services.settings, "sms", twilio))


def so_many_sent(services: Services, number: int) -> bool:
    return states(services).count("sent") == number


def free_numbers(services: Services) -> None:
    """Let the time be over that the numbers were taken for."""
    with services.database.writing() as session:
        session.execute(update(PaceRow).values(free_at=0.0))


def test_several_workers_together_keep_to_the_pace_of_a_number(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One text in 100 seconds; the test lets those be over."""
    monkeypatch.setattr(pacing, "LONGEST", 0.01)
    services, sender = paced(services), Sender()
    people = [person(services, "one", number=f"+44770090040{n}") for n in range(1, 5)]

    async def scenario() -> None:
        workers = [Delivery(services, {"sms": sender}) for _ in range(2)]
        for n, someone in enumerate(people):
            workers[n % 2].wake(someone.id)
        for sent in (1, 2, 3):
            await until(partial(so_many_sent, services, sent))
            # Nobody has claimed what waits for its turn, so a STOP could still cancel it.
            assert states(services).count("queued") == len(people) - sent
            free_numbers(services)
        for worker in workers:
            await worker.close()

    asyncio.run(scenario())
    assert len(sender.took) in (3, 4)  # those after the third were over too


def test_help_lines_go_ahead_of_what_waits_for_its_turn(services: Services) -> None:
    services, sender = paced(services), Sender()
    lines = services.help_lines("sms").text
    first, waits = person(services, "one"), person(services, "two", number=OTHER)
    urgent = person(services, lines, number="+447700900403")

    async def scenario() -> None:
        worker = Delivery(services, {"sms": sender})
        worker.wake(first.id)
        await until(lambda: states(services).count("sent") == 1)
        worker.wake(waits.id)
        worker.wake(urgent.id)
        await until(lambda: states(services).count("sent") == 2)
        await worker.close()

    asyncio.run(scenario())
    assert sender.took == ["one", lines]


def test_a_resident_is_answered_from_the_number_that_they_wrote_to_last(
    services: Services, twilio: TwilioStandIn
) -> None:
    twilio.reset()
    twilio.more_numbers = (SECOND,)
    settings = with_twilio(services.settings, twilio)
    with TestClient(create_app(replace(services, settings=settings), FakeRasa())) as client:
        twilio._client = client
        for to in (SECOND, twilio.number, SECOND):
            before = len(twilio.sent)
            twilio.text(NUMBER, f"to {to}", To=to)
            settle(services)
            assert {text.from_ for text in twilio.sent[before:]} == {to}
    twilio.more_numbers = ()
    with services.database.writing() as session:
        who, news = session.query(RespondentRow.id).scalar(), [Reply("News.")]
        add_replies(session, who, news, reply_to=None, delivery="queued", now=services.clock())
    settings = with_twilio(services.settings, twilio)  # the second number was given up
    with TestClient(create_app(replace(services, settings=settings), FakeRasa())) as client:
        twilio._client = client
        settle(services)
    assert (twilio.sent[-1].body, twilio.sent[-1].from_) == ("News.", twilio.number)
