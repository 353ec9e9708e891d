"""When jobs are due: once a day, by the clock in London. Plain functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from bot.consultation.dates import LONDON


@dataclass(frozen=True)
class Schedule:
    """`at` is outside the hours that a change of the clock skips or repeats. A run that was missed
    is made up for `within` that time, and not later: what writes tables anew is for the night.
    """

    name: str
    at: time
    within: timedelta


RETENTION = Schedule("retention", time(3, 30), timedelta(hours=4))
AUDIT = Schedule("audit", time(5, 0), timedelta(hours=6))
SCHEDULES = (RETENTION, AUDIT)


def due(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the moment of the run that is to be done by now; None outside its hours."""
    today = now.astimezone(LONDON).date()
    moment = max(m for day in _days(today, -1, 0) if (m := _on(schedule, day)) <= now)
    return moment if now - moment <= schedule.within else None


def next_due(schedule: Schedule, now: datetime) -> datetime:
    """Return when it is due for the next time."""
    today = now.astimezone(LONDON).date()
    return min(m for day in _days(today, 0, 1) if (m := _on(schedule, day)) > now)


def _days(today: date, *offsets: int) -> list[date]:
    return [today + timedelta(days=offset) for offset in offsets]


def _on(schedule: Schedule, day: date) -> datetime:
    return datetime.combine(day, schedule.at, tzinfo=LONDON).astimezone(timezone.utc)
