"""What one message asks of the database, from the webhook to the reply: each transaction is a write
to the disk, or a wait for somebody else's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.turns.services import Services
from tests.conftest import gateway_with
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import with_twilio
from tests.support.counting import Count, counting
from tests.support.rasa import InProcessRasa
from tests.support.speakers import NUMBER
from tests.support.web import Resident

MOST = {"sms": (14, 50), "webchat": (7, 32)}  # transactions, statements
SAID = ("start", "2", "agree", "I do not know how to get online. Could the library teach it?")
SILENCE = 0.5  # seconds without a statement: then all that a message causes has been done


@pytest.fixture()
def send(
    services: Services, rasa: InProcessRasa, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Callable[[str], None]]]:
    """Return what sends a message on each channel, and waits until its reply is heard."""
    with TwilioStandIn().running() as twilio:
        services = replace(services, settings=with_twilio(services.settings, twilio))
        with gateway_with(services, rasa.ask, monkeypatch) as client:
            twilio._client = client

            def text(body: str) -> None:
                before = len(twilio.texts_to(NUMBER))
                assert twilio.text(NUMBER, body)[0].status_code == 200
                while len(twilio.texts_to(NUMBER)) == before:
                    time.sleep(0.005)

            resident = Resident(client)
            yield {"sms": text, "webchat": lambda body: bool(resident.say(body)["messages"])}


@pytest.mark.parametrize("channel", MOST)
def test_a_message_needs_few_transactions(
    channel: str, send: dict[str, Callable[[str], None]], services: Services
) -> None:
    transactions, statements = MOST[channel]
    for text in SAID:
        with counting(services.database) as count:
            send[channel](text)
            wait_for_silence(count)
        assert len(count.transactions) <= transactions, f"{text}\n{count}"
        assert count.statements <= statements, f"{text}\n{count}"


def wait_for_silence(count: Count) -> None:
    """Wait until nothing more is asked."""
    before = -1
    while count.statements > before:
        before = count.statements
        time.sleep(SILENCE)
