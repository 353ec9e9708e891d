"""Commands about staff and the audit: what they say, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text
from typer.testing import CliRunner

from bot.commands.cli import app, main
from bot.consultation.model import Consultation
from bot.storage.database.migrate import migrate
from bot.storage.database.session import open_database
from tests.support.people import People

EMAIL = "reader@example.gov.uk"
Run = Callable[..., Result]


@pytest.fixture()
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/cli.db"


@pytest.fixture()
def run(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    migrate(url)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "secrets"))
    return lambda *words: CliRunner().invoke(app, words)


def test_a_role_is_changed_only_when_that_is_said(run: Run) -> None:
    assert "/set-up/" in run("staff", "add", EMAIL, "--role", "reviewer").stdout
    again = run("staff", "add", EMAIL, "--role", "reviewer")
    assert again.exit_code == 0 and "/set-up/" in again.stdout
    refused = run("staff", "add", EMAIL, "--role", "admin")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "has an account already, as reviewer" in refused.stderr
    assert "--change-role" in refused.stderr
    assert run("staff", "add", EMAIL, "--role", "admin", "--change-role").exit_code == 0


def test_the_audit_is_verified_and_anchored(run: Run, url: str) -> None:
    assert run("audit", "verify").stdout.startswith("0 entries, unbroken.")
    for role in ("reviewer", "analyst"):
        run("staff", "add", EMAIL, "--role", role, "--change-role")
    whole = run("audit", "verify")
    assert (whole.exit_code, whole.stdout.splitlines()[0]) == (0, "2 entries, unbroken.")
    anchor = whole.stdout.partition("Last hash: ")[2].split()[0]
    assert run("audit", "verify", "--anchor", anchor).exit_code == 0
    _without_triggers(url, "UPDATE audit SET who = 'nobody' WHERE id = 1")
    broken = run("audit", "verify")
    assert broken.exit_code == 1 and "Entry 1 is broken" in broken.stderr


TAMPERED = [
    ("DELETE FROM audit WHERE id = 2", "its end was cut off"),
    ("DELETE FROM audit", "its end was cut off"),
    ("UPDATE audit SET hash = NULL, who = 'x'", "Entry 1 is broken"),
    ("INSERT INTO audit (at, who, what) VALUES ('2021-03-01 00:00:00.0', 'x', 'y')",
     "Entry 3 is broken"),
]  # fmt: skip


@pytest.mark.parametrize("begin", ["by migrate", "by the first entry"])
@pytest.mark.parametrize(("statement", "told"), TAMPERED)
def test_an_audit_that_was_tampered_with_is_told(
    run: Run, url: str, statement: str, told: str, begin: str
) -> None:
    if begin == "by migrate":
        assert run("migrate").exit_code == 0
        assert run("audit", "verify").stdout == "0 entries, unbroken.\n"
    for role in ("reviewer", "analyst"):
        run("staff", "add", EMAIL, "--role", role, "--change-role")
    _without_triggers(url, statement)
    verified = run("audit", "verify")
    assert verified.exit_code == 1 and told in verified.stderr


def test_entries_without_the_remembered_end_do_not_pass(run: Run, url: str, tmp_path: Path) -> None:
    run("staff", "add", EMAIL, "--role", "reviewer")
    next((tmp_path / "secrets").glob("audit-*.head")).unlink()
    verified = run("audit", "verify")
    assert verified.exit_code == 1 and "no audit-….head" in verified.stderr
    assert run("migrate").exit_code == 0
    assert run("audit", "verify").stdout.startswith("1 entries, unbroken.")


def test_the_hash_that_was_written_down_has_to_be_there(run: Run) -> None:
    run("staff", "add", EMAIL, "--role", "reviewer")
    lost = run("audit", "verify", "--anchor", "0" * 64)
    assert lost.exit_code == 1 and "lacks the hash that you gave" in lost.stderr


KNOWN = [
    ("GATEWAY_PORT", "loud", "GATEWAY_PORT is 'loud'"),
    (
        "DATABASE_URL",
        "sqlite:////no/such/folder/x.db",
        "Is it running? Try `python -m bot migrate`",
    ),
]


@pytest.mark.parametrize(("setting", "value", "said"), KNOWN)
def test_what_goes_wrong_for_a_known_reason_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(setting, value)
    monkeypatch.setattr("sys.argv", ["bot", "export", "answers"])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == 1 and said in told and told.count("\n") == 1


def _without_triggers(url: str, statement: str) -> None:
    database = open_database(url)
    with database.writing() as session:
        for what in ("update", "delete", "replace"):
            session.execute(text(f"DROP TRIGGER IF EXISTS audit_no_{what}"))
        session.execute(text(statement))
    database.close()


def test_a_text_that_no_native_reader_has_read_is_a_note_and_no_failure(run: Run) -> None:
    checked = run("check")
    note, last = checked.stdout.splitlines()
    assert checked.exit_code == 0 and last == "Every consultation file is in order."
    assert note.startswith(
        "Note: manchester-digital-strategy.yml: languages: not yet read by a native"
    )


def test_failed_turns_are_tried_again_and_that_is_recorded(
    run: Run, url: str, consultation: Consultation
) -> None:
    database = open_database(url)
    people = People(database, consultation)
    one, two = people.new(), people.new()
    for person in (one, two, two):
        people.turn(person, "hangs", step=None, state="failed")
    people.turn(two, "fine")
    assert run("turns", "retry", "HYS-0000-0000").exit_code == 1
    assert run("turns", "retry", one.reference).stdout == "1 failed turn will be done again.\n"
    assert run("turns", "retry").stdout == "2 failed turns will be done again.\n"
    assert run("turns", "retry").stdout == "0 failed turns will be done again.\n"
    states = [row["delivery"] for row in people.export("messages") if row["direction"] == "in"]
    assert sorted(states) == ["done", "received", "received", "received"]
    assert run("audit", "verify").stdout.startswith("2 entries, unbroken.")
    database.close()
