"""Contact details and answers about the person, from the webhook to the last table: never in clear.

The words are told apart without the trained model; the actions and what they say are the real ones.
"""

from __future__ import annotations

import asyncio
import ssl
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from sqlalchemy import MetaData, select
from starlette.testclient import TestClient

from bot.gateway.app import create_app
from bot.settings import ROOT
from bot.storage.database.tables import AuditRow, InboxRow, OutboxRow
from bot.storage.privacy.exports import export_rows
from bot.storage.review.search import INDEX
from bot.turns.ask_rasa import read_turn
from bot.turns.services import Services, TurnReply
from bot.understanding.meaning import ANSWER
from bot.understanding.open import Open
from tests.conftest import Clock
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import Latest, with_telegram, with_twilio
from tests.support.gateway import Behind, FakeRasa, shorten_waits
from tests.support.processes import until
from tests.support.speakers import SmsSpeaker, TelegramSpeaker, settle
from tests.support.understanding import heard, meant
from tests.support.web import Resident

NUMBER, USER = "+447700900321", 700900321
# What residents ask for here, as the model would hear it.
ASKS = {
    "this is no way to treat a man with lupus": "complain",
    "can you post me a copy": "request_print_copy",
    "i have a story to tell": "offer_case_study",
    "could we have a workshop": "join_workshop",
    "could somebody call me": "request_callback",
}
COPY = ["can you post me a copy", "Graciela Hopefulness", "12 Quillon Street, Manchester",
        "m90 9zz", "2", "about three", "yes"]  # fmt: skip
STORY = ["i have a story to tell", "Tablets", "skip", "we lent 20", "1", "skip",
         "Graciela", "graciela.h at example dot org", "yes", "no", "yes"]  # fmt: skip
MISTYPED = ["could we have a workshop", "Tea club", "Graciela", "graciela.h at exampledotorg",
            "graciela.h", "ring 0770 900123 graciela", "back", "0161 900123 9 graciela", "back",
            "back", "Graciela Hopefulness", "change the name", "graciela", "change",
            "1", "my answers", "progress", "what do you need that for?"]  # fmt: skip
# In any letter case; the number in every way that it is written here.
CANARIES = ["graciela", "hopefulness", "quillon", "m90 9zz", "m909zz", "900123", "900 123",
            "900321", "900 321", "graciela.h"]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def certificates_read_once() -> Iterator[None]:
    context = ssl.create_default_context()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", lambda *_, **__: context)
        yield


@pytest.fixture(autouse=True)
def short_waits(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)
    shorten_waits(monkeypatch, 0.01)


@pytest.fixture(scope="module")
def actions() -> Mapping[str, Any]:
    """Every action by the intent that its rule is for."""
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")
    rules = yaml.safe_load((ROOT / "data" / "rules" / "rules.yml").read_text(encoding="utf-8"))
    return {
        rule["steps"][0]["intent"]: executor.actions[rule["steps"][1]["action"]]
        for rule in rules["rules"]
    }


@pytest.fixture()
def services(
    services: Services,
    twilio: TwilioStandIn,
    api: tuple[Latest, str],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Services]:
    from actions import turn

    telegram = api[0].stand_in = TelegramStandIn(secret="tests-Secret_1")
    telegram.url, telegram.clock = api[1], lambda: clock.moment.timestamp()
    settings = with_telegram(with_twilio(services.settings, twilio), telegram)
    made = turn.Services(services.consultation, services.database, services.keys)
    monkeypatch.setattr(turn, "made", made, raising=False)
    monkeypatch.setattr("actions.steps.now", clock)
    yield replace(services, settings=settings)
    telegram.close()


def hearing(services: Services, actions: Mapping[str, Any]) -> Callable[..., Any]:
    """Return a Rasa that hears commands by their words, and has the real actions."""

    async def says(message: Mapping[str, Any]) -> TurnReply:
        asked = ASKS.get(message["text"], ANSWER)
        opened = Open.from_metadata(message["metadata"])
        meaning = meant(message["text"], opened, heard(asked, 0.99))
        said: list[Any] = []
        tracker = SimpleNamespace(
            sender_id=message["sender"],
            latest_message={
                "metadata": message["metadata"],
                "intent": {"name": meaning.intent, "confidence": meaning.sure, **meaning.as_dict()},
            },
        )
        await actions[meaning.intent](Dispatcher(services, message, said), tracker, {})
        return read_turn(said, message["id"])

    return says


