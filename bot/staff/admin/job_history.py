"""What is done at night, when it was done last and how it ended."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.staff.shell.context import app_context
from bot.storage.jobs.job_runs import past_runs
from bot.storage.jobs.job_schedule import SCHEDULES, next_due

job_history = Blueprint("job_history", __name__)

SHOWN = 60
# A job: what it is called, and what it does.
WORDS = {
    "retention": (
        "Removing what is kept too long",
        "Removes what the consultation's rules let go, and what was deleted before from the"
        " database's files.",
    ),
    "audit": (
        "Checking the audit",
        "Follows the record of who did what, and tells if an entry was changed or taken out.",
    ),
}
ENDS = {
    "done": ("Done", "govuk-tag--green"),
    "failed": ("Failed", "govuk-tag--red"),
    "running": ("Running", "govuk-tag--blue"),
}


@job_history.get("/nightly")
def index() -> ResponseReturnValue:
    here = app_context()
    with here.database.reading() as session:
        runs = past_runs(session, SHOWN)
    coming = {} if here.settings.jobs_apart else _coming(here.clock())
    return render_template("job_history.html", runs=runs, words=WORDS, ends=ENDS, coming=coming)


def _coming(now: datetime) -> dict[str, datetime]:
    return {schedule.name: next_due(schedule, now) for schedule in SCHEDULES}
