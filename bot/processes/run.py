"""`python -m bot run`: look before starting, then hand the processes to supervisord."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import datetime, timezone

from bot.processes.announce import say, show_first_link
from bot.processes.before_starting import check
from bot.processes.supervisor import supervisord_conf
from bot.settings import Settings, load_settings
from bot.storage.database.checkpoints import DEMONSTRATION, clear_mark, set_mark
from bot.storage.database.session import open_database
from bot.storage.privacy.after_restore import begin_records
from bot.training import QUIET


def run(demo_date: str) -> None:
    """Check everything, migrate, and become supervisord. Raises SettingsError before anything
    starts.
    """
    if demo_date and load_settings().consultation_date is None:
        os.environ["CONSULTATION_DATE"] = demo_date
    settings = load_settings()
    check(settings)
    for line in begin_records(settings):
        say(line)
    _note_demonstration(settings)
    # Named by its port: several deployments may run from one folder.
    configuration = settings.var / "run" / f"supervisord-{settings.gateway_port}.conf"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text(supervisord_conf(settings), encoding="utf-8")
    show_first_link(settings)
    say("Starting. The first start trains the dialogue model, which takes two minutes.")
    os.environ.update(QUIET)
    os.chdir(settings.root)
    python = sys.executable
    os.execv(
        python,
        [python, "-m", "supervisor.supervisord", "--nodaemon", "-c", str(configuration)],
    )


def _note_demonstration(settings: Settings) -> None:
    """Commands beside this one must take the same day as today."""
    day = settings.consultation_date
    database = open_database(settings.database_url)
    with closing(database), database.writing() as session:
        if day is None:
            clear_mark(session, DEMONSTRATION)
        else:
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc)
            set_mark(session, DEMONSTRATION, noon)
