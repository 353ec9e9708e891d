"""The states of a conversation, as `progress` and the export name them."""

from __future__ import annotations

from enum import Enum


class State(str, Enum):
    """The state of a conversation."""

    NEW = "new"
    STARTED = "started"
    PAUSED = "paused"
    COMPLETED = "completed"
    STOPPED = "stopped"
    ERASED = "erased"
    CLOSED = "closed"  # never stored: what `progress` says outside the consultation's dates
