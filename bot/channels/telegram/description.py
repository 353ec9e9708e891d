"""The Telegram bot."""

from __future__ import annotations

from bot.channels.description import Address, Channel, Setting
from bot.channels.telegram.settings import TELEGRAM_API, read_telegram


def normal_id(user: str) -> str:
    """Return a Telegram id as it is kept. Raises ValueError with a sentence."""
    if not (user.isascii() and user.isdigit()):
        raise ValueError("That is not a Telegram id; write it like telegram:123456")
    return user


TELEGRAM = Channel(
    name="telegram",
    title="Telegram",
    words="Telegram",
    wiring="bot.channels.telegram.wiring",
    buttons=True,
    several=False,
    short_texts=False,
    pulls=False,
    network_stops=False,
    longest=4096,  # https://core.telegram.org/bots/api#sendmessage
    longest_reply=4096,
    address=Address(
        scheme="telegram",
        called="A Telegram id",
        example="telegram:123456",
        normal=normal_id,
    ),
    settings=(
        Setting(
            "TELEGRAM_BOT_TOKEN", "Off unless the first two are set. BotFather gives the token."
        ),
        Setting(
            "TELEGRAM_WEBHOOK_SECRET",
            "Letters, digits, _ and -, made up by you. While it is exchanged: the new one and the"
            " old one.",
        ),
        Setting(
            "TELEGRAM_API_URL",
            "Where the Bot API is: Telegram's own, or a server of yours.",
            TELEGRAM_API,
        ),
    ),
    read_settings=read_telegram,
    commands="bot.channels.telegram.command_line",
    silent_loggers=("telegram",),
)
