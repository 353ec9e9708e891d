"""People at the page, and how long others wait meanwhile."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from bench.faults.stage import Stage
from tests.support.processes import until


class Visitor:
    """One browser at the page, from an address of its own on loopback."""

    def __init__(self, stage: Stage, address: str = "127.0.0.1") -> None:
        transport = httpx.HTTPTransport(local_address=address)
        self.client = httpx.Client(
            base_url=stage.product.gateway, transport=transport, timeout=60, trust_env=False
        )
        told = self.client.post("/chat/session", json={}).raise_for_status().json()
        self.reference = str(told["reference"])
        self.client.headers["authorization"] = f"Bearer {told['token']}"

    def say(self, text: str) -> dict[str, Any]:
        """Say something; return the answer, which has the replies unless it took too long."""
        message = {"id": str(uuid.uuid4()), "text": text}
        answer = self.client.post("/chat/messages", json=message)
        return dict(answer.raise_for_status().json())

    def hears(self) -> list[str]:
        told = self.client.get("/chat/messages").raise_for_status().json()["messages"]
        return [one["text"] for one in told if one["from"] == "bot"]

    def says_and_hears(self, text: str, seconds: float = 60) -> float:
        """Say something, wait for a reply, and return how long it took."""
        before, begun = len(self.hears()), time.monotonic()
        self.say(text)
        until(lambda: len(self.hears()) > before, seconds)
        return time.monotonic() - begun


@contextmanager
def others_wait(stage: Stage, address: str = "127.0.0.9") -> Iterator[list[float]]:
    """Have another resident write all the while; collect how long each request of theirs took."""
    waits, over, other = list[float](), threading.Event(), Visitor(stage, address)

    def write() -> None:
        count = 0
        while not over.wait(0.1):
            count += 1
            begun = time.monotonic()
            other.say(f"a bench at bus stop {count}")
            waits.append(time.monotonic() - begun)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield waits
    finally:
        over.set()
        writer.join()


def told(waits: Sequence[float]) -> str:
    """Say how long others waited."""
    ordered = sorted(waits)
    p95, longest = ordered[int(len(ordered) * 0.95)], ordered[-1]
    return f"{len(ordered)} turns of others: p95 {p95:.2f} s, longest {longest:.2f} s"
