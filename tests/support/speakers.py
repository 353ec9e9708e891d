"""A resident on each channel, for tests: says a thing, and hears what the bot says to it.

On every channel they go the real way: webhook or page, gateway, and the provider's stand-in.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import func, select
from starlette.testclient import TestClient

from bot.storage.database.tables import InboxRow, OutboxRow, RespondentRow
from bot.storage.respondents.places import progress_now
from bot.turns.rendering import numbered
from bot.turns.services import Services
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn
from tests.support.web import Resident

NUMBER, USER = "+447700900321", 700900321
PATIENCE = 30.0  # seconds


class Speaker(Protocol):
    """`sent` holds what they really sent, word for word."""

    sent: list[str]

    def opening(self) -> list[Any]: ...

    def say(self, text: str) -> list[Any]: ...

    def press(self, title: str) -> list[Any]: ...

    def progress(self) -> dict[str, Any]: ...


def heard(message: dict[str, Any]) -> Any:
    """Return a message as golden files hold it: its text, and the titles of its buttons."""
    titles = [button["title"] for button in message["buttons"]]
    return {"text": message["text"], "buttons": titles} if titles else message["text"]


class WebSpeaker:
    """At the web page."""

    def __init__(self, gateway: TestClient) -> None:
        self.resident = Resident(gateway)
        self.sent: list[str] = []

    def opening(self) -> list[Any]:
        return [heard(message) for message in self.resident.heard]

    def say(self, text: str) -> list[Any]:
        self.sent.append(text)
        return [heard(message) for message in self.resident.say(text)["messages"]]

    def press(self, title: str) -> list[Any]:
        self.sent.append(title)
        return [heard(message) for message in self.resident.press(title)["messages"]]

    def progress(self) -> dict[str, Any]:
        return self.resident.progress


@dataclass
class Pushed:
    """What channels have in common whose replies are brought to the resident."""

    services: Services
    sent: list[str] = field(default_factory=list)

    def opening(self) -> list[Any]:
        return []  # nobody is written to before they have written

    def progress(self) -> dict[str, Any]:
        phase = self.services.phase(self.services.clock())
        with self.services.database.reading() as session:
            person = session.execute(select(RespondentRow.id)).scalar_one()
            return progress_now(session, self.services.consultation, person, phase).as_dict()

    def settle(self) -> None:
        """Wait until every turn is done and every reply is handed over."""
        settle(self.services)


@dataclass
class SmsSpeaker(Pushed):
    """On a telephone that can do nothing but text messages."""

    twilio: TwilioStandIn = field(default_factory=TwilioStandIn)
    number: str = NUMBER

    def say(self, text: str) -> list[Any]:
        before = len(self.twilio.texts_to(self.number))
        self.sent.append(text)
        answers = self.twilio.text(self.number, text)
        assert [answer.status_code for answer in answers] == [200], answers[0].text
        self.settle()
        return self.twilio.texts_to(self.number)[before:]

    def press(self, title: str) -> list[Any]:
        """Type the number of the option, or the word that the button stands for."""
        question = self.services.consultation.by_id.get(self.progress()["question"] or "")
        titles = [option.wording.text for option in question.options] if question else []
        word = title.partition(",")[0]  # "Yes, delete it all"
        return self.say(str(titles.index(title) + 1) if title in titles else word)

    def progress(self) -> dict[str, Any]:
        if not self.sent:
            return {"state": "new", "question": None}
        return super().progress()


@dataclass
class TelegramSpeaker(Pushed):
    """In the Telegram app."""

    telegram: TelegramStandIn = field(default_factory=TelegramStandIn)
    user: int = USER

    def say(self, text: str) -> list[Any]:
        before = len(self._messages())
        self.sent.append(text)
        answers = self.telegram.write(self.user, text)
        assert [answer.status_code for answer in answers] == [200], answers
        self.settle()
        return self._messages()[before:]

    def press(self, title: str) -> list[Any]:
        before = self._messages()
        if not any(isinstance(m, dict) and title in m["buttons"] for m in before[-3:]):
            return self.say(self._as_typed(title))
        self.sent.append(title)
        self.telegram.press(self.user, title)
        self.settle()
        return self._messages()[len(before) :]

    def _as_typed(self, title: str) -> str:
        """Options of which several may be chosen have numbers instead of buttons."""
        shown = self._messages()[-1] if self._messages() else ""
        match = re.search(rf"^(\d+) {re.escape(title)}$", str(shown), re.M)
        return match[1] if match else title

    def _messages(self) -> list[Any]:
        sent = [message for message in self.telegram.sent if message.chat_id == self.user]
        return [
            {"text": m.text, "buttons": [title for title, _ in m.buttons]} if m.buttons else m.text
            for m in sent
        ]


def as_on_telegram(message: Any, *, several: bool) -> Any:
    """Return a message of the web page as Telegram shows it."""
    if several and isinstance(message, dict):
        return numbered(message["text"], message["buttons"])
    return message


def settle(services: Services) -> None:
    """Wait until every turn is done and every reply is handed over."""
    end = time.monotonic() + PATIENCE
    waiting = (
        select(func.count()).where(InboxRow.state == "received"),
        select(func.count()).where(OutboxRow.delivery.in_(("queued", "sending"))),
    )
    while True:
        with services.database.reading() as session:
            if not any(session.execute(query).scalar_one() for query in waiting):
                return
        assert time.monotonic() < end, "turns or replies are still waiting"
        time.sleep(0.005)
