"""The web page."""

from __future__ import annotations

from bot.channels.description import Channel

WEBCHAT = Channel(
    name="webchat",
    title="The web page",
    words="Web page",
    wiring="bot.channels.webchat.wiring",
    buttons=True,
    several=True,
    short_texts=False,
    pulls=True,
    network_stops=False,
    longest=4000,
)
