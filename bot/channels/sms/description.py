"""Text messages by Twilio."""

from __future__ import annotations

from bot.channels.description import Address, Channel, Pace, Setting
from bot.channels.sms.settings import ALLOWED_PREFIXES, AT_ONCE, TWILIO_API, Twilio, read_twilio


def normal_number(number: str) -> str:
    """Return a phone number as it is kept, in E.164. Raises ValueError with a sentence."""
    import phonenumbers  # commands that need no number must not wait for it

    try:
        found = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException as error:
        raise ValueError("That is not a phone number; write it like tel:+447700900123") from error
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def pace_in(twilio: Twilio) -> Pace:
    return Pace(twilio.numbers, twilio.parts_per_second, twilio.at_once)


SMS = Channel(
    name="sms",
    title="Text messages",
    words="Text message",
    wiring="bot.channels.sms.wiring",
    buttons=False,
    several=False,
    short_texts=True,
    pulls=False,
    network_stops=True,
    longest=1600,  # Twilio's own limit
    longest_reply=1600,
    advice={
        "21610": "The network blocks our texts to this phone. That is not a STOP to us. Ask them to"
        " text START to our number.",
    },
    address=Address(
        scheme="tel",
        called="A phone number",
        example="tel:+447700900123",
        normal=normal_number,
        is_number=True,
    ),
    settings=(
        Setting(
            "TWILIO_ACCOUNT_SID",
            "Off unless the first three are set. The account and its token stand in Twilio's"
            " console.",
        ),
        Setting(
            "TWILIO_AUTH_TOKEN",
            "While the token is exchanged: the new one and the old one, separated by a comma.",
        ),
        Setting(
            "TWILIO_NUMBER",
            "The number that residents write to, like +447700900123. Several are separated by"
            " commas: a resident is answered from the one that they wrote to.",
        ),
        Setting(
            "TWILIO_PARTS_PER_SECOND",
            "Parts of texts that one number may send in a second, all processes together. Empty:"
            " Twilio paces them, and staff are not told how long replies take.",
        ),
        Setting(
            "TWILIO_AT_ONCE",
            "Texts that one process hands to Twilio side by side. All processes together: below"
            " what your account may do.",
            str(AT_ONCE),
        ),
        Setting(
            "SMS_REPLY_PREFIXES",
            "Only numbers that begin like this are answered; every text is stored. Separated by"
            " commas.",
            ",".join(ALLOWED_PREFIXES),
        ),
        Setting("TWILIO_API_URL", "Where Twilio's REST API is.", TWILIO_API),
    ),
    read_settings=read_twilio,
    pace_in=pace_in,
    commands="bot.channels.sms.command_line",
    silent_loggers=("twilio",),
)
