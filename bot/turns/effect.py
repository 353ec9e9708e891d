"""What a message did, as it is kept with its inbox row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.conversation import sealing
from bot.conversation.did import Did, Ends
from bot.conversation.place import Step


@dataclass(frozen=True)
class Effect:
    """`did` with the question, value or reason that goes with it."""

    did: Did
    question: str | None = None
    value: Any = None
    opened: str | None = None
    reason: str | None = None
    ends: Ends | None = None
    told: bool = False  # the message answered more than the one question, or than its wish

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Effect:
        """Return an effect from how it is stored."""
        ends = Ends(stored["ends"]) if stored.get("ends") else None
        return cls(**{**stored, "did": Did(stored["did"]), "ends": ends})

    def stored(self) -> dict[str, Any]:
        """Return it as it is stored: by value, and only what is set."""
        plain = {name: v.value if isinstance(v, Enum) else v for name, v in vars(self).items()}
        return {name: v for name, v in plain.items() if v is not None and v is not False}


def effect_of(done: Step) -> Effect:
    return Effect(
        did=done.did,
        question=done.question,
        value=sealing.told_back(done),
        opened=done.opened,
        reason=done.reason,
        ends=done.ends,
        told=bool(done.told and (done.begins or done.private == sealing.EQUALITY)),
    )
