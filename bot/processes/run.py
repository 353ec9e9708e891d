"""`python -m bot run`: look before starting, then hand the processes to supervisord."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timezone

from bot.consultation.dates import Phase, demonstration_day, phase_at, spoken
from bot.consultation.file.read import find_consultation
from bot.processes.announce import say, show_first_link
from bot.processes.before_starting import check
from bot.processes.supervisor import supervisord_conf
from bot.processes.teaching import taught
from bot.settings import Settings, load_settings
from bot.storage.database.checkpoints import DEMONSTRATION, clear_mark, set_mark
from bot.storage.database.session import open_database
from bot.storage.privacy.after_restore import begin_records
from bot.training import QUIET, is_trained


def run(demo_date: date | None) -> None:
    """Check everything, migrate, and become supervisord. Raises SettingsError before anything
    starts. `demo_date` is taken as today where the consultation is over and was open then.
    """
    settings = _on_the_day(load_settings(), demo_date)
    check(settings)
    for line in begin_records(settings):
        say(line)
    _note_demonstration(settings)
    # Named by its port: several deployments may run from one folder.
    configuration = settings.var / "run" / f"supervisord-{settings.gateway_port}.conf"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text(supervisord_conf(settings), encoding="utf-8")
    show_first_link(settings)
    is_made = is_trained(settings, taught(settings) or ())
    train = "" if is_made else " The dialogue model is trained first: two minutes."
    say(f"Starting.{train}")
    os.environ.update(QUIET)
    os.chdir(settings.root)
    python = sys.executable
    os.execv(
        python,
        [python, "-m", "supervisor.supervisord", "--nodaemon", "-c", str(configuration)],
    )


def _on_the_day(settings: Settings, demo_date: date | None) -> Settings:
    """Settle which day is today, and say so where that is no matter of course."""
    consultation = find_consultation(settings.consultations, settings.consultation)
    now = datetime.now(timezone.utc)
    demo_day = demo_date and demonstration_day(consultation, now, demo_date)
    if demo_day and settings.consultation_date is None:
        # The processes that are started read it too.
        os.environ["CONSULTATION_DATE"] = demo_day.isoformat()
        settings = replace(settings, consultation_date=demo_day)
    if settings.consultation_date:
        say(f"Today is taken to be {spoken(settings.consultation_date)}.")
    is_open = phase_at(consultation, now, settings.consultation_date) is Phase.OPEN
    if demo_date and not is_open:
        dates = f"{spoken(consultation.opens)} to {spoken(consultation.closes)}"
        say(f"{consultation.id} is open from {dates}. To try it, set CONSULTATION_DATE.")
    return settings


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
