"""A tracker store that keeps nothing: no rule needs history, so turn 300 costs what turn 1 costs.

The record of a conversation is the inbox and the outbox (docs/adr/0004).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class KeepNothing(TrackerStore):
    """Every message meets a fresh tracker."""

    def __init__(
        self,
        domain: Domain | None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        return None

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return None

    async def retrieve_full_tracker(self, sender_id: str) -> DialogueStateTracker | None:
        return None

    async def keys(self) -> Iterable[str]:
        return []
