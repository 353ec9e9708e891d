"""Quiet hours and the day of the cap in the two nights in which London changes its clock."""

from __future__ import annotations

from datetime import date, datetime, time, timezone

import pytest

from bot.consultation.dates import LONDON
from bot.settings.quiet_hours import QuietHours
from bot.turns.delivery.day_cap import day_in_london

QUIET = QuietHours(time(20), time(8))


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2021, month, day, hour, minute, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        (utc(3, 27, 19, 59), False),
        (utc(3, 27, 20), True),
        (utc(3, 28, 6, 59), True),  # 7:59 in London: this night is an hour shorter
        (utc(3, 28, 7), False),
        (utc(3, 28, 19), True),
        (utc(10, 30, 18, 59), False),
        (utc(10, 30, 19), True),
        (utc(10, 31, 7, 59), True),  # and this one an hour longer
        (utc(10, 31, 8), False),
    ],
)
def test_quiet_hours_go_by_the_clock_in_london(now: datetime, quiet: bool) -> None:
    assert QUIET.includes(now.astimezone(LONDON)) is quiet


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        (date(2021, 3, 28), utc(3, 28, 0), utc(3, 28, 23)),
        (date(2021, 3, 29), utc(3, 28, 23), utc(3, 29, 23)),
        (date(2021, 10, 31), utc(10, 30, 23), utc(11, 1, 0)),
        (date(2021, 11, 1), utc(11, 1, 0), utc(11, 2, 0)),
    ],
)
def test_each_moment_is_in_one_day_of_the_cap(day: date, begins: datetime, ends: datetime) -> None:
    # Moments of one zone are compared by the clock on the wall, so as UTC.
    assert [moment.astimezone(timezone.utc) for moment in day_in_london(day)] == [begins, ends]
