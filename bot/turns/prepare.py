"""What the dialogue model is told of a message besides its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.channels.registry import channel_named
from bot.consultation.model import Consultation, Purpose
from bot.consultation.state import State
from bot.consultation.utterances import SHORT
from bot.consultation.waits import AMEND, CARE, PICK, SEND
from bot.conversation.changes import changes, picks
from bot.conversation.detours import awaited
from bot.conversation.place import Place, detour_purpose, offered_at
from bot.conversation.progress import progress_at
from bot.storage.messages.waiting import Waiting
from bot.understanding.answers.answer import how_it_reads, read_of
from bot.understanding.words.request_words import amends, takes_it_back


@dataclass(frozen=True)
class Prepared:
    """A waiting message with what Rasa has to know about it."""

    waiting: Waiting
    metadata: Mapping[str, Any]
    for_person: bool = False  # a person talks with its sender, so the bot keeps quiet

    def message(self) -> dict[str, Any]:
        """Return it as services.AskRasa takes it."""
        channel = self.waiting.channel
        return {
            "id": self.waiting.id,
            "sender": self.waiting.respondent_id,
            # Rasa picks a wording by this name.
            "channel": SHORT if channel_named(channel).short_texts else channel,
            "text": self.waiting.text,
            "metadata": dict(self.metadata),
        }


def prepare(
    consultation: Consultation, waiting: Waiting, place: Place, *, has_sent: bool = False
) -> Prepared:
    """Put together what understanding and the actions are told. `has_sent`: see `may_amend`."""
    button = waiting.button or {}
    about = asked_before(consultation, waiting, place)
    if about:  # it is read as the answer to what they had been asked
        place = replace(place, open_question=about, pending=None, detour=None)
    here = progress_at(consultation, place)
    pending = awaited(consultation, place)
    if pending == CARE:  # nothing is asked now, so nothing is an answer
        here = replace(here, question=None, kind=None, follow_up=False)
    open_question = consultation.by_id.get(here.asked or "")
    kind = open_question.kind.value if open_question else None
    read = read_of(open_question, waiting.text, offered_at(place))
    running = detour_purpose(consultation, place)
    metadata = {
        "inbox_id": waiting.id,
        "number": len(place.done) + (len(place.detour.done) if place.detour else 0),
        "phase": waiting.phase.value,
        "short": channel_named(waiting.channel).short_texts,
        "network_stops": channel_named(waiting.channel).network_stops,
        "state": here.state,
        "kind": kind,
        "reads": how_it_reads(open_question, waiting.text, read),
        "read": asdict(read) if read else None,
        "about": about,
        "command": button.get("command"),
        "answer": "question" in button,
        "pending": pending,
        "run": running.value if running else None,
        "untouched": bool(place.detour and not place.detour.done),
        "changes": changes(consultation, waiting.text, place),
        "amends": has_sent,
        "changing": open_question is not None and _has_answer(place, open_question.id),
        "picks": pending in (PICK, SEND) and picks(consultation, waiting.text, place),
    }
    return Prepared(waiting, metadata)


def may_amend(waiting: Waiting, place: Place) -> bool:
    """Say whether a message is about a request that was sent, if one was."""
    waits = (place.pending or {}).get("kind") == AMEND
    return waits or amends(waiting.text) or takes_it_back(waiting.text)


def asked_before(consultation: Consultation, waiting: Waiting, place: Place) -> str | None:
    """Return the question that a message is about, if another is open by now: its sender wrote it
    before that one reached them, or pointed to an earlier one.
    """
    about = waiting.about
    dealt_with = about in place.done and consultation.purpose_of(about) is Purpose.CONSULTATION
    same = about == place.open_question or waiting.button or place.state is State.STOPPED
    return about if dealt_with and not same else None


def _has_answer(place: Place, question_id: str) -> bool:
    return question_id in (place.detour.answered if place.detour else place.answered)
