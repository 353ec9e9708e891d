"""Telegram's webhook: words, edits, pressed buttons, and people who block the bot."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.http import check_json_type, error, read_body
from bot.channels.telegram import bot_api
from bot.channels.webchat.wire import read_json
from bot.settings import Telegram
from bot.storage.messages.claims import heard_since, learn_opt_out
from bot.storage.messages.inbox import stored_before
from bot.storage.messages.transcripts import button_of
from bot.storage.respondents.places import open_question_of
from bot.turns.accept import Arrival, Stored, find, store
from bot.turns.delivery.sending import NotSent
from bot.turns.services import Services

logger = logging.getLogger(__name__)

GROUPS_REMEMBERED = 1000


def routes() -> list[Route]:
    return [Route(bot_api.WEBHOOK_PATH, new_update, methods=["POST"])]


class Chores:
    """Calls to Telegram that nobody waits for: answering a press, leaving a group."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._groups: OrderedDict[int, bool] = OrderedDict()  # told: is it left, or being left?

    def do(self, chore: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._done(chore))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def leaving(self, group: int) -> tuple[bool, bool]:
        """Say whether a group is still to be left, and still to be told why; once is enough."""
        to_tell, to_leave = group not in self._groups, not self._groups.get(group)
        self._groups[group] = True
        if len(self._groups) > GROUPS_REMEMBERED:
            self._groups.popitem(last=False)
        return to_leave, to_tell

    def still_in(self, group: int) -> None:
        """Leaving failed; the next update of this group tries again."""
        self._groups[group] = False

    def forget(self, group: int) -> None:
        """The bot is out of a group; one that adds it again is left again."""
        self._groups.pop(group, None)

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
    if not bot_api.is_secret(settings, request.headers.get(bot_api.SECRET_HEADER)):
        return error(403, "forbidden", "The secret of this request is not right.")
    check_json_type(request)
    update = read_json(await read_body(request, longest=bot_api.LONGEST_BODY))
    try:
        told = bot_api.read_update(update)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        # Refusing it would have Telegram send it again for a day, and nothing else meanwhile.
        logger.error("an update of a shape that is not known was left out")
        return Response()
    if isinstance(told, bot_api.Written):
        await _wake(request, await asyncio.to_thread(_store_words, services, settings, told))
    elif isinstance(told, bot_api.Pressed):
        await _press(request, services, settings, told)
    elif isinstance(told, bot_api.Blocked):
        await asyncio.to_thread(_blocked, services, told)
    elif isinstance(told, bot_api.InGroup):
        _leave(request, services, told)
    return Response()


async def _wake(request: Request, stored: Stored) -> None:
    if stored.new:
        request.app.state.turns.wake(stored.respondent_id)


async def _press(
    request: Request, services: Services, settings: Telegram, pressed: bot_api.Pressed
) -> None:
    stored = await asyncio.to_thread(_store_press, services, settings, pressed)
    notice = None
    if stored is None:
        notice = services.say("utter_stale_button", bot_api.CHANNEL).text
    else:
        await _wake(request, stored)
    request.app.state.chores.do(_sender(request).answer_press(pressed.query_id, notice))


def _leave(request: Request, services: Services, group: bot_api.InGroup) -> None:
    chores: Chores = request.app.state.chores
    if group.gone:
        chores.forget(group.chat)
        return
    to_leave, to_tell = chores.leaving(group.chat)
    if to_leave:
        may_tell = to_tell and not group.is_channel
        notice = services.say("utter_no_groups", bot_api.CHANNEL).text if may_tell else None
        chores.do(_left(_sender(request), chores, group.chat, notice))


async def _left(
    sender: bot_api.TelegramSender, chores: Chores, group: int, notice: str | None
) -> None:
    try:
        await sender.leave(group, notice)
    except NotSent:
        chores.still_in(group)
        raise


def _sender(request: Request) -> bot_api.TelegramSender:
    sender: bot_api.TelegramSender = request.app.state.senders[bot_api.CHANNEL]
    return sender


# What follows runs in threads: short transactions, nothing else.


def _store_words(services: Services, settings: Telegram, written: bot_api.Written) -> Stored:
    button = {"title": written.text, "command": written.command} if written.command else None
    note = "edit" if written.edited else "media" if written.media else None
    return store(
        services,
        Arrival(
            channel=bot_api.CHANNEL,
            address=str(written.user),
            message_id=_message_id(settings, written.update_id),
            text=written.text,
            button=button,
            note=note,
            sender_ref=str(written.message_id),
            language=written.language,
        ),
    )


def _store_press(services: Services, settings: Telegram, pressed: bot_api.Pressed) -> Stored | None:
    """Store a press as the words on the button; None when the button is not to be pressed now."""
    message_id = _message_id(settings, pressed.update_id)
    with services.database.reading() as session:
        if known := stored_before(session, bot_api.CHANNEL, (message_id,)):
            return Stored(known.respondent_id, known.id, new=False)
    person = find(services, bot_api.CHANNEL, str(pressed.user))
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
            channel=bot_api.CHANNEL,
            address=str(pressed.user),
            message_id=message_id,
            text=str(button["title"]),
            button=button,
            language=pressed.language,
        ),
    )


def _is_stale(button: Mapping[str, Any], asked: str | None) -> bool:
    return "question" in button and button["question"] != asked


def _blocked(services: Services, blocked: bot_api.Blocked) -> None:
    """Take a block as STOP, unless it is old news: she has written since."""
    person = find(services, bot_api.CHANNEL, str(blocked.user))
    if person is None:
        return
    with services.database.writing() as session:
        # Telegram tells whole seconds, so her last words can seem to be newer than the block.
        if not heard_since(session, person.id, blocked.at + timedelta(seconds=1)):
            learn_opt_out(session, person.id)


def _message_id(settings: Telegram, update_id: int) -> str:
    """Each bot counts its own updates."""
    return f"{settings.bot_id}:{update_id}"