class Dispatcher:
    """Takes what an action says, and words it as Rasa does."""

    def __init__(self, services: Services, message: Mapping[str, Any], messages: list[Any]) -> None:
        self._services, self._message, self.messages = services, message, messages

    def utter_message(
        self,
        response: str | None = None,
        buttons: Any = (),
        json_message: Mapping[str, Any] | None = None,
        **facts: Any,
    ) -> None:
        short = self._message["metadata"]["short"]
        text = self._services.words.say(response, short=short, **facts) if response else ""
        self.messages.append(
            {"text": text, "buttons": list(buttons or ()), "custom": dict(json_message or {})}
        )


@dataclass
class Town:
    """A gateway with all channels, and those who write to it."""

    services: Services
    client: TestClient
    twilio: TwilioStandIn
    telegram: TelegramStandIn

    def web(self) -> Callable[[str], Any]:
        return Resident(self.client).say

    def sms(self) -> Callable[[str], Any]:
        return SmsSpeaker(self.services, twilio=self.twilio, number=NUMBER).say

    def telegrams(self) -> Callable[[str], Any]:
        return TelegramSpeaker(self.services, telegram=self.telegram, user=USER).say

    def on(self, channel: str) -> Callable[[str], Any]:
        return {"webchat": self.web, "sms": self.sms, "telegram": self.telegrams}[channel]()

    def rows(self, table: Any) -> list[Any]:
        with self.services.database.reading() as session:
            return list(session.execute(select(table).order_by(table.id)).scalars())

    def requests(self) -> list[dict[str, Any]]:
        services = self.services
        with services.database.reading() as session:
            rows = export_rows(session, "requests", services.consultation.id, None, services.keys)
            return list(rows)

    def person(self) -> dict[str, Any]:
        with self.services.database.reading() as session:
            rows = export_rows(session, "respondents", self.services.consultation.id)
            return list(rows)[-1]

    def settle(self) -> None:
        settle(self.services)
        chores = self.client.app.state.senders["telegram"].chores  # type: ignore[attr-defined]
        until(lambda: not chores._tasks)

    def holds(self, *needles: str) -> list[str]:
        """Return the columns of any table that hold one of these in clear, in any letter case."""
        tables = MetaData()
        tables.reflect(
            bind=self.services.database.engine, only=lambda name, _: not name.startswith(INDEX)
        )
        found = []
        with self.services.database.reading() as session:
            for name, table in tables.tables.items():
                for row in session.execute(select(table)):
                    for column, value in row._mapping.items():
                        if isinstance(value, (float, datetime)):
                            continue  # a moment, whose digits may be those of any number
                        shown = repr(value).casefold()
                        found += [f"{name}.{column}: {n}" for n in needles if n in shown]
        return found


@pytest.fixture()
def town(services: Services, actions: Mapping[str, Any], twilio: TwilioStandIn,
         api: tuple[Latest, str]) -> Iterator[Town]:  # fmt: skip
    telegram = api[0].stand_in
    with TestClient(
        create_app(services, FakeRasa(hearing(services, actions))), base_url="http://localhost:8080"
    ) as client:
        twilio._client = client
        telegram.client = client
        yield Town(services, client, twilio, telegram)


CHANNELS = ["webchat", "sms", "telegram"]
DETAILS = ("Graciela Hopefulness", "12 Quillon Street, Manchester", "M90 9ZZ")


