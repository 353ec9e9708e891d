"""Machines that answer: the same words again and again get nothing more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.storage.database.session import Database
from bot.turns.services import Services
from tests.conftest import Clock
from tests.turns.intake.test_when import Sender

THANKS = "Thank you for your message, we will be in touch"
TEXTS = [
    # what comes, with a minute between -> which of them are a machine's
    ([THANKS] * 5, [2, 3, 4]),
    ([f"Ticket {n} has been received" for n in range(4)], [2, 3]),
    ([THANKS, "hello", THANKS, THANKS], []),
    (["ping"] * 5, [3, 4]),
    (["help"] * 6, []),
    (["yes"] * 6, []),
    (["what did you say?", "what did you say?"], []),
]


@pytest.mark.parametrize(("texts", "noted"), TEXTS)
@pytest.mark.parametrize("channel", ["sms", "telegram"])
def test_what_goes_round_in_circles_is_a_machine(
    services: Services,
    any_database: Database,
    clock: Clock,
    channel: str,
    texts: list[str],
    noted: list[int],
) -> None:
    sender = Sender(replace(services, database=any_database), clock, channel)
    sender.writes("start", came=0)
    sender.is_told("role", said=1, sent=1)
    kept = []
    for number, text in enumerate(texts, start=1):
        kept.append(sender.kept(sender.writes(text, came=60 * number)))
        sender.is_told("role", said=60 * number + 1, sent=60 * number + 1)
    assert [n for n, row in enumerate(kept) if row.note == "automatic"] == noted


def test_the_same_answer_to_different_questions_is_an_answer(
    services: Services, any_database: Database, clock: Clock
) -> None:
    sender = Sender(replace(services, database=any_database), clock, "sms")
    sender.writes("start", came=0)
    for number in range(1, 9):
        sender.is_told(f"question {number}", said=60 * number, sent=60 * number)
        assert sender.kept(sender.writes("4", came=60 * number + 30)).note is None
    sender.writes("STOP", came=1000)
    assert sender.opted_out()
