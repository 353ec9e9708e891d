"""Telegram's webhook: words, edits, pressed buttons, and people who block the bot."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import telegram
from bot.channels.sending import NotSent
from bot.channels.webchat import read_json
from bot.gateway.arrivals import Arrival, Stored, find, store
from bot.gateway.http import error, read_body
from bot.gateway.services import Services
from bot.settings import Telegram
from bot.storage.conversations import button_of
from bot.storage.delivery import heard_since, learn_opt_out
from bot.storage.respondents import open_question_of

logger = logging.getLogger(__name__)

GROUPS_REMEMBERED = 1000


def routes() -> list[Route]:
    return [Route(telegram.WEBHOOK_PATH, new_update, methods=["POST"])]


class Chores:
    """Calls to Telegram that nobody waits for: answering a press, leaving a group."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._left: OrderedDict[int, None] = OrderedDict()

    def do(self, chore: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._done(chore))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def is_first_in(self, group: int) -> bool:
        """Say whether this group has not been told yet; one notice is enough."""
        first = group not in self._left
        self._left[group] = None
        if len(self._left) > GROUPS_REMEMBERED:
            self._left.popitem(last=False)
        return first

    async def _done(self, chore: Coroutine[Any, Any, None]) -> None:
        try:
            await chore
        except NotSent as problem:
            logger.warning("telegram: %s", problem.code)


async def new_update(request: Request) -> Response:
    """Store what an update brings, then acknowledge it."""
    services: Services = request.app.state.services
    settings = services.settings.telegram
    assert settings is not None
    if not telegram.is_secret(settings, request.headers.get(telegram.SECRET_HEADER)):
        return error(403, "forbidden", "The secret of this request is not right.")
    update = read_json(await read_body(request, longest=telegram.LONGEST_BODY))
    try:
        told = telegram.read_update(update)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        # Refusing it would have Telegram send it again for a day, and nothing else meanwhile.
        logger.error("an update of a shape that is not known was left out")
        return Response()
    if isinstance(told, telegram.Written):
        await _wake(request, await asyncio.to_thread(_store_words, services, settings, told))
    elif isinstance(told, telegram.Pressed):
        await _press(request, services, settings, told)
    elif isinstance(told, telegram.Blocked):
        await asyncio.to_thread(_blocked, services, told)
    elif isinstance(told, telegram.InGroup):
        _leave(request, services, told)
    return Response()


async def _wake(request: Request, stored: Stored) -> None:
    if stored.new:
        request.app.state.turns.wake(stored.respondent_id)


async def _press(
    request: Request, services: Services, settings: Telegram, pressed: telegram.Pressed
) -> None:
    stored = await asyncio.to_thread(_store_press, services, settings, pressed)
    notice = None
    if stored is None:
        notice = services.say("utter_stale_button", telegram.CHANNEL).text
    else:
        await _wake(request, stored)
    request.app.state.chores.do(_sender(request).answer_press(pressed.query_id, notice))


def _leave(request: Request, services: Services, group: telegram.InGroup) -> None:
    chores: Chores = request.app.state.chores
    if chores.is_first_in(group.chat):
        notice = None if group.is_channel else services.say("utter_no_groups", "telegram").text
        chores.do(_sender(request).leave(group.chat, notice))


def _sender(request: Request) -> telegram.TelegramSender:
    sender: telegram.TelegramSender = request.app.state.senders[telegram.CHANNEL]
    return sender


# What follows runs in threads: short transactions, nothing else.


def _store_words(services: Services, settings: Telegram, written: telegram.Written) -> Stored:
    button = {"title": written.text, "command": written.command} if written.command else None
    note = "edit" if written.edited else "media" if written.media else None
    return store(
        services,
        Arrival(
            channel=telegram.CHANNEL,
            address=str(written.user),
            message_id=_message_id(settings, written.update_id),
            text=written.text,
            button=button,
            note=note,
            sender_ref=str(written.message_id),
            language=written.language,
        ),
    )


def _store_press(
    services: Services, settings: Telegram, pressed: telegram.Pressed
) -> Stored | None:
    """Store a press as the words on the button; None when the button is not to be pressed now."""
    person = find(services, telegram.CHANNEL, str(pressed.user))
    if person is None or pressed.seq is None or pressed.place is None:
        return None
    ours = services.button_id(person.id, pressed.seq, pressed.place)
    if not hmac.compare_digest(ours, pressed.data):
        return None
    with services.database.reading() as session:
        button = button_of(session, person.id, pressed.seq, pressed.place)
        asked = open_question_of(session, person.id)
    if button is None or _is_stale(button, asked):
        return None
    return store(
        services,
        Arrival(
            channel=telegram.CHANNEL,
            address=str(pressed.user),
            message_id=_message_id(settings, pressed.update_id),
            text=str(button["title"]),
            button=button,
            language=pressed.language,
        ),
    )


def _is_stale(button: Mapping[str, Any], asked: str | None) -> bool:
    return "question" in button and button["question"] != asked


def _blocked(services: Services, blocked: telegram.Blocked) -> None:
    """Take a block as STOP, unless it is old news: she has written since."""
    person = find(services, telegram.CHANNEL, str(blocked.user))
    if person is None:
        return
    with services.database.writing() as session:
        if not heard_since(session, person.id, blocked.at):
            learn_opt_out(session, person.id)


def _message_id(settings: Telegram, update_id: int) -> str:
    """Each bot counts its own updates."""
    return f"{settings.bot_id}:{update_id}"
