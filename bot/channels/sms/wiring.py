"""What the gateway connects of text messages."""

from __future__ import annotations

from bot.channels.sms.reconcile import started_reconciling
from bot.channels.sms.settings import twilio_of
from bot.channels.sms.twilio import TwilioSender
from bot.channels.sms.webhook import routes
from bot.channels.wiring import Wiring
from bot.settings import Settings


def sender(settings: Settings) -> TwilioSender:
    return TwilioSender(twilio_of(settings), settings.public_base_url)


WIRING = Wiring(routes, sender, started_reconciling)
