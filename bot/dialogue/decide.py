"""Telling an answer from something said to the bot. Pure, so that tables of cases can test it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.consultation.commands import exact_command, is_acknowledgement, is_yes
from bot.consultation.model import FREE_TEXT_KINDS
from bot.consultation.progress import State

ANSWER = "give_answer"
SIGNS = "{}<>=\\|^~`$%"
FREE_TEXT = frozenset(kind.value for kind in FREE_TEXT_KINDS)


@dataclass(frozen=True)
class Context:
    """What the gateway knows of the message: the state, the kind of question that is open, and how
    the message reads as an answer to it.

    `reads` says what read_answer made of the message: exact or close (an answer, plainly or by
    guessing), nearly (about the options, but not one answer), asks_back (a question about them), or
    None. `command` and `answer` say that a button was pressed.
    """

    state: str | None = None
    kind: str | None = None
    reads: str | None = None
    command: str | None = None
    answer: bool = False

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any] | None) -> Context:
        given = metadata or {}
        return cls(
            state=given.get("state"),
            kind=given.get("kind"),
            reads=given.get("reads"),
            command=given.get("command"),
            answer=bool(given.get("answer")),
        )


@dataclass(frozen=True)
class Decision:
    """The intent of a message, and how sure it is (0 to 1)."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Thresholds:
    """How sure the trained model must be of a command, by what is open. Words take any answer, so
    an open question needs the most; with nothing open little is lost by a wrong guess."""

    open: float = 0.8
    closed: float = 0.5
    nothing: float = 0.4
    opt_out: float = 0.93  # nobody is to be misheard as saying "stop"
    max_words: int = 16

    def for_guess(self, intent: str, context: Context) -> float:
        if context.state == State.STOPPED:
            return max(self.nothing, self.opt_out)  # a guess does not undo a STOP
        if context.kind is None:
            return self.nothing
        enough = self.open if context.kind in FREE_TEXT else self.closed
        return max(enough, self.opt_out) if intent == "opt_out" else enough


def decide(
    text: str, context: Context, ranking: Mapping[str, float], thresholds: Thresholds
) -> Decision:
    """Say what a message is: an answer, unless it clearly speaks to the bot.

    `ranking` is how probable the trained model finds each intent.
    """
    if context.command:
        return Decision(context.command, 1.0)
    if context.answer:
        return Decision(ANSWER, 1.0)
    exact = exact_command(text)
    if exact == "opt_out":
        return Decision(exact, 1.0)
    if meant := _small_talk(text, context):
        return meant
    if context.reads == "exact":
        return Decision(ANSWER, 1.0)
    if exact:
        return Decision(exact, 1.0)
    if context.reads in ("close", "nearly"):
        return Decision(ANSWER, 0.9)
    guess = best_command(ranking)
    sure = guess.confidence >= thresholds.for_guess(guess.intent, context)
    if sure and _is_speech(text, thresholds):
        return guess
    if context.reads == "asks_back":
        return Decision("explain_question", 0.9)
    return Decision(ANSWER, 1.0 - guess.confidence)


def best_command(ranking: Mapping[str, float]) -> Decision:
    """Return the likeliest command, and how sure it is that the message is a command at all.

    The commands are alike ("what was that?" repeats or explains), so their shares are counted
    together; but to stop, the model must be sure of just that.
    """
    commands = {intent: share for intent, share in ranking.items() if intent != ANSWER}
    if not commands:
        return Decision(ANSWER, 0.0)
    likeliest = max(commands, key=lambda intent: commands[intent])
    together = sum(commands.values())
    return Decision(likeliest, commands["opt_out"] if likeliest == "opt_out" else together)


def _small_talk(text: str, context: Context) -> Decision | None:
    """A "yes" to the welcome begins; an "ok" to somebody who rests or has ended is not an
    answer.
    """
    if context.state == State.NEW and is_yes(text):
        return Decision("start", 1.0)
    resting = context.state in (State.PAUSED, State.STOPPED, State.COMPLETED)
    polite = resting and context.reads != "exact" and is_acknowledgement(text)
    return Decision("thank", 1.0) if polite else None


def _is_speech(text: str, thresholds: Thresholds) -> bool:
    """Nobody wraps a command in several lines, a long speech or the signs of a program."""
    said = text.strip()
    odd = said.startswith(("/", "\u2215")) or any(sign in said for sign in SIGNS)
    return not odd and "\n" not in said and len(said.split()) <= thresholds.max_words