def read_back(say: Callable[[str], Any]) -> str:
    """Ask for a copy, up to the read-back; return all that was said last."""
    said = [say(words) for words in COPY[:-1]][-1]
    messages = said["messages"] if isinstance(said, dict) else said
    return "\n".join(one["text"] if isinstance(one, dict) else one for one in messages)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_request_is_read_back_whole_and_kept_sealed(town: Town, channel: str) -> None:
    told = read_back(town.on(channel))
    assert all(one in told for one in DETAILS), told
    assert town.holds(*CANARIES) == []
    kept = [row for row in town.rows(OutboxRow) if row.sealed][-1]
    assert town.services.keys.reveal(kept.sealed) in told
    assert "Name: [hidden]" in kept.text and "Address: [hidden]" in kept.text


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_was_read_back_goes_with_the_request(town: Town, channel: str) -> None:
    say = town.on(channel)
    read_back(say)
    assert any(row.sealed for row in town.rows(OutboxRow))
    say("drop")
    assert not any(row.sealed for row in town.rows(OutboxRow))


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_was_read_back_goes_with_the_person(town: Town, channel: str) -> None:
    say = town.on(channel)
    read_back(say)
    say("delete my data")
    say("yes")
    town.settle()
    assert town.person()["state"] == "erased"
    assert not any(row.sealed or row.text for row in town.rows(OutboxRow)[:-1])
    assert town.holds(*CANARIES) == []


def test_their_own_page_shows_again_what_was_read_back(town: Town) -> None:
    page = Resident(town.client)
    for words in COPY[:-1]:
        page.say(words)
    shown = "\n".join(one["text"] for one in page.history()["messages"] if one["from"] == "bot")
    assert all(one in shown for one in DETAILS)


@pytest.mark.parametrize("channel", CHANNELS)
def test_after_whole_requests_no_table_holds_who_they_are(town: Town, channel: str) -> None:
    say = town.on(channel)
    for words in [
        *COPY,
        *STORY,
        "could somebody call me",
        "jobs",
        "Graciela",
        "07700 900123",
        "yes",
    ]:
        say(words)
    copy, story, call = town.requests()
    assert copy["fields"] == {
        "name": "Graciela Hopefulness", "address": "12 Quillon Street, Manchester",
        "postcode": "M90 9ZZ", "format": "large_print", "copies": 3, "copies_remark": "about",
    }  # fmt: skip
    assert (story["fields"]["name"], story["fields"]["contact"]) == (
        "Graciela", "graciela.h@example.org",
    )  # fmt: skip
    assert call["fields"]["contact"] == "+447700900123"
    if channel == "sms":
        say("could somebody call me")
        say("skills")
        say("Graciela")
        say("this number please")
        say("yes")
        assert town.requests()[-1]["fields"]["contact"] == NUMBER
    assert town.holds(*CANARIES) == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_wrong_and_changed_contact_details_are_as_private(town: Town, channel: str) -> None:
    say = town.on(channel)
    for words in MISTYPED:
        say(words)
    assert town.holds(*CANARIES) == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_request_that_is_cancelled_leaves_nothing_in_clear(town: Town, channel: str) -> None:
    say = town.on(channel)
    for words in COPY[:4]:
        say(words)
    say("drop it")
    assert (town.requests(), town.holds(*CANARIES)) == ([], [])


def test_the_page_shows_their_own_words_again_as_long_as_we_have_them(town: Town) -> None:
    resident = Resident(town.client)
    for words in COPY:
        resident.say(words)
    said = [m["text"] for m in resident.history()["messages"] if m["from"] == "resident"]
    assert said == COPY


@pytest.mark.parametrize("channel", CHANNELS)
def test_contact_details_are_said_back_and_kept_sealed(town: Town, channel: str) -> None:
    say = town.on(channel)
    said: list[str] = []
    for words in STORY:
        answer = say(words)
        messages = answer["messages"] if channel == "webchat" else answer
        said += [str(m["text"] if isinstance(m, dict) else m) for m in messages]
    assert "You said: graciela.h@example.org." in " ".join(said)
    assert town.holds(*CANARIES) == []


