"""Which processes there are."""

from __future__ import annotations

from bot.settings import Settings


def names_of(settings: Settings) -> tuple[str, ...]:
    """Return the names of the processes that `run` starts; each can be served alone."""
    worker = ("worker",) if settings.workers_apart else ()
    actions = ("actions",) if settings.actions_apart else ()
    return ("gateway", *worker, "staff", *actions, "rasa")
