"""What is done at night: when it is due, once, and how it ended stays. On both engines."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from sqlalchemy import text

from bot.gateway import nightly
from bot.gateway.nightly import WORK, JobFailed, look
from bot.staff.admin.job_history import ENDS, WORDS
from bot.storage.database.session import Database, open_database
from bot.storage.jobs.job_runs import DONE, FAILED, RUNNING, past_runs
from bot.storage.jobs.job_schedule import AUDIT, RETENTION, SCHEDULES, Schedule
from bot.storage.privacy.after_restore import begin_records
from bot.storage.staff.audit import record
from bot.turns.services import Services
from tests.conftest import Clock
from tests.support.gateway import CANARY, FakeRasa, running, until
from tests.support.scraped import counted

AT_FOUR = datetime(2021, 3, 2, 4, 0, tzinfo=timezone.utc)
AT_SIX = datetime(2021, 3, 2, 6, 0, tzinfo=timezone.utc)


@pytest.fixture()
def night(services: Services, any_database: Database, clock: Clock) -> Services:
    """A database with an audit."""
    clock.moment = AT_FOUR
    url = any_database.engine.url.render_as_string(hide_password=False)
    settings = replace(services.settings, database_url=url)
    begin_records(settings)
    database = open_database(url, settings.secrets_dir)
    with database.writing() as session:
        record(session, who="a@example.gov.uk", what="looked", now=AT_FOUR)
    return replace(services, settings=settings, database=database)


def told(services: Services) -> list[tuple[str, str, str | None]]:
    with services.database.reading() as session:
        return [(run.job, run.outcome, run.detail) for run in past_runs(session, 10)]


def test_every_job_has_its_work_its_time_and_its_words() -> None:
    assert set(WORK) == {schedule.name for schedule in SCHEDULES} == set(WORDS)
    assert set(ENDS) == {DONE, FAILED, RUNNING}


def test_retention_runs_at_night_once(night: Services, clock: Clock) -> None:
    assert look(night, RETENTION) and look(night, RETENTION) is None
    assert told(night) == [("retention", "done", "0 removed")]
    assert counted(night.metrics)["jobs_total retention done"] == 1
    clock.moment = datetime(2021, 3, 2, 12, 0, tzinfo=timezone.utc)
    assert look(night, RETENTION) is None


@pytest.mark.parametrize(
    ("has_taught", "code", "ended"),
    [
        (False, 1, ("done", "0 removed")),
        (True, 0, ("done", "0 removed")),
        (True, 1, ("failed", "0 removed, but the dialogue model could not be made again")),
    ],
)
def test_a_model_that_was_taught_is_made_again_without_those_who_were_erased(
    night: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    has_taught: bool,
    code: int,
    ended: tuple[str, str],
) -> None:
    settings = replace(night.settings, root=tmp_path)
    settings.models.mkdir(parents=True)
    name = "taught-1.tar.gz" if has_taught else "1.tar.gz"
    (settings.models / name).touch()
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> CompletedProcess[str]:
        asked.append(command)
        return CompletedProcess(command, code)

    monkeypatch.setattr(nightly.subprocess, "run", run)
    assert look(replace(night, settings=settings), RETENTION)
    assert told(night) == [("retention", *ended)]
    assert [command[1:] for command in asked] == [["-m", "bot", "train"]] * has_taught


def test_an_audit_that_was_changed_is_told(night: Services, clock: Clock) -> None:
    clock.moment = AT_SIX
    assert look(night, AUDIT)
    assert told(night) == [("audit", "done", "1 entries, unbroken")]
    sqlite = night.database.engine.dialect.name == "sqlite"
    with night.database.writing() as session:
        for name in session.execute(text(TRIGGERS[sqlite])).scalars().all():
            session.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite else " ON audit")))
        session.execute(text("UPDATE audit SET who = 'nobody'"))
    clock.moment = datetime(2021, 3, 3, 6, 0, tzinfo=timezone.utc)
    assert look(night, AUDIT)
    ((_, outcome, detail), _) = told(night)
    assert outcome == "failed" and detail and detail.startswith("Entry 1 is broken")


TRIGGERS = {
    True: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
    False: "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit'::regclass AND NOT tgisinternal",
}


def fails(problem: Exception) -> Any:
    def work(_: Services) -> str:
        raise problem

    return work


@pytest.mark.parametrize(
    ("problem", "detail"),
    [(JobFailed("3 removed, but …"), "3 removed, but …"), (ValueError(CANARY), "ValueError")],
)
def test_what_failed_is_kept_without_any_words_of_residents(
    night: Services, monkeypatch: pytest.MonkeyPatch, problem: Exception, detail: str
) -> None:
    monkeypatch.setattr(nightly, "WORK", {RETENTION.name: fails(problem)})
    assert look(night, RETENTION)
    assert told(night) == [("retention", "failed", detail)]


def test_a_database_that_is_away_is_looked_at_again(night: Services) -> None:
    away = replace(night, database=open_database("postgresql://nobody@127.0.0.1:1/none"))
    assert look(away, RETENTION) is None


@pytest.mark.parametrize("apart", [False, True], ids=["here", "apart"])
def test_who_does_turns_looks_for_what_is_due(
    night: Services, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    """Unless a timer outside begins it."""
    looked: list[str] = []

    def looks(_: Services, schedule: Schedule) -> None:
        looked.append(schedule.name)

    monkeypatch.setattr(nightly, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(nightly, "look", looks)
    settings = replace(night.settings, jobs_apart=apart)

    async def whole() -> None:
        async with running(replace(night, settings=settings), FakeRasa()) as gateway:
            if apart:
                await gateway.page()
            else:
                await until(lambda: len(looked) >= len(SCHEDULES))

    asyncio.run(whole())
    assert set(looked) == (set() if apart else {schedule.name for schedule in SCHEDULES})
