"""When a consultation takes answers: whole days in London, the closing day included."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from bot.consultation.model import Consultation

LONDON = ZoneInfo("Europe/London")


class Phase(str, Enum):
    """Whether a message came before, during or after the consultation."""

    BEFORE = "before"
    OPEN = "open"
    AFTER = "after"


def phase_at(consultation: Consultation, moment: datetime, today: date | None = None) -> Phase:
    """Return the phase at an aware moment; `today` (the demonstration date) takes its place if
    given.
    """
    day = today or moment.astimezone(LONDON).date()
    if day < consultation.opens:
        return Phase.BEFORE
    return Phase.OPEN if day <= consultation.closes else Phase.AFTER


def spoken(day: date) -> str:
    """Return a day as people say it: Friday 26 March 2021."""
    return f"{day:%A} {day.day} {day:%B %Y}"
