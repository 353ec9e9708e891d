"""Telegram's webhook: words, edits, pressed buttons, and people who block the bot."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.http import check_json_type, error, read_body, read_json
from bot.channels.telegram.bot_api import TelegramSender
from bot.channels.telegram.description import TELEGRAM
from bot.channels.telegram.settings import Telegram, telegram_of
from bot.channels.telegram.update import (
    LONGEST_BODY,
    SECRET_HEADER,
    Blocked,
    InGroup,
    Pressed,
    Written,
    is_secret,
    read_update,
)
from bot.storage.messages.claims import heard_since, learn_opt_out
from bot.storage.messages.inbox import stored_before
from bot.storage.messages.transcripts import button_of
from bot.storage.respondents.places import open_question_of
from bot.turns.accept import Arrival, Stored, find, store
from bot.turns.delivery.sending import NotSent
from bot.turns.services import Services

logger = logging.getLogger(__name__)

WEBHOOK_PATH = "/telegram/webhook"


def routes() -> list[Route]:
    return [Route(WEBHOOK_PATH, new_update, methods=["POST"])]


async def new_update(request: Request) -> Response:
    """Store what an update brings, then acknowledge it."""
    services: Services = request.app.state.services
    settings = telegram_of(services.settings)
    if not is_secret(settings, request.headers.get(SECRET_HEADER)):
        return error(403, "forbidden", "The secret of this request is not right.")
    check_json_type(request)
    update = read_json(await read_body(request, longest=LONGEST_BODY))
    try:
        told = read_update(update)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        # Refusing it would have Telegram send it again for a day, and nothing else meanwhile.
        logger.error("an update of a shape that is not known was skipped")
        return Response()
    if isinstance(told, (Written, Pressed, Blocked)):
        async with request.app.state.in_order.turn_of(f"{TELEGRAM.name} {told.user}"):
            await _take(request, services, settings, told)
    elif isinstance(told, InGroup):
        _leave(request, services, told)
    return Response()


async def _take(
    request: Request, services: Services, settings: Telegram, told: Written | Pressed | Blocked
) -> None:
    if isinstance(told, Written):
        await _wake(request, await asyncio.to_thread(_store_words, services, settings, told))
    elif isinstance(told, Pressed):
        await _press(request, services, settings, told)
    else:
        await asyncio.to_thread(_blocked, services, told)


async def _wake(request: Request, stored: Stored) -> None:
    if stored.new:
        request.app.state.turns.wake(stored.respondent_id)


async def _press(
    request: Request, services: Services, settings: Telegram, pressed: Pressed
) -> None:
    stored = await asyncio.to_thread(_store_press, services, settings, pressed)
    notice = None
    if stored is None:
        notice = services.say("utter_stale_button", TELEGRAM.name).text
    else:
        await _wake(request, stored)
    sender = _sender(request)
    sender.chores.do(sender.answer_press(pressed.query_id, notice))


def _leave(request: Request, services: Services, group: InGroup) -> None:
    sender = _sender(request)
    chores = sender.chores
    if group.gone:
        chores.forget(group.chat)
        return
    to_leave, to_tell = chores.leaving(group.chat)
    if to_leave:
        may_tell = to_tell and not group.is_channel
        notice = services.say("utter_no_groups", TELEGRAM.name).text if may_tell else None
        chores.do(_left(sender, group.chat, notice))


async def _left(sender: TelegramSender, group: int, notice: str | None) -> None:
    try:
        await sender.leave(group, notice)
    except NotSent:
        sender.chores.still_in(group)
        raise


def _sender(request: Request) -> TelegramSender:
    sender: TelegramSender = request.app.state.senders[TELEGRAM.name]
    return sender


# What follows runs in threads: short transactions, nothing else.


def _store_words(services: Services, settings: Telegram, written: Written) -> Stored:
    button = {"title": written.text, "command": written.command} if written.command else None
    note = "edit" if written.edited else "media" if written.media else None
    return store(
        services,
        Arrival(
            channel=TELEGRAM.name,
            address=str(written.user),
            message_id=_message_id(settings, written.update_id),
            text=written.text,
            button=button,
            note=note,
            sender_ref=str(written.message_id),
            language=written.language,
            written_at=written.written_at,
            replies_to=str(written.replies_to) if written.replies_to else None,
        ),
    )


def _store_press(services: Services, settings: Telegram, pressed: Pressed) -> Stored | None:
    """Store a press as the words on the button; None when the button is not to be pressed now."""
    message_id = _message_id(settings, pressed.update_id)
    with services.database.reading() as session:
        if known := stored_before(session, TELEGRAM.name, (message_id,)):
            return Stored(known.respondent_id, known.id, new=False)
    person = find(services, TELEGRAM.name, str(pressed.user))
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
            channel=TELEGRAM.name,
            address=str(pressed.user),
            message_id=message_id,
            text=str(button["title"]),
            button=button,
            language=pressed.language,
        ),
    )


def _is_stale(button: Mapping[str, Any], asked: str | None) -> bool:
    return "question" in button and button["question"] != asked


def _blocked(services: Services, blocked: Blocked) -> None:
    """Take a block as STOP, unless they have written since."""
    person = find(services, TELEGRAM.name, str(blocked.user))
    if person is None:
        return
    with services.database.writing() as session:
        # Telegram tells whole seconds, so their last words can seem to be newer than the block.
        if not heard_since(session, person.id, blocked.at + timedelta(seconds=1)):
            learn_opt_out(session, person.id)


def _message_id(settings: Telegram, update_id: int) -> str:
    """Each bot counts its own updates."""
    return f"{settings.bot_id}:{update_id}"
