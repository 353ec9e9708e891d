"""What a process counts for Prometheus.

Labels are words of short fixed lists: a channel, how something ended. Never a resident's words,
numbers or references.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Mapping

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

KIND = CONTENT_TYPE_LATEST  # of the answer
PREFIX = "haveyoursay"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)
# What the database holds, the same in whichever process is asked: take the highest, not the sum.
BACKLOG = {
    "messages_waiting": "Stored messages whose turn is still to do",
    "oldest_waiting_seconds": "How long the longest-waiting message has waited, 0 when none waits",
    "turns_left_to_staff": "Messages whose turn failed for good",
    "replies_waiting": "Replies that are still to be sent",
    "replies_waiting_minutes": "How long they take at the pace of our numbers, 0 if none is set",
    "texts_unconfirmed": "Texts of the last hour that the provider took and has not reported sent",
    "replies_perhaps_twice": "Replies that may have been sent twice",
    "replies_undelivered": "Replies of the last 24 hours that did not arrive",
}


class Metrics:
    """The figures of one process, with its memory and processor time."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.turns = self._counter("turns", "Turns, by how each try ended", "outcome")
        self.turn_seconds = self._histogram("turn_seconds", "What a turn takes")
        self.replies = self._counter(
            "replies", "Replies handed to a provider, by what it said", "channel", "outcome"
        )
        self.text_parts = self._counter("text_parts", "Parts of text messages sent", "channel")
        self.text_pence = self._counter(
            "text_pence", "Their cost in pence, if TEXT_PART_PENCE is set", "channel"
        )
        self.jobs = self._counter(
            "jobs", "What is done at night, by how it ended", "job", "outcome"
        )
        self.pages = self._counter("staff_pages", "Pages for staff, by kind of answer", "status")
        self.page_seconds = self._histogram("staff_page_seconds", "What a page for staff takes")
        self._database = self._gauge("database_up", "1: the database answered just now")
        self._backlog = {name: self._gauge(name, what) for name, what in BACKLOG.items()}

    def written(self, backlog: Mapping[str, float] | None = None, *, database_up: bool) -> bytes:
        """Return everything as Prometheus reads it. `backlog` has the figures of BACKLOG, if they
        are known.
        """
        self._database.set(database_up)
        for name, gauge in self._backlog.items():
            gauge.set(backlog[name] if backlog else math.nan)
        return generate_latest(self._registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", what, labels, registry=self._registry)

    def _gauge(self, name: str, what: str) -> Gauge:
        return Gauge(f"{PREFIX}_{name}", what, registry=self._registry)

    def _histogram(self, name: str, what: str) -> Histogram:
        return Histogram(f"{PREFIX}_{name}", what, registry=self._registry, buckets=SECONDS)


def may_read(token: str, authorization: str | None) -> bool:
    """Say whether who asks has the token. The address alone proves nothing: behind a proxy
    everybody comes from this machine.
    """
    given = (authorization or "").encode("utf-8", "surrogateescape")
    return bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())
