"""A place as JSON: as it is stored, and as it goes with a message to who takes its step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.state import State
from bot.conversation.place import Detour, Place


def told_place(place: Place) -> dict[str, Any]:
    """Return a place as it goes with a message to the process that takes its step."""
    return {
        "state": place.state.value,
        "open_question": place.open_question,
        "answered": sorted(place.answered),
        "skipped": sorted(place.skipped),
        "tries": place.tries,
        "pending": dict(place.pending) if place.pending else None,
        "detour": stored_detour(place.detour),
        "wound_up": place.wound_up,
        "behalf": place.behalf,
        "has_number": place.has_number,
    }


def place_told(told: Mapping[str, Any], phase: Phase) -> Place:
    """Return the place that came with a message."""
    return Place(
        **{
            **told,
            "state": State(told["state"]),
            "answered": frozenset(told["answered"]),
            "skipped": frozenset(told["skipped"]),
            "detour": detour_of(told["detour"]),
            "phase": phase,
        }
    )


def detour_of(stored: Mapping[str, Any] | None) -> Detour | None:
    """Return a detour from how it is stored with its respondent."""
    if stored is None:
        return None
    return Detour(
        section=stored["section"],
        answered=frozenset(stored["answered"]),
        skipped=frozenset(stored["skipped"]),
        returns_to=stored["returns_to"],
        returns_state=State(stored["returns_state"]),
        under=detour_of(stored.get("under")),
    )


def stored_detour(detour: Detour | None) -> dict[str, Any] | None:
    """Return a detour as it is stored."""
    if detour is None:
        return None
    return {
        "section": detour.section,
        "answered": sorted(detour.answered),
        "skipped": sorted(detour.skipped),
        "returns_to": detour.returns_to,
        "returns_state": detour.returns_state.value,
        "under": stored_detour(detour.under),
    }
