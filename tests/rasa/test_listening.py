"""While a person talks, the trained model only listens: it hears danger, and does nothing."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from bot.storage.database.tables import AnswerRow, InboxRow, OutboxRow
from bot.turns.services import Services
from tests.support.people import People
from tests.support.rasa import InProcessRasa

HEARD = [
    ("I want to end it all tonight", "hard"),
    ("thank you Ann, the lamp is still broken", "none"),
    ("4", "none"),
]


@pytest.mark.parametrize(("text", "care"), HEARD)
def test_it_says_what_it_hears_and_moves_nothing(
    rasa: InProcessRasa, services: Services, text: str, care: str
) -> None:
    people = People(services.database, services.consultation)
    inbox_id = people.send(people.new(), text)
    message = {
        "id": inbox_id,
        "sender": "a" * 32,
        "channel": "sms",
        "text": text,
        "metadata": {"inbox_id": inbox_id, "state": "started"},
        "listen": True,
    }
    reply = asyncio.run(rasa.ask(message))
    assert (reply.replies, reply.understood.care) == ((), care)
    with services.database.reading() as session:
        assert session.execute(select(InboxRow.effect)).scalar() is None
        for table in (OutboxRow, AnswerRow):
            assert session.execute(select(func.count()).select_from(table)).scalar_one() == 0
