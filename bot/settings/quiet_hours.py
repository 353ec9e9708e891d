"""When and how fast people are written to who have not just written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from bot.settings.reader import Reader, SettingsError

WRITTEN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@dataclass(frozen=True)
class QuietHours:
    """From one time of the day to another, also past midnight."""

    begins: time
    ends: time

    def includes(self, local: datetime) -> bool:
        """Say whether a moment of local time is within them."""
        at = local.time()
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


@dataclass(frozen=True)
class Telling:
    tell_per_minute: int  # from one number
    quiet_hours: QuietHours


def read_telling(read: Reader) -> Telling:
    return Telling(
        tell_per_minute=read.positive("TELL_PER_MINUTE", 60, most=6000),
        quiet_hours=_quiet_hours(read.text("QUIET_HOURS", "20:00-08:00")),
    )


def _quiet_hours(text: str) -> QuietHours:
    try:
        found = WRITTEN.fullmatch(text)
        assert found is not None
        hours = QuietHours(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))
        assert hours.begins != hours.ends
    except (AssertionError, ValueError) as error:
        raise SettingsError(f"QUIET_HOURS is {text!r}; write it like 20:00-08:00.") from error
    return hours
