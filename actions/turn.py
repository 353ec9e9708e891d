"""What an action works with: the message it is about, and the storage behind it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Tracker

from bot.consultation.dates import Phase, spoken
from bot.consultation.file.read import find_consultation
from bot.consultation.model import Consultation
from bot.settings import load_settings
from bot.storage.database.keys import Keys, load_keys
from bot.storage.database.session import Database, Session, open_database

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """What an action works with."""

    consultation: Consultation
    database: Database
    keys: Keys


made: Services | None = None


def services() -> Services:
    """Read the consultation and open the database on the first turn, never on import."""
    global made
    if made is None:
        settings = load_settings()
        made = Services(
            consultation=find_consultation(settings.consultations, settings.consultation),
            database=open_database(settings.database_url),
            keys=load_keys(settings.secrets_dir),
        )
    return made


@dataclass(frozen=True)
class Turn:
    """The message that an action is about, and the transaction in which all of its work is done.
    `short` asks for the SMS wording.
    """

    session: Session
    inbox_id: int
    respondent_id: str
    phase: Phase
    short: bool
    intent: str
    confidence: float
    other: str | None = None  # what an answer may have been meant to do instead

    @classmethod
    def of(cls, tracker: Tracker, session: Session) -> Turn:
        message: Mapping[str, Any] = tracker.latest_message
        metadata = message["metadata"]
        intent = message.get("intent") or {}
        return cls(
            session=session,
            inbox_id=int(metadata["inbox_id"]),
            respondent_id=tracker.sender_id,
            phase=Phase(metadata["phase"]),
            short=bool(metadata["short"]),
            intent=intent.get("name") or "",
            confidence=float(intent.get("confidence") or 0.0),
            other=intent.get("other"),
        )


def now() -> datetime:
    return datetime.now(timezone.utc)


def facts(consultation: Consultation) -> dict[str, Any]:
    """Return what the bot's words may name."""
    return {
        "organisation": consultation.organisation,
        "title": consultation.title,
        "opens": spoken(consultation.opens),
        "closes": spoken(consultation.closes),
        "contact": ", ".join(consultation.contact.values()) or consultation.organisation,
    }
