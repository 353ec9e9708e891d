"""What a channel can do. The rest of the product asks this table, never the channel's name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Capabilities:
    """One channel's abilities. `longest` is in characters of what a resident may send."""

    buttons: bool  # shows real buttons; else options are numbered lines
    several: bool  # lets a resident tick several buttons; else such options are numbered lines
    short_texts: bool  # every part costs money: the SMS wordings are said, in few messages
    pulls: bool  # fetches its own replies; nothing has to be delivered to it
    network_stops: bool  # the network itself confirms STOP, and blocks what is sent after it
    longest: int
    longest_reply: int | None = None  # UTF-16 units that one of our messages may have


CAPABILITIES = {
    "webchat": Capabilities(
        buttons=True,
        several=True,
        short_texts=False,
        pulls=True,
        network_stops=False,
        longest=4000,
    ),
    "sms": Capabilities(
        buttons=False,
        several=False,
        short_texts=True,
        pulls=False,
        network_stops=True,
        longest=1600,  # Twilio's own limit
        longest_reply=1600,
    ),
    "telegram": Capabilities(
        buttons=True,
        several=False,
        short_texts=False,
        pulls=False,
        network_stops=False,
        longest=4096,  # https://core.telegram.org/bots/api#sendmessage
        longest_reply=4096,
    ),
}
