"""`python -m bot publish`: what it writes, says and refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from bot.consultation.model import Consultation
from bot.storage.database.session import open_database
from tests.commands.test_cli import Run, run, url  # noqa: F401
from tests.support.people import People


def come(url: str, consultation: Consultation, count: int) -> None:  # noqa: F811
    database = open_database(url)
    people = People(database, consultation)
    for _ in range(count):
        people.turn(people.new(), "hello")
    database.close()


def test_it_writes_a_package_and_says_what_is_left_out(
    run: Run,  # noqa: F811
    url: str,  # noqa: F811
    consultation: Consultation,
    tmp_path: Path,
) -> None:
    come(url, consultation, 12)
    out = tmp_path / "out"
    done = run("publish", str(out))
    assert done.exit_code == 0, done.stderr
    assert "Not published: answers role: fewer than 10 people are counted in it." in done.stderr
    told = json.loads((out / "datapackage.json").read_text())
    paths = {resource["path"] for resource in told["resources"]}
    assert paths | {"datapackage.json", "flow-results"} == {path.name for path in out.iterdir()}
    rows = list(csv.DictReader((out / "channels.csv").open()))
    assert {row["channel"]: row["at_least"] for row in rows}["webchat"] == "10"
    again = run("publish", str(out))
    assert again.exit_code == 1 and "is there already" in again.stderr
    assert "1 entries, unbroken." in run("audit", "verify").stdout


def test_where_nothing_is_safe_nothing_is_written(
    run: Run,  # noqa: F811
    url: str,  # noqa: F811
    consultation: Consultation,
    tmp_path: Path,
) -> None:
    come(url, consultation, 3)
    done = run("publish", str(tmp_path / "out"))
    assert done.exit_code == 1 and "Nothing is safe to publish yet." in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "out").exists()
