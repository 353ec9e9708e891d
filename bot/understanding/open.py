"""What is open when a message comes: all that understanding is told besides the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.consultation.question import FREE_TEXT_KINDS
from bot.consultation.state import State

FREE_TEXT = frozenset(kind.value for kind in FREE_TEXT_KINDS)


@dataclass(frozen=True)
class Open:
    """The state, the kind of question that is open, and how the message reads as an answer to it.

    `reads` says what read_answer made of the message: named (an option and nothing else), exact or
    close (an answer, plainly or by guessing), nearly (about the options, but not one answer),
    asks_back (a question about them), or None. `command` and `answer` say that a button was
    pressed. `pending` is what the bot waits to hear before anything else (see
    bot/consultation/waits.py); `picks` says that the message names one of the answers that can be
    changed; `changes` that it names one and asks to change it.
    """

    state: str | None = None
    kind: str | None = None
    reads: str | None = None
    command: str | None = None
    answer: bool = False
    pending: str | None = None
    picks: bool = False
    run: str | None = None  # request or equality: what is asked besides the consultation
    untouched: bool = False  # nothing of that has been answered yet
    changes: bool = False
    changing: bool = False  # the open question has an answer already, which stays if this is none
    network_stops: bool = False  # a network takes "cancel" and "end" for STOP
    amends: bool = False  # they have sent a request, and the message tells a detail of one anew
    short: bool = False  # a channel without buttons, so a yes and a no have no numbers

    @property
    def answers(self) -> bool:
        """Whether the message plainly reads as an answer."""
        return self.reads in ("named", "exact")

    @property
    def takes(self) -> str:
        """What is an answer now: any words, options (or a field), or nothing."""
        if self.kind is None:
            return "nothing"
        # While an answer is changed none can be lost, so a command is heard as it is elsewhere.
        return "words" if self.kind in FREE_TEXT and not self.changing else "options"

    @property
    def stopped(self) -> bool:
        return self.state == State.STOPPED.value

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any] | None) -> Open:
        """Read what the gateway sends with a message."""
        given = metadata or {}
        return cls(**{name: given[name] for name in cls.__dataclass_fields__ if name in given})
