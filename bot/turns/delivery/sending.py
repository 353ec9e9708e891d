"""What every channel that delivers has in common: one message, and how sending it can end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class ToSend:
    """One message for one person. `id` is ours; buttons are (id, title); `created_at` is when it
    was written here; `ours` is the number of ours that they wrote to.
    """

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    created_at: datetime | None = None
    ours: str | None = None


class Sender(Protocol):
    """Hands messages to a provider."""

    async def send(self, address: str, message: ToSend) -> str:
        """Return the provider's id of the message. Raises one of the errors below."""

    async def sent_before(self, address: str, message: ToSend) -> list[str] | None:
        """Return the provider's ids of messages to this address with these words, for one that is
        in doubt; None when the provider cannot tell."""

    async def close(self) -> None: ...


class NotSent(Exception):
    """The provider did not take the message. `code` is a word or the provider's own number; `kind`
    is one word for all of a class.
    """

    kind = "not_sent"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Later(NotSent):
    """It may go well later: after `seconds`, if the provider said so. `doubtful`: nobody knows
    whether it was taken."""

    kind = "later"

    def __init__(self, code: str, *, seconds: float | None = None, doubtful: bool = False) -> None:
        super().__init__(code)
        self.seconds, self.doubtful = seconds, doubtful


class Held(NotSent):
    """The provider refuses us, not the message: a setting is wrong. Nothing is lost meanwhile."""

    kind = "held"


class OptedOut(NotSent):
    """The person wants no more messages."""

    kind = "opted_out"


class Blocked(NotSent):
    """The network blocks what we send to this person, until they undo it. No STOP of theirs."""

    kind = "blocked"


class Refused(NotSent):
    """This message will never be taken."""

    kind = "refused"
