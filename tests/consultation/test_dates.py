"""A consultation opens and closes at midnight in London, summer and winter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from bot.consultation.dates import Phase, demonstration_day, phase_at, spoken
from bot.consultation.model import Consultation

# opens, closes (both days included), moment -> phase
WINTER = (date(2021, 2, 23), date(2021, 3, 26))  # clocks went forward on 28 March 2021
SUMMER = (date(2021, 6, 1), date(2021, 7, 9))
ACROSS = (date(2021, 3, 27), date(2021, 3, 28))  # closes on the day of 23 hours
AUTUMN = (date(2021, 10, 30), date(2021, 10, 31))  # closes on the day of 25 hours
ONE_DAY = (date(2024, 2, 29), date(2024, 2, 29))
MOMENTS = [
    (WINTER, "2021-02-22T23:59:59.999999+00:00", "before"),
    (WINTER, "2021-02-23T00:00:00+00:00", "open"),
    (WINTER, "2021-03-26T23:59:59.999999+00:00", "open"),
    (WINTER, "2021-03-27T00:00:00+00:00", "after"),
    # The same moments as clocks elsewhere show them.
    (WINTER, "2021-02-22T19:00:00-05:00", "open"),
    (WINTER, "2021-03-27T05:29:59+05:30", "open"),
    (WINTER, "2021-03-27T05:30:00+05:30", "after"),
    (SUMMER, "2021-05-31T22:59:59+00:00", "before"),
    (SUMMER, "2021-05-31T23:00:00+00:00", "open"),
    (SUMMER, "2021-07-09T22:59:59+00:00", "open"),
    (SUMMER, "2021-07-09T23:00:00+00:00", "after"),
    (ACROSS, "2021-03-26T23:59:59+00:00", "before"),
    (ACROSS, "2021-03-27T00:00:00+00:00", "open"),
    (ACROSS, "2021-03-28T22:59:59+00:00", "open"),
    (ACROSS, "2021-03-28T23:00:00+00:00", "after"),
    (AUTUMN, "2021-10-29T22:59:59+00:00", "before"),
    (AUTUMN, "2021-10-29T23:00:00+00:00", "open"),
    (AUTUMN, "2021-10-31T23:59:59+00:00", "open"),
    (AUTUMN, "2021-11-01T00:00:00+00:00", "after"),
    (ONE_DAY, "2024-02-28T23:59:59+00:00", "before"),
    (ONE_DAY, "2024-02-29T12:00:00+00:00", "open"),
    (ONE_DAY, "2024-03-01T00:00:00+00:00", "after"),
]


@pytest.mark.parametrize(("days", "moment", "phase"), MOMENTS)
def test_the_phase_turns_at_midnight_in_london(
    consultation: Consultation, days: tuple[date, date], moment: str, phase: str
) -> None:
    dated = replace(consultation, opens=days[0], closes=days[1])
    assert phase_at(dated, datetime.fromisoformat(moment)) is Phase(phase)


@pytest.mark.parametrize(
    ("today", "phase"),
    [
        (date(2021, 2, 22), "before"),
        (date(2021, 2, 23), "open"),
        (date(2021, 3, 1), "open"),
        (date(2021, 3, 26), "open"),
        (date(2021, 3, 27), "after"),
    ],
)
@pytest.mark.parametrize("year", [1990, 2021, 2090])
def test_the_demonstration_date_takes_the_place_of_the_clock(
    consultation: Consultation, today: date, phase: str, year: int
) -> None:
    now = datetime(year, 7, 1, tzinfo=timezone(timedelta(hours=3)))
    assert phase_at(consultation, now, today) is Phase(phase)


def test_days_are_written_as_people_say_them() -> None:
    assert spoken(date(2021, 3, 26)) == "Friday 26 March 2021"
    assert spoken(date(2021, 3, 1)) == "Monday 1 March 2021"


@pytest.mark.parametrize(
    ("days", "now", "taken"),
    [
        (WINTER, "2026-11-30", True),  # over, and open on the demonstration day
        (WINTER, "2021-03-20", False),  # open today
        (WINTER, "2021-02-01", False),  # still to come
        (SUMMER, "2026-11-30", False),  # over, but that was not a day of its own
    ],
)
def test_the_demonstration_day_is_for_what_is_over_and_was_open_then(
    consultation: Consultation, days: tuple[date, date], now: str, taken: bool
) -> None:
    dated = replace(consultation, opens=days[0], closes=days[1])
    moment, day = datetime.fromisoformat(f"{now}T12:00:00+00:00"), date(2021, 3, 1)
    assert demonstration_day(dated, moment, day) == (day if taken else None)
