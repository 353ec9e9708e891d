"""Where our turn spends its time: a child of turns.py, run as `python -m bench.stages`.

It does by hand what the gateway does with one message, against the running processes and their
database, and takes the time of each step. Prints JSON.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bench.talk_words import OPENING, words
from bot.channels.webchat.description import WEBCHAT
from bot.consultation.dates import Phase
from bot.settings import load_settings
from bot.storage.database.keys import turn_secret
from bot.storage.messages.inbox import Incoming, accept, web_message_id
from bot.storage.messages.outbox import replies_to
from bot.storage.messages.waiting import next_waiting
from bot.storage.respondents.places import progress_now
from bot.storage.respondents.respondents import begin, find_respondent, hash_of_token
from bot.turns.ask_rasa import read_turn
from bot.turns.finish import finish_turn
from bot.turns.services import Services, make_services

T = TypeVar("T")
CONVERSATION = 0


class Clock:
    """Adds up the milliseconds of each step."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}
        self.on = False

    def take(self, step: str, work: Callable[[], T]) -> T:
        started = time.perf_counter()
        result = work()
        if self.on:
            self.times.setdefault(step, []).append((time.perf_counter() - started) * 1000)
        return result

    def medians(self) -> dict[str, float]:
        return {step: round(statistics.median(times), 2) for step, times in self.times.items()}


class Hand:
    """The gateway's work, step by step."""

    def __init__(self, services: Services) -> None:
        settings = services.settings
        self.services, self.clock = services, Clock()
        self._headers = {
            "Content-Type": "application/json",
            "X-Turn-Secret": turn_secret(settings.secrets_dir),
        }
        self._rasa = http.client.HTTPConnection("127.0.0.1", settings.rasa_port, timeout=30)
        self._token = uuid.uuid4().hex
        with services.database.writing() as session:
            self.respondent = begin(
                session,
                services.consultation,
                channel=WEBCHAT.name,
                address_hash=hash_of_token(self._token),
                replies=[],
                now=services.clock(),
            )

    def turn(self, text: str) -> None:
        take = self.clock.take
        take("find the session", self._find)
        inbox_id = take("accept (commit 1)", lambda: self._accept(text))
        message = take("prepare", self._prepare)
        answer = take("rasa, with its actions (commit 2)", lambda: self._ask(message))
        take("finish (commit 3)", lambda: self._finish(inbox_id, answer))
        take("read the replies", lambda: self._replies(inbox_id))

    def _find(self) -> None:
        with self.services.database.reading() as session:
            find_respondent(
                session,
                self.services.consultation.id,
                channel=WEBCHAT.name,
                address_hash=hash_of_token(self._token),
            )

    def _accept(self, text: str) -> int:
        incoming = Incoming(
            self.respondent.id,
            WEBCHAT.name,
            web_message_id(self.respondent.id, str(uuid.uuid4())),
            text,
        )
        with self.services.database.writing() as session:
            now = self.services.clock()
            return accept(session, incoming, phase=Phase.OPEN, now=now)[0]

    def _prepare(self) -> dict[str, Any]:
        consultation = self.services.consultation
        with self.services.database.reading() as session:
            waiting = next_waiting(session, self.respondent.id)
            here = progress_now(session, consultation, self.respondent.id, Phase.OPEN)
        assert waiting, "the gateway has taken this message up; run it again"
        question = consultation.by_id.get(here.question or "")
        metadata = {
            "inbox_id": waiting.id,
            "phase": "open",
            "state": here.state,
            "short": False,
            "kind": question.kind.value if question else None,
            "reads": None,
        }
        return {
            "id": waiting.id,
            "sender": self.respondent.id,
            "channel": WEBCHAT.name,
            "text": waiting.text,
            "metadata": metadata,
        }

    def _ask(self, message: dict[str, Any]) -> Any:
        answer = self._post(self._rasa, "/webhooks/turn/", message)
        return read_turn(answer["messages"], message["id"])

    def _post(self, connection: http.client.HTTPConnection, path: str, body: Any) -> Any:
        connection.request("POST", path, json.dumps(body).encode(), self._headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise RuntimeError(f"{path}: status {response.status}")
        return answer

    def _finish(self, inbox_id: int, reply: Any) -> None:
        with self.services.database.writing() as session:
            finish_turn(
                session,
                self.services.consultation,
                inbox_id,
                reply.replies,
                reply.understood,
                delivery="sent",
                now=self.services.clock(),
            )

    def _replies(self, inbox_id: int) -> None:
        with self.services.database.reading() as session:
            replies_to(session, inbox_id)


def floor(folder: Path, times: int) -> float:
    """Return the median milliseconds of appending a page to a file and having it on the disk."""
    found = []
    path = folder / "floor"
    with path.open("wb", buffering=0) as file:
        for _ in range(times):
            started = time.perf_counter()
            file.write(b"x" * 4096)
            os.fsync(file.fileno())
            found.append((time.perf_counter() - started) * 1000)
    path.unlink()
    return round(statistics.median(found), 3)


def main() -> None:
    rounds = int(sys.argv[1])
    services = make_services(load_settings())
    hand = Hand(services)
    for turn in range(1, len(OPENING) + 1):
        hand.turn(words(CONVERSATION, turn))
    first = len(OPENING) + 1
    hand.clock.on = True
    for turn in range(first, first + rounds * 10):
        hand.turn(words(CONVERSATION, turn))
    folder = Path(services.settings.secrets_dir).parent
    result = {"stages_ms": hand.clock.medians(), "fsync_ms": floor(folder, rounds * 20)}
    services.database.close()
    sys.stdout.write("\n" + json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
