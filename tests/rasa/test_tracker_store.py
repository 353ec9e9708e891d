"""The tracker store keeps nothing, so a turn costs the same however long the conversation is."""

from __future__ import annotations

import asyncio

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered

from bot.rasa.tracker_store import KeepNothing


def test_every_message_meets_a_fresh_tracker() -> None:
    async def two_turns() -> None:
        store = KeepNothing(Domain.empty())
        for _ in range(2):
            tracker = await store.get_or_create_tracker("a" * 32)
            said = [event for event in tracker.events if isinstance(event, UserUttered)]
            assert tracker.sender_id == "a" * 32 and said == []
            tracker.update(ActionExecuted("action_listen"))
            tracker.update(UserUttered("my words"))
            await store.save(tracker)
        assert await store.retrieve("a" * 32) is None
        assert await store.retrieve_full_tracker("a" * 32) is None
        assert list(await store.keys()) == []

    asyncio.run(two_turns())


def test_it_is_made_as_rasa_makes_it_from_endpoints_yml() -> None:
    from rasa.core.tracker_store import TrackerStore
    from rasa.utils.endpoints import EndpointConfig

    config = EndpointConfig(type="bot.rasa.tracker_store.KeepNothing")
    assert isinstance(TrackerStore.create(config, Domain.empty()), KeepNothing)
