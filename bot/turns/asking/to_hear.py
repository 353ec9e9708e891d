"""Asking residents, at the end, whether they want to hear what came of it; and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.registry import channel_named
from bot.consultation.model import Consultation
from bot.consultation.waits import HEAR
from bot.conversation.confirmations import (
    WISHES,
    asked_to_hear,
    may_ask_to_hear,
    without_old_question,
)
from bot.conversation.place import Place, Step
from bot.storage.database.session import Session
from bot.storage.messages.outbox import last_said
from bot.storage.respondents.hearing import note_asked, note_wish, was_asked


@dataclass(frozen=True)
class Hearing:
    """Whether one resident wants to hear."""

    session: Session
    consultation: Consultation
    who: str
    channel: str
    now: datetime

    @property
    def ask(self) -> str | None:
        """The question, where it is asked: not where we could not write to them."""
        asked, able = self.consultation.outcome.get("ask"), channel_named(self.channel)
        return asked.for_channel(short=able.short_texts) if asked and not able.pulls else None

    def without_old_question(self, place: Place, button: Mapping[str, Any] | None) -> Place:
        """Wait no more for a yes or a no, once other things were said."""
        if self.ask is None or (place.pending or {}).get("kind") != HEAR:
            return place
        said = last_said(self.session, self.who, most=1)
        return without_old_question(place, button, " ".join(said), self.ask)

    def then(self, done: Step) -> Step:
        """Note what they say to it; ask them, once, when the talk has come to its end."""
        if done.did in WISHES:
            note_wish(self.session, self.who, WISHES[done.did], self.now)
        ask = self.ask
        if ask is None or not may_ask_to_hear(done) or was_asked(self.session, self.who):
            return done
        version = self.consultation.version
        note_asked(
            self.session, self.who, text=ask, version=version, channel=self.channel, now=self.now
        )
        return asked_to_hear(done)
