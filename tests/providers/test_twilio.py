"""The stand-in is honest: the library that talks to the real Twilio finds nothing odd in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from requests.exceptions import ConnectionError as BrokenConnection
from requests.exceptions import Timeout
from starlette.applications import Starlette
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.providers.twilio import TwilioStandIn
from tests.support.live import served
from tests.support.postgres import free_port

PHONE, OTHER_PHONE = "+447700900001", "+447700900002"
PUBLIC = "https://consultation.example.gov.uk/sms/webhook"


class Webhook:
    """Catches what is posted to it; answers with `statuses` in turn, then with 200."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], list[tuple[str, str]]]] = []
        self.statuses: list[int] = []
        self.app = Starlette(routes=[Route("/{path:path}", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        self.requests.append((address, dict(request.headers), pairs))
        return Response("<Response/>", self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture(scope="module")
def served_webhook() -> Iterator[tuple[Webhook, str]]:
    webhook = Webhook()
    with served(webhook.app, free_port()) as url:
        yield webhook, url


@pytest.fixture()
def webhook(served_webhook: tuple[Webhook, str]) -> Webhook:
    served_webhook[0].requests.clear()
    return served_webhook[0]


@pytest.fixture(scope="module")
def running(served_webhook: tuple[Webhook, str]) -> Iterator[TwilioStandIn]:
    with TwilioStandIn(webhook=PUBLIC, post_to=served_webhook[1]).running() as standin:
        yield standin


@pytest.fixture()
def twilio(running: TwilioStandIn) -> TwilioStandIn:
    running.reset()
    return running


def client_of(twilio: TwilioStandIn, *, token: str = "", timeout: float = 10) -> Client:
    client = Client(
        twilio.account_sid,
        token or twilio.auth_token,
        http_client=TwilioHttpClient(timeout=timeout),
    )
    client.api.base_url = twilio.url
    return client


def send(twilio: TwilioStandIn, body: str = "Hello", to: str = PHONE, **options: Any) -> Any:
    return client_of(twilio).messages.create(to=to, from_=twilio.number, body=body, **options)


def accepts(twilio: TwilioStandIn, url: str, caught: tuple[Any, dict[str, str], Any]) -> bool:
    _, headers, pairs = caught
    fields = ImmutableMultiDict(pairs)
    validator = RequestValidator(twilio.auth_token)
    return validator.validate(url, fields, headers["x-twilio-signature"])


def test_the_library_sends_a_text(twilio: TwilioStandIn) -> None:
    message = send(twilio, "Café €5", status_callback=f"{PUBLIC}/status")
    assert message.sid.startswith("SM") and len(message.sid) == 34
    assert (message.status, message.direction, message.num_segments) == (
        "queued", "outbound-api", "1",
    )  # fmt: skip
    assert (message.price, message.error_code, message.date_sent) == (None, None, None)
    assert abs(message.date_created - datetime.now(timezone.utc)) < timedelta(minutes=1)
    (text,) = twilio.sent
    assert (text.sid, text.to, text.from_) == (message.sid, PHONE, twilio.number)
    assert (text.body, text.parts) == ("Café €5", 1)
    assert text.status_callback == f"{PUBLIC}/status"
    assert twilio.texts_to(PHONE) == ["Café €5"]
    assert twilio.texts_to(OTHER_PHONE) == []


@pytest.mark.parametrize(
    ("body", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 81, 2), ("ŵ" * 71, 2), ("a" * 1600, 11)],
)
def test_parts_are_counted_as_they_are_paid(twilio: TwilioStandIn, body: str, parts: int) -> None:
    assert send(twilio, body).num_segments == str(parts)
    assert twilio.sent[0].parts == parts


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"to": "07700900001"}, 21211),
        ({"to": "Library"}, 21211),
        ({"from_": OTHER_PHONE}, 21606),
    ],
)
def test_a_wrong_text_is_refused(twilio: TwilioStandIn, options: dict[str, str], code: int) -> None:
    text = {"to": PHONE, "from_": twilio.number, "body": "Hello", **options}
    with pytest.raises(TwilioRestException) as refused:
        client_of(twilio).messages.create(**text)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert (twilio.attempts, twilio.sent) == (1, [])


def test_a_wrong_token_is_refused(twilio: TwilioStandIn) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client_of(twilio, token="wrong").messages.create(to=PHONE, from_=twilio.number, body="Hi")
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert (twilio.attempts, twilio.sent) == (1, [])


