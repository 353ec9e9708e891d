"""The stand-in for Telegram must behave as Telegram does, or what it proves is worth nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.providers.telegram import MEDIA, NO_ANSWER, TelegramStandIn
from tests.support.live import served
from tests.support.postgres import free_port
from tests.support.processes import until

RESIDENT, OTHER, GROUP, CHANNEL = 700900123, 700900456, -4001, -1002003004005
HOOK = "https://consultation.example/telegram"
Call = Callable[[Bot], Awaitable[Any]]


class Latest:
    """One port for many stand-ins: the latest answers, so that no test waits for a server."""

    def __init__(self) -> None:
        self.stand_in = TelegramStandIn()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.stand_in.app(scope, receive, send)


@pytest.fixture(scope="module")
def latest() -> Iterator[tuple[Latest, str]]:
    latest = Latest()
    with served(latest, free_port()) as url:  # type: ignore[arg-type]
        yield latest, url


@pytest.fixture()
def telegram(latest: tuple[Latest, str]) -> Iterator[TelegramStandIn]:
    stand_in = latest[0].stand_in = TelegramStandIn()
    stand_in.url = latest[1]
    stand_in.meet(RESIDENT)
    yield stand_in
    stand_in.close()


def ask(telegram: TelegramStandIn, call: Call, seconds: float = 5) -> Any:
    """Make one call with the client that bots really use."""

    async def calling() -> Any:
        request = HTTPXRequest(read_timeout=seconds)
        bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=request)
        async with request:
            return await call(bot)

    return asyncio.run(calling())


def saying(text: str, chat_id: Any = RESIDENT, data: str | None = None) -> Call:
    button = InlineKeyboardButton("Yes", callback_data=data)
    markup = None if data is None else InlineKeyboardMarkup([[button]])
    return lambda bot: bot.send_message(chat_id, text, reply_markup=markup)


class Hook:
    """A webhook that keeps what it gets and answers as it is told, then 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.app = Starlette(routes=[Route("/", self.receive, methods=["POST"])])

    async def receive(self, request: Request) -> Response:
        self.requests.append((dict(request.headers), await request.body()))
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    def updates(self) -> list[Update]:
        return [
            Update.de_json(httpx.Response(200, content=body).json(), None)
            for _, body in self.requests
        ]


@contextmanager
def hooked(**options: str) -> Iterator[tuple[TelegramStandIn, Hook]]:
    """A stand-in that posts to a webhook."""
    hook, telegram = Hook(), TelegramStandIn(webhook="http://testserver/", **options)
    telegram.client = TestClient(hook.app)
    yield telegram, hook


