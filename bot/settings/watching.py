"""Who may read the figures of the processes."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.settings.reader import Reader


@dataclass(frozen=True)
class Watching:
    metrics_token: str = field(repr=False)  # empty: nobody


def read_watching(read: Reader) -> Watching:
    return Watching(read.token("METRICS_TOKEN"))
