"""What a channel can do. The rest of the product asks this table, never the channel's name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Capabilities:
    """One channel's abilities. `longest` is in characters of what a resident may send."""

    buttons: bool  # shows real buttons; else options are numbered lines
    short_texts: bool  # every part costs money: the SMS wordings are said
    pulls: bool  # fetches its own replies; nothing has to be delivered to it
    longest: int


CAPABILITIES = {
    "webchat": Capabilities(buttons=True, short_texts=False, pulls=True, longest=4000),
}
