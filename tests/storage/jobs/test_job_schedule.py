"""When jobs are due, also where the clock changes."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

import pytest

from bot.storage.jobs.job_schedule import Schedule, due, next_due

NIGHT = Schedule("night", time(3, 30), timedelta(hours=4))


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2021, month, day, hour, minute, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("now", "is_due", "comes"),
    [
        (utc(1, 3, 29), None, utc(1, 3, 30)),
        (utc(1, 3, 30), utc(1, 3, 30), utc(2, 3, 30)),
        (utc(1, 7, 30), utc(1, 3, 30), utc(2, 3, 30)),
        (utc(1, 7, 31), None, utc(2, 3, 30)),
        (utc(1, 0, 0), None, utc(1, 3, 30)),
        (utc(28, 2, 29), None, utc(28, 2, 30)),  # the clock has gone forward that night
        (utc(28, 2, 30), utc(28, 2, 30), utc(29, 2, 30)),
        (utc(27, 12, 0), None, utc(28, 2, 30)),
        (utc(31, 3, 30, month=10), utc(31, 3, 30, month=10), utc(1, 3, 30, month=11)),  # and back
        (utc(30, 23, 30, month=6), None, utc(1, 2, 30, month=7)),  # it is the 1st in London
    ],
)
def test_it_is_due_once_a_day_by_the_clock_in_london(
    now: datetime, is_due: datetime | None, comes: datetime
) -> None:
    assert due(NIGHT, now) == is_due
    assert next_due(NIGHT, now) == comes
