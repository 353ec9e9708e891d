"""What one message asks of the database, from the webhook to the reply: each transaction is a write
to the disk, or a wait for someone else's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from bot.turns.services import Services
from tests.conftest import gateway_with
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import with_twilio
from tests.support.counting import Count, counting
from tests.support.processes import until
from tests.support.rasa import InProcessRasa
from tests.support.speakers import NUMBER
from tests.support.web import Resident

# Transactions and statements: of a message with one reply, and of each text that follows the first.
MOST = {"sms": (5, 30), "webchat": (4, 20)}
FOLLOWING = (1, 8)
OTHER = "+447700900778"
SAID = ("start", "2", "agree", "I do not know how to get online. Could the library teach it?")
SILENCE = 0.5  # seconds without a statement: then all that a message causes has been done


@dataclass
class Line:
    """A resident at the page, and one with a telephone."""

    page: Resident
    twilio: TwilioStandIn

    def send(self, channel: str, text: str) -> None:
        """Send a message, and wait until a reply is heard."""
        before = self.texts
        if channel == "webchat":
            assert self.page.say(text)["messages"]
            return
        assert self.twilio.text(NUMBER, text)[0].status_code == 200
        until(lambda: self.texts > before)

    @property
    def texts(self) -> int:
        return len(self.twilio.texts_to(NUMBER))


@pytest.fixture()
def line(
    services: Services, rasa: InProcessRasa, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Line]:
    for module in ("worker", "delivery.deliver"):  # a look at what is left is of no message
        monkeypatch.setattr(f"bot.turns.{module}.SWEEP_EVERY", 600.0)
    monkeypatch.setattr("bot.channels.webchat.calls.DONE_HERE", 600.0)  # nor is one at a slow turn
    with TwilioStandIn().running() as twilio:
        services = replace(services, settings=with_twilio(services.settings, twilio))
        with gateway_with(services, rasa.ask, monkeypatch) as client:
            twilio._client = client
            line = Line(Resident(client), twilio)
            with counting(services.database) as count:
                twilio.text(OTHER, "hello")  # the first text of a day looks up what was sent in it
                until(lambda: bool(twilio.texts_to(OTHER)))
                wait_for_silence(count)  # the provider has the reply before this is written down
            yield line


@pytest.mark.parametrize("channel", MOST)
def test_a_message_needs_few_transactions(channel: str, line: Line, services: Services) -> None:
    for text in SAID:
        before = line.texts
        with counting(services.database) as count:
            line.send(channel, text)
            wait_for_silence(count)
        following = max(line.texts - before - 1, 0)
        transactions, statements = (
            most + following * more for most, more in zip(MOST[channel], FOLLOWING, strict=True)
        )
        assert len(count.transactions) <= transactions, f"{text}\n{count}"
        assert count.statements <= statements, f"{text}\n{count}"


def wait_for_silence(count: Count) -> None:
    """Wait until nothing more is asked."""
    before = -1
    while count.statements > before:
        before = count.statements
        time.sleep(SILENCE)
