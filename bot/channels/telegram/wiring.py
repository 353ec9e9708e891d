"""What the gateway connects of Telegram."""

from __future__ import annotations

from bot.channels.telegram.bot_api import TelegramSender
from bot.channels.telegram.settings import telegram_of
from bot.channels.telegram.webhook import routes
from bot.channels.wiring import Wiring
from bot.settings import Settings


def sender(settings: Settings) -> TelegramSender:
    return TelegramSender(telegram_of(settings))


WIRING = Wiring(routes, sender)
