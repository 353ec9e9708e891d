"""Of several processes one does a job; what died or failed is tried again. On both engines."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sqlalchemy import update

from bot.storage.database.session import Database
from bot.storage.database.tables import JobRunRow
from bot.storage.jobs.job_runs import (
    DONE,
    FAILED,
    KEPT,
    MOST_TRIES,
    Run,
    claim_run,
    end_run,
    failing,
    past_runs,
)
from tests.support.claims import set_clock_back

NIGHT = datetime(2021, 3, 2, 3, 30, tzinfo=timezone.utc)


def take(database: Database, due_at: datetime = NIGHT, job: str = "retention") -> Run | None:
    with database.writing() as session:
        return claim_run(session, job, due_at, due_at)


def end(database: Database, run: Run | None, outcome: str, detail: str = "x") -> bool:
    assert run
    with database.writing() as session:
        return end_run(session, run, outcome, detail, NIGHT)


def time_passes(database: Database) -> None:
    """Let every claim and every wait be over."""
    with database.writing() as session:
        session.execute(update(JobRunRow).values(claimed_until=0.0))


def test_one_process_does_it_and_once_a_night(any_database: Database) -> None:
    run = take(any_database)
    assert run and take(any_database) is None
    assert end(any_database, run, DONE, "3 removed")
    time_passes(any_database)
    assert take(any_database) is None
    assert take(any_database, NIGHT + timedelta(days=1))
    with any_database.reading() as session:
        last, first = past_runs(session, 10)
    assert (last.outcome, first.outcome, first.detail) == ("running", "done", "3 removed")


def test_what_failed_is_tried_again_later_and_given_up_in_the_end(any_database: Database) -> None:
    for number in range(MOST_TRIES):
        run = take(any_database)
        assert run and run.tries == number + 1
        assert end(any_database, run, FAILED)
        assert take(any_database) is None  # not at once
        time_passes(any_database)
    assert take(any_database) is None
    with any_database.reading() as session:
        assert failing(session) == ["retention"]


def test_who_died_with_it_is_passed_and_ends_nothing_later(any_database: Database) -> None:
    dead = take(any_database)
    time_passes(any_database)
    second = take(any_database)
    assert not end(any_database, dead, DONE, "from the grave")
    assert end(any_database, second, DONE, "2 removed")
    with any_database.reading() as session:
        (run,) = past_runs(session, 10)
    assert (run.detail, run.tries) == ("2 removed", 2)


def test_jobs_do_not_wait_for_each_other_and_a_success_makes_up_for_a_failure(
    any_database: Database,
) -> None:
    first, other = take(any_database), take(any_database, job="audit")
    end(any_database, first, FAILED)
    end(any_database, other, DONE)
    with any_database.reading() as session:
        assert failing(session) == ["retention"]
    end(any_database, take(any_database, NIGHT + timedelta(days=1)), DONE)
    with any_database.reading() as session:
        assert failing(session) == []


def test_what_is_long_past_is_forgotten(any_database: Database) -> None:
    end(any_database, take(any_database, NIGHT - KEPT - timedelta(days=1)), DONE)
    end(any_database, take(any_database), DONE)
    with any_database.reading() as session:
        assert [run.due_at for run in past_runs(session, 10)] == [NIGHT]


def test_a_clock_that_is_set_back_does_not_keep_a_dead_run(any_database: Database) -> None:
    assert take(any_database) and take(any_database) is None
    with any_database.writing() as session:
        set_clock_back(session, 7200)
    run = take(any_database)
    assert run and run.tries == 2
