"""The settings of Telegram."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.settings.reader import Reader, SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings

TELEGRAM_API = "https://api.telegram.org"


@dataclass(frozen=True)
class Telegram:
    """One Telegram bot. The first secret is given to Telegram; every one of them is believed."""

    bot_token: str
    webhook_secrets: tuple[str, ...]
    api_url: str

    @property
    def bot_id(self) -> str:
        """The public part of the token."""
        return self.bot_token.partition(":")[0]


def read_telegram(read: Reader) -> Telegram | None:
    if not read.all_or_none("TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET"):
        return None
    token = read.text("TELEGRAM_BOT_TOKEN")
    if not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}", token):
        raise SettingsError("TELEGRAM_BOT_TOKEN must be written as BotFather shows it, 123:ABC…")
    return Telegram(
        bot_token=token,
        # What Telegram allows: https://core.telegram.org/bots/api#setwebhook
        webhook_secrets=read.one_or_two("TELEGRAM_WEBHOOK_SECRET", r"[A-Za-z0-9_-]{1,256}"),
        api_url=read.origin("TELEGRAM_API_URL", TELEGRAM_API),
    )


def telegram_of(settings: Settings) -> Telegram:
    """Return the bot that is set. Raises SettingsError when Telegram is off."""
    telegram: Telegram | None = settings.channels.get("telegram")
    if telegram is None:
        raise SettingsError(
            "Telegram is off: set TELEGRAM_BOT_TOKEN and TELEGRAM_WEBHOOK_SECRET (.env.example)."
        )
    return telegram
