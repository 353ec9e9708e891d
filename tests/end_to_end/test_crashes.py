"""The gateway is killed at each step of a message's way, and started again: nothing is lost, every
reply arrives, and a reply arrives twice only where nobody can know that it had been taken.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.consultation.model import Consultation
from bot.storage.database.keys import load_keys
from bot.storage.database.migrate import migrate
from bot.storage.database.session import Database, open_database
from bot.storage.database.tables import OutboxRow, RespondentRow
from bot.storage.messages.claims import learn_opt_out
from bot.storage.messages.talks import say_as_person
from bot.storage.privacy.exports import export_rows
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn
from tests.support import crashing
from tests.support.claims import expire
from tests.support.crashing import POINTS
from tests.support.live import served
from tests.support.postgres import free_port
from tests.support.processes import until
from tests.support.rasa import InProcessRasa

pytestmark = pytest.mark.slow

NUMBER, USER = "+447700900777", 700900777
TEXT = "crash-words: more classes for people like my nan"
BY_ANN, ANN = "I have passed it on.\n\nAnn, Harbour Town Council", "ann@example.gov.uk"


@dataclass
class Stage:
    """A deployment whose gateway is a process that can be killed; the rest is in this process."""

    environment: dict[str, str]
    database: Database
    twilio: TwilioStandIn
    telegram: TelegramStandIn
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['GATEWAY_PORT']}"

    @contextmanager
    def gateway(self, point: str) -> Iterator[BaseProcess]:
        process = crashing.gateway(point, self.environment, self.log)
        try:
            until(lambda: not process.is_alive() or self.answers("/live"))
            yield process
        finally:
            process.terminate()
            process.join(timeout=120)

    def answers(self, path: str) -> bool:
        try:
            return httpx.get(self.url + path, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def rows(self, what: str) -> list[dict[str, Any]]:
        with self.database.reading() as session:
            return list(export_rows(session, what, "manchester-digital-strategy"))


@pytest.fixture()
def stage(
    tmp_path: Path,
    rasa: InProcessRasa,
    consultation: Consultation,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    from actions import turn

    ports = {name: free_port() for name in ("GATEWAY_PORT", "RASA_PORT")}
    url = f"sqlite:///{tmp_path}/stage.db"
    migrate(url)
    database = open_database(url, tmp_path / "secrets")
    monkeypatch.setattr(
        turn,
        "made",
        turn.Services(consultation, database, load_keys(tmp_path / "secrets")),
        raising=False,
    )
    with (
        served(rasa.app(), ports["RASA_PORT"]),
        TwilioStandIn().running() as twilio,
        TelegramStandIn(secret="crash").running() as telegram,
    ):
        public = f"http://127.0.0.1:{ports['GATEWAY_PORT']}"
        twilio.webhook, telegram.webhook = f"{public}/sms/webhook", f"{public}/telegram/webhook"
        environment = {
            **os.environ,
            **{name: str(port) for name, port in ports.items()},
            "ACTIONS_PORT": str(ports["RASA_PORT"] + 1 if ports["RASA_PORT"] < 65000 else 64999),
            "DATABASE_URL": url,
            "SECRETS_DIR": str(tmp_path / "secrets"),
            "PUBLIC_BASE_URL": public,
            "CONSULTATION_DATE": "2021-03-01",
            "LOG_LEVEL": "DEBUG",
            "TWILIO_ACCOUNT_SID": twilio.account_sid,
            "TWILIO_AUTH_TOKEN": twilio.auth_token,
            "TWILIO_NUMBER": twilio.number,
            "TWILIO_API_URL": twilio.url,
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_WEBHOOK_SECRET": "crash",
            "TELEGRAM_API_URL": telegram.url,
        }
        yield Stage(environment, database, twilio, telegram, tmp_path / "gateway.log")
    database.close()


def by_text_message(stage: Stage, text: str) -> None:
    stage.twilio.text_until_taken(NUMBER, text)  # three tries, as the webhook's options say


def in_telegram(stage: Stage, text: str) -> None:
    stage.telegram.write(USER, text)  # and again for a day, as Telegram does (deliver_pending)


def replies(stage: Stage, channel: str) -> list[str]:
    return stage.twilio.texts_to(NUMBER) if channel == "sms" else stage.telegram.texts_to(USER)


WAYS = {"sms": by_text_message, "telegram": in_telegram}


@pytest.mark.parametrize("channel", WAYS)
@pytest.mark.parametrize("point", [point for point in POINTS if point != "nowhere"])
def test_a_gateway_that_is_killed_loses_nothing(stage: Stage, point: str, channel: str) -> None:
    with stage.gateway(point) as process:
        WAYS[channel](stage, "start")
        process.join(timeout=120)
        assert process.exitcode == -signal.SIGKILL
    with stage.database.writing() as session:
        expire(session)  # as if the time of its leases had passed
    with stage.gateway("nowhere"):
        stage.telegram.deliver_pending()
        until(lambda: delivered(stage, 1))
        for turns, said in enumerate(("1", "agree", TEXT), start=2):
            WAYS[channel](stage, said)
            # What is written before the next question is sent would go with the one before.
            until(lambda turns=turns: delivered(stage, turns))  # type: ignore[misc]
        doubtful = httpx.get(f"{stage.url}/ready").json()["replies"]["perhaps_twice"]
    sent = [row["text"] for row in stage.rows("messages") if row["direction"] == "in"]
    assert sent == ["start", "1", "agree", TEXT]
    assert [row["text"] for row in stage.rows("answers")] == ["1", "agree", TEXT]
    stored = [row["text"] for row in stage.rows("messages") if row["direction"] == "out"]
    arrived = Counter(replies(stage, channel))
    doubles = arrived - Counter(stored)
    assert Counter(stored) - arrived == Counter()  # every reply at least once
    # Twilio can be asked whether it had the text; Telegram cannot.
    asked = channel == "sms"
    assert sum(doubles.values()) == (1 if point == "after send" and not asked else 0)
    in_doubt = ("before send",) if asked else ("before send", "after send")
    assert doubtful == (1 if point in in_doubt else 0)
    log = stage.log.read_text(errors="replace")
    personal = [NUMBER, NUMBER[1:], str(USER), TEXT, stage.twilio.auth_token, stage.telegram.token]
    assert [word for word in personal if word in log] == []


# A person's reply: killed where, on which channel, whether they said STOP before the gateway was
# back, how often the reply arrives, and what staff read of it.
BY_A_PERSON = [
    ("before send", "sms", False, 1, "sent"),
    ("after send", "sms", False, 1, "sent"),
    ("before send", "telegram", False, 1, "sent"),
    ("after send", "telegram", False, 2, "sent"),  # nobody can know that it was taken
    ("before send", "sms", True, 0, "cancelled"),
    ("before send", "telegram", True, 0, "cancelled"),
]


@pytest.mark.parametrize(("point", "channel", "stopped", "times", "delivery"), BY_A_PERSON)
def test_a_reply_by_a_person_survives_a_gateway_that_is_killed(
    stage: Stage, point: str, channel: str, stopped: bool, times: int, delivery: str
) -> None:
    with stage.gateway("nowhere"):
        WAYS[channel](stage, "start")
        until(lambda: delivered(stage, 1))
    with stage.database.writing() as session:
        person = session.execute(select(RespondentRow.id)).scalar_one()
        say_as_person(
            session,
            person,
            BY_ANN,
            staff=ANN,
            keep_quiet=timedelta(hours=24),
            now=datetime.now(timezone.utc),
        )
    with stage.gateway(point) as process:
        process.join(timeout=120)
        assert process.exitcode == -signal.SIGKILL
    with stage.database.writing() as session:
        if stopped:
            learn_opt_out(session, person)
        expire(session)
    with stage.gateway("nowhere"):
        until(lambda: by_ann(stage) == delivery)
        WAYS[channel](stage, "Thank you Ann")
        until(lambda: done(stage) == 2)  # and whatever was to be sent before has gone
    arrived = replies(stage, channel)
    assert arrived.count(BY_ANN) == times
    assert stopped or arrived[-1] == BY_ANN  # the bot keeps quiet after the crash too
    assert by_ann(stage) == delivery


def by_ann(stage: Stage) -> str:
    with stage.database.reading() as session:
        query = select(OutboxRow.delivery).where(OutboxRow.staff == ANN)
        found = session.execute(query).scalar_one()
    return "sent" if found == "delivered" else found


def done(stage: Stage) -> int:
    rows = stage.rows("messages")
    return sum(row["direction"] == "in" and row["delivery"] == "done" for row in rows)


def delivered(stage: Stage, turns: int) -> bool:
    """Say whether so many messages are answered, and every reply is handed over."""
    rows = stage.rows("messages")
    done = [row for row in rows if row["direction"] == "in" and row["delivery"] == "done"]
    out = [row["delivery"] for row in rows if row["direction"] == "out"]
    return len(done) == turns and bool(out) and set(out) <= {"sent", "delivered"}