def codes(answers: list[httpx.Response]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_a_message_with_buttons_is_kept_as_it_was_sent(telegram: TelegramStandIn) -> None:
    got = ask(telegram, saying("Should it ship\u2019s? \U0001f6a2", data="q1:yes"))
    [sent] = telegram.sent
    assert (sent.message_id, sent.chat_id, sent.text) == (got.message_id, RESIDENT, got.text)
    assert sent.buttons == telegram.buttons_of_last(RESIDENT) == [("Yes", "q1:yes")]
    assert sent.raw["chat_id"] == str(RESIDENT)
    assert telegram.texts_to(RESIDENT) == [got.text] and telegram.texts_to(OTHER) == []
    assert got.reply_markup.inline_keyboard[0][0].callback_data == "q1:yes"


REFUSED = [
    pytest.param(saying(""), BadRequest, "Message text is empty", id="empty"),
    pytest.param(saying(" \n"), BadRequest, "Message text is empty", id="blank"),
    pytest.param(saying("a" * 4097), BadRequest, "Message is too long", id="long"),
    pytest.param(saying("\U0001f6a2" * 2049), BadRequest, "Message is too long", id="ships"),
    pytest.param(saying("Hi", data="d" * 65), BadRequest, "Button_data_invalid", id="button"),
    pytest.param(saying("Hi", data="é" * 33), BadRequest, "Button_data_invalid", id="bytes"),
    pytest.param(saying("Hi", OTHER), BadRequest, "Chat not found", id="stranger"),
    pytest.param(saying("Hi", "@nobody"), BadRequest, "Chat not found", id="name"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_what_telegram_refuses_is_refused(
    telegram: TelegramStandIn, call: Call, error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as refused:
        ask(telegram, call)
    assert str(refused.value) == words
    assert telegram.sent == []


@pytest.mark.parametrize(
    "call",
    [saying("a" * 4096), saying("\U0001f6a2" * 2048), saying("Hi", data="d" * 64)],
    ids=["letters", "ships", "button"],
)
def test_what_is_just_within_the_limits_is_taken(telegram: TelegramStandIn, call: Call) -> None:
    ask(telegram, call)
    assert len(telegram.sent) == 1


FAILURES = [
    pytest.param((429, 7), RetryAfter, 0, id="flood"),
    pytest.param(500, NetworkError, 0, id="500"),
    pytest.param(502, NetworkError, 0, id="502"),
    pytest.param(403, Forbidden, 0, id="blocked"),
    pytest.param((403, "Forbidden: user is deactivated"), Forbidden, 0, id="deactivated"),
    pytest.param(401, InvalidToken, 0, id="401"),
    pytest.param("timeout", TimedOut, 0, id="timeout"),
    pytest.param("accept_and_hang", TimedOut, 1, id="accept and hang"),
    pytest.param("drop", NetworkError, 0, id="drop"),
    pytest.param("accept_and_drop", NetworkError, 1, id="accept and drop"),
]


@pytest.mark.parametrize(("failure", "error", "sent"), FAILURES)
def test_a_failure_is_met_once_and_as_the_client_names_it(
    telegram: TelegramStandIn, failure: Any, error: type[Exception], sent: int
) -> None:
    telegram.fail_next(failure)
    with pytest.raises(error) as failed:
        ask(telegram, saying("Hi"), seconds=0.2)
    assert type(failed.value) is error
    assert len(telegram.sent) == sent
    ask(telegram, saying("Hi again"))
    assert telegram.texts_to(RESIDENT)[sent:] == ["Hi again"]


def test_a_limit_per_chat_says_how_long_to_wait(telegram: TelegramStandIn) -> None:
    telegram.meet(OTHER)
    telegram.per_chat_per_minute = 2
    telegram.clock = lambda: 1_000.0
    for _ in range(2):
        ask(telegram, saying("Hi"))
    telegram.clock = lambda: 1_045.0
    with pytest.raises(RetryAfter) as failed:
        ask(telegram, saying("Hi"))
    assert int(failed.value._retry_after.total_seconds()) == 15
    ask(telegram, saying("Hi", OTHER))
    telegram.clock = lambda: 1_060.0
    ask(telegram, saying("Hi"))
    assert len(telegram.sent) == 4


def test_who_blocks_the_bot_gets_nothing_until_unblocking(telegram: TelegramStandIn) -> None:
    telegram.block(RESIDENT)
    with pytest.raises(Forbidden, match="blocked by the user"):
        ask(telegram, saying("Hi"))
    telegram.unblock(RESIDENT)
    ask(telegram, saying("Hi"))
    assert telegram.texts_to(RESIDENT) == ["Hi"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("bot123456:wrong/getMe", 401), ("botnonsense/getMe", 404), ("bot{token}/noMethod", 404)],
)
def test_a_wrong_address_gets_telegrams_answer(
    telegram: TelegramStandIn, path: str, status: int
) -> None:
    answer = httpx.post(f"{telegram.url}/{path.format(token=telegram.token)}")
    description = {401: "Unauthorized", 404: "Not Found"}[status]
    assert answer.status_code == status
    assert answer.json() == {"ok": False, "error_code": status, "description": description}


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"chat_id": RESIDENT, "text": "Tŷ"}},
        {"data": {"chat_id": RESIDENT, "text": "Tŷ"}},
        {"data": {"chat_id": RESIDENT, "text": "Tŷ"}, "files": {"other": b"x"}},
        {"params": {"chat_id": RESIDENT, "text": "Tŷ"}},
    ],
    ids=["json", "form", "multipart", "query"],
)
def test_parameters_are_read_from_every_kind_of_body(
    telegram: TelegramStandIn, body: dict[str, Any]
) -> None:
    answer = httpx.post(f"{telegram.url}/bot{telegram.token}/sendMessage", **body)
    assert telegram.texts_to(RESIDENT) == ["Tŷ"]
    assert rb"T\u0177" in answer.content


