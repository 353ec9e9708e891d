"""What every action shares: which message it is about, the storage behind it, and honest
failure.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.consultation.dates import Phase
from bot.consultation.file import find_consultation
from bot.consultation.model import Consultation
from bot.settings import load_settings
from bot.storage.session import Database, StorageError, open_database

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """What an action works with."""

    consultation: Consultation
    database: Database


made: Services | None = None


def services() -> Services:
    """Read the consultation and open the database on the first turn, never on import."""
    global made
    if made is None:
        settings = load_settings()
        made = Services(
            consultation=find_consultation(settings.consultations, settings.consultation),
            database=open_database(settings.database_url),
        )
    return made


@dataclass(frozen=True)
class Turn:
    """The message that an action is about. `short` asks for the SMS wording."""

    inbox_id: int
    respondent_id: str
    phase: Phase
    short: bool
    intent: str
    confidence: float

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        message: Mapping[str, Any] = tracker.latest_message
        metadata = message["metadata"]
        intent = message.get("intent") or {}
        return cls(
            inbox_id=int(metadata["inbox_id"]),
            respondent_id=tracker.sender_id,
            phase=Phase(metadata["phase"]),
            short=bool(metadata["short"]),
            intent=intent.get("name") or "",
            confidence=float(intent.get("confidence") or 0.0),
        )


class TurnAction(Action, ABC):
    """An action that works on one stored message."""

    @abstractmethod
    def name(self) -> str:
        """Return the name that the rules call it by."""

    @abstractmethod
    def work(self, turn: Turn, say: CollectingDispatcher) -> None:
        """Do it in storage and say so; may be called again for the same message."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        # Rasa would hide what is raised here and talk on. The gateway sees `failed`, keeps the
        # message waiting and has the whole turn done again.
        try:
            await asyncio.to_thread(self.work, Turn.of(tracker), dispatcher)
        except StorageError as error:
            logger.error("%s: the database failed: %s", self.name(), error)
            dispatcher.utter_message(json_message={"failed": "storage"})
        except Exception as error:
            # Only the kind of error: its text can hold a resident's words.
            logger.error("%s failed: %s", self.name(), type(error).__name__)
            dispatcher.utter_message(json_message={"failed": "error"})
        return []


def now() -> datetime:
    return datetime.now(timezone.utc)
