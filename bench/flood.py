"""One sender's 300 text messages in ten seconds, beside 30 people who write normally.

Starts the whole product on loopback with a stand-in for Twilio, and prints how long the others wait
for their reply, whether everything is stored, and in which order. `python bench/flood.py`
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.providers.twilio import TwilioStandIn
from tests.support.processes import Product, running, until

FLOOD, SECONDS, OTHERS, EACH = 300, 10.0, 30, 6
FLOODER = "+447700900666"
WAIT = 60.0  # seconds for one reply, and then it counts as lost


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, TwilioStandIn().running() as twilio:
        environment = {
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_NUMBER": twilio.number,
            "TWILIO_API_URL": twilio.url,
        }
        with running(Path(folder), **environment) as product:
            port = product.environment["GATEWAY_PORT"]
            twilio.webhook = f"http://localhost:{port}/sms/webhook"
            twilio.post_to = product.gateway
            until(product.ready)
            measure(twilio, product)


def measure(twilio: TwilioStandIn, product: Product) -> None:
    others = [f"+4477009001{number:02d}" for number in range(OTHERS)]
    for number in others:
        reply_seconds(twilio, number, "start")  # everybody is greeted before the flood
    waits: list[float] = []
    people = [threading.Thread(target=normal, args=(twilio, n, waits)) for n in others]
    flood = threading.Thread(target=flooding, args=(twilio,))
    for thread in (flood, *people):
        thread.start()
    for thread in (flood, *people):
        thread.join()
    until(lambda: not product.waiting(), 120)
    stored = [r["text"] for r in product.export("messages") if is_flood(r)]
    waits.sort()
    p95 = waits[int(len(waits) * 0.95)]
    say(f"flood: {len(stored)} of {FLOOD} stored, in order: {stored == flood_texts()}")
    say(f"flood: {len(twilio.texts_to(FLOODER))} texts went back to it")
    say(f"others: {len(waits)} of {OTHERS * EACH} replies")
    say(f"others: median {statistics.median(waits):.2f} s, p95 {p95:.2f} s")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def flood_texts() -> list[str]:
    return [f"flood number {number}" for number in range(FLOOD)]


def is_flood(row: dict[str, object]) -> bool:
    return row["direction"] == "in" and str(row["text"]).startswith("flood number")


def flooding(twilio: TwilioStandIn) -> None:
    begun = time.monotonic()
    for number, text in enumerate(flood_texts()):
        time.sleep(max(0.0, begun + number * SECONDS / FLOOD - time.monotonic()))
        twilio.text(FLOODER, text)


def normal(twilio: TwilioStandIn, number: str, waits: list[float]) -> None:
    for said in ("1", "agree", "more classes", "2", "better buses", "back")[:EACH]:
        time.sleep(random.uniform(0.2, 2.5))
        if (waited := reply_seconds(twilio, number, said)) is not None:
            waits.append(waited)


def reply_seconds(twilio: TwilioStandIn, number: str, text: str) -> float | None:
    """Return the seconds from the text to the first reply handed to the provider."""
    before, begun = len(twilio.texts_to(number)), time.monotonic()
    twilio.text(number, text)
    while time.monotonic() - begun < WAIT:
        if len(twilio.texts_to(number)) > before:
            return time.monotonic() - begun
        time.sleep(0.01)
    return None


if __name__ == "__main__":
    main()
