"""Telling Telegram where to bring messages, or fetching them; and what the menu offers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
from telegram import Bot, BotCommand, Update
from telegram.error import BadRequest, Conflict, NetworkError, TelegramError

from bot.channels.telegram.bot_api import make_bot
from bot.channels.telegram.settings import Telegram, telegram_of
from bot.channels.telegram.update import ALLOWED_UPDATES, COMMANDS, SECRET_HEADER
from bot.channels.telegram.webhook import WEBHOOK_PATH
from bot.settings import Settings, SettingsError

POLL_SECONDS = 25  # Telegram holds a request so long when there is nothing new
RETRY_SECONDS = 3.0
NEVER_TAKEN = (400, 413)  # whatever is sent again


def set_webhook(settings: Settings) -> str:
    """Register the webhook and the menu; return a sentence. Raises SettingsError."""
    telegram = telegram_of(settings)
    if not settings.public_base_url.startswith("https://"):
        raise SettingsError(
            "Telegram calls only https:// addresses, and PUBLIC_BASE_URL is none. Without a public"
            " address, use: python -m bot telegram poll"
        )
    url = settings.public_base_url + WEBHOOK_PATH
    asyncio.run(_asked(_set_webhook(telegram, url)))
    return f"Telegram brings messages to {url} now."


def poll(settings: Settings, *, remove_webhook: bool, say: Callable[[str], None]) -> None:
    """Carry updates to the running gateway as the webhook would. Raises SettingsError."""
    telegram = telegram_of(settings)
    try:
        asyncio.run(_asked(_poll(settings, telegram, remove_webhook, say)))
    except KeyboardInterrupt:
        say("Stopped.")


async def _set_webhook(telegram: Telegram, url: str) -> None:
    bot = make_bot(telegram)
    await bot.set_webhook(
        url,
        secret_token=telegram.webhook_secrets[0],
        allowed_updates=ALLOWED_UPDATES,
        drop_pending_updates=False,
    )
    await _set_menu(bot)


async def _set_menu(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand(word, told) for word, (_, told) in COMMANDS.items()])


async def _poll(
    settings: Settings, telegram: Telegram, remove_webhook: bool, say: Callable[[str], None]
) -> None:
    bot = make_bot(telegram, read_seconds=POLL_SECONDS + 10)
    if (await bot.get_webhook_info()).url:
        if not remove_webhook:
            raise SettingsError(
                "This bot has a webhook, so messages go there. To fetch them here instead, add"
                " --remove-webhook."
            )
        await bot.delete_webhook(drop_pending_updates=False)
    await _set_menu(bot)
    say("Fetching messages. Write to the bot in Telegram; ctrl-C stops this.")
    url = f"http://127.0.0.1:{settings.gateway_port}{WEBHOOK_PATH}"
    headers = {SECRET_HEADER: telegram.webhook_secrets[0]}
    offset = None
    async with aiohttp.ClientSession(headers=headers) as gateway:
        while True:
            for update in await _fetched(bot, offset, say):
                await _carry(gateway, url, update, say)
                offset = update.update_id + 1


async def _fetched(bot: Bot, offset: int | None, say: Callable[[str], None]) -> tuple[Update, ...]:
    try:
        return await bot.get_updates(
            offset=offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES
        )
    except Conflict:
        raise
    except TelegramError as error:
        say(f"Telegram does not answer ({type(error).__name__}); trying again.")
        await asyncio.sleep(RETRY_SECONDS)
        return ()


async def _carry(
    gateway: aiohttp.ClientSession, url: str, update: Update, say: Callable[[str], None]
) -> None:
    """Bring one update to the gateway; try until it is taken, as Telegram itself does."""
    while True:
        try:
            async with gateway.post(url, json=update.to_dict()) as answer:
                if answer.status < 300:
                    return
                problem = f"status {answer.status}"
                if answer.status in NEVER_TAKEN:
                    say(f"A message was skipped: the gateway does not take it ({problem}).")
                    return
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            problem = type(error).__name__
        say(f"The gateway has not taken a message yet ({problem}). Is `make run` running?")
        await asyncio.sleep(RETRY_SECONDS)


async def _asked(call: Coroutine[Any, Any, None]) -> None:
    try:
        await call
    except NetworkError as error:  # its own text can hold the token
        if isinstance(error, BadRequest):
            raise _refused(error) from None
        raise SettingsError(
            f"Telegram cannot be reached ({type(error).__name__}). Check TELEGRAM_BOT_TOKEN,"
            " TELEGRAM_API_URL and the network of this machine, then try again."
        ) from None
    except TelegramError as error:
        raise _refused(error) from None


def _refused(error: TelegramError) -> SettingsError:
    return SettingsError(
        f"Telegram refuses ({type(error).__name__}). Check TELEGRAM_BOT_TOKEN and"
        " TELEGRAM_API_URL, and that nothing else fetches this bot's messages."
    )
