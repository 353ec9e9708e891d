"""What reading an answer gives: a Reading, or an UnreadableAnswer with one of these reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.consultation.errors import UnreadableAnswer

REASONS = frozenset(
    {
        "no_option",  # nothing in the text points at an option
        "two_options",  # more than one option is meant, or could be
        "too_many",  # more options than the question takes
        "not_yes_no",
        "not_email",
        "not_phone",
        "not_contact",  # neither an email address nor a phone number
        "not_postcode",  # neither a postcode nor, where asked, a postcode district
        "not_name",  # a sentence
        "not_address",  # nothing can be posted there
        "not_number",
        "too_small",
        "too_big",
        "not_url",
        "something_else",  # none of what was offered
        "asks_back",  # the respondent asks something instead
    }
)


@dataclass(frozen=True)
class Reading:
    """What was understood. `value` is None where the words themselves are the answer (open).

    `remark` holds the words beside the value, as typed. `exact` is False when a slip of the
    keyboard was put right or the meaning was guessed.
    """

    value: str | int | list[str] | None
    remark: str | None = None
    exact: bool = True


@dataclass(frozen=True)
class Read:
    """How a message was read as the answer to one question: once, for all who need to know. It has
    a reading, or the reason why there is none.
    """

    question: str
    reading: Reading | None = None
    reason: str | None = None
    nearest: tuple[str, ...] = ()  # the options that it may mean, to be offered

    def result(self) -> Reading:
        """Return the reading. Raises UnreadableAnswer."""
        if self.reading is None:
            raise UnreadableAnswer(self.reason or "", self.nearest)
        return self.reading

    @classmethod
    def told(cls, told: Mapping[str, Any] | None) -> Read | None:
        """Return what `asdict` made of one."""
        if not told:
            return None
        reading = told["reading"] and Reading(**told["reading"])
        return cls(**{**told, "reading": reading, "nearest": tuple(told.get("nearest") or ())})
