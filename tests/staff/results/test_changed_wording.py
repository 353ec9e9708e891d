"""A wording is changed while people answer: from the file to results, downloads and the report."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from starlette.testclient import TestClient
from typer.testing import CliRunner

from bot.commands.cli import app as commands
from bot.gateway.app import create_app as create_gateway
from bot.settings import ROOT, Settings, load_settings
from bot.staff.publishing.open_data import open_data
from bot.staff.shell.app import create_app
from bot.storage.database.migrate import migrate
from bot.storage.staff.rows import Role
from bot.turns.services import make_services
from tests.staff.desk import CHEAP, START, Clock, Desk
from tests.support.people import People

FILE = ROOT / "tests" / "consultations" / "harbour-town-buses.yml"
OFTEN, OPEN = "travel.how_often", "late_buses.views"
BEFORE, AFTER = "How often do you take the bus?", "How often did you take the bus in May?"
OPEN_BEFORE, OPEN_AFTER = "What do you want to tell us about buses at night?", "And at night?"


class Town:
    """A deployment of one consultation file; `start` is what a restart of it does."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.file = self.root / "data" / "consultations" / FILE.name
        self.file.parent.mkdir(parents=True)
        for name in ("domain.yml", "data/staff_replies.yml", "node_modules"):
            (self.root / name).symlink_to(ROOT / name)
        self.file.write_text(FILE.read_text("utf-8"), "utf-8")
        self.environ = {
            "DATABASE_URL": f"sqlite:///{folder}/town.db",
            "SECRETS_DIR": str(folder / "secrets"),
            "CONSULTATION": FILE.stem,
        }
        migrate(self.environ["DATABASE_URL"])

    @property
    def settings(self) -> Settings:
        return replace(load_settings(self.environ), root=self.root)

    def change(self, before: str, after: str, version: str) -> None:
        text = self.file.read_text("utf-8")
        assert before in text
        text = re.sub("^version: .*$", f'version: "{version}"', text, flags=re.MULTILINE)
        self.file.write_text(text.replace(before, after), "utf-8")

    def start(self) -> None:
        with TestClient(create_gateway(make_services(self.settings))):
            pass  # it has begun

    def answer(self, *texts: str) -> None:
        services = make_services(self.settings)
        with closing(services.database):
            people = People(services.database, services.consultation)
            person = people.new()
            people.start(person)
            for text in texts:
                people.answer(person, text)

    def desk(self) -> Desk:
        services = make_services(self.settings)
        clock = Clock()
        made = create_app(
            self.settings, services.database, services.consultation, clock=clock, hasher=CHEAP
        )
        return Desk(made, services.database, clock, self.settings)


@pytest.fixture()
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Two answered before both questions were changed, and three after. Tests only look."""
    town = Town(tmp_path_factory.mktemp("town"))
    town.start()
    for often in ("every day", "never"):
        town.answer(often, "work", "3", "yes", "the old words were answered by me")
    town.change(BEFORE, AFTER, "second")
    town.change(OPEN_BEFORE, OPEN_AFTER, "second")
    town.start()
    for _ in range(3):
        town.answer("never", "work", "4", "no", "and the new words by me")
    desk = town.desk()
    yield desk
    desk.database.close()


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", response.text)


def rows_of(client: FlaskClient, path: str) -> list[dict[str, str]]:
    response = client.get(path)
    assert response.status_code == 200, path
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


def test_each_wording_has_its_results_under_its_own_words(changed: Desk) -> None:
    client = changed.signed_in(Role.ANALYST)
    shown = page(client, f"/results/questions/{OFTEN}")
    assert "counted by themselves" in shown
    first, second = shown.split("</h2>")[1:3]
    assert BEFORE in first and "<strong>2 people</strong> answered" in first
    assert AFTER in second and "<strong>3 people</strong> answered" in second
    assert ">the first wording (CSV)</a>" in shown
    assert re.search(r">from \d+ [A-Z][a-z]+ \d{4} \(CSV\)</a>", shown)
    unchanged = page(client, "/results/questions/travel.why")
    assert "counted by themselves" not in unchanged and "<strong>5 people</strong>" in unchanged
    answers = page(client, f"/results/questions/{OPEN}")
    assert answers.count(", the first wording</span>") == 2
    assert OPEN_BEFORE in answers and OPEN_AFTER in answers


def test_downloads_tell_the_wordings_apart(changed: Desk) -> None:
    client = changed.signed_in(Role.ANALYST)
    of_question = "/results/downloads/question.csv?question=" + OFTEN
    assert [
        sum(int(row["People"]) for row in rows_of(client, f"{of_question}&table=answers-{n}")[:3])
        for n in (1, 2)
    ] == [2, 3]
    wordings = rows_of(client, f"{of_question}&table=wordings")
    assert [(row["The question"], row["Answers"]) for row in wordings] == [
        (BEFORE, "2"),
        (AFTER, "3"),
    ]
    people = rows_of(client, "/results/downloads/people.csv?table=people")
    told = Counter((bool(row[BEFORE]), bool(row[AFTER])) for row in people)
    assert told == {(True, False): 2, (False, True): 3}


def test_the_report_prints_both_and_open_data_neither(changed: Desk) -> None:
    report = page(changed.signed_in(Role.ANALYST), "/report")
    assert "counted for each wording by itself" in report
    assert f"The first wording: {BEFORE}" in report and AFTER in report
    with changed.database.writing() as session:
        here = changed.app.extensions["context"]
        published = open_data(session, here.keys, here.consultation, START)
    withheld = [line for line in published.withheld if "its wording was changed" in line]
    assert any(OFTEN in line for line in withheld) and not any("why" in line for line in withheld)


def test_check_says_when_the_version_was_forgotten(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.start()
    town.answer("never")
    monkeypatch.setattr("bot.settings.load_settings", lambda: town.settings)
    said = CliRunner().invoke(commands, ["check"])
    assert said.exit_code == 0 and "was changed, but" not in said.output
    text = town.file.read_text("utf-8").replace(BEFORE, AFTER)
    town.file.write_text(text, "utf-8")
    said = CliRunner().invoke(commands, ["check"])
    assert f"{OFTEN} was changed, but version is still" in said.output
