"""What a channel is, in one description. The rest of the product asks this, never its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.settings.reader import Reader

WIDTH = 95  # of a heading of `.env.example`


@dataclass(frozen=True)
class Setting:
    """One setting as `.env.example` lists it: what stands above it, and its default."""

    name: str
    about: str
    default: str = ""


@dataclass(frozen=True)
class Address:
    """How staff and commands write an address of this channel, like `tel:+447700900123`.

    `normal` returns the form that is kept of what follows the scheme; it raises ValueError with a
    sentence.
    """

    scheme: str
    called: str  # what staff choose from: "A phone number"
    example: str
    normal: Callable[[str], str]
    is_number: bool = False  # a phone number, so a request need not ask for one


@dataclass(frozen=True)
class Pace:
    """How fast the numbers of a channel may send. Each resident is answered from one of them."""

    numbers: tuple[str, ...]
    parts_per_second: float | None  # of each number; None: the provider sees to it
    at_once: int  # messages that one process hands over side by side

    def number(self, theirs: str | None) -> str:
        """Return the number for a resident who wrote to this one; it may be ours no more."""
        return theirs if theirs in self.numbers else self.numbers[0]


def on_without_settings(_read: Reader) -> Any:
    """Stand in for the settings of a channel that needs none, and so is always on."""
    return ()


@dataclass(frozen=True)
class Channel:
    """One channel. It is on when `read_settings` returns anything but None; that raises
    SettingsError. `wiring` names the module that the gateway connects while it is on, and
    `commands` the one with its group of `python -m bot`; both are loaded only then.
    """

    name: str  # as it is stored and exported
    title: str  # heads its settings and its commands: "Text messages"
    words: str  # what staff read: "Text message"
    wiring: str

    # What it can do.
    buttons: bool  # shows real buttons; else options are numbered lines
    several: bool  # lets a resident tick several buttons; else such options are numbered lines
    short_texts: bool  # every part costs money: the short wordings are said, in few messages
    pulls: bool  # fetches its own replies; nothing has to be delivered to it
    network_stops: bool  # the network itself confirms STOP, and blocks what is sent after it
    longest: int  # characters of what a resident may send
    longest_reply: int | None = None  # UTF-16 units that one of our messages may have

    # What the provider's codes for what did not arrive tell staff to do.
    advice: Mapping[str, str] = field(default_factory=dict, hash=False)

    # How a resident is looked up by what the provider calls them.
    address: Address | None = None

    # How it is set up.
    settings: tuple[Setting, ...] = ()
    read_settings: Callable[[Reader], Any | None] = on_without_settings
    pace_in: Callable[[Any], Pace | None] = lambda _settings: None
    commands: str | None = None
    silent_loggers: tuple[str, ...] = ()  # of its library: they print whole answers, or tokens

    def env_example(self) -> str:
        """Return its part of `.env.example`."""
        lines = [f"# --- {self.title} (docs/channels.md) ".ljust(WIDTH, "-")]
        for setting in self.settings:
            lines += [f"# {setting.about}", f"# {setting.name}={setting.default}"]
        return "\n".join(lines) + "\n"
