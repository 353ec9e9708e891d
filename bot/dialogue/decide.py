"""Telling an answer from something said to the bot. Pure, so that tables of cases can test it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.consultation.commands import exact_command

ANSWER = "give_answer"


@dataclass(frozen=True)
class Context:
    """What the gateway knows of the message: the kind of question that is open, and how it reads.

    `reads` is exact, close or asks_back for a message that read_answer understood as an answer
    (plainly, or by guessing) or as a question about the options; else None. `command` and `answer`
    say that a button was pressed.
    """

    kind: str | None = None
    reads: str | None = None
    command: str | None = None
    answer: bool = False

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any] | None) -> Context:
        given = metadata or {}
        return cls(
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


def decide(
    text: str, context: Context, guess: Decision, *, threshold: float, max_words: int
) -> Decision:
    """Say what a message is: an answer, unless it clearly speaks to the bot."""
    if context.command:
        return Decision(context.command, 1.0)
    if context.answer:
        return Decision(ANSWER, 1.0)
    exact = exact_command(text)
    if exact == "opt_out":
        return Decision(exact, 1.0)
    if context.reads == "exact":
        return Decision(ANSWER, 1.0)
    if exact:
        return Decision(exact, 1.0)
    if context.reads == "close":
        return Decision(ANSWER, 0.9)
    if guess.intent != ANSWER and guess.confidence >= threshold and _short(text, max_words):
        return guess
    if context.reads == "asks_back":
        return Decision("explain_question", 0.9)
    return Decision(ANSWER, guess.confidence if guess.intent == ANSWER else 1 - guess.confidence)


def _short(text: str, max_words: int) -> bool:
    return len(text.split()) <= max_words and text.strip().count("\n") == 0