def test_the_library_reads_every_page_newest_first(twilio: TwilioStandIn) -> None:
    for number in range(5):
        twilio.text(PHONE, f"text {number}", deliver=False)
    twilio.text(OTHER_PHONE, "another person")
    send(twilio, "an answer")
    messages = client_of(twilio).messages
    assert [m.body for m in messages.list(page_size=2)] == [
        "an answer", "another person", "text 4", "text 3", "text 2", "text 1", "text 0",
    ]  # fmt: skip
    assert [m.body for m in messages.list(limit=3)] == ["an answer", "another person", "text 4"]
    to_us = messages.list(to=twilio.number, from_=PHONE, page_size=3)
    assert [m.body for m in to_us] == [f"text {n}" for n in (4, 3, 2, 1, 0)]
    assert {(m.direction, m.status) for m in to_us} == {("inbound", "received")}
    assert all(m.date_sent for m in to_us)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"date_sent_after": -HOUR}, True),
        ({"date_sent_after": HOUR}, False),
        ({"date_sent_before": HOUR}, True),
        ({"date_sent_before": -HOUR}, False),
        ({"date_sent": timedelta(0)}, True),
        ({"date_sent": timedelta(days=-2)}, False),
    ],
)
def test_the_library_asks_for_a_time(
    twilio: TwilioStandIn, asked: dict[str, timedelta], found: bool
) -> None:
    twilio.text(PHONE, "Hello", deliver=False)
    now = datetime.now(timezone.utc)
    times = {name: now + distance for name, distance in asked.items()}
    assert bool(client_of(twilio).messages.list(**times)) == found


def test_a_day_alone_will_do_as_a_time(twilio: TwilioStandIn) -> None:
    twilio.text(PHONE, "Hello", deliver=False)
    today = datetime.now(timezone.utc).date().isoformat()
    assert client_of(twilio).messages.list(date_sent_after=today)


@pytest.mark.parametrize(
    ("body", "media"),
    [("Hello", 0), ("  blanks \n& +plus=%  ", 0), ("", 1), ("Ŵelsh €😀 “quotes”", 0)],
)
def test_the_real_validator_accepts_a_webhook(
    twilio: TwilioStandIn, webhook: Webhook, body: str, media: int
) -> None:
    (answer,) = twilio.text(PHONE, body, num_media=media)
    assert answer.text == "<Response/>"
    (caught,) = webhook.requests
    path, headers, pairs = caught
    fields = dict(pairs)
    assert path == "/sms/webhook"
    assert headers["host"] == "consultation.example.gov.uk"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["i-twilio-idempotency-token"]
    assert (fields["From"], fields["To"], fields["Body"]) == (PHONE, twilio.number, body)
    assert fields["ToCity"] == fields["FromZip"] == ""
    assert fields["MessageSid"] == fields["SmsSid"] == fields["SmsMessageSid"]
    assert [name for name in fields if name.startswith("Media")] == [
        name for n in range(media) for name in (f"MediaUrl{n}", f"MediaContentType{n}")
    ]
    assert accepts(twilio, PUBLIC, caught)
    assert not accepts(twilio, PUBLIC, (path, headers, [(n, v) for n, v in pairs if v]))
    assert not accepts(TwilioStandIn(), PUBLIC, caught)


def test_a_form_can_be_forged_and_repeated(twilio: TwilioStandIn, webhook: Webhook) -> None:
    form = twilio.form(PHONE, "Hello")
    twilio.post(form, signature="forged")
    twilio.post(form, headers={"X-Twilio-Signature": None})
    twilio.post([*form.items(), ("Body", "twice")], path="/elsewhere?a=b")
    forged, unsigned, repeated = webhook.requests
    assert forged[1]["x-twilio-signature"] == "forged"
    assert "x-twilio-signature" not in unsigned[1]
    assert repeated[0] == "/elsewhere?a=b"
    assert [value for name, value in repeated[2] if name == "Body"] == ["Hello", "twice"]
    assert accepts(twilio, PUBLIC, repeated)


def test_the_same_text_may_come_often_and_is_listed_once(
    twilio: TwilioStandIn, webhook: Webhook
) -> None:
    assert len(twilio.text(PHONE, "Hello", sid="SM1", times=5)) == 5
    assert {dict(pairs)["MessageSid"] for _, _, pairs in webhook.requests} == {"SM1"}
    assert len({headers["i-twilio-idempotency-token"] for _, headers, _ in webhook.requests}) == 1
    assert len(client_of(twilio).messages.list()) == 1


@pytest.mark.parametrize(
    ("statuses", "seen"),
    [([], [200]), ([500], [500, 200]), ([503, 404], [503, 404, 200]), ([500] * 4, [500] * 3)],
)
def test_a_text_is_tried_three_times(
    twilio: TwilioStandIn, webhook: Webhook, statuses: list[int], seen: list[int]
) -> None:
    webhook.statuses = list(statuses)
    answers = twilio.text_until_taken(PHONE, "Hello")
    webhook.statuses = []
    assert [getattr(answer, "status_code", None) for answer in answers] == seen
    assert len({dict(pairs)["MessageSid"] for _, _, pairs in webhook.requests}) == 1


def test_a_webhook_that_is_down_is_tried_too() -> None:
    twilio = TwilioStandIn(webhook=PUBLIC, post_to=f"http://127.0.0.1:{free_port()}")
    tries = twilio.text_until_taken(PHONE, "Hello")
    assert [type(one) for one in tries] == [httpx.ConnectError] * 3


