"""Settings in which a channel is on, with a stand-in as its provider."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.settings import Settings, Telegram, Twilio
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn


def with_twilio(settings: Settings, stand_in: TwilioStandIn) -> Settings:
    """Turn text messages on; the stand-in's webhook is set to the public address."""
    stand_in.webhook = f"{settings.public_base_url}/sms/webhook"
    twilio = Twilio(
        account_sid=stand_in.account_sid,
        auth_tokens=(stand_in.auth_token,),
        number=stand_in.number,
        api_url=stand_in.url,
        reply_prefixes=("+44",),
    )
    return replace(settings, twilio=twilio)


def with_telegram(settings: Settings, stand_in: TelegramStandIn) -> Settings:
    """Turn Telegram on; the stand-in's webhook is set to the public address."""
    stand_in.webhook = f"{settings.public_base_url}/telegram/webhook"
    telegram = Telegram(
        bot_token=stand_in.token, webhook_secrets=(stand_in.secret,), api_url=stand_in.url
    )
    return replace(settings, telegram=telegram)


class Latest:
    """One port for many stand-ins: the latest answers, so that no test waits for a server."""

    stand_in: TelegramStandIn

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.stand_in.app(scope, receive, send)
