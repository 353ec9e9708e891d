"""Runs of jobs: who does one, how it ended, and what staff see of it.

A run is claimed by the database, so that of several processes one does it. If that one dies, or the
job fails, it is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.storage.database.leases import FREE, is_over, seconds_now
from bot.storage.database.tables import JobRunRow

RUNNING, DONE, FAILED = "running", "done", "failed"
MOST_TRIES = 3
LEASE = 3600.0  # seconds; no job takes as long, so who had it has died
AGAIN_AFTER = 1800.0  # seconds after a failure
KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Run:
    """A run that is claimed."""

    id: int
    tries: int


@dataclass(frozen=True)
class PastRun:
    """A run as staff see it."""

    job: str
    due_at: datetime
    outcome: str
    detail: str | None
    tries: int
    started_at: datetime
    ended_at: datetime | None


def claim_run(session: Session, job: str, due_at: datetime, now: datetime) -> Run | None:
    """Take a run; None when it is done, is being done, failed a moment ago or was given up.

    Raises Conflict, with the commit at the latest, if another has just taken it for the first time.
    """
    mine = (JobRunRow.job == job) & (JobRunRow.due_at == due_at)
    if session.execute(select(JobRunRow.id).where(mine)).first() is None:
        first = JobRunRow(job=job, due_at=due_at, outcome=RUNNING, started_at=now, tries=0)
        first.claimed_until = FREE
        session.add(first)
        session.flush()
    taken = session.execute(
        update(JobRunRow)
        .where(
            mine,
            JobRunRow.outcome != DONE,
            JobRunRow.tries < MOST_TRIES,
            is_over(JobRunRow.claimed_until, LEASE),
        )
        .values(
            outcome=RUNNING,
            tries=JobRunRow.tries + 1,
            started_at=now,
            ended_at=None,
            claimed_until=seconds_now() + LEASE,
        )
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:
        return None
    row = session.execute(select(JobRunRow.id, JobRunRow.tries).where(mine)).one()
    return Run(row.id, row.tries)


def end_run(session: Session, run: Run, outcome: str, detail: str, now: datetime) -> bool:
    """Write down how it ended, and forget what is long past. False: another has tried since."""
    ended = session.execute(
        update(JobRunRow)
        .where(JobRunRow.id == run.id, JobRunRow.tries == run.tries)
        .values(
            outcome=outcome,
            detail=detail[:300],
            ended_at=now,
            claimed_until=seconds_now() + AGAIN_AFTER,
        )
        .execution_options(synchronize_session=False)
    )
    old = delete(JobRunRow).where(JobRunRow.due_at < now - KEPT)
    session.execute(old.execution_options(synchronize_session=False))
    return bool(ended.rowcount)


def past_runs(session: Session, limit: int) -> list[PastRun]:
    """Return the last runs, the newest first."""
    rows = session.execute(
        select(JobRunRow).order_by(JobRunRow.due_at.desc(), JobRunRow.id.desc()).limit(limit)
    ).scalars()
    names = PastRun.__dataclass_fields__
    return [PastRun(**{name: getattr(row, name) for name in names}) for row in rows]


def failing(session: Session) -> list[str]:
    """Return the jobs whose last run failed."""
    last: dict[str, str] = {}
    for run in past_runs(session, 20):
        last.setdefault(run.job, run.outcome)
    return [job for job, outcome in last.items() if outcome == FAILED]
