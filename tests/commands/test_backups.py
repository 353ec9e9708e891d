"""`backup` and `restore` as they are typed, on both engines."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import delete, select
from typer.testing import CliRunner

from bot.commands.cli import app
from bot.storage.database.migrate import migrate
from bot.storage.database.session import open_database
from bot.storage.database.tables import MarkRow, StaffRow
from tests.support.postgres import free_port

EMAIL = "reader@example.gov.uk"
Run = Callable[..., Result]
PORTS = ("GATEWAY_PORT", "STAFF_PORT", "ACTIONS_PORT", "RASA_PORT")


@pytest.fixture()
def run(any_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    migrate(any_database_url)
    monkeypatch.setenv("DATABASE_URL", any_database_url)
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "secrets"))
    for name in PORTS:
        monkeypatch.setenv(name, str(free_port()))
    run: Run = lambda *words: CliRunner().invoke(app, words)  # noqa: E731
    assert run("migrate").exit_code == 0
    return run


@pytest.mark.parametrize("made_by", ["this version", "one without a journal"])
def test_an_account_that_may_do_less_may_not_do_more_after_a_restore(
    run: Run, any_database_url: str, tmp_path: Path, made_by: str
) -> None:
    database = open_database(any_database_url)
    run("staff", "add", EMAIL, "--role", "reviewer")
    if made_by == "one without a journal":
        with database.writing() as session:
            session.execute(delete(MarkRow))
    copy = str(tmp_path / "copy")
    made = run("backup", copy)
    assert made.exit_code == 0 and "no keys" in made.stdout
    assert run("migrate").exit_code == 0
    assert run("staff", "add", EMAIL, "--role", "analyst", "--change-role").exit_code == 0
    database.close()
    done = run("restore", copy)
    assert done.exit_code == 0, done.stderr
    assert "Done again from the journal: account, 1." in done.stdout
    with database.reading() as session:
        assert session.execute(select(StaffRow.role)).scalars().all() == ["analyst"]
    database.close()
    assert run("audit", "verify").exit_code == 0
    assert "in step" in run("journal").stdout


def test_a_copy_never_replaces_another_and_is_not_put_back_under_a_running_product(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = str(tmp_path / "copy")
    assert run("backup", copy).exit_code == 0
    again = run("backup", copy)
    assert again.exit_code == 1
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("GATEWAY_PORT", str(listening.getsockname()[1]))
        assert run("restore", copy).exit_code == 1
