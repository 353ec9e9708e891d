"""The settings of text messages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.settings.addresses import read_addresses
from bot.settings.reader import Reader, SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings

TWILIO_API = "https://api.twilio.com"
ALLOWED_PREFIXES = ("+44",)


@dataclass(frozen=True)
class Twilio:
    """One Twilio number. The first token is used for sending; every one of them is believed."""

    account_sid: str
    auth_tokens: tuple[str, ...]
    number: str  # E.164, or a short code
    api_url: str
    reply_prefixes: tuple[str, ...]  # only these numbers are answered; every text is stored


def read_twilio(read: Reader) -> Twilio | None:
    if not read.all_or_none("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBER"):
        return None
    # Twilio signs the address that it calls, and sends residents' words there.
    if not read_addresses(read).is_safe_from_outside:
        raise SettingsError("PUBLIC_BASE_URL must begin with https:// when text messages are on.")
    sid, number = read.text("TWILIO_ACCOUNT_SID"), read.text("TWILIO_NUMBER").replace(" ", "")
    if not re.fullmatch(r"AC[0-9a-zA-Z]{2,64}", sid):
        raise SettingsError("TWILIO_ACCOUNT_SID must begin with AC, as Twilio shows it.")
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}|[1-9][0-9]{4,5}", number):
        raise SettingsError("TWILIO_NUMBER must be written like +447700900123.")
    prefixes = read.words("SMS_REPLY_PREFIXES") or ALLOWED_PREFIXES
    for prefix in prefixes:
        if not re.fullmatch(r"\+[1-9][0-9]{0,14}", prefix):
            raise SettingsError("SMS_REPLY_PREFIXES holds what is no prefix; write them like +44.")
    return Twilio(
        account_sid=sid,
        auth_tokens=read.one_or_two("TWILIO_AUTH_TOKEN", r"[!-~]{1,200}"),
        number=number,
        api_url=read.origin("TWILIO_API_URL", TWILIO_API),
        reply_prefixes=prefixes,
    )


def twilio_of(settings: Settings) -> Twilio:
    """Return the number that is set. Raises SettingsError when text messages are off."""
    twilio: Twilio | None = settings.channels.get("sms")
    if twilio is None:
        raise SettingsError("Text messages are off: set TWILIO_ACCOUNT_SID and what goes with it.")
    return twilio
