"""What the list is narrowed to, as chips on one line, each with the way to take it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.staff.conversations.filters import WHEN, Asked, Field

DATES = ("from", "to", "when")


@dataclass(frozen=True)
class Chip:
    """One filter in words, and the filters that are left without it."""

    text: str
    without: Mapping[str, str]


def chips_of(asked: Asked, fields: Sequence[Field]) -> list[Chip]:
    """Return a chip for each filter that is set, in the order of the page; the dates are one."""
    typed, chips = asked.typed, list[Chip]()
    if "words" in typed:
        chips.append(Chip(f"“{typed['words']}”", _without(asked, "words")))
    for field in fields:
        if field.name in typed and field.name not in DATES:
            value = dict(field.choices).get(typed[field.name], typed[field.name])
            chips.append(
                Chip(f"{field.short or field.label}: {value}", _without(asked, field.name))
            )
    if "from" in typed or "to" in typed:
        chips.append(Chip(_dates(asked), _without(asked, *DATES)))
    return chips


def _dates(asked: Asked) -> str:
    which = dict(WHEN).get(asked.typed.get("when", ""), "Last message")
    days = [f"{word} {_day(asked.typed[word])}" for word in ("from", "to") if word in asked.typed]
    return f"{which} {' '.join(days)}"


def _day(typed: str) -> str:
    day = date.fromisoformat(typed)
    return f"{day.day} {day:%b %Y}"


def _without(asked: Asked, *names: str) -> Mapping[str, str]:
    return {other: value for other, value in asked.typed.items() if other not in names}