def test_the_bot_sets_itself_up(telegram: TelegramStandIn) -> None:
    telegram.add_to_group(GROUP)
    commands = [("start", "Begin"), ("stop", "Stop")]
    assert ask(telegram, lambda bot: bot.get_me()).id == telegram.bot_id
    assert ask(telegram, lambda bot: bot.set_my_commands(commands))
    assert ask(telegram, lambda bot: bot.leave_chat(GROUP))
    assert [command["command"] for command in telegram.commands] == ["start", "stop"]
    assert telegram.left_chats == [GROUP]
    with pytest.raises(Forbidden, match="not a member of the group"):
        ask(telegram, saying("Hi", GROUP))


def test_a_webhook_is_recorded_with_its_secret(telegram: TelegramStandIn) -> None:
    kinds = ["message", "callback_query"]
    call = {"secret_token": "s3cret", "allowed_updates": kinds, "drop_pending_updates": False}
    assert ask(telegram, lambda bot: bot.set_webhook(HOOK, **call))
    assert (telegram.webhook, telegram.secret) == (HOOK, "s3cret")
    assert telegram.webhook_calls[-1]["secret_token"] == "s3cret"
    info = ask(telegram, lambda bot: bot.get_webhook_info())
    assert (info.url, list(info.allowed_updates)) == (HOOK, kinds)
    assert telegram.inline_query(RESIDENT, "buses") == [] and telegram.pending == []
    assert ask(telegram, lambda bot: bot.delete_webhook())
    assert ask(telegram, lambda bot: bot.get_webhook_info()).url == ""


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("http://consultation.example/", "s", "https url must be provided"),
        ("https://consultation.example:5000/", "s", "only on ports"),
        (HOOK, "no spaces", "unallowed characters"),
        (HOOK, "s" * 257, "unallowed characters"),
    ],
)
def test_a_webhook_that_telegram_would_not_take_is_refused(
    telegram: TelegramStandIn, url: str, secret: str, words: str
) -> None:
    with pytest.raises(BadRequest, match=words):
        ask(telegram, lambda bot: bot.set_webhook(url, secret_token=secret))
    assert telegram.webhook == ""


def test_polling_and_a_webhook_exclude_each_other(telegram: TelegramStandIn) -> None:
    first, second = telegram.next_update_id, telegram.next_update_id + 1
    telegram.write(RESIDENT, "One")
    telegram.write(RESIDENT, "Two")
    for offset, expected in ((0, [first, second]), (second, [second]), (second + 1, [])):
        got = ask(telegram, lambda bot, after=offset: bot.get_updates(offset=after))
        assert [update.update_id for update in got] == expected
    telegram.webhook = HOOK
    with pytest.raises(Conflict, match="webhook is active"):
        ask(telegram, lambda bot: bot.get_updates())


