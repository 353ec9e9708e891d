"""Which processes there are."""

from __future__ import annotations

from bot.settings import Settings


def names_of(settings: Settings) -> tuple[str, ...]:
    """Return the names of the processes that `run` starts; each can be served alone."""
    return ("gateway", "staff", *(("actions",) if settings.actions_apart else ()), "rasa")
