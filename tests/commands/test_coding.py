"""Codes and themes at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.consultation.model import Consultation
from bot.storage.database.session import open_database
from tests.commands.test_cli import Run, run, url  # noqa: F401
from tests.storage.coding.test_coding import views
from tests.support.people import People

QUESTION = "smart_people.views"
WISHES, PLACES = (
    ("free wifi", "computer classes", "cheaper buses"),
    ("Hulme", "Didsbury", "Ardwick", "Gorton"),
)
SAID = [f"{wish} in {place}" for wish in WISHES for place in PLACES]


@pytest.fixture()
def references(url: str, run: Run, consultation: Consultation) -> list[str]:  # noqa: F811
    database = open_database(url)
    found = [one.reference for one in views(People(database, consultation), *SAID)]
    database.close()
    return found


def test_codes_go_in_and_out_and_more_are_suggested(
    run: Run,  # noqa: F811
    references: list[str],
    tmp_path: Path,
) -> None:
    file, every = tmp_path / "codes.csv", len(PLACES)
    names = ("Wifi", "Classes", "Buses")
    lines = [f"{references[at * every]},{name}" for at, name in enumerate(names)]
    file.write_text("\n".join(["reference,theme", *lines, "x,Wifi"]))
    done = run("codes", "import", QUESTION, str(file))
    assert (done.exit_code, done.stdout) == (0, "3 codes are read, 1 lines are not.\n")
    assert "line 5: no answer with this reference counts" in done.stderr
    out = run("codes", "export", QUESTION).stdout.splitlines()
    head = '"reference","question","theme","assigned_by","checked_by","at"'
    assert (out[0].lstrip("\ufeff"), len(out)) == (head, 4)
    parts = run("codes", "export", QUESTION, "--parts").stdout.splitlines()
    assert parts[0].lstrip("\ufeff") == head + ',"part"' and parts[1].endswith(',""')
    told = run("codes", "suggest", QUESTION).stdout.splitlines()[1:]
    best: dict[str, str] = {}
    for reference, theme, _ in (line.replace('"', "").split(",") for line in told):
        best.setdefault(reference, theme)
    rest = {one: names[at // every] for at, one in enumerate(references) if at % every}
    assert best == rest


def test_themes_are_suggested_as_json_lines(run: Run, references: list[str]) -> None:  # noqa: F811
    done = run("themes", "suggest", QUESTION)
    themes = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0 and themes
    assert {word for theme in themes for word in theme["words"]} & {"wifi", "free wifi", "buses"}
    assert all(theme["quotes"] and theme["size"] >= 3 for theme in themes)


def test_another_question_is_refused_with_those_there_are(run: Run) -> None:  # noqa: F811
    refused = run("codes", "export", "role")
    assert refused.exit_code == 1 and QUESTION in refused.stderr


def test_the_evidence_says_how_many_were_read(
    run: Run,  # noqa: F811
    references: list[str],
    tmp_path: Path,
) -> None:
    out = tmp_path / "evidence.csv"
    done = run("evidence", str(out))
    assert done.stdout == f"0 of {len(SAID)} responses were read by a person; 0 by two.\n"
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 1 + len(SAID)
    assert run("evidence", str(tmp_path)).exit_code == 1
