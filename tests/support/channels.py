"""Settings in which a channel is on, with a stand-in as its provider."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.channels.sms.settings import Twilio
from bot.channels.telegram.settings import Telegram
from bot.settings import Settings
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn


def with_channel(settings: Settings, name: str, found: Any) -> Settings:
    """Turn a channel on with these settings of its own."""
    return replace(settings, channels={**settings.channels, name: found})


def without_channel(settings: Settings, name: str) -> Settings:
    """Turn a channel off."""
    on = {one: found for one, found in settings.channels.items() if one != name}
    return replace(settings, channels=on)


def with_twilio(settings: Settings, stand_in: TwilioStandIn) -> Settings:
    """Turn text messages on; the stand-in's webhook is set to the public address."""
    stand_in.webhook = f"{settings.public_base_url}/sms/webhook"
    twilio = Twilio(
        account_sid=stand_in.account_sid,
        auth_tokens=(stand_in.auth_token,),
        numbers=(stand_in.number, *stand_in.more_numbers),
        api_url=stand_in.url,
        reply_prefixes=("+44",),
    )
    return with_channel(settings, "sms", twilio)


def with_telegram(settings: Settings, stand_in: TelegramStandIn) -> Settings:
    """Turn Telegram on; the stand-in's webhook is set to the public address."""
    stand_in.webhook = f"{settings.public_base_url}/telegram/webhook"
    telegram = Telegram(
        bot_token=stand_in.token, webhook_secrets=(stand_in.secret,), api_url=stand_in.url
    )
    return with_channel(settings, "telegram", telegram)


class Latest:
    """One port for many stand-ins: the latest answers, so that no test waits for a server."""

    stand_in: TelegramStandIn

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.stand_in.app(scope, receive, send)
