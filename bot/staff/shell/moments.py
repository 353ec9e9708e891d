"""Moments as the staff pages write them, in London time."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.consultation.dates import LONDON

# Up to so long ago, in which unit, and what one of it is called.
UNITS = (
    (timedelta(hours=1), timedelta(minutes=1), "min"),
    (timedelta(days=1), timedelta(hours=1), "h"),
    (timedelta(days=60), timedelta(days=1), "d"),
)


def moment(at: datetime) -> str:
    """Return a moment as people write it: 1 March 2021 at 2:05pm."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y} at {_clock(local)}"


def short(at: datetime, now: datetime) -> str:
    """Return a moment without what goes without saying: 2:05pm, 1 Mar 2:05pm, and with
    the year where it is another.
    """
    local, today = at.astimezone(LONDON), now.astimezone(LONDON)
    if local.date() == today.date():
        return _clock(local)
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {_clock(local)}"


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago it was: now, 5 min, 3 h, 12 d; then the day."""
    passed = now - at
    if passed < timedelta(minutes=1):
        return "now"
    for most, unit, name in UNITS:
        if passed < most:
            return f"{passed // unit} {name}"
    return short(at, now)


def _clock(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
