"""Open data: a valid package, nothing that leads to a person, and nothing to subtract."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import datetime
from itertools import permutations
from pathlib import Path

import pytest
from frictionless import Package, Schema
from sqlalchemy import select

from bot.channels.registry import all_channels
from bot.consultation.suppression import FEWEST, STEP
from bot.staff.publishing.data_package import package_files
from bot.staff.publishing.open_data import Published, open_data
from bot.storage.coding import codebook
from bot.storage.coding.codes import set_codes, texts_of
from bot.storage.coding.scope import Scope
from bot.storage.database.tables import RespondentRow
from bot.storage.privacy.erasure import erase
from bot.storage.publishing.public_versions import approve_version, save_version
from tests.staff.desk import CONSULTATION, START, Desk
from tests.staff.publishing.desk import chosen, told_story
from tests.staff.requests.desk import TAKES_REQUESTS, take_requests

ANN, BEN = "ann@example.gov.uk", "ben@example.gov.uk"
VIEWS = Scope(CONSULTATION.id, "views")


@pytest.fixture(autouse=True)
def requests_are_taken(desk: Desk) -> None:
    take_requests(desk)


def people(desk: Desk, count: int, role: str = "a resident", channel: str = "webchat") -> list[str]:
    found = []
    for _ in range(count):
        person = desk.respondent(channel)
        for said in ("hello", role):
            desk.say(person, said)
        found.append(person.id)
    return found


def approve(desk: Desk, key: str, texts: Mapping[str, str]) -> None:
    with desk.database.writing() as session:
        save_version(session, key, texts, revision=0, staff=ANN, now=START)
        approve_version(session, key, revision=1, staff=BEN, now=START)


def published(desk: Desk) -> Published:
    with desk.database.writing() as session:
        keys = desk.app.extensions["context"].keys
        return open_data(session, keys, TAKES_REQUESTS, desk.clock())


def folder(desk: Desk, where: Path, made: Published) -> Path:
    for path, text in package_files(TAKES_REQUESTS, made, desk.clock()).items():
        (where / path).parent.mkdir(parents=True, exist_ok=True)
        (where / path).write_bytes(text.encode())
    return where


def figures(made: Published) -> dict[tuple[str, str, str], object]:
    """Return every figure: {(table, question, value): at least}."""
    return {
        (name, str(row.get("question", "")), str(row.get("option") or row.get("theme") or
         row.get("week") or row.get("channel"))): row["at_least"]
        for name, rows in made.tables.items() if name != "texts"
        for row in rows
    }  # fmt: skip


def test_the_package_is_a_valid_data_package_with_licence_and_dictionary(
    desk: Desk, tmp_path: Path
) -> None:
    people(desk, 12), people(desk, 8, "a shop", "sms")
    key, _ = chosen(desk, "=More trees, please", "a resident")
    approve(desk, key, {"views": "=More trees, please"})
    where = folder(desk, tmp_path / "out", published(desk))
    report = Package(str(where / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])
    told = json.loads((where / "datapackage.json").read_text())
    assert told["licenses"][0]["name"] == "OGL-UK-3.0"
    rows = list(csv.DictReader((where / "dictionary.csv").open()))
    columns = {(r["name"], f["name"]) for r in told["resources"] for f in r["schema"]["fields"]}
    assert {(row["table"], row["column"]) for row in rows} == {
        (table, column) for table, column in columns if table != "dictionary"
    }
    answers = list(csv.DictReader((where / "answers.csv").open()))
    assert {row["wording"]: row["at_least"] for row in answers} == {
        "A resident": "10",
        "A shop": "5",
    }
    (text,) = csv.DictReader((where / "texts.csv").open())
    assert text["text"] == "'=More trees, please" and text["week"] == "2021-03-01"


def test_the_texts_are_a_flow_results_package(desk: Desk, tmp_path: Path) -> None:
    """As its specification says: one resource, six columns, questions, rows as arrays."""
    people(desk, STEP)
    key, _ = chosen(desk, "More trees")
    approve(desk, key, {"views": "More trees"})
    where = folder(desk, tmp_path / "out", published(desk)) / "flow-results"
    told = json.loads((where / "datapackage.json").read_text())
    assert told["profile"] == "flow-results-package"
    assert {"flow_results_specification_version", "created", "modified", "id"} <= told.keys()
    (resource,) = told["resources"]
    schema = resource["schema"]
    assert Schema({"fields": schema["fields"]}).field_names == [
        "timestamp", "row_id", "contact_id", "question_id", "response", "response_metadata",
    ]  # fmt: skip
    (row,) = json.loads((where / resource["path"]).read_text())
    assert len(row) == 6 and row[4] == "More trees"
    assert schema["questions"][row[3]]["type"] == "text"
    assert datetime.fromisoformat(row[0]).tzinfo is not None


def test_nothing_leads_to_a_person_or_to_an_older_file(desk: Desk, tmp_path: Path) -> None:
    people(desk, STEP)
    key, person = chosen(desk, "Jane Doe wants trees")
    story, teller = told_story(desk, "The garden of Mrs Patel")
    approve(desk, key, {"views": "[name removed] wants trees"})
    unapproved, _ = chosen(desk, "Nobody approved this")
    approve(desk, story, {"story.title": "The garden", "story.link": "https://example.org/1"})
    desk.clock.move(days=1, hours=3)
    first, second = published(desk), published(desk)
    files = folder(desk, tmp_path / "one", first)
    every = "".join(path.read_text() for path in files.rglob("*.*"))
    with desk.database.reading() as session:
        rows = list(session.execute(select(RespondentRow)).scalars())
        known = {value for row in rows for value in (row.id, row.reference)}
    for secret in (*known, story, "Jane", "Patel", "Nobody approved", "T14", ANN, BEN):
        assert secret not in every, secret
    assert person.reference in known and teller.reference in known
    ids = [{row["id"] for row in made.tables["texts"]} for made in (first, second)]
    assert len(ids[0]) == len(ids[1]) == 2 and not ids[0] & ids[1]
    assert "texts: 1 have no public version that was approved." in first.withheld


def test_who_subtracts_an_old_file_from_a_new_one_finds_ten_people_or_nothing(desk: Desk) -> None:
    """A file after every person who comes or goes: figures move only when ten more people are
    counted, by fives, and never when a resident is erased.
    """
    roles = ["a resident", "a shop"]
    roles, looks, ids = ["a resident", "a shop"], [], list[str]()
    for number in range(26):
        ids += people(desk, 1, roles[number % 3 == 0], ("webchat", "sms")[number % 2])
        looks.append(figures(published(desk)))
    with desk.database.writing() as session:
        for one in ids[:3]:
            erase(session, desk.app.extensions["context"].keys, one, last_words=False)
    looks.append(figures(published(desk)))
    changes = [at + 1 for at in range(1, len(looks)) if looks[at] != looks[at - 1]]
    assert changes == [STEP, 2 * STEP]  # also not when the three were erased
    for old, new in permutations(looks, 2):
        for key in old.keys() & new.keys():
            assert ((new[key] or 0) - (old[key] or 0)) % FEWEST == 0


def test_few_people_are_refused_with_the_reason(desk: Desk) -> None:
    people(desk, STEP - 1)
    made = published(desk)
    assert not any(made.tables.values())
    assert "answers role: fewer than 10 people are counted in it." in made.withheld


def test_a_question_that_many_skipped_is_published(desk: Desk) -> None:
    people(desk, 12)
    for _ in range(15):
        desk.say(desk.respondent(), "hello")
    made = published(desk)
    assert {row["wording"]: row["at_least"] for row in made.tables["answers"][:2]} == {
        "A resident": 10, "A shop": None,
    }  # fmt: skip
    assert not [line for line in made.withheld if "answers role" in line]


def test_a_week_or_channel_of_few_looks_like_one_of_nobody(desk: Desk) -> None:
    people(desk, 12)
    made = published(desk)
    assert {row["channel"]: row["at_least"] for row in made.tables["channels"]} == {
        channel.name: 10 if channel.name == "webchat" else None for channel in all_channels()
    }
    desk.clock.move(weeks=2)
    people(desk, 4)
    key, _ = chosen(desk, "More trees")
    approve(desk, key, {"views": "More trees"})
    made = published(desk)
    assert {row["week"]: row["at_least"] for row in made.tables["weeks"]} == {
        "2021-02-22": None, "2021-03-01": 10, "2021-03-08": None, "2021-03-15": None,
    }  # fmt: skip
    assert [row["week"] for row in made.tables["texts"]] == [None]


def test_themes_are_counted_and_named_beside_the_texts(desk: Desk) -> None:
    keys = [chosen(desk, f"More trees {number}")[0] for number in range(STEP)]
    approve(desk, keys[0], {"views": "More trees"})
    with desk.database.writing() as session:
        codebook.begin_codebook(session, VIEWS, staff=ANN, now=START)
        trees = codebook.add_theme(session, VIEWS, "Trees", staff=ANN, now=START)
        codebook.add_theme(session, VIEWS, "Lights", staff=ANN, now=START)
        every = [answer for answer, _, _ in texts_of(session, VIEWS)]
        set_codes(session, VIEWS, every, [trees], staff=ANN, now=START)
    made = published(desk)
    assert {row["wording"]: row["at_least"] for row in made.tables["themes"]} == {
        "Trees": 10, "Lights": None,
    }  # fmt: skip
    assert [row["themes"] for row in made.tables["texts"]] == ["Trees"]


def test_a_table_that_was_withheld_stays_so_until_it_moves(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(desk, 12)
    where = "bot.staff.publishing.open_data.unsafe_together"
    with monkeypatch.context() as patch:
        patch.setattr(where, lambda moved, public: ["answers role"])
        assert published(desk).tables["answers"] == []
    made = published(desk)
    assert made.tables["answers"] == []
    assert "answers role: beside the other tables it would tell of a few." in made.withheld
    people(desk, STEP)
    assert published(desk).tables["answers"] != []