@pytest.mark.parametrize("word", ["STOP", " stop\n", "Unsubscribe", "end", "OptOut"])
def test_a_word_of_the_network_blocks_until_start(
    twilio: TwilioStandIn, webhook: Webhook, word: str
) -> None:
    twilio.text(PHONE, word)
    with pytest.raises(TwilioRestException) as refused:
        send(twilio)
    assert refused.value.code == 21610
    send(twilio, to=OTHER_PHONE)
    twilio.text(PHONE, "start")
    send(twilio)
    assert len(webhook.requests) == 2
    assert twilio.texts_to(PHONE) == ["Hello"]


def test_a_word_inside_a_sentence_does_not_block(twilio: TwilioStandIn) -> None:
    twilio.text(PHONE, "please stop the buses")
    assert send(twilio).status == "queued"


def test_failures_come_in_the_order_given(twilio: TwilioStandIn) -> None:
    failures = [500, (400, 21211), (429, 20429, 7), "drop", 503, 401]
    twilio.fail_next(*failures)
    address = f"{twilio.url}/2010-04-01/Accounts/{twilio.account_sid}/Messages.json"
    form = {"To": PHONE, "From": twilio.number, "Body": "Hello"}
    seen: list[Any] = []
    with httpx.Client(auth=(twilio.account_sid, twilio.auth_token), trust_env=False) as client:
        for _ in range(7):
            try:
                answer = client.post(address, data=form)
            except httpx.RemoteProtocolError:
                seen.append("drop")
                continue
            code = answer.json().get("code")
            seen.append((answer.status_code, code, answer.headers.get("retry-after")))
    assert seen == [
        (500, 20500, None), (400, 21211, None), (429, 20429, "7"), "drop",
        (503, 20503, None), (401, 20003, None), (201, None, None),
    ]  # fmt: skip
    assert (twilio.attempts, len(twilio.sent)) == (7, 1)


@pytest.mark.parametrize(
    ("failure", "hang_seconds", "client_seconds", "error", "sent"),
    [
        ("timeout", 30, 0.2, Timeout, 0),
        ("accept_and_hang", 30, 0.2, Timeout, 1),
        ("timeout", 0, 10, BrokenConnection, 0),
        ("accept_and_hang", 0, 10, BrokenConnection, 1),
    ],
)
def test_it_hangs_and_may_have_sent(
    twilio: TwilioStandIn,
    monkeypatch: pytest.MonkeyPatch,
    failure: str,
    hang_seconds: float,
    client_seconds: float,
    error: type[Exception],
    sent: int,
) -> None:
    monkeypatch.setattr(twilio, "hang_seconds", hang_seconds)
    twilio.fail_next(failure)
    messages = client_of(twilio, timeout=client_seconds).messages
    with pytest.raises(error):
        messages.create(to=PHONE, from_=twilio.number, body="Hello")
    assert len(twilio.texts_to(PHONE)) == sent


def test_closing_ends_what_hangs() -> None:
    twilio = TwilioStandIn(hang_seconds=3600)
    ended = threading.Event()

    def hang() -> None:
        with pytest.raises(BrokenConnection):
            send(twilio)
        ended.set()

    with twilio.running():
        twilio.fail_next("timeout")
        threading.Thread(target=hang, daemon=True).start()
        while not twilio.attempts:
            time.sleep(0.01)
    assert ended.wait(10)


def test_it_comes_back_with_what_it_had() -> None:
    twilio = TwilioStandIn()
    for _ in range(2):
        with twilio.running():
            send(twilio)
    assert twilio.texts_to(PHONE) == ["Hello", "Hello"]


@pytest.mark.parametrize(
    ("status", "error_code"), [("sent", None), ("delivered", None), ("undelivered", 30003)]
)
def test_a_status_is_told_where_the_text_asked(
    twilio: TwilioStandIn, webhook: Webhook, status: str, error_code: int | None
) -> None:
    callback = "https://consultation.example.gov.uk/sms/status?outbox=7"
    message = send(twilio, status_callback=callback)
    assert twilio.report(message.sid, status, error_code).status_code == 200
    (caught,) = webhook.requests
    fields = dict(caught[2])
    assert caught[0] == "/sms/status?outbox=7"
    assert (fields["MessageSid"], fields["MessageStatus"]) == (message.sid, status)
    assert fields.get("ErrorCode") == (str(error_code) if error_code else None)
    assert accepts(twilio, callback, caught)
    (listed,) = client_of(twilio).messages.list()
    assert (listed.status, listed.error_code) == (status, error_code)


def test_a_reset_forgets_everything(twilio: TwilioStandIn) -> None:
    twilio.text(PHONE, "STOP", deliver=False)
    twilio.fail_next(500)
    twilio.reset()
    assert send(twilio).status == "queued"
    assert (twilio.attempts, len(client_of(twilio).messages.list())) == (1, 1)


def test_a_text_that_asked_for_no_status_has_none(twilio: TwilioStandIn) -> None:
    with pytest.raises(LookupError):
        twilio.report(send(twilio).sid, "sent")
