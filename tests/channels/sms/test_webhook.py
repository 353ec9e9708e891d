"""Twilio's webhooks: only its own are believed, every text is kept once, and STOP is obeyed.

The numbers C01 to C38 and T14 name cases of the catalogue of faults and abuse.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.channels.sms.settings import twilio_of
from bot.conversation import answering, moving
from bot.gateway.app import create_app
from bot.settings import load_settings
from bot.storage.database.keys import load_keys
from bot.storage.database.tables import AuditRow, InboxRow, OutboxRow, RespondentRow
from bot.storage.messages.outbox import Reply
from bot.storage.privacy.erasure import erase
from bot.storage.privacy.exports import export_rows
from bot.storage.respondents.respondents import references_of
from bot.turns.apply import take_step
from bot.turns.services import Services, TryLater, TurnReply, Understood
from bot.understanding.open import Open
from bot.understanding.words.commands import exact_command
from tests.conftest import Clock
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import with_channel, with_twilio
from tests.support.gateway import CANARY, Behind, FakeRasa, reply, running, shorten_waits
from tests.support.people import at_once
from tests.support.speakers import settle
from tests.support.tables import failing
from tests.support.texts import EXACT, REPAIRED
from tests.support.understanding import heard, meant

NUMBER, OTHER = "+447700900321", "+447700900322"
PUBLIC = "https://say.example.gov.uk"
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
FORM = "application/x-www-form-urlencoded"
STEPS = {
    "start": moving.start,
    "skip_question": moving.skip,
    "go_back": moving.go_back,
    "greet": moving.greet,
    "opt_out": moving.opt_out,
}


@dataclass
class Line:
    """A gateway with text messages on, its Twilio, and who texts."""

    services: Services
    twilio: TwilioStandIn
    client: TestClient
    rasa: FakeRasa

    def text(self, body: str, number: str = NUMBER, **more: Any) -> list[str]:
        """Send a text and wait for everything that follows; return what is heard."""
        before = len(self.twilio.texts_to(number))
        for answer in self.twilio.text(number, body, **more):
            assert (answer.status_code, answer.text) == (200, EMPTY)
            assert answer.headers["content-type"].startswith("text/xml")
        settle(self.services)
        return self.twilio.texts_to(number)[before:]

    def rows(self, what: str) -> list[Any]:
        with self.services.database.reading() as session:
            return list(export_rows(session, what, self.services.consultation.id))

    @property
    def kept(self) -> list[str]:
        return [row["text"] for row in self.rows("messages") if row["direction"] == "in"]

    @property
    def person(self) -> Any:
        (row,) = self.rows("respondents")
        return row

    def table(self, row: Any) -> list[Any]:
        with self.services.database.reading() as session:
            return list(session.execute(select(row).order_by(row.id)).scalars())

    def says(self, response: str) -> str:
        return self.services.say(response, "sms").text


def understanding(services: Services) -> Callable[[Mapping[str, Any]], TurnReply]:
    """Return a Rasa that knows whole-message commands and takes all else for an answer."""

    def says(message: Mapping[str, Any]) -> TurnReply:
        intent = exact_command(message["text"]) or "give_answer"
        with services.database.writing() as session:
            step, now = STEPS.get(intent, answering.answer), services.clock()
            effect = take_step(
                session, services.consultation, message["id"], step, now=now, keys=services.keys
            )
        said = f"did {effect.did.value}" + (f", asked {effect.opened}" if effect.opened else "")
        return TurnReply((Reply(said),), Understood(intent, 0.9))

    return says


@contextmanager
def calling(services: Services, twilio: TwilioStandIn, rasa: FakeRasa) -> Iterator[Line]:
    with TestClient(create_app(services, rasa)) as client:
        twilio._client = client
        yield Line(services, twilio, client, rasa)


@pytest.fixture(autouse=True)
def nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)


@pytest.fixture()
def on(services: Services, twilio: TwilioStandIn) -> Services:
    return replace(services, settings=with_twilio(services.settings, twilio))


@pytest.fixture()
def line(on: Services, twilio: TwilioStandIn) -> Iterator[Line]:
    with calling(on, twilio, FakeRasa(understanding(on))) as line:
        yield line


@pytest.fixture(autouse=True)
def no_number_in_the_log(
    caplog: pytest.LogCaptureFixture, stand_in: TwilioStandIn
) -> Iterator[None]:
    """After every test here: no number and no token in any line of ours."""
    yield
    ours = [r for r in caplog.get_records("call") if r.name.startswith("bot")]
    formatter = logging.Formatter("%(name)s %(message)s")
    lines = [formatter.format(record) for record in ours]
    secrets = (NUMBER[1:], OTHER[1:], stand_in.auth_token, stand_in.account_sid)
    assert not [line for line in lines if any(secret in line for secret in secrets)]


def wait_until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


@contextmanager
def thinking(rasa: FakeRasa) -> Iterator[threading.Event]:
    """Let Rasa think about every message until the event is set."""
    gate, says = threading.Event(), rasa.says

    async def slowly(message: Mapping[str, Any]) -> Any:
        await asyncio.to_thread(gate.wait, 20)
        return says(message)

    rasa.says = slowly
    try:
        yield gate
    finally:
        gate.set()
        rasa.says = says


# What is believed.


def test_c01_a_text_with_blank_fields_is_kept_and_answered(line: Line) -> None:
    fields = line.twilio.form(NUMBER, CANARY)
    assert fields["FromCity"] == fields["FromZip"] == ""
    answer = line.twilio.post(fields)
    assert (answer.status_code, answer.text) == (200, EMPTY)
    settle(line.services)
    assert line.kept == line.rasa.texts == [CANARY]
    assert len(line.twilio.texts_to(NUMBER)) == 2  # the greeting, and the reply with its end
    assert line.twilio.texts_to(NUMBER)[-1].endswith("did kept_and_started, asked role")


def changed(signature: str) -> str:
    return ("B" if signature[0] == "A" else "A") + signature[1:]


FORGED: dict[str, Callable[[str], str | None]] = {
    "C02 no signature": lambda signature: None,
    "C02 empty signature": lambda signature: "",
    "C02 one letter changed": changed,
    "C02 cut short": lambda signature: signature[:-1],
    "C02 not of this alphabet": lambda signature: "ÿ" * 28,
    "C02 two signatures": lambda signature: f"{signature},{signature}",
}


@pytest.mark.parametrize("path", ["/sms/webhook", "/sms/status"])
def test_what_twilio_has_not_signed_is_refused(line: Line, path: str) -> None:
    url = line.services.settings.public_base_url + path

    def check(forge: Callable[[str], str | None]) -> None:
        fields = line.twilio.form(NUMBER, CANARY, MessageStatus="delivered")
        forged = forge(line.twilio.sign(fields, url=url))
        headers = {"X-Twilio-Signature": None if forged is None else forged.encode("latin-1")}
        answer = line.twilio.post(fields, url=url, headers=headers)  # type: ignore[arg-type]
        refused(answer, 403, "forbidden")

    assert failing(FORGED, check) == {}
    assert line.rows("respondents") == [] and line.rasa.asked == []


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text[:200]
    assert answer.json()["error"] == code and set(answer.json()) == {"error", "message"}
    assert CANARY not in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("rotating", "status"), [(True, 200), (False, 403)], ids=["C03 rotation on", "C03 rotation off"]
)
def test_the_previous_token_is_believed_only_while_tokens_are_exchanged(
    on: Services, twilio: TwilioStandIn, rotating: bool, status: int
) -> None:
    tokens = ("the-new-token", twilio.auth_token) if rotating else ("the-new-token",)
    changed = replace(twilio_of(on.settings), auth_tokens=tokens)
    settings = with_channel(on.settings, "sms", changed)
    with calling(replace(on, settings=settings), twilio, FakeRasa()) as line:
        old = twilio.post(twilio.form(NUMBER, CANARY))
        fields = twilio.form(NUMBER, f"{CANARY} again")
        new = twilio.post(fields, signature=twilio.sign(fields, token="the-new-token"))
        assert (old.status_code, new.status_code) == (status, 200)
        wait_until(lambda: len(line.rasa.asked) == len(line.kept))


WRONG_ADDRESSES = {
    "C04 http": ("http://say.example.gov.uk/sms/webhook", {}),
    "C04 other path": (f"{PUBLIC}/sms/status", {}),
    "C04 other host": ("https://evil.example/sms/webhook", {}),
    "C04 other port": (f"{PUBLIC}:8443/sms/webhook", {}),
    "C04 slash at the end": (f"{PUBLIC}/sms/webhook/", {}),
    "C04 query added": (f"{PUBLIC}/sms/webhook?x=1", {}),
    "C04 host header": ("https://evil.example/sms/webhook", {"Host": "evil.example"}),
    "C04 forwarded host": (
        "https://evil.example/sms/webhook",
        {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    ),
    "C04 forwarded proto": (
        "http://say.example.gov.uk/sms/webhook",
        {"X-Forwarded-Proto": "http", "X-Forwarded-Scheme": "http", "X-Forwarded-Port": "80"},
    ),
    "C04 forwarded path": (
        f"{PUBLIC}/other",
        {"X-Forwarded-Path": "/other", "X-Original-URL": "/other", "X-Forwarded-Prefix": "/other"},
    ),
}


def in_public(services: Services, twilio: TwilioStandIn, base: str = PUBLIC) -> Services:
    settings = with_twilio(replace(services.settings, public_base_url=base), twilio)
    return replace(services, settings=settings)


@pytest.mark.parametrize(
    ("signed", "headers"), WRONG_ADDRESSES.values(), ids=WRONG_ADDRESSES.keys()
)
def test_a_signature_for_another_address_is_refused(
    services: Services, twilio: TwilioStandIn, signed: str, headers: dict[str, str | None]
) -> None:
    with calling(in_public(services, twilio), twilio, FakeRasa()) as line:
        fields = twilio.form(NUMBER, CANARY)
        signature = twilio.sign(fields, url=signed)
        refused(twilio.post(fields, signature=signature, headers=headers), 403, "forbidden")
        assert line.rows("respondents") == []


def test_c04_forwarded_headers_change_nothing_about_a_genuine_text(
    services: Services, twilio: TwilioStandIn
) -> None:
    headers = {"Host": "10.0.0.7:8080", "X-Forwarded-Host": "evil.example"}
    headers |= {"X-Forwarded-Proto": "http", "X-Forwarded-Path": "/other"}
    with calling(in_public(services, twilio), twilio, FakeRasa()) as line:
        answer = twilio.post(twilio.form(NUMBER, CANARY), headers=headers)
        assert answer.status_code == 200
        settle(line.services)
        assert line.kept == [CANARY]


@pytest.mark.parametrize("given", [PUBLIC, f"{PUBLIC}/", f"{PUBLIC}:443"])
@pytest.mark.parametrize("called", [PUBLIC, f"{PUBLIC}:443"])
def test_c04_the_default_port_may_be_named_or_not(
    services: Services, twilio: TwilioStandIn, given: str, called: str
) -> None:
    base = load_settings({"PUBLIC_BASE_URL": given}).public_base_url
    with calling(in_public(services, twilio, base), twilio, FakeRasa()) as line:
        fields = twilio.form(NUMBER, CANARY)
        signature = twilio.sign(fields, url=f"{called}/sms/webhook")
        assert twilio.post(fields, signature=signature).status_code == 200
        settle(line.services)


def test_c05_fields_that_nobody_knows_yet_are_signed_and_taken(line: Line) -> None:
    line.text(CANARY, ChannelPrefix="sms", NewField="", **{"Another[0]": "ŵ&=+ %"})
    assert line.kept == [CANARY]


@pytest.mark.parametrize("name", ["Body", "From", "To", "MessageSid", "NumMedia"])
def test_c06_two_values_for_one_field_are_refused(line: Line, name: str) -> None:
    fields = list(line.twilio.form(NUMBER, CANARY).items())
    for second in ("something else", dict(fields)[name]):
        answer = line.twilio.post([*fields, (name, second)])
        # Twilio signs a value that is there twice only once, so the second try is signed too.
        assert answer.status_code in (400, 403), answer.text
    assert line.rows("respondents") == []


NOT_FOR_US = {
    "another account": ({"AccountSid": "AC" + "0" * 32}, 403),
    "another number": ({"To": "+447700900199"}, 403),
    "no account": ({"AccountSid": None}, 403),
    "no number": ({"To": None}, 403),
    "no id": ({"MessageSid": None}, 400),
    "empty id": ({"MessageSid": ""}, 400),
    "long id": ({"MessageSid": "SM" + "0" * 70}, 413),
    "NUL in the id": ({"MessageSid": "SM\0" + "0" * 30}, 400),
    "NUL in a field that nobody reads": ({"FromCity": "\0"}, 400),
    "no sender": ({"From": None}, 400),
    "empty sender": ({"From": ""}, 400),
    "long sender": ({"From": "x" * 70}, 413),
    "no body": ({"Body": None}, 400),
}


def test_a_signed_form_that_is_no_text_for_us_is_refused(line: Line) -> None:
    def check(row: tuple[dict[str, str | None], int]) -> None:
        fields, status = row
        form: dict[str, Any] = {**line.twilio.form(NUMBER, CANARY), **fields}
        answer = line.twilio.post({name: v for name, v in form.items() if v is not None})
        assert answer.status_code == status and CANARY not in answer.text

    assert failing(NOT_FOR_US, check) == {}
    assert line.rows("respondents") == [] and line.rasa.asked == []


def test_without_its_settings_the_channel_is_off(services: Services, twilio: TwilioStandIn) -> None:
    with_twilio(services.settings, twilio)  # only to tell the stand-in the address
    with calling(services, twilio, FakeRasa()):
        for path in ("/sms/webhook", "/sms/status"):
            refused(twilio.post(twilio.form(NUMBER, CANARY), path=path), 404, "not_found")


# Once, whatever is repeated.


def test_c07_one_text_brought_five_times_at_once_to_two_gateways_is_one(
    line: Line, on: Services
) -> None:
    fields = line.twilio.form(NUMBER, CANARY)
    headers = {"Content-Type": FORM, "X-Twilio-Signature": line.twilio.sign(fields)}
    with TestClient(create_app(on, line.rasa)) as second:
        gateways = (line.client, second)

        def bring(n: int) -> httpx.Response:
            body = urlencode(fields)
            return gateways[n % 2].post("/sms/webhook", content=body, headers=headers)

        answers = at_once(5, bring)
        settle(on)
    assert [(answer.status_code, answer.text) for answer in answers] == [(200, EMPTY)] * 5
    assert line.kept == line.rasa.texts == [CANARY]
    assert len([t for t in line.twilio.texts_to(NUMBER) if "did" in t]) == 1


def test_c08_the_first_words_under_an_id_are_kept_and_staff_are_told(line: Line) -> None:
    line.text(CANARY, sid="SM1")
    assert line.text("other words", sid="SM1") == []
    assert line.kept == line.rasa.texts == [CANARY]
    (note,) = line.table(AuditRow)
    assert (note.what, note.about) == (
        "message id came again with other words",
        line.person["respondent"],
    )


def test_c09_the_webhook_does_not_wait_for_rasa(line: Line) -> None:
    with thinking(line.rasa) as gate:
        (answer,) = line.twilio.text(NUMBER, CANARY)
        assert answer.status_code == 200
        wait_until(lambda: line.rasa.asked)
        assert line.twilio.texts_to(NUMBER) == [] and line.kept == [CANARY]
        gate.set()
        settle(line.services)
    assert line.twilio.texts_to(NUMBER)


def test_c10_c30_a_text_that_comes_again_after_its_reply_is_not_answered_again(line: Line) -> None:
    assert line.text(CANARY, sid="SM1")
    assert line.text(CANARY, sid="SM1") == line.text(CANARY, sid="SM1") == []
    assert line.kept == line.rasa.texts == [CANARY]


# STOP, START, HELP.

STOPS = {
    **{f"C19 {word}": word for word in ("STOP", "stop ", "STOP.", "Stop!", "StopAll", "END")},
    **{f"C19 {word}": word for word in ("unsubscribe", "revoke", "OPTOUT", "Cancel", "quit!")},
    "C19 lines around": "\r\n STOP \n",
}
# What no network takes for a STOP, so that we confirm it, once.
OUR_STOPS = (
    *("ＳＴＯＰ", "“Stop”", "Opt-out", "stop all", "please stop", "s t o p", "S.T.O.P."),
    *("STOP thanks", "Stop please!!", "stop 🙏", "STOP\n\nSent from my iPhone", "quit 🚌"),
)


@pytest.mark.parametrize("word", STOPS.values(), ids=STOPS.keys())
def test_a_word_that_opts_out_does_so_and_is_kept(line: Line, word: str) -> None:
    assert line.text("hello")
    assert line.text(word) == []
    assert (line.person["state"], line.person["opted_out"]) == ("stopped", True)
    assert line.kept == ["hello", word] and line.rasa.texts == ["hello"]
    assert line.rows("messages")[-1]["intent"] == "opt_out"
    assert line.rows("answers") == []


@pytest.mark.parametrize("away", [False, True], ids=["", "while Rasa is away"])
@pytest.mark.parametrize("word", OUR_STOPS)
def test_a_stop_in_any_decoration_is_obeyed_at_once_and_confirmed_once(
    line: Line, word: str, away: bool
) -> None:
    line.text("hello")
    if away:
        line.rasa.says = lambda _: TryLater("away")
    assert line.text(word) == [line.says("utter_stopped")]
    assert (line.person["state"], line.person["opted_out"]) == ("stopped", True)
    assert line.text(f"{word} ") == [] and line.text("STOP") == []
    assert line.rasa.texts == ["hello"] and line.rows("answers") == []


def test_c19_what_the_network_takes_for_a_stop_is_one(line: Line) -> None:
    line.text("hello")
    assert line.text("arrêt", OptOutType="STOP") == []
    assert line.person["opted_out"] and line.kept[-1] == "arrêt"


@pytest.mark.parametrize("kind", ["", "HELP", "START", "stop"])
def test_other_words_of_the_network_opt_nobody_out(line: Line, kind: str) -> None:
    line.text("hello", OptOutType=kind)
    assert not line.person["opted_out"]


@pytest.mark.parametrize("refusal", [401, (429, 20429)], ids=["C19 held", "C19 later"])
def test_replies_that_wait_are_not_sent_after_a_stop(line: Line, refusal: Any) -> None:
    with thinking(line.rasa) as gate:
        for n in range(3):
            line.twilio.text(NUMBER, f"text {n}")
        line.twilio.fail_next(*[refusal] * 50)
        gate.set()
        wait_until(lambda: len(line.rasa.asked) == 3 and line.twilio.attempts)
        wait_until(lambda: {row.state for row in line.table(InboxRow)} == {"done"})
    line.twilio.text(NUMBER, "STOP")
    line.twilio.blocked.clear()  # it is not the network alone that keeps silent
    settle(line.services)
    assert line.twilio.sent == []
    replies = line.table(OutboxRow)
    assert {(row.delivery, row.error) for row in replies} == {("cancelled", "opted out")}
    told = [row["delivery"] for row in line.rows("messages") if row["direction"] == "out"]
    assert told == ["failed"] * len(replies)


NO_STOPS = [
    "please stop the buses idling",
    "don't stop now",
    "the end",
    "End of the line has no signal",
    "Cancel the strategy",
    "quit wasting money",
    "non-stop",
    "stopped",
    "STOP START",
]


@pytest.mark.parametrize("text", NO_STOPS, ids=[f"C20 {text}" for text in NO_STOPS])
def test_an_answer_with_such_a_word_in_it_is_an_answer(line: Line, text: str) -> None:
    for said in ("hello", "resident", "skip"):  # the open question on skills is asked then
        line.text(said)
    assert line.text(text)
    assert [row["text"] for row in line.rows("answers")] == ["resident", text]
    assert not line.person["opted_out"]


def test_c21_start_brings_back_to_the_question_that_was_open(line: Line) -> None:
    line.text("hello")
    line.text("resident")
    line.text("STOP")
    assert line.text("are you there?") == []
    assert line.text("START") == ["did resumed"]
    assert (line.person["state"], line.person["opted_out"]) == ("started", False)
    assert line.text("agree") == ["did answered, asked smart_people.views"]
    assert "are you there?" in line.kept
    assert "are you there?" not in [row["text"] for row in line.rows("answers")]


@pytest.mark.parametrize("word", ["HELP", "Help?", "info"])
def test_help_is_answered(line: Line, word: str) -> None:
    line.text("hello")
    assert len(line.text(word)) == 1 and not line.person["opted_out"]


def test_a_stop_as_the_very_first_text_is_not_greeted(line: Line) -> None:
    assert line.text("STOP") == [] and line.twilio.attempts == 0
    assert (line.person["state"], line.person["opted_out"]) == ("stopped", True)
    assert line.kept == ["STOP"] and line.rasa.asked == []


def test_a_stop_overtakes_a_text_that_rasa_still_thinks_about(line: Line) -> None:
    line.text("hello")
    before = len(line.twilio.sent)
    with thinking(line.rasa) as gate:
        line.twilio.text(NUMBER, "resident")
        wait_until(lambda: line.rasa.texts[-1] == "resident")
        line.twilio.text(NUMBER, "STOP")
        assert line.person["opted_out"]  # at once, though its turn has not come
        line.twilio.blocked.clear()
        gate.set()
        settle(line.services)
    assert len(line.twilio.sent) == before == line.twilio.attempts
    assert (line.person["state"], line.person["opted_out"]) == ("stopped", True)
    assert line.kept == ["hello", "resident", "STOP"]
    assert [row["text"] for row in line.rows("answers")] == ["resident"]


def test_a_stop_overtakes_even_a_start_that_rasa_still_thinks_about(line: Line) -> None:
    for said in ("hello", "STOP"):
        line.text(said)
    before = len(line.twilio.sent)
    with thinking(line.rasa) as gate:
        line.twilio.text(NUMBER, "START")
        wait_until(lambda: line.rasa.texts[-1] == "START")
        line.twilio.text(NUMBER, "STOP")
        line.twilio.blocked.clear()
        gate.set()
        settle(line.services)
    assert (line.person["state"], line.person["opted_out"]) == ("stopped", True)
    assert len(line.twilio.sent) == before == line.twilio.attempts


def leaves(on: Services) -> Callable[[Mapping[str, Any]], TurnReply]:
    """Return a Rasa whose model takes "leave me alone" for an opt-out."""
    usual = understanding(on)

    def says(message: Mapping[str, Any]) -> TurnReply:
        if message["text"] != "leave me alone":
            return usual(message)
        with on.database.writing() as session:
            now = on.clock()
            take_step(
                session, on.consultation, message["id"], moving.opt_out, now=now, keys=on.keys
            )
        return TurnReply((on.say("utter_stopped", "sms"),), Understood("opt_out", 0.9))

    return says


def test_an_opt_out_in_other_words_is_confirmed(line: Line) -> None:
    line.rasa.says = leaves(line.services)
    line.text("hello")
    assert line.text("leave me alone") == [line.says("utter_stopped")]
    assert (line.person["state"], line.person["opted_out"]) == ("stopped", True)
    assert line.text("anything else") == []
    assert line.text("START")


def test_an_opt_out_in_other_words_cancels_the_replies_that_wait(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten_waits(monkeypatch, 0.01)
    line.rasa.says = leaves(line.services)
    line.twilio.fail_next(*[(429, 20429)] * 10_000)
    for text in ("hello", "leave me alone"):
        line.twilio.text(NUMBER, text)
    wait_until(lambda: {row.state for row in line.table(InboxRow)} == {"done"})
    # What was on its way when they opted out may still arrive, so it must have come back by now.
    wait_until(lambda: "sending" not in [row.delivery for row in line.table(OutboxRow)[:-1]])
    line.twilio._failures.clear()
    settle(line.services)
    assert line.twilio.texts_to(NUMBER) == [line.says("utter_stopped")]
    (*earlier, confirmation) = line.table(OutboxRow)
    assert {row.delivery for row in earlier} == {"cancelled"}
    assert confirmation.delivery == "sent"


# Pictures, and senders of all kinds.


@pytest.mark.parametrize("words", ["", "resident"], ids=["no words", "with words"])
def test_a_picture_is_never_fetched_and_its_words_are_kept(line: Line, words: str) -> None:
    line.text("hello")
    with socket.create_server(("127.0.0.1", 0)) as trap:
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/picture"
        heard = line.text(words, num_media=2, MediaUrl0=url, MediaUrl1=url)
        trap.setblocking(False)
        with pytest.raises(BlockingIOError):
            trap.accept()
    assert line.kept == ["hello", words]
    assert heard[0].startswith(line.says("utter_only_words"))
    assert ("did answered" in heard[0]) == bool(words)
    assert [row["text"] for row in line.rows("answers")] == ([words] if words else [])
    assert [row.note for row in line.table(InboxRow)] == [None, "media"]


def test_a_picture_with_the_word_stop_is_a_stop(line: Line) -> None:
    line.text("hello")
    assert line.text("STOP", num_media=1) == []
    assert line.person["opted_out"]


# The number of another country is one that nobody can have: no exchange begins with 0.
STRANGERS = ["60777", "MyBank", "+17700900321", "Anonymous", "sip:x@y.example", "ŵ"]


@pytest.mark.parametrize("sender", STRANGERS)
def test_who_must_not_be_answered_is_kept_all_the_same(line: Line, sender: str) -> None:
    assert line.text(CANARY, sender) == []
    assert line.text("again", sender) == []
    assert line.kept == [CANARY, "again"] and line.rows("respondents")
    assert line.twilio.attempts == 0
    failed = {row.delivery: row.error for row in line.table(OutboxRow)}
    assert failed == {"failed": "prefix"}


WRITTEN = ["+447700900321", "+44 7700 900321", "+44-7700-900321", "+44 (0)7700 900321"]


def test_one_number_written_differently_is_one_person(line: Line) -> None:
    for n, number in enumerate(WRITTEN):
        line.text(f"text {n}", number)
    line.text("hello", OTHER)
    assert len(line.rows("respondents")) == 2 and line.twilio.texts_to(WRITTEN[1]) == []
    (theirs,) = {row["respondent"] for row in line.rows("messages") if row["text"] == "text 0"}
    keys = load_keys(line.services.settings.secrets_dir)
    with line.services.database.reading() as session:
        found = references_of(session, keys, "tel:07700 900321")
    assert found == [theirs]


@pytest.mark.parametrize(
    ("day", "phase", "did"), [(1, "before", "did early"), (28, "after", "did late")]
)
def test_outside_the_dates_texts_are_kept_and_answered_without_a_greeting(
    line: Line, clock: Clock, day: int, phase: str, did: str
) -> None:
    clock.moment = clock.moment.replace(month=2 if phase == "before" else 3, day=day)
    assert line.text(CANARY) == [did]
    (kept,) = [row for row in line.rows("messages") if row["direction"] == "in"]
    assert (kept["text"], kept["phase"]) == (CANARY, phase) and line.rows("answers") == []


# What is too long, broken or hostile.


def test_c31_a_text_may_have_1600_letters_and_not_one_more(line: Line) -> None:
    answer = line.twilio.post(line.twilio.form(NUMBER, "x" * 1601))
    refused(answer, 413, "too_long")
    assert "1,600" in answer.json()["message"] and line.kept == []
    longest = ["x" * 1600, "数" * 1600]
    for text in longest:
        assert line.text(text)
    assert line.kept == longest


BODIES = {
    "C31 100,000 fields": (b"a=1&" * 100_000, FORM, 413, "too_long"),
    "C31 4,000 fields": (b"a=&" * 4000, FORM, 400, "malformed"),
    "C31 one byte too much": (b"a=" + b"x" * (16 * 1024 - 1), FORM, 413, "too_long"),
    "C33 utf-16": ("Body=x&From=y".encode("utf-16"), FORM, 400, "malformed"),
    "C33 no utf-8": (b"Body=\xff\xfe", FORM, 400, "malformed"),
    "C33 cut utf-8": (b"Body=\xe2\x82", FORM, 400, "malformed"),
    "C33 json": (b'{"Body": "x"}', "application/json", 415, "unsupported_type"),
    "C33 multipart": (b"--x--", "multipart/form-data; boundary=x", 415, "unsupported_type"),
    "C33 plain": (b"Body=x", "text/plain", 415, "unsupported_type"),
    "C33 no type": (b"Body=x", "", 415, "unsupported_type"),
    "C33 json called a form": (b'{"Body": "x"}', FORM, 403, "forbidden"),
    "C33 nothing": (b"", FORM, 403, "forbidden"),
}


@pytest.mark.parametrize("path", ["/sms/webhook", "/sms/status"])
def test_what_is_no_form_is_refused(line: Line, path: str) -> None:
    def check(row: tuple[bytes, str, int, str]) -> None:
        body, kind, status, code = row
        headers = {"Content-Type": kind, "X-Twilio-Signature": "x" * 28}
        refused(line.client.post(path, content=body, headers=headers), status, code)

    assert failing(BODIES, check) == {}
    assert line.rows("respondents") == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_c33_the_webhooks_take_nothing_but_posts(line: Line, method: str) -> None:
    for path in ("/sms/webhook", "/sms/status"):
        refused(line.client.request(method, path), 405, "method_not_allowed")


def test_c31_ten_megabytes_are_refused_before_they_are_read(
    on: Services, twilio: TwilioStandIn
) -> None:
    pulled = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal pulled
        for _ in range(1000):
            pulled += 1
            yield b"x" * 10_000

    async def scenario() -> None:
        nonlocal pulled
        async with running(on, FakeRasa()) as gateway:
            for length in ({"Content-Length": "10000000"}, {}):
                pulled = 0
                headers = {"X-Twilio-Signature": "x" * 28, "Content-Type": FORM, **length}
                answer = await gateway.client.post(
                    "/sms/webhook", content=chunks(), headers=headers
                )
                refused(answer, 413, "too_long")
                assert pulled <= 3

    asyncio.run(scenario())


def test_c34_c35_c38_every_text_is_kept_word_for_word_and_none_opts_out(line: Line) -> None:
    line.rasa.says = lambda message: reply("Noted.")
    texts = [text for text in EXACT if len(text) <= 1600]
    for text in texts:
        line.text(text)
    assert line.kept == line.rasa.texts == texts and len(texts) > 30
    assert not line.person["opted_out"] and line.person["state"] == "new"
    assert not any(row.repaired for row in line.table(InboxRow))


def test_c34_what_no_database_keeps_is_replaced_and_flagged(line: Line) -> None:
    line.rasa.says = lambda message: reply("Noted.")
    texts = {text: kept for text, kept in REPAIRED.items() if text.isprintable() or "\0" in text}
    texts = {text: kept for text, kept in texts.items() if "\ud83d" not in text}
    for text in texts:
        line.text(text)
    assert line.kept == list(texts.values()) and len(texts) >= 3
    assert all(row.repaired for row in line.table(InboxRow))
    assert not line.person["opted_out"]


def test_c33_bytes_that_are_no_letters_become_replacement_signs(line: Line) -> None:
    fields = line.twilio.form(NUMBER, "caf\ufffd")
    body = urlencode(fields).replace("caf%EF%BF%BD", "caf%FF")
    headers = {"Content-Type": FORM, "X-Twilio-Signature": line.twilio.sign(fields)}
    assert line.client.post("/sms/webhook", content=body, headers=headers).status_code == 200
    settle(line.services)
    assert line.kept == ["caf\ufffd"]


def test_an_empty_text_is_kept_and_does_no_harm(line: Line) -> None:
    line.text("hello")
    line.text("")
    assert line.kept == ["hello", ""] and line.rows("answers") == []


# What became of our own texts.

REPORTS = {
    "T14 in order": (["queued", "sending", "sent", "delivered"], "delivered"),
    "T14 out of order": (["delivered", "sent", "queued"], "delivered"),
    "T14 repeated": (["delivered"] * 3, "delivered"),
    "T14 undelivered": (["sent", "undelivered"], "failed"),
    "T14 failed": (["failed", "sent"], "failed"),
    "T14 a later failure": (["delivered", "failed"], "delivered"),
    "T14 nothing new": (["queued", "sending", "accepted"], "sent"),
    "T14 a word of the future": (["read", "canceled", "x" * 300], "sent"),
}


@pytest.mark.parametrize(("told", "delivery"), REPORTS.values(), ids=REPORTS.keys())
def test_reports_only_take_a_reply_forward(line: Line, told: list[str], delivery: str) -> None:
    line.text("hello")
    first = line.twilio.sent[0]
    for status in told:
        code = 30003 if status in ("undelivered", "failed") else None
        assert line.twilio.report(first.sid, status, code).status_code == 200
    (row, *others) = line.table(OutboxRow)
    assert (row.provider_id, row.delivery) == (first.sid, delivery)
    assert row.error == ("30003" if delivery == "failed" else None)
    assert {other.delivery for other in others} == {"sent"}


def report_form(line: Line, sid: str, status: str) -> dict[str, str]:
    account = line.twilio.account_sid
    return {"MessageSid": sid, "MessageStatus": status, "AccountSid": account, "ErrorCode": ""}


def status_url(line: Line, query: str = "") -> str:
    return f"{line.services.settings.public_base_url}/sms/status{query}"


@pytest.mark.parametrize("query", ["", "?reply=", "?reply=1", "?reply=999999", "?reply=-1",
                                   "?reply=x", "?reply=٣", "?reply=" + "9" * 30])  # fmt: skip
def test_t14_a_report_about_a_text_that_is_not_known_is_only_counted(
    line: Line, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    line.text("hello")
    before = [(row.provider_id, row.delivery) for row in line.table(OutboxRow)]
    url = status_url(line, quote(query, safe="?="))
    answer = line.twilio.post(report_form(line, "SMunknown", "delivered"), url=url)
    assert (answer.status_code, answer.text) == (200, EMPTY)
    assert [(row.provider_id, row.delivery) for row in line.table(OutboxRow)] == before
    assert "a status report is about a text that is not known here" in caplog.messages


def test_t14_a_report_may_come_before_we_know_what_twilio_calls_the_text(line: Line) -> None:
    line.text("hello")
    sent = len(line.twilio.sent)
    line.twilio.fail_next("accept_and_hang")
    try:
        line.twilio.text(NUMBER, "resident")
        wait_until(lambda: len(line.twilio.sent) == sent + 1)
        text = line.twilio.sent[-1]
        assert "?reply=" in text.status_callback
        assert line.twilio.report(text.sid, "delivered").status_code == 200
        row = line.table(OutboxRow)[-1]
        assert (row.provider_id, row.delivery) == (text.sid, "delivered")
    finally:
        line.twilio._closed.set()  # now the connection breaks, and it looks as if nothing was sent
    delivery: Any = line.client.app.state.delivery  # type: ignore[attr-defined]
    wait_until(lambda: not delivery._under_way)
    line.twilio._closed.clear()
    row = line.table(OutboxRow)[-1]
    assert (row.provider_id, row.delivery, row.doubtful) == (text.sid, "delivered", False)
    assert len(line.twilio.sent) == sent + 1


def test_c17_a_report_that_the_network_blocks_us_is_no_stop(line: Line) -> None:
    line.text("hello")
    sid = line.twilio.sent[-1].sid
    fields = {**report_form(line, sid, "undelivered"), "ErrorCode": "21610"}
    assert line.twilio.post(fields, url=status_url(line)).status_code == 200
    [person] = line.table(RespondentRow)
    assert (person.opted_out, person.state) == (False, "started")
    [row] = [row for row in line.table(OutboxRow) if row.provider_id == sid]
    assert (row.delivery, row.error) == ("failed", "21610")


@pytest.mark.parametrize("query", ["", "?reply=1"])
def test_t14_a_forged_report_changes_nothing(line: Line, query: str) -> None:
    line.text("hello")
    fields = report_form(line, line.twilio.sent[0].sid, "failed")
    other = line.twilio.sign(fields, url=status_url(line, "?reply=2"))
    for signature in ("", changed(other), other):
        answer = line.twilio.post(fields, url=status_url(line, query), signature=signature)
        refused(answer, 403, "forbidden")
    fields["AccountSid"] = "AC" + "0" * 32
    refused(line.twilio.post(fields, url=status_url(line, query)), 403, "forbidden")
    assert {row.delivery for row in line.table(OutboxRow)} == {"sent"}


@pytest.mark.parametrize("name", ["MessageSid", "MessageStatus"])
def test_a_report_must_say_what_and_about_what(line: Line, name: str) -> None:
    fields = report_form(line, "SM1", "delivered")
    url = status_url(line)
    refused(line.twilio.post({**fields, name: ""}, url=url), 400, "malformed")
    refused(line.twilio.post([*fields.items(), (name, "x")], url=url), 400, "malformed")
    del fields[name]
    refused(line.twilio.post(fields, url=url), 400, "malformed")


def test_an_old_request_with_a_folded_field_changes_nothing(line: Line) -> None:
    """Twilio signs names and values in one string, so the signature of the old one fits."""
    fields = line.twilio.form(NUMBER, "hello")
    signature = line.twilio.sign(fields)
    assert line.twilio.post(fields).status_code == 200
    settle(line.services)
    folded = {name: value for name, value in fields.items() if name != "NumMedia"}
    folded["MessageSid"] += "NumMedia" + fields["NumMedia"]
    assert line.twilio.sign(folded) == signature
    assert line.twilio.post(folded, signature=signature).status_code == 403
    assert len(line.table(InboxRow)) == 1


ODD_STOPS = [
    "Stop\u3002",
    "STOP\u200b",
    "\ufeffSTOP",
    "\u00abstop\u00bb",
    "STOP/",
    "#STOP",
    "\u00a1STOP!",
]


@pytest.mark.parametrize("word", [*ODD_STOPS, "STOP \U0001f64f", "STOP STOP"])
def test_a_stop_with_signs_around_it_is_a_stop(line: Line, word: str) -> None:
    line.text("hello")
    assert line.text(word) == [line.says("utter_stopped")]
    assert line.person["opted_out"] is True


def test_a_yes_after_a_stop_is_taken_as_the_networks_take_it(line: Line) -> None:
    assert exact_command("yes") is None
    by_text, on_the_page = Open(state="stopped", short=True), Open(state="stopped", short=False)
    assert meant("YES", by_text, heard("give_answer")).intent == "start"
    assert meant("yes", on_the_page, heard("give_answer")).intent != "start"


def test_someone_who_stopped_and_was_erased_is_still_not_written_to(line: Line) -> None:
    line.text("hello")
    line.text("STOP")
    with line.services.database.writing() as session:
        [person] = session.execute(select(RespondentRow)).scalars()
        erase(session, line.services.keys, person.id, last_words=False)
    before = len(line.twilio.texts_to(NUMBER))
    line.twilio.text(NUMBER, "hello again")
    settle(line.services)
    assert len(line.twilio.texts_to(NUMBER)) == before
    states = [row.state for row in line.table(RespondentRow)]
    assert sorted(states) == ["erased", "stopped"]
