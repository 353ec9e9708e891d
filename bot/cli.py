"""The commands of `python -m bot`. Imports are inside the commands: `--help` must not wait for
them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Have your say: a public consultation as a conversation.",
)
staff_app = typer.Typer(no_args_is_help=True, help="The people who read the conversations.")
app.add_typer(staff_app, name="staff")
telegram_app = typer.Typer(no_args_is_help=True, help="The Telegram bot.")
app.add_typer(telegram_app, name="telegram")
sms_app = typer.Typer(no_args_is_help=True, help="Text messages.")
app.add_typer(sms_app, name="sms")


class What(str, Enum):
    answers = "answers"
    requests = "requests"
    respondents = "respondents"
    messages = "messages"
    equality = "equality"


class Format(str, Enum):
    jsonl = "jsonl"
    csv = "csv"


class Role(str, Enum):
    reviewer = "reviewer"
    caseworker = "caseworker"
    analyst = "analyst"
    admin = "admin"


class Process(str, Enum):
    gateway = "gateway"
    rasa = "rasa"
    actions = "actions"
    staff = "staff"


def main() -> None:
    """Run a command; what goes wrong for a known reason is one line and exit code 1."""
    from bot.consultation.errors import ConsultationError
    from bot.settings import SettingsError
    from bot.storage.session import StorageError

    try:
        app()
    except (ConsultationError, SettingsError) as error:
        _fail(str(error))
    except StorageError as error:
        _fail(
            f"The database could not do that ({error}). Is it running? Try `python -m bot migrate`."
        )
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has seen enough
        sys.exit(0)


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    sys.exit(1)


@contextmanager
def _database() -> Iterator[tuple[Any, Any]]:
    from bot.settings import load_settings
    from bot.storage.session import open_database

    settings = load_settings()
    database = open_database(settings.database_url)
    try:
        yield settings, database
    finally:
        database.close()


@app.command()
def export(
    what: What,
    respondent: str = typer.Option("", help="Only this reference."),
    format: Format = typer.Option(Format.jsonl, help="JSON Lines, or CSV for a spreadsheet."),
) -> None:
    """Write answers, requests, respondents, messages or equality totals to standard output."""
    from bot.export import write_rows
    from bot.storage.exports import COLUMNS, export_rows
    from bot.storage.respondents import normal_reference

    with _database() as (settings, database), database.reading() as session:
        reference = normal_reference(respondent) if respondent else None
        rows = export_rows(session, what.value, settings.consultation, reference)
        write_rows(rows, COLUMNS[what.value], csv=format is Format.csv, out=sys.stdout.buffer)


@app.command()
def find(address: str) -> None:
    """Print the reference of tel:+447700900123 or telegram:123456."""
    from bot.storage.keys import load_keys
    from bot.storage.respondents import references_of

    with _database() as (settings, database), database.reading() as session:
        try:
            references = references_of(session, load_keys(settings.secrets_dir), address)
        except ValueError as error:
            _fail(str(error))
    if not references:
        _fail("Nobody with that address has written to us.")
    for reference in references:
        typer.echo(reference)


@app.command()
def erase(reference: str) -> None:
    """Delete everything about the person with this reference. It cannot be undone."""
    from datetime import datetime, timezone

    from bot.storage.erasure import erase_by_reference
    from bot.storage.keys import load_keys
    from bot.storage.respondents import normal_reference

    normal = normal_reference(reference)
    with _database() as (settings, database):
        keys, now = load_keys(settings.secrets_dir), datetime.now(timezone.utc)
        with database.writing() as session:
            if not erase_by_reference(session, keys, normal, now):
                _fail(f"Nobody has the reference {normal}.")
        database.scrub()
    typer.echo(f"Everything about {normal} is deleted; a record without content stays.")


@app.command()
def check() -> None:
    """Check every consultation file, line by line."""
    from bot.consultation.file import check_folder
    from bot.settings import load_settings

    problems = check_folder(load_settings().consultations)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        _fail(f"{count} found. Mend the lines above and check again.")
    typer.echo("Every consultation file is in order.")


@app.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    from bot.settings import load_settings
    from bot.storage.migrate import migrate as run_migrations

    typer.echo(f"The database is at revision {run_migrations(load_settings().database_url)}.")


@app.command()
def train() -> None:
    """Train the dialogue model if its inputs have changed since the last time."""
    from bot.settings import load_settings
    from bot.training import trained_model

    typer.echo(f"The model is {trained_model(load_settings())}.")


@app.command()
def serve(process: Process) -> None:
    """Run one process in the foreground."""
    from bot.run import serve as serve_process

    serve_process(process.value)


@app.command()
def run(
    demo_date: str = typer.Option(
        "", help="Take this day as today, unless CONSULTATION_DATE is set."
    ),
) -> None:
    """Run the whole product and keep it running. Ctrl-C stops it."""
    from bot.run import run as run_all

    run_all(demo_date)


@app.command(hidden=True)
def announce() -> None:
    """Print the addresses when they answer (`run` starts this)."""
    from bot.run import announce as announce_addresses

    announce_addresses()


@staff_app.command("add")
def staff_add(email: str, role: Role = typer.Option(..., help="What they may do.")) -> None:
    """Add an account and print the one-time link that sets its password."""
    from datetime import datetime, timezone

    from bot.run import set_up_link
    from bot.storage.staff import Role as StaffRole
    from bot.storage.staff import add_staff

    with _database() as (settings, database), database.writing() as session:
        try:
            now = datetime.now(timezone.utc)
            token = add_staff(session, email, StaffRole(role.value), now)
        except ValueError as error:
            _fail(str(error))
    link = set_up_link(settings, token)
    typer.echo(f"Send this link to {email}. It works once, for 24 hours:\n{link}")


@sms_app.command("reconcile")
def sms_reconcile() -> None:
    """Compare Twilio's list of texts with the inbox, and store what is missing."""
    from bot.gateway.commands import reconcile_now
    from bot.settings import load_settings

    typer.echo(reconcile_now(load_settings()))


@telegram_app.command("set-webhook")
def telegram_set_webhook() -> None:
    """Tell Telegram where to bring messages, and what the bot's menu offers."""
    from bot.gateway.commands import set_webhook
    from bot.settings import load_settings

    typer.echo(set_webhook(load_settings()))


@telegram_app.command("poll")
def telegram_poll(
    remove_webhook: bool = typer.Option(
        False, help="If the bot has a webhook, remove it: Telegram allows one or the other."
    ),
) -> None:
    """Fetch messages instead, to try the bot without a public address. Ctrl-C stops it."""
    from bot.gateway.commands import poll
    from bot.settings import load_settings

    poll(load_settings(), remove_webhook=remove_webhook, say=typer.echo)
