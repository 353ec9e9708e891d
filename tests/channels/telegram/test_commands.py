"""`python -m bot telegram …`: registering the webhook, and fetching where there is none."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import InvalidToken

from bot.channels.telegram import connect as commands
from bot.channels.telegram.connect import poll, set_webhook
from bot.channels.telegram.settings import telegram_of
from bot.channels.telegram.update import ALLOWED_UPDATES, COMMANDS, SECRET_HEADER
from bot.channels.telegram.webhook import WEBHOOK_PATH
from bot.gateway.app import create_app
from bot.settings import Settings, SettingsError
from bot.turns.services import Services
from tests.providers.telegram import TelegramStandIn, is_on
from tests.support.channels import Latest, with_channel, with_telegram, without_channel
from tests.support.gateway import CANARY, FakeRasa, reply, until
from tests.support.live import served
from tests.support.postgres import free_port
from tests.support.speakers import settle

USER, HOME = 700900321, "https://consultation.example.gov.uk"
WEBHOOK = HOME + WEBHOOK_PATH


@pytest.fixture()
def telegram(api: tuple[Latest, str]) -> Iterator[TelegramStandIn]:
    stand_in = api[0].stand_in = TelegramStandIn(secret="tests-Secret_1")
    stand_in.url = api[1]
    yield stand_in
    stand_in.close()


@pytest.fixture()
def settings(settings: Settings, telegram: TelegramStandIn) -> Settings:
    settings = with_telegram(settings, telegram)
    telegram.webhook = ""
    return replace(settings, public_base_url=HOME, gateway_port=free_port())


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "POLL_SECONDS", 1)
    monkeypatch.setattr(commands, "RETRY_SECONDS", 0.01)


def rotating(settings: Settings, *secrets: str) -> Settings:
    return with_channel(
        settings, "telegram", replace(telegram_of(settings), webhook_secrets=secrets)
    )


# set-webhook


def test_the_webhook_is_registered_with_its_secret_and_its_kinds(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    said = set_webhook(rotating(settings, "the-new-one", "the-old-one"))
    (call,) = telegram.webhook_calls
    assert (call["url"], call["secret_token"]) == (WEBHOOK, "the-new-one")
    assert tuple(json.loads(call["allowed_updates"])) == ALLOWED_UPDATES
    assert set(ALLOWED_UPDATES) == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert WEBHOOK in said and "the-new-one" not in said


def test_what_people_have_written_meanwhile_is_not_thrown_away(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    telegram.write(USER, CANARY)
    set_webhook(settings)
    assert not is_on(telegram.webhook_calls[0].get("drop_pending_updates"))
    assert len(telegram.pending) == 1


def test_the_menu_of_the_app_is_set(settings: Settings, telegram: TelegramStandIn) -> None:
    set_webhook(settings)
    menu = {command["command"]: command["description"] for command in telegram.commands}
    assert menu == {word: told for word, (_, told) in COMMANDS.items()}
    assert {"start", "stop", "help", "skip", "privacy"} <= set(menu)


def test_setting_it_twice_is_harmless(settings: Settings, telegram: TelegramStandIn) -> None:
    assert set_webhook(settings) == set_webhook(settings)
    assert telegram.webhook == WEBHOOK


@pytest.mark.parametrize("base", ["http://localhost:8080", "http://consultation.example.gov.uk"])
def test_an_address_that_telegram_would_not_call_is_refused(
    settings: Settings, telegram: TelegramStandIn, base: str
) -> None:
    with pytest.raises(SettingsError, match=r"https://.*PUBLIC_BASE_URL.*telegram poll"):
        set_webhook(replace(settings, public_base_url=base))
    assert telegram.calls == []


@pytest.mark.parametrize("command", ["set-webhook", "poll"])
def test_without_its_settings_there_is_nothing_to_set_up(settings: Settings, command: str) -> None:
    off = without_channel(settings, "telegram")
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN"):
        run(command, off)


def run(command: str, settings: Settings) -> None:
    if command == "poll":
        poll(settings, remove_webhook=False, say=lambda _: None)
    else:
        set_webhook(settings)


# Errors


FAULTS = {
    "C17 another token": {"bot_token": "123456:" + "b" * 35},
    "C17 no token at all": {"bot_token": "123456:"},
    "nobody there": {"api_url": "http://127.0.0.1:9"},
    "not Telegram": {"api_url": "api/x"},
}


@pytest.mark.parametrize("command", ["set-webhook", "poll"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_goes_wrong_is_told_in_one_line_without_the_token(
    settings: Settings, fault: dict[str, str], command: str, caplog: pytest.LogCaptureFixture
) -> None:
    if fault.get("api_url", "").startswith("api"):
        fault = {"api_url": telegram_of(settings).api_url + "/elsewhere"}
    configured = replace(telegram_of(settings), **fault)
    with pytest.raises(SettingsError) as problem:
        run(command, with_channel(settings, "telegram", configured))
    said = str(problem.value)
    assert "\n" not in said and "TELEGRAM_BOT_TOKEN" in said
    shown = "".join(traceback.format_exception(problem.value))
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("bot")]
    for secret in filter(None, (configured.bot_token[7:], *configured.webhook_secrets)):
        assert secret not in shown and not [line for line in ours if secret in line]


@pytest.mark.parametrize("command", ["set-webhook", "poll"])
def test_a_refusal_that_names_the_token_is_not_repeated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    token = telegram_of(settings).bot_token

    def refuse(*_: Any, **__: Any) -> None:
        raise InvalidToken(f"The token `{token}` was rejected by the server.")

    monkeypatch.setattr(commands, "make_bot", refuse)
    with pytest.raises(SettingsError, match="InvalidToken") as problem:
        run(command, settings)
    assert token not in "".join(traceback.format_exception(problem.value))


# poll


@dataclass
class Gateway:
    """Takes what is brought, or answers as it was told. What it took is in `taken`."""

    answers: list[int] = field(default_factory=list)
    tries: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    secrets: set[str | None] = field(default_factory=set)

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route(WEBHOOK_PATH, self._new, methods=["POST"])])

    async def _new(self, request: Request) -> Response:
        update = await request.json()
        self.tries += 1
        self.secrets.add(request.headers.get(SECRET_HEADER))
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.taken.append(update)
        return Response(status_code=status)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.taken]


@dataclass
class Polling:
    """`poll` under way, and what it has said."""

    said: list[str]
    task: asyncio.Task[None]

    async def stop(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


def polling(settings: Settings, *, remove_webhook: bool = False) -> Polling:
    """Start `poll` in this event loop."""
    said: list[str] = []
    call = commands._poll(settings, telegram_of(settings), remove_webhook, said.append)
    return Polling(said, asyncio.create_task(commands._asked(call)))


def offsets(telegram: TelegramStandIn) -> list[int | None]:
    asked = [params.get("offset") for name, params in telegram.calls if name == "getUpdates"]
    return [int(offset) if offset else None for offset in asked]


def test_messages_are_carried_to_the_gateway_and_answered(
    settings: Settings, services: Services, telegram: TelegramStandIn
) -> None:
    """The whole way: Telegram, poll, gateway, reply, button, edit."""
    services, rasa = replace(services, settings=settings), FakeRasa()
    rasa.says = lambda _: reply("Ready?", buttons=[{"title": "Start", "command": "start"}])

    async def scenario() -> None:
        running = polling(settings)
        telegram.write(USER, CANARY)
        await until(lambda: rasa.texts == [CANARY])
        await asyncio.to_thread(settle, services)
        telegram.press(USER, "Start")
        await until(lambda: len(rasa.asked) == 2)
        telegram.edit(USER, 101, "other words")
        edited = services.say("utter_edit_kept", "telegram").text
        await until(lambda: edited in telegram.texts_to(USER))
        await until(lambda: not telegram.pending)
        await running.stop()

    with served(create_app(services, rasa), settings.gateway_port):
        asyncio.run(scenario())
    assert [m["metadata"]["command"] for m in rasa.asked] == [None, "start"]
    assert len(telegram.callback_answers) == 1


def test_messages_go_with_the_first_secret_and_as_telegram_wrote_them(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    gateway, text = Gateway(), "two\nlines 😀 \u0627 \\u00e9 <b>"
    telegram.write(USER, text, language_code="cy")
    (update,) = telegram.pending

    async def scenario() -> None:
        running = polling(rotating(settings, "the-new-one", "the-old-one"))
        await until(lambda: gateway.taken)
        await running.stop()

    with served(gateway.app, settings.gateway_port):
        asyncio.run(scenario())
    assert gateway.secrets == {"the-new-one"}
    (taken,) = gateway.taken
    assert (taken["update_id"], taken["message"]["text"]) == (update["update_id"], text)
    for name in ("message_id", "date"):
        assert taken["message"][name] == update["message"][name]
    assert taken["message"]["from"] == update["message"]["from"]
    assert taken["message"]["chat"]["type"] == "private"


@pytest.mark.parametrize("status", [400, 413])
def test_a_message_that_is_never_taken_holds_up_nobody(
    settings: Settings, telegram: TelegramStandIn, status: int
) -> None:
    gateway = Gateway(answers=[status])
    for text in ("never", "next"):
        telegram.write(USER, text)
    running = None

    async def scenario() -> None:
        nonlocal running
        running = polling(settings)
        await until(lambda: gateway.taken)
        await running.stop()

    with served(gateway.app, settings.gateway_port):
        asyncio.run(scenario())
    assert gateway.texts == ["next"]
    assert any(
        f"skipped: the gateway does not take it (status {status})" in s for s in running.said
    )


def test_every_message_comes_once_and_in_order(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    gateway, texts = Gateway(), [f"text {number}" for number in range(20)]
    for text in texts[:10]:
        telegram.write(USER, text)

    async def scenario() -> None:
        running = polling(settings)
        await until(lambda: len(gateway.taken) == 10)
        for text in texts[10:]:
            telegram.write(USER, text)
        await until(lambda: not telegram.pending)
        await running.stop()

    with served(gateway.app, settings.gateway_port):
        asyncio.run(scenario())
    assert gateway.texts == texts


def test_a_message_is_done_with_only_when_the_gateway_has_taken_it(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    gateway = Gateway(answers=[503, 500, 429, 200, 503])
    first, second = telegram.next_update_id, telegram.next_update_id + 1
    for text in ("one", "two"):
        telegram.write(USER, text)
    waiting: list[int] = []
    poll_now = commands._carry

    async def carry(*what: Any) -> None:
        waiting.append(len(telegram.pending))
        await poll_now(*what)
        waiting.append(len(telegram.pending))

    async def scenario() -> None:
        running = polling(settings)
        await until(lambda: not telegram.pending)
        await running.stop()
        assert [line for line in running.said if "503" in line]

    with pytest.MonkeyPatch.context() as patch, served(gateway.app, settings.gateway_port):
        patch.setattr(commands, "_carry", carry)
        asyncio.run(scenario())
    assert gateway.texts == ["one", "two"] and gateway.tries == 6
    assert waiting == [2, 2, 2, 2]  # Telegram keeps them until both are taken
    assert offsets(telegram)[:2] == [None, second + 1] and first + 1 == second


def test_a_gateway_that_is_away_is_waited_for(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    gateway = Gateway()
    telegram.write(USER, "one")

    async def scenario() -> None:
        running = polling(settings)
        await until(lambda: any("has not taken" in line for line in running.said))
        assert len(telegram.pending) == 1 and offsets(telegram) == [None]
        with served(gateway.app, settings.gateway_port):
            await until(lambda: not telegram.pending)
            await running.stop()

    asyncio.run(scenario())
    assert gateway.texts == ["one"]


def test_what_was_not_taken_before_a_stop_is_taken_after_it(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    gateway = Gateway(answers=[200, *[503] * 10_000])
    for text in ("one", "two", "three"):
        telegram.write(USER, text)

    async def first() -> None:
        running = polling(settings)
        await until(lambda: gateway.tries > 3)
        await running.stop()

    async def second() -> None:
        gateway.answers.clear()
        running = polling(settings)
        await until(lambda: not telegram.pending)
        await running.stop()

    with served(gateway.app, settings.gateway_port):
        asyncio.run(first())
        assert gateway.texts == ["one"] and len(telegram.pending) == 3
        asyncio.run(second())
    # The first comes again, and the gateway knows it by its id: nothing is lost.
    assert gateway.texts == ["one", "one", "two", "three"]


def test_nothing_is_fetched_while_a_webhook_is_set(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    set_webhook(settings)
    with pytest.raises(SettingsError, match="--remove-webhook"):
        poll(settings, remove_webhook=False, say=lambda _: None)
    assert telegram.webhook == WEBHOOK and offsets(telegram) == []


def test_the_webhook_is_removed_only_when_that_is_asked_and_nothing_is_dropped(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    gateway = Gateway()
    set_webhook(settings)
    telegram.write(USER, CANARY, deliver=False)

    async def scenario() -> None:
        running = polling(settings, remove_webhook=True)
        await until(lambda: not telegram.pending)
        await running.stop()

    with served(gateway.app, settings.gateway_port):
        asyncio.run(scenario())
    assert telegram.webhook == "" and gateway.texts == [CANARY]
    removed = [params for name, params in telegram.calls if name == "deleteWebhook"]
    assert len(removed) == 1 and not is_on(removed[0].get("drop_pending_updates"))


def test_the_menu_is_set_and_only_our_kinds_are_fetched(
    settings: Settings, telegram: TelegramStandIn
) -> None:
    async def scenario() -> None:
        running = polling(settings)
        await until(lambda: offsets(telegram))
        assert "ctrl-C" in running.said[0]
        await running.stop()

    asyncio.run(scenario())
    assert [command["command"] for command in telegram.commands] == list(COMMANDS)
    assert tuple(telegram.allowed_updates) == ALLOWED_UPDATES


def test_two_that_fetch_at_once_are_told(settings: Settings, telegram: TelegramStandIn) -> None:
    async def scenario() -> None:
        first = polling(settings)
        await until(lambda: offsets(telegram))
        second = polling(settings)
        with pytest.raises(SettingsError, match="nothing else fetches"):
            await first.task
        await second.stop()

    asyncio.run(scenario())


def test_telegram_may_be_away_for_a_while(
    settings: Settings, telegram: TelegramStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, away = Gateway(), [502, 500, 500]
    telegram.write(USER, "one")
    answer = telegram.getUpdates

    async def sometimes(params: dict[str, Any], request: Request) -> Any:
        if away:
            return await telegram._fail(away.pop(0), request)
        return await answer(params, request)

    sometimes.__name__ = "getUpdates"
    monkeypatch.setitem(telegram._methods, "getupdates", sometimes)

    async def scenario() -> None:
        running = polling(settings)
        await until(lambda: not telegram.pending)
        await running.stop()
        silent = [line for line in running.said if "does not answer" in line]
        assert len(silent) == 3
        assert telegram.token not in "".join(running.said)

    with served(gateway.app, settings.gateway_port):
        asyncio.run(scenario())
    assert gateway.texts == ["one"]


def test_stopping_it_leaves_with_a_word_and_no_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "_poll", interrupted)
    said: list[str] = []
    poll(settings, remove_webhook=False, say=said.append)
    assert said == ["Stopped."]
