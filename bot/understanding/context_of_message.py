"""What the dialogue model is told of a message besides its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import FREE_TEXT_KINDS, Consultation, Kind, Purpose
from bot.consultation.waits import CARE, PICK
from bot.conversation.place import Place, detour_purpose
from bot.conversation.progress import progress_at
from bot.storage.messages.waiting import Waiting
from bot.turns.channel import CAPABILITIES
from bot.understanding.answers import read_answer
from bot.understanding.commands import plain
from bot.understanding.which_answer import can_change, new_value, which_question

# Unreadable answers that are about the options all the same.
EMAILS = (Kind.EMAIL, Kind.EMAIL_OR_PHONE)
LIKE_AN_EMAIL = re.compile(r"\S+\s*(?:@|\bat\b)\s*\S+", re.I)  # "grace at example"
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


def prepare(consultation: Consultation, waiting: Waiting, place: Place) -> Prepared:
    """Put together what bot/understanding/decide.py and the actions are told."""
    button = waiting.button or {}
    here = progress_at(consultation, place)
    pending = (place.pending or {}).get("kind")
    if pending == CARE:  # nothing is asked of her now, so nothing she says is an answer
        here = replace(here, question=None, kind=None, follow_up=False)
    open_question = consultation.by_id.get(here.asked or "")
    kind = open_question.kind.value if open_question else None
    running = detour_purpose(consultation, place)
    metadata = {
        "inbox_id": waiting.id,
        "phase": waiting.phase.value,
        "short": CAPABILITIES[waiting.channel].short_texts,
        "state": here.state,
        "kind": kind,
        "reads": reads(consultation, waiting.text, here.asked),
        "command": button.get("command"),
        "answer": "question" in button,
        "pending": pending,
        "run": running.value if running else None,
        "untouched": bool(place.detour and not place.detour.done),
        "changes": changes(consultation, waiting.text, place),
        "picks": pending == PICK and _picks(consultation, waiting.text, place),
    }
    return Prepared(waiting, metadata)


def _picks(consultation: Consultation, text: str, place: Place) -> bool:
    """Say whether a message names one of the answers that were listed."""
    known = can_change(consultation, place)
    asked = place.open_question
    return which_question(consultation, text, known, asked, picking=True) is not None


CHANGES = re.compile(
    r"(?:please |pls |can i |could i |can you |i (?:want|need|would like) to |i'?d like to |sorry "
    r"|oh |actually |no |wait |oops |hang on )*"
    r"(?:change|switch|edit|correct|redo|fix|amend)\b(.{2,40})"
)
MY_ANSWER = re.compile(
    r"\b(?:my|the|that|this|an|one) (?:\w+ )?(?:answer|reply)(?: about| on| i gave| for|$)"
)
ONE_OF_MINE = re.compile(r"\b(?:one|answer|reply)\b")


def changes(consultation: Consultation, text: str, place: Place) -> bool:
    """Say whether a message asks to change an answer, and names one: "change the jobs one". In a
    request "change the name" is enough: nobody has opinions about that.
    """
    asked = CHANGES.fullmatch(plain(text))
    if asked is None:
        return False
    known = can_change(consultation, place)
    meant = which_question(consultation, text, known, place.open_question, picking=False)
    if meant and new_value(consultation.by_id[meant], text):
        return True  # "change that to agree"
    if MY_ANSWER.search(asked[1]):
        return True  # if it is not clear which, she is shown a list
    requesting = detour_purpose(consultation, place) is Purpose.REQUEST
    if not requesting and not ONE_OF_MINE.search(asked[1]):
        return False
    return meant is not None


def reads(consultation: Consultation, text: str, open_question: str | None) -> str | None:
    """Say how a message reads as an answer to the open question (decide.py)."""
    question = consultation.by_id.get(open_question or "")
    if question is None or question.kind in FREE_TEXT_KINDS:
        return None
    try:
        reading = read_answer(question, text)
    except UnreadableAnswer as unreadable:
        meant_as_email = question.kind in EMAILS and LIKE_AN_EMAIL.fullmatch(text.strip())
        return "nearly" if meant_as_email else READS.get(unreadable.reason)
    if not reading.exact:
        return "close"
    return "named" if question.options and reading.remark is None else "exact"
