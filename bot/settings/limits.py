"""How much is taken and answered in a time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings.reader import Reader


@dataclass(frozen=True)
class Limits:
    """Of one web session, of one address, and of one person where replies cost money."""

    messages_per_minute: int
    messages_per_day: int
    reads_per_minute: int
    sessions_per_hour: int
    replies_per_minute: int
    replies_per_day: int
    text_parts_per_day: int  # of all text messages together


def read_limits(read: Reader) -> Limits:
    return Limits(
        messages_per_minute=read.positive("WEB_MESSAGES_PER_MINUTE", 120),
        messages_per_day=read.positive("WEB_MESSAGES_PER_DAY", 2000),
        reads_per_minute=read.positive("WEB_READS_PER_MINUTE", 1200),
        sessions_per_hour=read.positive("WEB_SESSIONS_PER_HOUR", 600),
        replies_per_minute=read.positive("ANSWERED_PER_MINUTE", 120),
        replies_per_day=read.positive("ANSWERED_PER_DAY", 500),
        text_parts_per_day=read.positive("TEXT_PARTS_PER_DAY", 10_000),
    )
