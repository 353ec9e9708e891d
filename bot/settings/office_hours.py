"""When people are in the office, as a setting says it: "Mon-Fri 09:00-17:00"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from bot.settings.reader import SettingsError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT = tuple(day[:3].lower() for day in DAYS)
WRITTEN = re.compile(r"([a-z]{3})-([a-z]{3}) (\d\d):(\d\d)-(\d\d):(\d\d)")


@dataclass(frozen=True)
class OfficeHours:
    """From one day of the week to another, Monday being 0, and from one time to another."""

    first: int
    last: int
    opens: time
    closes: time

    def includes(self, local: datetime) -> bool:
        """Say whether a moment of local time is within them."""
        on_a_day = self.first <= local.weekday() <= self.last
        return on_a_day and self.opens <= local.time() < self.closes

    def spoken(self) -> str:
        """Return them as they are said: "Monday to Friday, 9am to 5pm"."""
        return f"{DAYS[self.first]} to {DAYS[self.last]}, {_spoken(self.opens)} to " + _spoken(
            self.closes
        )


def office_hours_in(name: str, text: str) -> OfficeHours | None:
    """Read them; None for nothing. Raises SettingsError."""
    if not text:
        return None
    found = WRITTEN.fullmatch(text.lower())
    try:
        assert found is not None
        first, last = SHORT.index(found[1]), SHORT.index(found[2])
        opens, closes = time(int(found[3]), int(found[4])), time(int(found[5]), int(found[6]))
        assert first <= last and opens < closes
    except (AssertionError, ValueError) as error:
        raise SettingsError(f"{name} is {text!r}; write it like Mon-Fri 09:00-17:00.") from error
    return OfficeHours(first, last, opens, closes)


def _spoken(at: time) -> str:
    hour = f"{at.hour % 12 or 12}{f':{at.minute:02}' if at.minute else ''}"
    return f"{hour}{'am' if at.hour < 12 else 'pm'}"
