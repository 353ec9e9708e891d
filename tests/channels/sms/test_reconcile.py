"""Texts that Twilio has and we have not: found, kept once, answered, and never taken for answers
to questions that were asked later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.channels.sms import reconcile as commands
from bot.channels.sms.reconcile import FIRST_LOOK, MARK, OVERLAP, reconcile, reconcile_now
from bot.channels.sms.settings import twilio_of
from bot.channels.sms.twilio import TwilioSender
from bot.conversation import moving
from bot.gateway.app import create_app
from bot.settings import Settings, SettingsError
from bot.storage.database.checkpoints import DEMONSTRATION, mark_of, set_mark
from bot.storage.database.tables import InboxRow
from bot.storage.privacy.exports import export_rows
from bot.turns.services import Services
from tests.conftest import WHILE_OPEN, Clock
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import with_channel, with_twilio
from tests.support.gateway import CANARY, Behind, FakeRasa, steps_of
from tests.support.postgres import free_port
from tests.support.speakers import settle

NUMBER, OTHER = "+447700900321", "+447700900322"
SOME_TIME = timedelta(minutes=10)


@pytest.fixture()
def on(services: Services, twilio: TwilioStandIn) -> Services:
    return replace(services, settings=with_twilio(services.settings, twilio))


@pytest.fixture(autouse=True)
def nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)


@dataclass
class Missed:
    """Texts that reach Twilio and not us."""

    twilio: TwilioStandIn

    def text(self, body: str, at: datetime, number: str = NUMBER, **more: Any) -> None:
        self.twilio.text(number, body, deliver=False, **more)
        _, payload = self.twilio._log[-1]
        told = format_datetime(at)
        payload |= {"date_created": told, "date_updated": told, "date_sent": told}
        self.twilio._log[-1] = (at, payload)


@pytest.fixture()
def missed(twilio: TwilioStandIn) -> Missed:
    return Missed(twilio)


@contextmanager
def up(services: Services, twilio: TwilioStandIn, rasa: FakeRasa) -> Iterator[TestClient]:
    """Start the gateway; everything that waits is done before the test goes on."""
    with TestClient(create_app(services, rasa)) as client:
        twilio._client = client
        settle(services)
        yield client
        settle(services)


def look(services: Services) -> tuple[int, int]:
    """Compare once, without a gateway; return how many were looked at and how many missing."""
    sender = TwilioSender(twilio_of(services.settings), services.settings.public_base_url)
    looked_at, found = reconcile(services, sender)
    return looked_at, len(found)


def rows(services: Services, what: str) -> list[Any]:
    with services.database.reading() as session:
        return list(export_rows(session, what, services.consultation.id))


def kept(services: Services) -> list[str]:
    return [row["text"] for row in rows(services, "messages") if row["direction"] == "in"]


def notes(services: Services) -> dict[str, str | None]:
    with services.database.reading() as session:
        return {row.text: row.note for row in session.execute(select(InboxRow)).scalars()}


def mark(services: Services) -> datetime | None:
    with services.database.reading() as session:
        return mark_of(session, MARK)


def test_texts_that_were_missed_are_kept_once_and_answered_in_order(
    on: Services, twilio: TwilioStandIn, missed: Missed
) -> None:
    texts = [f"{CANARY} {n}" for n in range(4)]
    for n in (2, 0, 3, 1):  # Twilio lists them as it likes
        missed.text(texts[n], WHILE_OPEN - SOME_TIME + timedelta(minutes=n))
    for _ in range(2):  # the second start finds nothing new
        rasa = FakeRasa()
        with up(on, twilio, rasa):
            assert kept(on) == texts
        assert rasa.texts in (texts, [])
    replies = [text for text in twilio.texts_to(NUMBER) if "Noted." in text]
    assert len(replies) == len(texts) and set(notes(on).values()) == {None}
    assert mark(on) == WHILE_OPEN


def test_texts_of_the_same_second_stay_in_order(on: Services, missed: Missed) -> None:
    for n in range(5):
        missed.text(f"{n}", WHILE_OPEN - SOME_TIME)
    assert look(on) == (5, 5) and kept(on) == ["0", "1", "2", "3", "4"]
    assert set(notes(on).values()) == {None}


def test_what_was_missed_comes_before_what_is_new(
    on: Services, twilio: TwilioStandIn, missed: Missed
) -> None:
    missed.text("earlier", WHILE_OPEN - SOME_TIME)
    with up(on, twilio, FakeRasa()):
        twilio.text(NUMBER, "new")
        settle(on)
    assert kept(on) == ["earlier", "new"]


def test_a_text_that_also_comes_by_itself_is_kept_once(
    on: Services, twilio: TwilioStandIn, missed: Missed
) -> None:
    missed.text(CANARY, WHILE_OPEN - SOME_TIME, sid="SM1")
    rasa = FakeRasa()
    with up(on, twilio, rasa):
        assert twilio.text(NUMBER, CANARY, sid="SM1")[0].status_code == 200
    assert kept(on) == rasa.texts == [CANARY]


def test_our_own_texts_and_those_to_other_numbers_are_left_out(
    on: Services, twilio: TwilioStandIn, missed: Missed
) -> None:
    with up(on, twilio, FakeRasa()):
        twilio.text(NUMBER, "hello")
        settle(on)
        assert len(twilio.sent) > 1
        missed.text("for another number", WHILE_OPEN, To="+447700900199")
        # A text that we send to our own number is listed with it, and comes from us.
        with twilio._lock:
            twilio._record({"To": twilio.number, "Body": "outbound"}, "SMown", "outbound-api")
        assert look(on) == (1, 0)
    assert kept(on) == ["hello"]


def test_a_text_found_after_newer_ones_is_told_of_and_answers_nothing(
    on: Services, twilio: TwilioStandIn, missed: Missed, clock: Clock
) -> None:
    rasa = FakeRasa(steps_of(on))
    with up(on, twilio, rasa):
        for said in ("hello", "resident"):
            twilio.text(NUMBER, said)
            settle(on)
    missed.text("agree", WHILE_OPEN - SOME_TIME)
    clock.moment = WHILE_OPEN + SOME_TIME
    before = len(twilio.sent)
    with up(on, twilio, rasa):
        pass
    assert notes(on) == {"hello": None, "resident": None, "agree": "late"}
    assert rasa.texts == ["hello", "resident"]
    assert [row["text"] for row in rows(on, "answers")] == ["resident"]
    assert twilio.texts_to(NUMBER)[before:] == [on.say("utter_found_late", "sms").text]
    (late,) = [row for row in rows(on, "messages") if row["text"] == "agree"]
    assert late["at"] == "2021-03-01T11:50:00.000Z"
    assert rows(on, "respondents")[0]["last_message_at"] == "2021-03-01T12:00:00.000Z"


def test_a_text_found_after_ours_but_newer_than_theirs_is_an_answer(
    on: Services, twilio: TwilioStandIn, missed: Missed, clock: Clock
) -> None:
    rasa = FakeRasa(steps_of(on))
    with up(on, twilio, rasa):
        twilio.text(NUMBER, "hello")
        settle(on)
        missed.text("resident", WHILE_OPEN + timedelta(minutes=1))
    clock.moment = WHILE_OPEN + SOME_TIME
    with up(on, twilio, rasa):
        pass
    assert [row["text"] for row in rows(on, "answers")] == ["resident"]


def test_a_stop_that_was_missed_is_obeyed(
    on: Services, twilio: TwilioStandIn, missed: Missed
) -> None:
    missed.text("STOP", WHILE_OPEN - SOME_TIME)
    with up(on, twilio, FakeRasa()):
        pass
    (person,) = rows(on, "respondents")
    assert (person["state"], person["opted_out"]) == ("stopped", True)
    assert twilio.attempts == 0


def test_a_stop_that_is_found_late_is_obeyed_by_the_network_and_then_by_us(
    on: Services, twilio: TwilioStandIn, missed: Missed, clock: Clock
) -> None:
    with up(on, twilio, FakeRasa()):
        twilio.text(NUMBER, "hello")
        settle(on)
    before = len(twilio.sent)
    missed.text("STOP", WHILE_OPEN - SOME_TIME)
    clock.moment = WHILE_OPEN + SOME_TIME
    with up(on, twilio, FakeRasa()):
        pass
    (person,) = rows(on, "respondents")
    assert (person["state"], person["opted_out"]) == ("stopped", True)
    assert len(twilio.sent) == before


CLOSING = [
    ("2021-03-26T23:59:59+00:00", "open", "did answered"),  # the last second in London
    ("2021-03-27T00:00:00+00:00", "after", "did late"),
]


@pytest.mark.parametrize(("sent_at", "phase", "did"), CLOSING, ids=["in time", "too late"])
def test_what_counts_is_when_a_text_was_sent_not_when_it_is_found(
    on: Services,
    twilio: TwilioStandIn,
    missed: Missed,
    clock: Clock,
    sent_at: str,
    phase: str,
    did: str,
) -> None:
    rasa = FakeRasa(steps_of(on))
    clock.moment = datetime.fromisoformat("2021-03-26T20:00:00+00:00")
    with up(on, twilio, rasa):
        twilio.text(NUMBER, "hello")
        settle(on)
    missed.text("resident", datetime.fromisoformat(sent_at))
    clock.moment = datetime.fromisoformat("2021-03-27T08:00:00+00:00")
    with up(on, twilio, rasa):
        pass
    (found,) = [row for row in rows(on, "messages") if row["text"] == "resident"]
    assert found["phase"] == phase
    assert twilio.texts_to(NUMBER)[-1] == did
    assert len(rows(on, "answers")) == (phase == "open")


def test_a_text_is_never_from_the_future(on: Services, missed: Missed) -> None:
    missed.text(CANARY, WHILE_OPEN + timedelta(days=400))
    assert look(on) == (1, 1)
    (row,) = rows(on, "messages")
    assert (row["at"], row["phase"]) == ("2021-03-01T12:00:00.000Z", "open")


def test_who_may_not_be_answered_is_kept_all_the_same(on: Services, missed: Missed) -> None:
    for sender in ("60777", "MyBank"):
        missed.text(CANARY, WHILE_OPEN - SOME_TIME, sender)
    assert look(on) == (2, 2) and look(on) == (2, 0)
    assert len(rows(on, "respondents")) == 2


def test_a_picture_that_was_missed_is_noted(on: Services, missed: Missed) -> None:
    missed.text("", WHILE_OPEN - SOME_TIME, num_media=1)
    assert look(on) == (1, 1) and notes(on) == {"": "media"}


def test_a_text_that_fails_to_be_stored_is_found_by_the_next_look(
    on: Services, missed: Missed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        missed.text(f"{n}", WHILE_OPEN - SOME_TIME + timedelta(minutes=n))
    real, calls = commands.reconcile.__globals__["store_text"], []

    def breaks(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise RuntimeError(CANARY)
        return real(*given)

    monkeypatch.setattr("bot.channels.sms.reconcile.store_text", breaks)
    with pytest.raises(RuntimeError):
        look(on)
    assert mark(on) is None and kept(on) == ["0"]
    assert look(on) == (3, 2) and kept(on) == ["0", "1", "2"]


def test_all_pages_of_the_list_are_read(on: Services, missed: Missed) -> None:
    texts = [f"text {n}" for n in range(120)]
    for n, text in enumerate(texts):
        missed.text(text, WHILE_OPEN - SOME_TIME + timedelta(seconds=n))
    assert look(on) == (120, 120)
    assert kept(on) == texts and look(on) == (120, 0)


def test_a_look_goes_back_an_hour_behind_the_last_one(
    on: Services, missed: Missed, clock: Clock
) -> None:
    missed.text("before the first look", WHILE_OPEN - FIRST_LOOK - SOME_TIME)
    missed.text("within the first look", WHILE_OPEN - FIRST_LOOK + SOME_TIME)
    assert look(on) == (1, 1) and mark(on) == WHILE_OPEN
    missed.text("before the overlap", WHILE_OPEN - OVERLAP - SOME_TIME, OTHER)
    missed.text("within the overlap", WHILE_OPEN - OVERLAP + SOME_TIME, OTHER)
    clock.moment = WHILE_OPEN + timedelta(days=30)
    assert look(on) == (1, 1) and mark(on) == clock.moment
    assert kept(on) == ["within the first look", "within the overlap"]


def unreachable(services: Services) -> Services:
    away = replace(twilio_of(services.settings), api_url=f"http://127.0.0.1:{free_port()}")
    return replace(services, settings=with_channel(services.settings, "sms", away))


def wrong_token(services: Services) -> Services:
    wrong = replace(twilio_of(services.settings), account_sid="AC00")
    return replace(services, settings=with_channel(services.settings, "sms", wrong))


@pytest.mark.parametrize("spoil", [unreachable, wrong_token])
def test_while_twilio_does_not_tell_the_gateway_runs_and_the_mark_stays(
    on: Services,
    twilio: TwilioStandIn,
    missed: Missed,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    spoil: Any,
) -> None:
    look(on)
    missed.text(CANARY, WHILE_OPEN + SOME_TIME)
    clock.moment = WHILE_OPEN + timedelta(days=3)
    away = spoil(on)
    with TestClient(create_app(away, FakeRasa())) as client:
        assert client.get("/live").status_code == 200
    assert mark(on) == WHILE_OPEN and kept(on) == []
    ours = [m for m in caplog.messages if m.startswith("texts could not be compared")]
    assert len(ours) == 1 and NUMBER[1:] not in ours[0] and twilio.auth_token not in ours[0]
    assert look(on) == (1, 1) and kept(on) == [CANARY]


def now_settings(services: Services, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Let the command run at the time of the tests; it makes its own services."""
    make = commands.make_services
    at = {"clock": services.clock}
    monkeypatch.setattr(commands, "make_services", lambda given: replace(make(given), **at))
    return services.settings


