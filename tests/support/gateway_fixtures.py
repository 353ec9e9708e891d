"""A gateway whose Rasa is a stand-in, and a watch on the log."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.consultation.model import Consultation
from bot.consultation.utterances import Words, load_words
from bot.gateway.app import create_app
from bot.settings import ROOT, Settings
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Database
from bot.turns.services import Services
from tests.conftest import Clock
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import Latest
from tests.support.gateway import CANARY, HOME, Behind, FakeRasa
from tests.support.live import served
from tests.support.postgres import free_port
from tests.support.web import Resident


@pytest.fixture(scope="session")
def bot_words() -> Words:
    return load_words(ROOT / "domain.yml")


@pytest.fixture()
def services(
    settings: Settings,
    database: Database,
    consultation: Consultation,
    clock: Clock,
    bot_words: Words,
) -> Services:
    return Services(
        settings=settings,
        consultation=consultation,
        database=database,
        words=bot_words,
        keys=load_keys(settings.secrets_dir),
        clock=clock,
    )


@pytest.fixture()
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture()
def client(
    services: Services, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)
    with TestClient(create_app(services, rasa), base_url=HOME) as client:
        yield client


@pytest.fixture()
def resident(client: TestClient) -> Resident:
    return Resident(client)


@pytest.fixture()
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try failed turns again at once."""
    monkeypatch.setattr("bot.turns.worker.FIRST_DELAY", 0.002)
    monkeypatch.setattr("bot.turns.worker.LONGEST_DELAY", 0.01)
    monkeypatch.setattr("bot.turns.worker.FAILED_DELAYS", (0.002,))


@pytest.fixture(autouse=True)
def nothing_personal_in_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """After every test here: no token and no words of a resident in any line, not even at DEBUG."""
    caplog.set_level(logging.DEBUG)
    tokens = []
    make = secrets.token_urlsafe

    def token_urlsafe(size: int | None = None) -> str:
        tokens.append(make(size))
        return tokens[-1]

    monkeypatch.setattr(secrets, "token_urlsafe", token_urlsafe)
    yield
    formatter = logging.Formatter("%(name)s %(message)s")
    # The client of the tests logs what it asks for, and is not ours.
    records = [r for r in caplog.get_records("call") if not r.name.startswith("httpx")]
    lines = [formatter.format(record) for record in records]
    for secret in (CANARY, *tokens):
        assert not [line for line in lines if secret in line]


@pytest.fixture(scope="module")
def stand_in() -> Iterator[TwilioStandIn]:
    with TwilioStandIn().running() as stand_in:
        yield stand_in


@pytest.fixture()
def twilio(stand_in: TwilioStandIn) -> TwilioStandIn:
    """A Twilio that has forgotten the tests before."""
    stand_in.reset()
    return stand_in


@pytest.fixture(scope="module")
def api() -> Iterator[tuple[Latest, str]]:
    """A Bot API whose stand-in each test puts in, and its address."""
    latest = Latest()
    with served(latest, free_port()) as url:  # type: ignore[arg-type]
        yield latest, url
