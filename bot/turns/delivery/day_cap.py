"""The most that text messages may cost in a day: a cap on their parts, whatever sends them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.channels.registry import all_channels, channel_named
from bot.consultation.dates import LONDON
from bot.consultation.text_parts import sms_parts
from bot.storage.results.morning import texts_of
from bot.turns.services import Services

COSTLY = tuple(channel.name for channel in all_channels() if channel.short_texts)
CODE = "the cap of the day"  # what `/ready` and the conversation say of what is not sent


class DayCap:
    """Counts the parts of a day in London. It asks the database once a day, and counts on.

    Help lines always go out.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._day: date | None = None
        self._parts = 0

    def allows(self, channel: str, text: str) -> bool:
        """Say whether a text may still go out today. Raises StorageError."""
        if channel not in COSTLY:
            return True
        self._look()
        within = self._parts + sms_parts(text) <= self._services.settings.text_parts_per_day
        return within or self._services.help_lines(channel).text in text

    def used(self, channel: str, text: str) -> None:
        if channel_named(channel).short_texts:
            parts, metrics = sms_parts(text), self._services.metrics
            self._parts += parts
            metrics.text_parts.labels(channel).inc(parts)
            pence = self._services.settings.text_part_pence
            metrics.text_pence.labels(channel).inc(parts * (pence or 0.0))

    def _look(self) -> None:
        today = self._services.clock().astimezone(LONDON).date()
        if today == self._day:
            return
        span = day_in_london(today)
        with self._services.database.reading() as session:
            self._parts = texts_of(session, COSTLY, span, sms_parts).parts
        self._day = today


def day_in_london(day: date) -> tuple[datetime, datetime]:
    begins, ends = (datetime.combine(d, time(), tzinfo=LONDON) for d in (day, day + timedelta(1)))
    return begins, ends
