"""Sending by Telegram's Bot API: https://core.telegram.org/bots/api#available-methods"""

from __future__ import annotations

from contextlib import suppress

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.channels.telegram.chores import Chores
from bot.channels.telegram.settings import Telegram
from bot.turns.delivery.sending import Held, Later, NotSent, OptedOut, Refused, ToSend

SEND_SECONDS = 10.0
NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class TelegramSender:
    """Sends messages. The library does not block."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._bot: Bot | None = None
        self.chores = Chores()

    @property
    def bot(self) -> Bot:
        """The bot, made in the event loop that uses it."""
        if self._bot is None:
            self._bot = make_bot(self._telegram)
        return self._bot

    async def send(self, address: str, message: ToSend) -> str:
        """Return Telegram's id of the message. Raises a NotSent."""
        try:
            sent = await self.bot.send_message(
                int(address),
                message.text,
                reply_markup=_keyboard(message),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as error:
            raise _not_sent(error) from None
        return str(sent.message_id)

    async def sent_before(self, address: str, message: ToSend) -> list[str] | None:
        """Telegram does not tell bots what they have sent."""
        return None

    async def answer_press(self, query_id: str, text: str | None) -> None:
        """Let the app stop waiting for a pressed button, with a word on it. Raises a NotSent."""
        try:
            await self.bot.answer_callback_query(query_id, text)
        except TelegramError as error:
            raise _not_sent(error) from None

    async def leave(self, chat: int, text: str | None) -> None:
        """Say why, where that is possible, and leave a group. Raises a NotSent."""
        if text:
            with suppress(TelegramError):  # it may not be allowed to write there; it still leaves
                await self.bot.send_message(chat, text)
        try:
            await self.bot.leave_chat(chat)
        except TelegramError as error:
            raise _not_sent(error) from None

    async def close(self) -> None:
        if self._bot is not None:
            await self._bot.request.shutdown()


def make_bot(telegram: Telegram, *, read_seconds: float = SEND_SECONDS) -> Bot:
    """Return the library's bot, at the address that the settings name."""

    def request(size: int) -> HTTPXRequest:
        return HTTPXRequest(
            connection_pool_size=size,
            connect_timeout=SEND_SECONDS,
            read_timeout=read_seconds,
            pool_timeout=30.0,
        )

    return Bot(
        telegram.bot_token,
        base_url=f"{telegram.api_url}/bot",
        request=request(16),
        get_updates_request=request(1),
    )


def _keyboard(message: ToSend) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    rows = [[InlineKeyboardButton(title, callback_data=data)] for data, title in message.buttons]
    return InlineKeyboardMarkup(rows)


def _not_sent(error: TelegramError) -> NotSent:
    """Say what a refusal means. Its own text can hold the token, so it goes no further."""
    if isinstance(error, RetryAfter):
        seconds = error.retry_after
        wait = float(seconds if isinstance(seconds, (int, float)) else seconds.total_seconds())
        return Later("flood limit", seconds=wait)
    if isinstance(error, (InvalidToken, EndPointNotFound)):
        return Held(type(error).__name__)
    if isinstance(error, Forbidden):
        return OptedOut("Forbidden")
    if isinstance(error, BadRequest):  # it is also a NetworkError
        return Refused("BadRequest")
    if isinstance(error, (TimedOut, NetworkError)):
        # An answer, even a 502, is no doubt; only a request that got none is.
        cut_off = isinstance(error.__cause__, httpx.TransportError)
        not_reached = isinstance(error.__cause__, NOT_REACHED)
        return Later(type(error).__name__, doubtful=cut_off and not not_reached)
    return Later(type(error).__name__)
