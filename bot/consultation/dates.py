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


def demonstration_day(consultation: Consultation, moment: datetime, day: date) -> date | None:
    """Return the day if it is to be taken as today: the consultation is over, and was open then.
    None for any other: one that is open takes answers today, and one to come says when it opens.
    """
    over = phase_at(consultation, moment) is Phase.AFTER
    return day if over and phase_at(consultation, moment, day) is Phase.OPEN else None


def spoken(day: date) -> str:
    """Return a day as people say it: Friday 26 March 2021."""
    return f"{day:%A} {day.day} {day:%B %Y}"
