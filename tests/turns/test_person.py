"""A person talks with a resident on each channel: the bot keeps quiet, obeys STOP and DELETE, helps
in danger, and comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.conversation import answering, confirmations, moving
from bot.gateway.app import create_app
from bot.settings import load_settings
from bot.storage.database.tables import InboxRow, RespondentRow, TalkRow
from bot.storage.messages.claims import claim
from bot.storage.messages.outbox import Reply
from bot.storage.messages.talks import (
    CannotReply,
    Talk,
    hand_back,
    say_as_person,
    talk_of,
    talks_waiting,
)
from bot.turns.apply import take_step
from bot.turns.services import Services, TryLater, TurnReply, Understood
from bot.understanding.words.commands import exact_command
from tests.conftest import Clock
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import with_telegram, with_twilio
from tests.support.claims import expire
from tests.support.gateway import Behind, FakeRasa, shorten_waits
from tests.support.speakers import SmsSpeaker, TelegramSpeaker, WebSpeaker, settle

ANN, QUIET = "ann@example.gov.uk", timedelta(hours=24)
SAID = "Thank you. I have passed it on.\n\nAnn, Harbour Town Council"
CHANNELS = ("webchat", "sms", "telegram")
STEPS = {
    "start": moving.start,
    "opt_out": moving.opt_out,
    "delete_my_data": confirmations.erase,
}
HELP = "Ring 999 now."


def understanding(services: Services) -> Callable[[Mapping[str, Any]], TurnReply]:
    """Return a Rasa that knows whole-message commands, danger, and takes all else for an answer."""

    def says(message: Mapping[str, Any]) -> TurnReply:
        danger = "danger" in message["text"]
        intent = exact_command(message["text"]) or ("distress" if danger else "give_answer")
        understood = Understood(intent, 0.9, care="hard" if danger else "none")
        if message.get("listen"):
            return TurnReply((), understood)
        if danger:
            return TurnReply((Reply(HELP),), understood)
        with services.database.writing() as session:
            step, now = STEPS.get(intent, answering.answer), services.clock()
            effect = take_step(
                session, services.consultation, message["id"], step, now=now, keys=services.keys
            )
        return TurnReply((Reply(f"did {effect.did.value}"),), understood)

    return says


@dataclass
class Talking:
    """A resident on one channel who has begun, and the staff who may write to them."""

    services: Services
    clock: Clock
    rasa: FakeRasa
    speaker: Any
    client: TestClient

    def person(self) -> RespondentRow:
        with self.services.database.reading() as session:
            return session.execute(select(RespondentRow)).scalar_one()

    def write(self, text: str = SAID) -> CannotReply | None:
        with self.services.database.writing() as session:
            return say_as_person(
                session, self.person().id, text, staff=ANN, keep_quiet=QUIET, now=self.clock()
            )

    def said(self) -> list[str]:
        """Return everything that reached the resident."""
        settle(self.services)
        if isinstance(self.speaker, WebSpeaker):
            messages = self.speaker.resident.history()["messages"]
            return [one["text"] for one in messages if one["from"] == "bot"]
        if isinstance(self.speaker, SmsSpeaker):
            return self.speaker.twilio.texts_to(self.speaker.number)
        return [one if isinstance(one, str) else one["text"] for one in self.speaker._messages()]

    def hears(self, text: str) -> list[str]:
        """Return what the resident hears after saying something."""
        before = len(self.said())
        self.speaker.say(text)
        return self.said()[before:]

    def talk(self) -> Talk | None:
        with self.services.database.reading() as session:
            return talk_of(session, self.person().id)

    def kept(self) -> list[tuple[str, str | None]]:
        with self.services.database.reading() as session:
            query = select(InboxRow.text, InboxRow.intent).order_by(InboxRow.seq)
            return [tuple(row) for row in session.execute(query)]


@pytest.fixture(scope="module")
def twilio_api() -> Iterator[TwilioStandIn]:
    with TwilioStandIn().running() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def telegram_api() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(secret="replies").running() as stand_in:
        yield stand_in


@pytest.fixture()
def opened(
    services: Services,
    clock: Clock,
    quick: None,
    twilio_api: TwilioStandIn,
    telegram_api: TelegramStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> Services:
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)
    monkeypatch.setattr("bot.turns.delivery.deliver.SWEEP_EVERY", 0.02)
    shorten_waits(monkeypatch, 0.01)
    twilio_api.reset()
    telegram_api.sent.clear()
    settings = with_telegram(with_twilio(services.settings, twilio_api), telegram_api)
    return replace(services, settings=settings)


def talking(
    opened: Services, clock: Clock, twilio: TwilioStandIn, telegram: TelegramStandIn, channel: str
) -> Iterator[Talking]:
    rasa = FakeRasa(understanding(opened))
    with TestClient(create_app(opened, rasa), base_url="http://localhost:8080") as client:
        twilio._client, telegram.client = client, client
        speaker = {
            "webchat": lambda: WebSpeaker(client),
            "sms": lambda: SmsSpeaker(opened, twilio=twilio),
            "telegram": lambda: TelegramSpeaker(opened, telegram=telegram),
        }[channel]()
        speaker.say("start")
        yield Talking(opened, clock, rasa, speaker, client)


@pytest.fixture(params=CHANNELS)
def town(
    request: pytest.FixtureRequest,
    opened: Services,
    clock: Clock,
    twilio_api: TwilioStandIn,
    telegram_api: TelegramStandIn,
) -> Iterator[Talking]:
    yield from talking(opened, clock, twilio_api, telegram_api, request.param)


@pytest.fixture()
def texting(
    opened: Services, clock: Clock, twilio_api: TwilioStandIn, telegram_api: TelegramStandIn
) -> Iterator[Talking]:
    yield from talking(opened, clock, twilio_api, telegram_api, "sms")


def test_a_reply_arrives_and_then_the_bot_keeps_quiet_until_it_is_handed_back(
    town: Talking,
) -> None:
    assert town.hears("Something is wrong with my street")[-1].startswith("did ")
    assert town.write() is None
    assert town.said()[-1] == SAID
    assert town.hears("Thank you Ann") == []
    assert town.hears("1") == []  # not an answer to what was open either
    assert town.kept()[-2:] == [("Thank you Ann", "to_person"), ("1", "to_person")]
    with town.services.database.reading() as session:
        (waiting,) = talks_waiting(session, town.services.consultation.id, limit=9)
    assert (waiting.reference, waiting.staff) == (town.person().reference, ANN)
    with town.services.database.writing() as session:
        assert hand_back(session, town.person().id, "The bot is back.", town.clock())
    assert town.said()[-1] == "The bot is back."
    assert town.hears("More trees")[-1].startswith("did ")


def test_the_bot_comes_back_when_the_time_is_up_and_what_waited_is_not_forgotten(
    town: Talking,
) -> None:
    town.write()
    assert town.hears("Are you there?") == []
    town.clock.moment += QUIET
    assert town.hears("More trees")[-1].startswith("did ")
    talk = town.talk()
    assert talk is not None and talk.waiting_since is not None
    town.write("I am here now.")
    talk = town.talk()
    assert talk is not None and talk.waiting_since is None


def test_stop_in_between_is_obeyed_and_nobody_may_write_any_more(town: Talking) -> None:
    town.write()
    town.said()
    town.hears("STOP")
    assert town.write("One more thing.") is CannotReply.STOPPED
    before = town.said()
    assert town.said() == before
    town.hears("START")
    assert town.write("Welcome back.") is None
    assert town.said()[-1] == "Welcome back."


def test_delete_in_between_deletes_and_the_talk_with_it(town: Talking) -> None:
    town.write()
    town.said()
    assert town.hears("DELETE")[-1].startswith("did ")
    town.speaker.say("DELETE")  # yes, that is meant
    settle(town.services)
    assert town.person().state == "erased"
    assert town.write() is CannotReply.ERASED
    with town.services.database.reading() as session:
        assert session.execute(select(TalkRow)).first() is None


def test_a_resident_in_danger_is_helped_at_once(town: Talking) -> None:
    town.write()
    assert town.hears("I am in danger") == [HELP]
    assert town.hears("I am better now") == []


def test_the_same_form_sent_twice_is_one_reply(town: Talking) -> None:
    town.write()
    town.write()
    assert town.said().count(SAID) == 1


def test_a_crash_in_between_sends_it_once(
    texting: Talking, twilio_api: TwilioStandIn, telegram_api: TelegramStandIn
) -> None:
    """It was claimed and not handed over; after the start it is looked for, and sent."""
    texting.client.__exit__(None, None, None)
    try:
        texting.write()
        with texting.services.database.writing() as session:
            assert claim(session, texting.person().id)
            expire(session)
    finally:
        texting.client.__enter__()
    assert texting.said().count(SAID) == 1


def test_while_rasa_is_away_nobody_is_promised_a_reply_of_the_bot(
    texting: Talking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.worker.NOTICE_AFTER", 0.01)
    texting.write()
    texting.said()
    says, tries = texting.rasa.says, iter(range(20))
    texting.rasa.says = lambda m: TryLater("away") if next(tries, None) is not None else says(m)
    assert texting.hears("Hello?") == []
    assert texting.kept()[-1] == ("Hello?", "to_person")


HOURS = load_settings({"OFFICE_HOURS": "Mon-Fri 09:00-17:00"}).office_hours


@pytest.mark.parametrize(
    ("moment", "includes"),
    [
        (datetime(2021, 3, 1, 9, 0), True),  # a Monday
        (datetime(2021, 3, 5, 16, 59), True),
        (datetime(2021, 3, 1, 8, 59), False),
        (datetime(2021, 3, 5, 17, 0), False),
        (datetime(2021, 3, 6, 12, 0), False),
    ],
)
def test_office_hours(moment: datetime, includes: bool) -> None:
    assert HOURS is not None and HOURS.includes(moment) is includes
    assert HOURS.spoken() == "Monday to Friday, 9am to 5pm"


def test_the_office_hours_are_told_once_to_those_who_write_outside_them(
    opened: Services, clock: Clock, twilio_api: TwilioStandIn, telegram_api: TelegramStandIn
) -> None:
    settings = replace(opened.settings, office_hours=HOURS)
    with_hours = replace(opened, settings=settings)
    clock.moment = datetime(2021, 3, 2, 14, 0, tzinfo=timezone.utc)
    for town in talking(with_hours, clock, twilio_api, telegram_api, "sms"):
        town.write()
        town.said()
        assert town.hears("It is still broken") == []
        clock.moment += timedelta(hours=6)
        told = with_hours.say("utter_office_hours", "sms").text
        assert "Monday to Friday, 9am to 5pm" in told
        assert town.hears("Are you there?") == [told]
        assert town.hears("Hello?") == []
