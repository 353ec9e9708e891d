"""Who takes part in a made-up consultation: when, where, and how far they go."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random

from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation
from bot.storage.respondents.respondents import REFERENCE_LETTERS

CHANNELS = {"webchat": 55, "sms": 30, "telegram": 15}
# How conversations go, of a hundred: to the end, left, paused, STOP, never begun.
WAYS = {"finishes": 58, "leaves": 27, "pauses": 5, "stops": 4, "never_begins": 6}
HOURS = (1, 0, 0, 0, 0, 1, 3, 6, 8, 7, 7, 8, 10, 9, 7, 7, 8, 10, 12, 14, 14, 11, 7, 3)
LANGUAGES = {"telegram": ((None, 40), ("en", 50), ("ur", 4), ("pl", 3), ("zh-hans", 3))}
# The range kept for drama, with digits that make it too long for any network to dial.
NUMBER = "+447700900{last:03}{rest:07}"
CHAT = 9_000_000_000_000_000  # beyond any chat that Telegram has given out


@dataclass(frozen=True)
class Person:
    """A made-up resident. `leans`: from 0 (against everything) to 1 (for it)."""

    id: str
    reference: str
    channel: str
    address: str
    language: str | None
    way: str
    leaves_after: int  # answers
    leans: float
    begins: datetime


def crowd(rng: Random, consultation: Consultation, number: int, first: int) -> list[Person]:
    """Return so many people, the earliest first. `first`: how many there were before."""
    days = _days(consultation)
    weights = [_busy(day, days) for day in days]
    chosen = rng.choices(days, weights, k=number)
    moments = sorted(datetime.combine(day, _time(rng), LONDON) for day in chosen)
    return [
        _person(rng, consultation, place, moment.astimezone(timezone.utc))
        for place, moment in enumerate(moments, start=first)
    ]


def _person(rng: Random, consultation: Consultation, place: int, begins: datetime) -> Person:
    letters = "".join(rng.choices(REFERENCE_LETTERS, k=8))
    channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    languages = LANGUAGES.get(channel, ((None, 1),))
    return Person(
        id=f"{rng.getrandbits(128):032x}",
        reference=f"HYS-{letters[:4]}-{letters[4:]}",
        channel=channel,
        address=_address(channel, place, rng),
        language=rng.choices([name for name, _ in languages], [w for _, w in languages])[0],
        way=rng.choices(list(WAYS), list(WAYS.values()))[0],
        leaves_after=min(int(rng.expovariate(0.4)), len(consultation.questions) - 1),
        leans=rng.betavariate(2.6, 1.4),
        begins=begins,
    )


def _address(channel: str, place: int, rng: Random) -> str:
    if channel == "sms":
        return NUMBER.format(last=place % 1000, rest=place // 1000)
    if channel == "telegram":
        return str(CHAT + place)
    return hashlib.sha256(f"{rng.getrandbits(256):064x}".encode()).hexdigest()


def _days(consultation: Consultation) -> list[date]:
    length = (consultation.closes - consultation.opens).days + 1
    return [consultation.opens + timedelta(days=n) for n in range(length)]


def _busy(day: date, days: list[date]) -> float:
    """Most people come when it opens and before it closes, and fewer at weekends."""
    after, before = (day - days[0]).days, (days[-1] - day).days
    return (1 + 4 / (1 + after) + 3 / (1 + before)) * (0.6 if day.weekday() >= 5 else 1)


def _time(rng: Random) -> time:
    hour = rng.choices(range(24), HOURS)[0]
    if hour == 23:  # so that most conversations end on the day they began
        return time(hour, rng.randrange(20), rng.randrange(60))
    return time(hour, rng.randrange(60), rng.randrange(60))
