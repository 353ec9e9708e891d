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
AT_ONCE = 8
SLOWEST = 0.1  # parts a second


@dataclass(frozen=True)
class Twilio:
    """One account. The first token is used for sending; every one of them is believed."""

    account_sid: str
    auth_tokens: tuple[str, ...]
    numbers: tuple[str, ...]  # E.164, or short codes
    api_url: str
    reply_prefixes: tuple[str, ...]  # only these numbers are answered; every text is stored
    parts_per_second: float | None = None  # of one number; None: Twilio paces by itself
    at_once: int = AT_ONCE  # requests of one process side by side

    @property
    def number(self) -> str:
        """The number for who is written to and has written to none of ours."""
        return self.numbers[0]


def read_twilio(read: Reader) -> Twilio | None:
    if not read.all_or_none("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBER"):
        return None
    # Twilio signs the address that it calls, and sends residents' words there.
    if not read_addresses(read).is_safe_from_outside:
        raise SettingsError("PUBLIC_BASE_URL must begin with https:// when text messages are on.")
    sid = read.text("TWILIO_ACCOUNT_SID")
    if not re.fullmatch(r"AC[0-9a-zA-Z]{2,64}", sid):
        raise SettingsError("TWILIO_ACCOUNT_SID must begin with AC, as Twilio shows it.")
    prefixes = read.words("SMS_REPLY_PREFIXES") or ALLOWED_PREFIXES
    for prefix in prefixes:
        if not re.fullmatch(r"\+[1-9][0-9]{0,14}", prefix):
            raise SettingsError("SMS_REPLY_PREFIXES holds what is no prefix; write them like +44.")
    return Twilio(
        account_sid=sid,
        auth_tokens=read.one_or_two("TWILIO_AUTH_TOKEN", r"[!-~]{1,200}"),
        numbers=_numbers(read),
        api_url=read.origin("TWILIO_API_URL", TWILIO_API),
        reply_prefixes=prefixes,
        parts_per_second=_parts_per_second(read),
        at_once=read.positive("TWILIO_AT_ONCE", AT_ONCE, most=100),
    )


def _numbers(read: Reader) -> tuple[str, ...]:
    numbers = [one.replace(" ", "") for one in read.text("TWILIO_NUMBER").split(",")]
    plain = all(re.fullmatch(r"\+[1-9][0-9]{6,14}|[1-9][0-9]{4,5}", one) for one in numbers)
    if not plain or len(set(numbers)) < len(numbers):
        raise SettingsError(
            "TWILIO_NUMBER must be written like +447700900123; several with commas, each once."
        )
    return tuple(numbers)


def _parts_per_second(read: Reader) -> float | None:
    parts = read.amount("TWILIO_PARTS_PER_SECOND")
    if parts is not None and not SLOWEST <= parts <= 1000:
        raise SettingsError(f"TWILIO_PARTS_PER_SECOND must be from {SLOWEST} to 1000, or empty.")
    return parts


def twilio_of(settings: Settings) -> Twilio:
    """Return the number that is set. Raises SettingsError when text messages are off."""
    twilio: Twilio | None = settings.channels.get("sms")
    if twilio is None:
        raise SettingsError("Text messages are off: set TWILIO_ACCOUNT_SID and what goes with it.")
    return twilio
