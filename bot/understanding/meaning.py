"""What a message means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.understanding.care import Care

ANSWER = "give_answer"


@dataclass(frozen=True)
class Meaning:
    """The intent to act on and how sure it is (0 to 1); `other`, a second reading that is offered;
    `asks`, ids of what is asked beside it, to be answered on the way; the care it calls for; and
    its language, where that is not English.
    """

    intent: str
    sure: float
    other: str | None = None
    asks: tuple[str, ...] = ()
    care: Care = field(default_factory=Care)
    language: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what goes with the intent through Rasa."""
        return {
            "other": self.other,
            "asks": list(self.asks),
            "care": self.care.strength.value,
            "care_kind": self.care.kind,
            "care_sure": self.care.sure,
            "language": self.language,
        }