def test_the_command_stores_what_is_missing_and_says_so(
    on: Services, missed: Missed, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed.text(CANARY, WHILE_OPEN - SOME_TIME)
    missed.text("again", WHILE_OPEN - SOME_TIME / 2, OTHER)
    settings = now_settings(on, monkeypatch)
    said = reconcile_now(settings)
    assert said == "Looked at 2 texts; 2 were missing and are stored now."
    assert reconcile_now(settings) == "Looked at 2 texts; 0 were missing and are stored now."
    assert kept(on) == [CANARY, "again"]


@pytest.mark.parametrize("spoil", [unreachable, wrong_token])
def test_the_command_says_in_one_line_when_twilio_does_not_tell(
    on: Services, twilio: TwilioStandIn, spoil: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = now_settings(spoil(on), monkeypatch)
    with pytest.raises(SettingsError, match="TWILIO_") as caught:
        reconcile_now(settings)
    assert "\n" not in str(caught.value) and twilio.auth_token not in str(caught.value)
    assert mark(on) is None


def test_the_command_needs_the_settings_of_text_messages(services: Services) -> None:
    with pytest.raises(SettingsError, match="TWILIO_ACCOUNT_SID"), closing(services.database):
        reconcile_now(services.settings)


def test_what_the_command_stored_is_answered_by_the_gateway(
    on: Services, twilio: TwilioStandIn, missed: Missed
) -> None:
    missed.text("hello", WHILE_OPEN - SOME_TIME)
    look(on)
    assert twilio.sent == []
    with up(on, twilio, FakeRasa(steps_of(on, moving.start))):
        pass
    assert twilio.texts_to(NUMBER)[-1].endswith("did started")


@pytest.mark.parametrize(
    "back", [False, True], ids=["she did not come back", "she said START since"]
)
def test_a_stop_is_never_found_too_late_unless_they_came_back(
    on: Services, twilio: TwilioStandIn, missed: Missed, back: bool
) -> None:
    with up(on, twilio, FakeRasa()):
        twilio.text(NUMBER, "START" if back else "hello")
    missed.text("STOP", WHILE_OPEN - SOME_TIME)
    if back:
        twilio.blocked.clear()  # as the network has it after a START
    told = len(twilio.texts_to(NUMBER))
    with up(on, twilio, FakeRasa()):
        pass
    [person] = rows(on, "respondents")
    assert person["opted_out"] is not back
    assert len(twilio.texts_to(NUMBER)) == told + (1 if back else 0)


def test_a_record_without_a_sender_does_not_hide_the_others(
    on: Services, twilio: TwilioStandIn, missed: Missed
) -> None:
    missed.text("first", WHILE_OPEN - SOME_TIME)
    twilio._log[-1][1]["from"] = None
    missed.text("second", WHILE_OPEN - SOME_TIME)
    assert look(on) == (1, 1)


def test_the_command_takes_the_day_of_the_demonstration_that_runs_beside_it(
    on: Services, twilio: TwilioStandIn, missed: Missed
) -> None:
    missed.text("early bird", datetime.now(timezone.utc))
    with on.database.writing() as session:
        set_mark(session, DEMONSTRATION, WHILE_OPEN)
    reconcile_now(on.settings)
    [message] = rows(on, "messages")
    assert message["phase"] == "open"