ABOUT_THEM = ["75 or over", "yes a lot", "non-binary", "mixed or multiple ethnic groups", "M90"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_after_the_questions_about_them_no_message_tells_what_they_said(
    town: Town, channel: str
) -> None:
    say = town.on(channel)
    say("start")
    say("resident")  # an end takes one answer
    for _ in town.services.consultation.questions[1:]:
        say("skip")
    for words in ABOUT_THEM:
        say(words)
    assert town.person()["state"] == "completed"
    private = [row for row in town.rows(InboxRow) if row.private]
    assert [(row.private, row.text, row.sealed, row.button) for row in private] == [
        ("equality", "", None, None)
    ] * 5
    held = town.holds("age_75_over", "yes_a_lot", "non_binary", "'mixed'", "'m90'")
    # The bot's own buttons name every option; what was counted is nobody's.
    assert {row.partition(":")[0] for row in held} <= {"outbox.buttons", "equality_count.value"}


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_they_tell_of_themselves_beside_these_questions_is_not_read_either(
    town: Town, channel: str
) -> None:
    say = town.on(channel)
    say("start")
    say("resident")  # an end takes one answer
    for _ in town.services.consultation.questions[1:]:
        say("skip")
    for words in (
        "skip",
        "I am 42, why do you ask?",
        "back",
        "this is no way to treat a man with lupus",
    ):
        say(words)
    rows = {row.seq: row for row in town.rows(InboxRow)[-3:]}
    aside, command, complaint = (rows[seq] for seq in sorted(rows))
    assert (aside.private, aside.text, aside.intent) == ("equality", "", "explain_question")
    assert town.services.keys.reveal(aside.sealed) == "I am 42, why do you ask?"
    assert (command.private, command.text) == (None, "back")
    assert (complaint.private, complaint.intent) == (None, "complain")  # said to staff
    for _ in ABOUT_THEM[1:]:
        say("skip")
    say("none of them")
    assert town.person()["state"] == "completed"
    assert town.holds("42, why") == []
    *_, last = town.rows(InboxRow)
    assert (last.private, last.text) == (None, "none of them")  # which tells nothing of them
    assert town.rows(InboxRow)[-len(ABOUT_THEM) - 3].sealed is None


def test_a_wish_to_change_a_contact_field_is_private_too(town: Town) -> None:
    say = town.web()
    for words in (*COPY[:3], "change the name to Graciela Hopefulness"):
        say(words)
    assert town.holds(*CANARIES) == []


def test_a_number_that_is_put_right_at_the_next_field_is_private_too(town: Town) -> None:
    say = town.web()
    for words in (*STORY[:8], "no sorry it's 07700 900123"):
        say(words)
    assert town.holds(*CANARIES) == []


def edited(town: Town, before: list[str], words: str, to: str, after: list[str]) -> None:
    """Have someone in Telegram say things, one of which they then change in their app."""
    say = town.telegrams()
    for text in before:
        say(text)
    message_id = max(message for user, message in town.telegram._messages if user == USER) + 1000
    answers = town.telegram.write(USER, words, message_id=message_id)
    assert [answer.status_code for answer in answers] == [200]
    town.settle()
    for text in after:
        say(text)
    town.telegram.edit(USER, message_id, to)
    town.settle()


@pytest.mark.parametrize("after", [[], COPY[3:]], ids=["at once", "after it was sent"])
def test_an_edit_of_a_private_message_is_private_too(town: Town, after: list[str]) -> None:
    edited(town, COPY[:2], "1 Old Road", "12 Quillon Street, Manchester", after)
    last = [row for row in town.rows(InboxRow) if row.note == "edit"]
    assert [(row.private, row.text, row.state) for row in last] == [("contact", "", "done")]
    assert town.services.keys.reveal(last[0].sealed) == "12 Quillon Street, Manchester"
    assert town.holds(*CANARIES) == []


@pytest.mark.parametrize("after", [[], ["no", "woman", "white", "M14"]], ids=["meanwhile", "over"])
def test_an_edit_of_an_answer_about_them_is_forgotten_too(town: Town, after: list[str]) -> None:
    skips = ["resident", *["skip"] * (len(town.services.consultation.questions) - 1)]
    edited(town, ["start", *skips], "45 to 54", "75 or over", after)
    (edit,) = [row for row in town.rows(InboxRow) if row.note == "edit"]
    assert (edit.private, edit.text, edit.effect.get("value")) == ("equality", "", None)
    if after:
        assert edit.sealed is None
    else:
        town.telegrams()("none of them")
        (edit,) = [row for row in town.rows(InboxRow) if row.note == "edit"]
        assert edit.sealed is None


def test_a_text_that_twilio_brings_again_after_it_was_sealed_is_no_news(town: Town) -> None:
    say = town.sms()
    for words in COPY[:2]:
        say(words)
    sid = "SM" + uuid.uuid4().hex
    for words in ("12 Quillon Street", "12 Quillon Street", "13 Quillon Street"):
        answers = town.twilio.text(NUMBER, words, sid=sid)
        assert [answer.status_code for answer in answers] == [200]
        town.settle()
    assert [row for row in town.rows(AuditRow) if "again" in row.what] == []
    assert sum(row.provider_id == sid for row in town.rows(InboxRow)) == 1
    assert town.holds("quillon") == []


def test_a_page_that_sends_again_after_it_was_sealed_gets_the_same_reply(town: Town) -> None:
    resident = Resident(town.client)
    for words in COPY[:2]:
        resident.say(words)
    message = {"id": str(uuid.uuid4()), "text": "12 Quillon Street"}
    first = resident.send(message)
    assert resident.send(message)["messages"] == first["messages"]
    assert [row for row in town.rows(AuditRow) if "again" in row.what] == []
    assert town.holds("quillon") == []


CANCELS: list[tuple[str, list[str], str, str]] = [
    # where they are, what they have said, state after on web and Telegram, open question after
    ("in a request", ["start", "could we have a workshop"], "started", "role"),
    ("in a request, paused", ["start", "could we have a workshop", "pause"], "started", "role"),
    ("asked whether to delete", ["start", "delete my data"], "started", "role"),
    ("asked whether to begin again", ["start", "resident", "start over"], "started",
     "smart_people.agree"),
]  # fmt: skip


@pytest.mark.parametrize("word", ["cancel", "Cancel.", " CANCEL "])
@pytest.mark.parametrize(("where", "said", "state", "asked"), CANCELS, ids=[c[0] for c in CANCELS])
@pytest.mark.parametrize("channel", CHANNELS)
def test_cancel_cancels_what_is_asked_but_by_text_it_is_stop(
    town: Town, channel: str, where: str, said: list[str], state: str, asked: str, word: str
) -> None:
    say = town.on(channel)
    for words in said:
        say(words)
    say(word)
    if channel == "sms":
        assert (town.person()["state"], town.person()["opted_out"]) == ("stopped", True)
        return
    assert (town.person()["state"], town.person()["opted_out"]) == (state, False)
    assert town.requests() == []
    progress = say("repeat")
    if channel == "webchat":
        assert progress["progress"]["question"] == asked


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("said", [["start"], ["start", "resident"], ["hello"]])
def test_elsewhere_cancel_is_stop_where_the_network_takes_it_for_one(
    town: Town, channel: str, said: list[str]
) -> None:
    say = town.on(channel)
    for words in [*said, "cancel"]:
        say(words)
    stands = ("stopped", True) if channel == "sms" else ("started", False)
    assert (town.person()["state"], town.person()["opted_out"]) == stands


@pytest.mark.parametrize("channel", CHANNELS)
def test_stop_in_a_request_stops_and_start_goes_on_with_it(town: Town, channel: str) -> None:
    say = town.on(channel)
    for words in COPY[:3]:
        say(words)
    say("stop")
    assert (town.person()["state"], town.person()["opted_out"]) == ("stopped", True)
    say("start")
    assert town.person()["opted_out"] is False
    for words in COPY[3:]:
        say(words)
    assert [row["fields"]["postcode"] for row in town.requests()] == ["M90 9ZZ"]


def test_the_hearing_of_these_tests_takes_no_answer_for_a_wish() -> None:
    """A guard: what is sent above as an answer is none of the phrases that ask."""
    assert not set(ASKS) & {*COPY[1:], *STORY[1:], *ABOUT_THEM}
    assert asyncio.iscoroutinefunction(hearing(None, {}))  # type: ignore[arg-type]
