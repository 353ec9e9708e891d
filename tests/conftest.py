"""Fixtures that many tests share: databases of both kinds, the trained model, a gateway."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation
from bot.consultation.utterances import load_words
from bot.gateway.app import create_app
from bot.rasa.no_tensorflow import leave_tensorflow_out
from bot.settings import ROOT, Settings, load_settings
from bot.storage.database.keys import load_keys
from bot.storage.database.migrate import migrate
from bot.storage.database.session import Database, open_database
from bot.training import is_trained, trained_model
from bot.turns.services import AskRasa, Services
from tests.support import postgres
from tests.support.browser import chromium_path, launched
from tests.support.canaries import watch
from tests.support.kept import keeping
from tests.support.people import People
from tests.support.rasa import InProcessRasa
from tests.support.side_by_side import share_out

MANCHESTER = ROOT / "data" / "consultations" / "manchester-digital-strategy.yml"
leave_tensorflow_out()  # before anything imports Rasa
IN_CI = os.environ.get("CI") == "true"
# The same examples each time; HYPOTHESIS_PROFILE=new tries others. Busy machines are slow.
AT_ANY_PACE = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("same", derandomize=True, **AT_ANY_PACE)
hypothesis.settings.register_profile("new", **AT_ANY_PACE)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
WHILE_OPEN = datetime(2021, 3, 1, 12, 0, tzinfo=timezone.utc)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the golden conversations")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist writes the groups into the names
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        share_out(items)


def missing(what: str) -> None:
    """Skip for want of a program, but never in CI: there it must be installed."""
    if IN_CI:
        pytest.fail(f"{what} is not installed, and CI must have it")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session", autouse=True)
def nothing_personal_is_logged() -> Iterator[None]:
    """The whole suite runs at DEBUG; no number, id, token or word of a resident is in a line."""
    watching = watch()
    yield
    assert watching.caught == []


@pytest.fixture(scope="session", autouse=True)
def libraries_keep_what_they_worked_out() -> Iterator[None]:
    with keeping():
        yield


@pytest.fixture(scope="session")
def manchester() -> Consultation:
    """What is asked now; an edit of its words must fail no test but those of its words."""
    return load_consultation(MANCHESTER)


@pytest.fixture(scope="session")
def consultation(manchester: Consultation) -> Consultation:
    return manchester


@pytest.fixture()
def settings(tmp_path: Path) -> Settings:
    """Settings of a deployment of its own: everything that is written goes to a temporary
    folder.
    """
    return load_settings(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path}/test.db",
            "SECRETS_DIR": str(tmp_path / "secrets"),
            "CONSULTATION_DATE": "",
        }
    )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    binaries = postgres.find_binaries()
    if binaries is None:
        missing("The PostgreSQL server")
        return
    with postgres.server(binaries) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/any.db"
    else:
        server_url = request.getfixturevalue("postgres_server")
        with postgres.database(server_url, f"t{uuid.uuid4().hex[:12]}") as url:
            yield url


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated database. A copy of it takes less time than migrating for each test."""
    file = tmp_path_factory.mktemp("empty") / "empty.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def emptied(postgres_server: str) -> Iterator[postgres.Emptied]:
    """A migrated database, to be emptied after each test."""
    with postgres.database(postgres_server, "empty") as url:
        migrate(url)
        kept = postgres.Emptied(postgres_server, "empty")
        yield kept
        kept.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(
    request: pytest.FixtureRequest, tmp_path: Path, empty_file: Path
) -> Iterator[Database]:
    """A migrated database, of each kind in turn."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            file = shutil.copy(empty_file, tmp_path / "any.db")
            url = f"sqlite:///{file}"
        else:
            emptied = request.getfixturevalue("emptied")
            stack.callback(emptied.empty)
            url = emptied.url
        database = open_database(url, tmp_path / "secrets")
        yield database
        database.close()


@pytest.fixture()
def people(any_database: Database, consultation: Consultation) -> People:
    """Residents of Manchester, whose turns are done without Rasa."""
    return People(any_database, consultation)


@pytest.fixture()
def database(settings: Settings, empty_file: Path) -> Iterator[Database]:
    """A migrated SQLite database."""
    shutil.copy(empty_file, settings.database_url.removeprefix("sqlite:///"))
    database = open_database(settings.database_url, settings.secrets_dir)
    yield database
    database.close()


@pytest.fixture(scope="module")  # not longer: while it is there, nothing else has an event loop
def browser() -> Iterator[Browser]:
    executable = chromium_path()
    if executable is None:
        missing("Chromium (set CHROMIUM to its path)")
        return
    with launched(executable) as running:
        yield running


@pytest.fixture(scope="session")
def model(request: pytest.FixtureRequest) -> Path:
    """The trained model, trained first if its inputs changed."""
    settings = load_settings()
    screen = request.config.pluginmanager.getplugin("terminalreporter")
    if screen and not is_trained(settings):
        screen.write_line("Training the dialogue model: up to two minutes.")
    return trained_model(settings)


@pytest.fixture(scope="session")
def rasa(model: Path) -> InProcessRasa:
    """The trained model with the real actions."""
    return InProcessRasa(model)


class Clock:
    """A clock that tests can set."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture()
def clock() -> Clock:
    return Clock(WHILE_OPEN)


@pytest.fixture()
def services(
    settings: Settings, database: Database, consultation: Consultation, clock: Clock
) -> Services:
    return Services(
        settings=settings,
        consultation=consultation,
        database=database,
        words=load_words(ROOT / "domain.yml"),
        keys=load_keys(settings.secrets_dir),
        clock=clock,
    )


@pytest.fixture()
def gateway(
    services: Services, rasa: InProcessRasa, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """The gateway with the real model and the real actions behind it."""
    with gateway_with(services, rasa.ask, monkeypatch) as client:
        yield client


def gateway_with(services: Services, ask: AskRasa, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return a client of a gateway; the actions are pointed to the same database."""
    from actions import turn

    monkeypatch.setattr(
        turn,
        "made",
        turn.Services(services.consultation, services.database, services.keys),
        raising=False,
    )
    return TestClient(create_app(services, ask), raise_server_exceptions=False)


@pytest.fixture()
def with_consultation(services: Services) -> Callable[[Consultation], Services]:
    return lambda other: replace(services, consultation=other)
