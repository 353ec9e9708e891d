"""Reading what Twilio signed, and sending as it wants it: without the gateway.

The numbers C02 to C31 name cases of the catalogue of faults and abuse; C17 is what Twilio says to
a text of ours.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import ImmutableMultiDict

from bot.channels.errors import MalformedMessage
from bot.channels.sms import form
from bot.channels.sms.form import (
    LONGEST,
    MOST_FIELDS,
    SmsMessage,
    SmsReport,
    is_ours,
    is_signed,
    read_form,
    read_message,
    read_report,
)
from bot.channels.sms.settings import Twilio
from bot.channels.sms.twilio import TwilioSender, may_answer
from bot.turns.delivery.sending import Blocked, Held, Later, NotSent, Refused, ToSend
from tests.providers.twilio import TwilioStandIn
from tests.support.postgres import free_port

NUMBER = "+447700900321"
PUBLIC = "https://say.example.gov.uk"
URL = f"{PUBLIC}/sms/webhook"
MESSAGE = ToSend(7, "Café, €5 and ŵ 😀")


@pytest.fixture(scope="module")
def stand_in() -> Iterator[TwilioStandIn]:
    with TwilioStandIn(webhook=URL).running() as stand_in:
        yield stand_in


@pytest.fixture()
def api(stand_in: TwilioStandIn) -> TwilioStandIn:
    stand_in.reset()
    return stand_in


@pytest.fixture()
def twilio(api: TwilioStandIn) -> Twilio:
    return Twilio(api.account_sid, (api.auth_token,), (api.number,), api.url, ("+44",))


def fields_of(api: TwilioStandIn, body: str = "Agree", **fields: Any) -> form.Fields:
    form: dict[str, Any] = {**api.form(NUMBER, body), **fields}
    return ImmutableMultiDict([(name, v) for name, v in form.items() if v is not None])


# Reading.


WORDS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)))


@given(st.dictionaries(WORDS, WORDS, max_size=20))
def test_a_form_is_read_with_its_blank_fields(fields: dict[str, str]) -> None:
    assert dict(read_form(urlencode(fields).encode())) == fields


FORMS = {
    "C31 too many fields": b"a=&" * (MOST_FIELDS + 1),
    "C33 no utf-8": b"Body=\xff",
    "C33 utf-16": "Body=x".encode("utf-16"),
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS.keys())
def test_what_cannot_be_read_is_no_form(body: bytes) -> None:
    with pytest.raises(MalformedMessage) as caught:
        read_form(body)
    assert caught.value.status == 400


SIGNED = {
    "as it is": ({}, URL, 0, True),
    "C02 other words": ({"Body": "Disagree"}, URL, 0, False),
    "C02 a field more": ({"New": ""}, URL, 0, False),
    "C02 a field less": ({"FromCity": None}, URL, 0, False),
    "C02 two fields as one": ({"To": None, "T": "o"}, URL, 0, False),
    "C03 the old token": ({}, URL, 1, True),
    "C03 no token of ours": ({}, URL, 2, False),
    "C04 http": ({}, URL.replace("https", "http"), 0, False),
    "C04 another host": ({}, "https://evil.example/sms/webhook", 0, False),
    "C04 another path": ({}, f"{PUBLIC}/sms/status", 0, False),
    "C04 the default port": ({}, f"{PUBLIC}:443/sms/webhook", 0, True),
}


@pytest.mark.parametrize(("change", "url", "token", "good"), SIGNED.values(), ids=SIGNED.keys())
def test_a_signature_is_for_these_fields_and_this_address(
    api: TwilioStandIn, twilio: Twilio, change: dict[str, Any], url: str, token: int, good: bool
) -> None:
    twilio = replace(twilio, auth_tokens=("new", "old"))
    fields = fields_of(api, MessageSid="SM1")
    signature = api.sign(list(fields.multi_items()), url=URL, token=("new", "old", "theirs")[token])
    sent = fields_of(api, **{**fields, **change})
    assert is_signed(twilio, url, sent, signature) == good


def test_no_signature_is_no_signature(api: TwilioStandIn, twilio: Twilio) -> None:
    assert not is_signed(twilio, URL, fields_of(api), "")


def test_a_webhook_is_about_our_account_or_not(api: TwilioStandIn, twilio: Twilio) -> None:
    assert is_ours(twilio, fields_of(api))
    for other in ("", "AC" + "0" * 32, api.account_sid.lower(), None):
        assert not is_ours(twilio, fields_of(api, AccountSid=other))


def message(**parts: Any) -> SmsMessage:
    plain: dict[str, Any] = {"id": "SM1", "sender": NUMBER, "text": "Agree", "media": False}
    return SmsMessage(**{**plain, **parts})


READ: list[tuple[dict[str, Any], SmsMessage]] = [
    ({}, message()),
    ({"Body": ""}, message(text="")),
    ({"Body": "  as it is \r\n"}, message(text="  as it is \r\n")),
    ({"Body": "\0"}, message(text="\0")),
    ({"Body": "x" * LONGEST}, message(text="x" * LONGEST)),
    ({"From": "60777"}, message(sender="60777")),
    ({"From": "MyBank"}, message(sender="MyBank")),
    ({"NumMedia": None}, message()),
    ({"NumMedia": ""}, message()),
    ({"NumMedia": "2", "MediaUrl0": "https://x.example/"}, message(media=True)),
    ({"OptOutType": "STOP"}, message(stops=True)),
    ({"OptOutType": "START"}, message(starts=True)),
    ({"OptOutType": "HELP"}, message()),
    ({"OptOutType": ""}, message()),
]


@pytest.mark.parametrize(("fields", "read"), READ, ids=range(len(READ)))
def test_a_text_is_read_word_for_word(
    api: TwilioStandIn, twilio: Twilio, fields: dict[str, Any], read: SmsMessage
) -> None:
    found = read_message(twilio, fields_of(api, **{"MessageSid": "SM1", **fields}))
    assert found == replace(read, to=api.number)


UNREADABLE = {
    "another number": ({"To": "+447700900199"}, 403),
    "no number": ({"To": None}, 403),
    "no id": ({"MessageSid": ""}, 400),
    "no sender": ({"From": None}, 400),
    "no body": ({"Body": None}, 400),
    "C38 many media": ({"NumMedia": "many"}, 403),
    "P5 a replay that folds a field into the id": ({"MessageSid": "SM1NumMedia0"}, 403),
    "P5 a replay that folds a field into the sender": ({"From": "+447700900123FromCity"}, 403),
    "C31 too long": ({"Body": "x" * (LONGEST + 1)}, 413),
    "long id": ({"MessageSid": "x" * 65}, 413),
    "long sender": ({"From": "x" * 65}, 413),
}


@pytest.mark.parametrize(("fields", "status"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_text_for_us_is_refused(
    api: TwilioStandIn, twilio: Twilio, fields: dict[str, Any], status: int
) -> None:
    with pytest.raises(MalformedMessage) as caught:
        read_message(twilio, fields_of(api, **fields))
    assert caught.value.status == status and NUMBER not in caught.value.message


REPORTED = [
    ("sent", "", SmsReport("SM1", "sent", None)),
    ("delivered", None, SmsReport("SM1", "delivered", None)),
    ("undelivered", "30003", SmsReport("SM1", "failed", "30003")),
    ("failed", "x" * 99, SmsReport("SM1", "failed", "x" * 40)),
    ("queued", "", SmsReport("SM1", None, None)),
    ("DELIVERED", "", SmsReport("SM1", None, None)),
]


@pytest.mark.parametrize(("status", "code", "report"), REPORTED)
def test_a_report_says_what_became_of_a_text(
    status: str, code: str | None, report: SmsReport
) -> None:
    fields = {"MessageSid": "SM1", "MessageStatus": status}
    assert read_report(ImmutableMultiDict(fields | ({"ErrorCode": code} if code else {}))) == report


ANSWERED = [
    (NUMBER, ("+44",), True),
    (NUMBER, ("+353", "+447"), True),
    (NUMBER, ("+353",), False),
    ("+17700900321", ("+44",), False),
    ("60777", ("+44",), False),
    ("447700900321", ("+44",), False),
    ("MyBank", ("+44",), False),
    ("+449098790000", ("+44",), False),  # a premium number: someone would earn on every reply
    ("+448001111111", ("+44",), False),
    ("", ("+44",), False),
]


@pytest.mark.parametrize(("number", "prefixes", "answered"), ANSWERED)
def test_only_some_numbers_are_answered(
    twilio: Twilio, number: str, prefixes: tuple[str, ...], answered: bool
) -> None:
    assert may_answer(replace(twilio, reply_prefixes=prefixes), number) == answered


def test_our_own_number_is_not_answered(twilio: Twilio) -> None:
    assert not may_answer(twilio, twilio.number)


# Sending.


def send(twilio: Twilio, number: str = NUMBER) -> str:
    async def whole() -> str:
        sender = TwilioSender(twilio, PUBLIC)
        try:
            return await sender.send(number, MESSAGE)
        finally:
            await sender.close()

    return asyncio.run(whole())


def test_a_text_goes_out_word_for_word_and_asks_for_reports(
    api: TwilioStandIn, twilio: Twilio
) -> None:
    sid = send(twilio)
    (sent,) = api.sent
    assert (sent.sid, sent.to, sent.from_, sent.body) == (sid, NUMBER, api.number, MESSAGE.text)
    assert sent.status_callback == f"{PUBLIC}/sms/status?reply=7"


def test_the_first_token_is_the_one_that_sends(api: TwilioStandIn, twilio: Twilio) -> None:
    assert send(replace(twilio, auth_tokens=(api.auth_token, "old")))
    with pytest.raises(Held):
        send(replace(twilio, auth_tokens=("new", api.auth_token)))


def test_who_may_not_be_answered_is_never_sent_to(api: TwilioStandIn, twilio: Twilio) -> None:
    with pytest.raises(Refused, match="prefix"):
        send(twilio, "60777")
    assert api.attempts == 0


FAULTS: list[tuple[Any, type[NotSent], str, bool]] = [
    # what Twilio does, what it means, its code, may it have been sent?
    (500, Later, "20500", False),
    (503, Later, "20503", False),
    (429, Later, "20429", False),
    ((400, 20429), Later, "20429", False),
    ((400, 21611), Later, "21611", False),
    ((429, 21611), Later, "21611", False),
    (401, Held, "20003", False),
    ((403, 20005), Held, "20005", False),
    ((403, 12345), Held, "12345", False),
    ((400, 21606), Held, "21606", False),
    ((400, 21660), Held, "21660", False),
    ((400, 21610), Blocked, "21610", False),
    ((400, 21211), Refused, "21211", False),
    ((400, 21617), Refused, "21617", False),
    ((400, 99999), Refused, "99999", False),
    ((404, 20404), Refused, "20404", False),
    ("drop", Later, "ConnectionError", True),
]


@pytest.mark.parametrize(
    ("failure", "kind", "code", "doubtful"), FAULTS, ids=[f"C17 {fault[0]}" for fault in FAULTS]
)
def test_a_fault_means_what_is_to_be_done(
    api: TwilioStandIn,
    twilio: Twilio,
    failure: Any,
    kind: type[NotSent],
    code: str,
    doubtful: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    api.fail_next(failure)
    with pytest.raises(NotSent) as caught:
        send(twilio)
    problem = caught.value
    assert type(problem) is kind and problem.code == code == str(problem)
    assert isinstance(problem, Later) is (kind is Later)
    assert getattr(problem, "doubtful", False) == doubtful
    assert NUMBER not in repr(problem) and problem.__suppress_context__
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert not [line for line in ours if NUMBER[1:] in line or api.auth_token in line]


@pytest.mark.parametrize(
    ("failure", "sent"), [("timeout", 0), ("accept_and_hang", 1)], ids=["C17 timeout", "C17 taken"]
)
def test_after_a_silence_nobody_knows_whether_a_text_was_sent(
    api: TwilioStandIn, twilio: Twilio, failure: str, sent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.sms.twilio.SEND_SECONDS", 0.2)
    monkeypatch.setattr(api, "hang_seconds", 1)
    api.fail_next(failure)
    with pytest.raises(Later) as caught:
        send(twilio)
    assert caught.value.doubtful and len(api.sent) == sent


def test_only_a_text_that_was_sent_since_can_be_the_one_in_doubt(
    api: TwilioStandIn, twilio: Twilio
) -> None:
    sid, now = send(twilio), datetime.now(timezone.utc)

    def sent_before(written: datetime | None) -> list[str] | None:
        again = replace(MESSAGE, created_at=written)
        return asyncio.run(TwilioSender(twilio, PUBLIC).sent_before(NUMBER, again))

    assert sent_before(now) == sent_before(None) == [sid]
    assert sent_before(now + timedelta(minutes=2)) == []


def test_a_twilio_that_is_not_there_is_tried_again(twilio: Twilio) -> None:
    with pytest.raises(Later):
        send(replace(twilio, api_url=f"http://127.0.0.1:{free_port()}"))


# Listing.


def listed(twilio: Twilio, since: datetime) -> list[SmsMessage]:
    return TwilioSender(twilio, PUBLIC).received_since(since)


def test_what_arrived_is_listed_the_oldest_first(api: TwilioStandIn, twilio: Twilio) -> None:
    since = datetime.now(timezone.utc) - timedelta(hours=1)
    api.text(NUMBER, "one", sid="SM1", deliver=False)
    api.text("60777", "two", sid="SM2", deliver=False, num_media=1)
    send(twilio)
    found = listed(twilio, since)  # Twilio lists the newest first, in whole seconds
    assert [(m.id, m.sender, m.text, m.media, m.stops) for m in found] == [
        ("SM1", NUMBER, "one", False, False),
        ("SM2", "60777", "two", True, False),
    ]
    assert all(m.sent_at and m.sent_at.tzinfo and m.sent_at > since for m in found)


def test_a_list_that_is_refused_is_told_as_a_fault_of_ours(twilio: Twilio) -> None:
    now = datetime.now(timezone.utc)
    for wrong in (
        replace(twilio, auth_tokens=("wrong",)),
        replace(twilio, api_url=f"http://127.0.0.1:{free_port()}"),
    ):
        with pytest.raises(NotSent) as caught:
            listed(wrong, now)
        assert "wrong" not in str(caught.value)