@pytest.mark.parametrize("way", ["update", "close", "another poll", "webhook"])
def test_a_long_poll_ends_when_something_happens(telegram: TelegramStandIn, way: str) -> None:
    def happen() -> None:
        until(lambda: bool(telegram.calls))
        if way == "another poll":
            ask(telegram, lambda bot: bot.get_updates())
        elif way == "webhook":
            ask(telegram, lambda bot: bot.set_webhook(HOOK))
        else:
            telegram.write(RESIDENT, "Hi") if way == "update" else telegram.close()

    thread = threading.Thread(target=happen)
    thread.start()
    poll: Call = lambda bot: bot.get_updates(timeout=50)  # noqa: E731
    if way in ("another poll", "webhook"):
        with pytest.raises(Conflict):
            ask(telegram, poll)
    else:
        assert len(ask(telegram, poll)) == (1 if way == "update" else 0)
    thread.join()


def test_an_update_is_posted_as_telegram_posts_it() -> None:
    with hooked(secret="s3cret") as (telegram, hook):
        assert codes(telegram.write(RESIDENT, "/start Tŷ")) == [200]
        [(headers, body)] = hook.requests
        assert headers["x-telegram-bot-api-secret-token"] == "s3cret"
        assert headers["content-type"] == "application/json" and rb"T\u0177" in body
        [update] = hook.updates()
        assert update.message.text == "/start Tŷ" and update.message.chat.type == "private"
        assert update.message.from_user.id == RESIDENT
        assert update.message.entities[0].type == "bot_command"
        assert telegram.pending == []


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_a_test_may_leave_the_secret_out_or_forge_it(secret: str | None) -> None:
    with hooked(secret="s3cret") as (telegram, hook):
        telegram.update({"update_id": 1}, secret=secret)
        [(headers, _)] = hook.requests
        assert headers.get("x-telegram-bot-api-secret-token") == secret


def test_what_was_not_accepted_is_sent_again_in_order_per_chat() -> None:
    with hooked() as (telegram, hook):
        first = telegram.next_update_id
        hook.answers = [500, 200, 503]
        assert codes(telegram.write(RESIDENT, "One")) == [500]
        assert codes(telegram.write(RESIDENT, "Two")) == []
        assert codes(telegram.write(OTHER, "Three")) == [200]
        assert telegram.last_error["last_error_message"].endswith("500 Internal Server Error")
        assert codes(telegram.deliver_pending()) == [503, 200, 200]
        texts = [update.message.text for update in hook.updates()]
        assert texts == ["One", "Three", "One", "One", "Two"]
        assert codes(telegram.deliveries[first]) == [500, 503, 200]
        assert telegram.pending == [] and telegram.deliver_pending() == []


def test_what_is_never_accepted_stays_pending_with_all_behind_it() -> None:
    with hooked() as (telegram, hook):
        hook.answers = [500] * 3
        telegram.write(RESIDENT, "One", deliver=False)
        telegram.write(RESIDENT, "Two", deliver=False)
        assert codes(telegram.deliver_pending(max_tries=3)) == [500, 500, 500]
        assert len(telegram.pending) == 2


def test_a_webhook_that_is_away_gives_no_answer() -> None:
    telegram = TelegramStandIn(webhook=f"http://127.0.0.1:{free_port()}/")
    assert codes(telegram.write(RESIDENT, "Hi")) == [NO_ANSWER]
    assert len(telegram.pending) == 1


def test_the_same_update_may_come_more_than_once() -> None:
    with hooked() as (telegram, hook):
        telegram.write(RESIDENT, "Hi", times=2, update_id=77)
        telegram.next_update_id = 5
        telegram.write(RESIDENT, "Hi")
        assert [update.update_id for update in hook.updates()] == [77, 77, 5]
        assert hook.requests[0][1] == hook.requests[1][1]


