"""What is done at night: by the processes that do turns, or when a command says so."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.settings import Settings
from bot.storage.database.session import StorageError
from bot.storage.jobs.job_runs import DONE, FAILED, claim_run, end_run
from bot.storage.jobs.job_schedule import AUDIT, RETENTION, SCHEDULES, Schedule, due
from bot.storage.privacy.retention import due as kept_too_long
from bot.storage.privacy.retention import remove
from bot.storage.staff.audit import follow_chain
from bot.turns.services import Services

logger = logging.getLogger(__name__)

LOOK_EVERY = 60.0  # seconds; also until the first look, so that a start is not slowed


class JobFailed(Exception):
    """It was not done, or found what is wrong. The text is for staff: counts and kinds only."""


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    outcome: str
    detail: str


def keep_nothing_too_long(services: Services) -> str:
    database, settings = services.database, services.settings
    with database.writing() as session:
        now, today = services.clock(), settings.consultation_date
        found = kept_too_long(session, services.keys, services.consultation, now, today)
        remove(session, found, now)
    removed = f"{len(found)} removed"
    if left := database.rewrite():
        raise JobFailed(f"{removed}, but it is still in the files of {', '.join(left)}")
    if not teach_without_what_is_gone(settings):
        raise JobFailed(f"{removed}, but the dialogue model could not be made again")
    return removed


def teach_without_what_is_gone(settings: Settings) -> bool:
    """Where this machine has a model that was taught corrections, let it be made again without the
    lines of those who were erased, and the old one be deleted. Say whether that was done.
    """
    if not any(settings.models.glob("taught-*.tar.gz")):
        return True
    command, quiet = [sys.executable, "-m", "bot", "train"], subprocess.DEVNULL
    done = subprocess.run(command, cwd=settings.root, stdout=quiet, stderr=quiet, check=False)
    return done.returncode == 0


def follow_audit(services: Services) -> str:
    with services.database.reading() as session:
        chain = follow_chain(session)
    if problem := chain.problem():
        raise JobFailed(problem)
    return f"{chain.entries} entries, unbroken"


Work = Callable[[Services], str]
# A job: one line here, one in job_schedule.py, and its words in bot/staff/admin/job_history.py.
WORK: Mapping[str, Work] = {RETENTION.name: keep_nothing_too_long, AUDIT.name: follow_audit}


def run_job(services: Services, name: str, due_at: datetime) -> Ended | None:
    """Do a run, unless another does it or has done it. Raises StorageError."""
    with services.database.writing() as session:
        run = claim_run(session, name, due_at, services.clock())
    if run is None:
        return None
    ended = _ended(services, name)
    logger.log(logging.INFO if ended.outcome == DONE else logging.ERROR, "job %s: %s", name, ended)
    services.metrics.jobs.labels(name, ended.outcome).inc()
    with services.database.writing() as session:
        end_run(session, run, ended.outcome, ended.detail, services.clock())
    return ended


def _ended(services: Services, name: str) -> Ended:
    try:
        return Ended(DONE, WORK[name](services))
    except JobFailed as failed:
        return Ended(FAILED, str(failed))
    except Exception as error:  # only its kind: its text can hold a resident's words
        return Ended(FAILED, type(error).__name__)


async def look_for_ever(services: Services) -> None:
    """Do what is due, in a thread, for as long as the process does turns."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        for schedule in SCHEDULES:
            await asyncio.to_thread(look, services, schedule)


def look(services: Services, schedule: Schedule) -> Ended | None:
    """Do a job if it is due and nobody has done it."""
    due_at = due(schedule, services.clock())
    try:
        return run_job(services, schedule.name, due_at) if due_at else None
    except StorageError as error:  # or another has taken it at the same moment
        logger.warning("job %s: %s", schedule.name, error)
        return None
