"""A channel that is described, and listed in the registry, works everywhere: nothing else in the
product has to be told of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient
from werkzeug.datastructures import MultiDict

from bot.channels import registry
from bot.gateway.app import create_app
from bot.settings import load_settings
from bot.staff.results.filters import read_filters
from bot.staff.shell.app import create_app as create_staff_app
from bot.storage.database.tables import InboxRow
from bot.storage.privacy.find_person import find_people
from bot.storage.respondents.respondents import references_of
from bot.storage.staff.sign_in import Role
from bot.turns.services import Services
from tests.staff.desk import CHEAP, CONSULTATION, START, Desk
from tests.staff.desk import Clock as StaffClock
from tests.support.gateway import HOME, Behind, FakeRasa, reply
from tests.support.relay import RELAY, RelaySender
from tests.support.speakers import settle

TOKEN = {"x-token": "t0ken"}


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line in the registry."""
    monkeypatch.setattr(registry, "CHANNELS", (*registry.CHANNELS, RELAY))
    monkeypatch.setattr("bot.gateway.app.Rasa", Behind)


def on(services: Services, **environ: str) -> Services:
    """Return the services with the channels that these settings turn on."""
    channels = load_settings(environ, root=services.settings.secrets_dir.parent).channels
    return replace(services, settings=replace(services.settings, channels=channels))


@pytest.fixture()
def gateway(services: Services, rasa: FakeRasa) -> Iterator[TestClient]:
    services = on(services, RELAY_TOKEN=TOKEN["x-token"])
    with TestClient(create_app(services, rasa), base_url=HOME) as client:
        yield client


def bring(gateway: TestClient, text: str, number: int = 1, **headers: str) -> int:
    said = {"id": f"in-{number}", "box": "17", "text": text}
    return gateway.post("/relay/webhook", json=said, headers=headers or TOKEN).status_code


def sent(gateway: TestClient) -> list[tuple[str, str]]:
    app: Any = gateway.app
    sender: RelaySender = app.state.senders["relay"]
    return sender.sent


def test_a_message_goes_in_and_its_reply_comes_out(
    gateway: TestClient, services: Services, rasa: FakeRasa
) -> None:
    options = ({"title": "Yes", "question": "q"}, {"title": "No", "question": "q"})
    rasa.says = lambda message: reply("Agree?", buttons=options)
    assert bring(gateway, "hello") == bring(gateway, "hello") == 200
    settle(services)
    assert rasa.texts == ["hello"]  # the second time it was a repetition
    assert {address for address, _ in sent(gateway)} == {"17"}
    assert sent(gateway)[-1][1].endswith("Agree?\n1 Yes\n2 No")  # it has no buttons


ODD = [
    ("forged", {}, {"x-token": "forged"}, 403),
    ("no token", {}, {"x-other": "t0ken"}, 403),
    ("token in other letters", {}, {"x-token": "t\xf6ken"}, 403),
    ("no text", {"text": None}, TOKEN, 400),
    ("no number", {"id": None}, TOKEN, 400),
    ("text that is a number", {"text": 5}, TOKEN, 400),
    ("text that is a list", {"text": ["x"]}, TOKEN, 400),
    ("number that is a number", {"id": 5}, TOKEN, 400),
    ("box that is a number", {"box": 17}, TOKEN, 400),
    ("no box of ours", {"box": "x"}, TOKEN, 400),
    ("box of other digits", {"box": "\u0661\u0667"}, TOKEN, 400),
    ("blank text", {"text": " \n"}, TOKEN, 400),
    ("blank number", {"id": ""}, TOKEN, 400),
    ("too long a text", {"text": "x" * (RELAY.longest + 1)}, TOKEN, 413),
    ("too long a number", {"id": "x" * 65}, TOKEN, 413),
    ("as long as may be", {"text": "x" * RELAY.longest}, TOKEN, 200),
]


@pytest.mark.parametrize(("label", "changed", "headers", "status"), ODD, ids=[o[0] for o in ODD])
def test_what_it_cannot_read_is_refused_and_not_stored(
    gateway: TestClient,
    services: Services,
    label: str,
    changed: dict[str, Any],
    headers: dict[str, str],
    status: int,
) -> None:
    said = {"id": "in-1", "box": "17", "text": "hello", **changed}
    whole = {name: value for name, value in said.items() if value is not None}
    given = {name: value.encode("latin-1") for name, value in headers.items()}
    response = gateway.post("/relay/webhook", json=whole, headers=given)
    assert response.status_code == status
    with services.database.reading() as session:
        stored = session.execute(select(func.count()).select_from(InboxRow)).scalar_one()
    assert stored == (1 if status == 200 else 0)


def test_a_stop_is_obeyed_there_too(gateway: TestClient, services: Services) -> None:
    bring(gateway, "hello")
    settle(services)
    bring(gateway, "STOP", 2)
    settle(services)
    stopped = services.words.say("utter_stopped", short=True, **services.facts())
    assert sent(gateway)[-1] == ("17", stopped)


def test_it_shows_in_the_health_while_it_is_on(
    gateway: TestClient, services: Services, rasa: FakeRasa
) -> None:
    assert gateway.get("/ready").json()["channels"] == ["relay", "webchat"]
    with TestClient(create_app(on(services), rasa), base_url=HOME) as off:
        assert off.get("/ready").json()["channels"] == ["webchat"]
        assert bring(off, "hello") == 404


def test_staff_find_its_people(gateway: TestClient, services: Services) -> None:
    bring(gateway, "hello")
    settle(services)
    with services.database.reading() as session:
        [found] = references_of(session, services.keys, "box:17")
        with pytest.raises(ValueError, match="or box:17"):
            references_of(session, services.keys, "fax:17")
        with pytest.raises(ValueError, match="like box:17"):
            references_of(session, services.keys, "box:x")
    clock = StaffClock(START)
    consultation = replace(CONSULTATION, id=services.consultation.id)
    app = create_staff_app(
        services.settings, services.database, consultation, clock=clock, hasher=CHEAP
    )
    staff = Desk(app, services.database, clock, services.settings).signed_in(Role.ADMIN)
    for path, shown in [
        ("/conversations?channel=relay", True),
        ("/conversations?channel=sms", False),
    ]:
        page = staff.get(path).text
        assert (found in page) == shown
        assert '<option value="relay"' in page
    assert ">Relay<" in staff.get("/results").text
    with services.database.reading() as session:
        assert find_people(session, services.keys, "17").surely == found
    asked = read_filters(CONSULTATION, MultiDict({"channel": "relay"}))
    assert (asked.filters.channel, asked.problems) == ("relay", {})


def test_its_settings_are_told_as_env_example_has_them(tmp_path: Path) -> None:
    assert RELAY.env_example().splitlines()[1:] == ["# Off unless it is set.", "# RELAY_TOKEN="]
    read: Callable[..., Any] = load_settings
    assert read({"RELAY_TOKEN": "x"}, root=tmp_path).channels == {"webchat": (), "relay": "x"}
