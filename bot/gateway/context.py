"""What the dialogue model is told of a message besides its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.capabilities import CAPABILITIES
from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import FREE_TEXT_KINDS, Consultation
from bot.consultation.progress import Progress
from bot.consultation.reading import read_answer
from bot.storage.inbox import Waiting

# Unreadable answers that are about the options all the same.
READS = {"asks_back": "asks_back"} | dict.fromkeys(
    ("two_options", "too_many", "too_small", "too_big"), "nearly"
)


@dataclass(frozen=True)
class Prepared:
    """A waiting message with what Rasa has to know about it."""

    waiting: Waiting
    metadata: Mapping[str, Any]

    def message(self) -> dict[str, Any]:
        """Return it as services.AskRasa takes it."""
        return {
            "id": self.waiting.id,
            "sender": self.waiting.respondent_id,
            "channel": self.waiting.channel,
            "text": self.waiting.text,
            "metadata": dict(self.metadata),
        }


def prepare(consultation: Consultation, waiting: Waiting, here: Progress) -> Prepared:
    """Put together what bot/dialogue/decide.py and the actions are told."""
    button = waiting.button or {}
    metadata = {
        "inbox_id": waiting.id,
        "phase": waiting.phase.value,
        "short": CAPABILITIES[waiting.channel].short_texts,
        "state": here.state,
        "kind": here.kind,
        "reads": reads(consultation, waiting.text, here.question),
        "command": button.get("command"),
        "answer": "question" in button,
    }
    return Prepared(waiting, metadata)


def reads(consultation: Consultation, text: str, open_question: str | None) -> str | None:
    """Say how a message reads as an answer to the open question (see bot/dialogue/decide.py)."""
    question = consultation.by_id.get(open_question or "")
    if question is None or question.kind in FREE_TEXT_KINDS:
        return None
    try:
        return "exact" if read_answer(question, text).exact else "close"
    except UnreadableAnswer as unreadable:
        return READS.get(unreadable.reason)