def test_everything_that_residents_do_is_an_update_of_its_kind() -> None:
    with hooked() as (telegram, hook):
        doings: dict[str, Callable[[], Any]] = {
            "message": lambda: telegram.write(RESIDENT, "Hi", message_id=9),
            "edited_message": lambda: telegram.edit(RESIDENT, 9, "Hello"),
            "callback_query": lambda: telegram.press(RESIDENT, "forged"),
            "my_chat_member": lambda: telegram.block(RESIDENT),
            "inline_query": lambda: telegram.inline_query(RESIDENT, "buses"),
        }
        for do in doings.values():
            do()
        for kind in ("group", "supergroup", "channel"):
            telegram.add_to_group(GROUP, kind)
        telegram.write_in_group(GROUP, RESIDENT, "Hi all")
        telegram.add_to_group(CHANNEL, "channel")
        telegram.channel_post(CHANNEL, "News")
        updates = hook.updates()
        for update, kind in zip(updates, doings, strict=False):
            assert getattr(update, kind) is not None
        assert updates[1].edited_message.message_id == 9
        assert updates[1].edited_message.text == "Hello"
        assert updates[3].my_chat_member.new_chat_member.status == "kicked"
        assert updates[-3].message.chat.id == GROUP
        assert updates[-1].channel_post.from_user is None


@pytest.mark.parametrize("kind", MEDIA)
def test_media_are_such_as_the_client_can_read(kind: str) -> None:
    with hooked() as (telegram, hook):
        telegram.send_media(RESIDENT, kind, caption="Look")
        [update] = hook.updates()
        assert getattr(update.message, kind) and update.message.caption == "Look"
        assert update.message.text is None


def test_a_button_is_pressed_by_its_title() -> None:
    with hooked() as (telegram, hook), telegram.running():
        telegram.meet(RESIDENT)
        ask(telegram, saying("Well?", data="q1:yes"))
        telegram.press(RESIDENT, "Yes")
        telegram.press(RESIDENT, "Yes", inaccessible=True)
        telegram.press(RESIDENT, "forged", without_message=True)
        plain, inaccessible, bare = (update.callback_query for update in hook.updates())
    assert (plain.data, plain.message.text) == ("q1:yes", "Well?")
    assert inaccessible.data == "q1:yes"
    assert not inaccessible.message.is_accessible and not inaccessible.message.text
    assert bare.data == "forged" and bare.message is None


def test_a_press_is_answered_until_it_is_too_old(telegram: TelegramStandIn) -> None:
    telegram.press(RESIDENT, "q1:yes")
    [update] = telegram.pending
    press = update["callback_query"]["id"]
    ask(telegram, lambda bot: bot.answer_callback_query(press, "Thank you", show_alert=True))
    answer = {"callback_query_id": press, "text": "Thank you", "show_alert": True}
    assert telegram.callback_answers == [answer]
    telegram.expire_presses()
    with pytest.raises(BadRequest, match="Query is too old"):
        ask(telegram, lambda bot: bot.answer_callback_query(press))


def test_updates_go_to_a_real_port_and_the_api_comes_back_after_an_outage() -> None:
    hook, port = Hook(), free_port()
    with served(hook.app, free_port()) as url:
        telegram = TelegramStandIn(webhook=f"{url}/")
        assert codes(telegram.write(RESIDENT, "Hi")) == [200]
    for _ in range(2):
        with telegram.running(port):
            ask(telegram, saying("Hello"))
        with pytest.raises(NetworkError):
            ask(telegram, saying("Is anybody there?"))
    assert telegram.texts_to(RESIDENT) == ["Hello", "Hello"]


def test_buttons_can_be_taken_away_and_messages_deleted(telegram: TelegramStandIn) -> None:
    key = {"chat_id": RESIDENT, "message_id": telegram.next_message_id}
    ask(telegram, saying("Well?", data="q1:yes"))
    ask(telegram, lambda bot: bot.edit_message_reply_markup(**key))
    assert telegram.buttons_of_last(RESIDENT) == []
    with pytest.raises(BadRequest, match="not modified"):
        ask(telegram, lambda bot: bot.edit_message_reply_markup(**key))
    ask(telegram, lambda bot: bot.delete_message(**key))
    with pytest.raises(BadRequest, match="to delete not found"):
        ask(telegram, lambda bot: bot.delete_message(**key))
