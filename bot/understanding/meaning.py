"""What decide.py works with: what is known of a message, how sure it must be, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.consultation.model import FREE_TEXT_KINDS, Kind
from bot.consultation.requests import REQUESTS
from bot.consultation.state import State

ANSWER = "give_answer"
FREE_TEXT = frozenset(kind.value for kind in FREE_TEXT_KINDS)


@dataclass(frozen=True)
class Context:
    """What the gateway knows of the message: the state, the kind of question that is open, and how
    the message reads as an answer to it.

    `reads` says what read_answer made of the message: named (an option and nothing else), exact or
    close (an answer, plainly or by guessing), nearly (about the options, but not one answer),
    asks_back (a question about them), or None. `command` and `answer` say that a button was
    pressed. `pending` is what the bot waits to hear before anything else (see
    bot/consultation/waits.py); `picks` says that the message names one of the answers that can be
    changed.
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
    changes: bool = False  # the message names an answer of hers and asks to change it
    short: bool = False  # a channel without buttons, so a yes and a no have no numbers

    @property
    def answers(self) -> bool:
        """Whether the message plainly reads as an answer."""
        return self.reads in ("named", "exact")

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any] | None) -> Context:
        given = metadata or {}
        return cls(
            state=given.get("state"),
            kind=given.get("kind"),
            reads=given.get("reads"),
            command=given.get("command"),
            answer=bool(given.get("answer")),
            pending=given.get("pending"),
            picks=bool(given.get("picks")),
            run=given.get("run"),
            untouched=bool(given.get("untouched")),
            changes=bool(given.get("changes")),
            short=bool(given.get("short")),
        )


@dataclass(frozen=True)
class Decision:
    """The intent of a message, and how sure it is (0 to 1). `other` is a second reading that is
    nearly as likely, for a message that is taken as an answer."""

    intent: str
    confidence: float
    other: str | None = None


@dataclass(frozen=True)
class Thresholds:
    """How sure the trained model must be of a command, by what is open. Words take any answer, so
    an open question needs the most; with nothing open little is lost by a wrong guess."""

    open: float = 0.92
    closed: float = 0.89
    request: float = 0.6  # of a request, when the words are no rating; "I run a club" is a role
    nothing: float = 0.15
    own: float = 0.35  # of the likeliest one alone: what is like nothing known is an answer
    doubt: float = 0.45  # from here on an answer to an open question is saved and asked about
    opt_out: float = 0.55  # of that intent alone: nobody is to be misheard as saying "stop"
    said_so: float = 0.2  # the same, when the message asks for it in so many words
    distress: float = 0.5  # of the model alone; signals.py hears what is plain
    agreed: float = 0.5  # a yes or a no, when one was asked for; a request that asks plainly
    max_words: int = 24
    long_request: float = 0.25  # of all requests together, when a long message plainly asks

    def for_guess(
        self, intent: str, context: Context, *, said_so: bool, asks: bool = False
    ) -> float:
        if context.state == State.STOPPED:
            return max(self.nothing, self.opt_out)  # a guess does not undo a STOP
        if intent == "opt_out":
            return self.said_so if said_so else self.opt_out
        if context.kind is None:
            return self.nothing
        on_a_scale = context.reads is None and context.kind == Kind.SCALE.value
        if intent in REQUESTS and (on_a_scale or asks):
            return self.agreed if asks else self.request
        return self.open if context.kind in FREE_TEXT else self.closed
