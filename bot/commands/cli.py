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
audit_app = typer.Typer(no_args_is_help=True, help="The record of who did what.")
app.add_typer(audit_app, name="audit")
keys_app = typer.Typer(no_args_is_help=True, help="The keys that hide addresses.")
app.add_typer(keys_app, name="keys")
sms_app = typer.Typer(no_args_is_help=True, help="Text messages.")
app.add_typer(sms_app, name="sms")


class What(str, Enum):
    answers = "answers"
    requests = "requests"
    respondents = "respondents"
    messages = "messages"
    equality = "equality"
    corrections = "corrections"


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
    from bot.storage.database.session import StorageError

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
    from bot.storage.database.session import open_database

    settings = load_settings()
    database = open_database(settings.database_url, settings.secrets_dir)
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
    """Write answers, messages, corrections of staff and so on to standard output."""
    from bot.export import write_rows
    from bot.storage.database.keys import load_keys
    from bot.storage.privacy.exports import COLUMNS, export_rows
    from bot.storage.respondents.respondents import normal_reference

    with _database() as (settings, database), database.reading() as session:
        reference = normal_reference(respondent) if respondent else None
        keys = load_keys(settings.secrets_dir)
        rows = export_rows(session, what.value, settings.consultation, reference, keys)
        write_rows(rows, COLUMNS[what.value], csv=format is Format.csv, out=sys.stdout.buffer)


@app.command()
def find(address: str) -> None:
    """Print the reference of tel:+447700900123 or telegram:123456."""
    from bot.storage.database.keys import load_keys
    from bot.storage.respondents.respondents import references_of

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

    from bot.storage.database.keys import load_keys
    from bot.storage.privacy.erasure import erase_by_reference
    from bot.storage.respondents.respondents import normal_reference

    normal = normal_reference(reference)
    with _database() as (settings, database):
        keys, now = load_keys(settings.secrets_dir), datetime.now(timezone.utc)
        with database.writing() as session:
            if not erase_by_reference(session, keys, normal, now):
                _fail(f"Nobody has the reference {normal}.")
        database.scrub()
    typer.echo(f"Everything about {normal} is deleted; a record without content stays.")


@app.command()
def retention(
    apply: bool = typer.Option(False, help="Remove it; without this, only say what would go."),
) -> None:
    """Say what is kept too long by the consultation file's rules, or remove it."""
    from datetime import datetime, timezone

    from bot.consultation.file.read import find_consultation
    from bot.storage.database.keys import load_keys
    from bot.storage.privacy.retention import due, remove

    with _database() as (settings, database):
        consultation = find_consultation(settings.consultations, settings.consultation)
        keys, now = load_keys(settings.secrets_dir), datetime.now(timezone.utc)
        with database.writing() as session:
            found = due(session, keys, consultation, now, settings.consultation_date)
            for why, references in _by_reason(found).items():
                typer.echo(f"{len(references)} x {why}: {', '.join(references)}")
            if apply:
                remove(session, found, now)
        if apply:
            database.scrub(however_long=True)
    if not found:
        typer.echo("Nothing is kept too long.")
    elif apply:
        typer.echo("Removed.")
    else:
        typer.echo("Nothing was removed. To remove it, say --apply.")


def _by_reason(found: list[Any]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for one in found:
        reasons.setdefault(one.why, []).append(one.reference)
    return reasons


@keys_app.command("rotate")
def keys_rotate() -> None:
    """Make a new key for addresses and contact details, and hide all of them with it."""
    from bot.storage.database.rotation import rotate_keys

    with _database() as (settings, database):
        hidden = rotate_keys(database, settings.secrets_dir)
    typer.echo(
        f"{hidden} address{'' if hidden == 1 else 'es'} and details are hidden with the new key."
        " The key before stays in the file until the next time: older backups need it."
    )


@app.command()
def check() -> None:
    """Check every consultation file, line by line."""
    from bot.consultation.file.read import check_folder
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
    from bot.run import begin_audit
    from bot.settings import load_settings
    from bot.storage.database.migrate import migrate as run_migrations

    settings = load_settings()
    revision = run_migrations(settings.database_url)
    begin_audit(settings)
    typer.echo(f"The database is at revision {revision}.")


@app.command()
def seed(
    conversations: int = typer.Option(1000, min=1, max=1_000_000, help="How many."),
    seed: int = typer.Option(1, help="The same number makes the same people."),
    into_existing: bool = typer.Option(False, help="Also where there are conversations already."),
) -> None:
    """Fill an empty database with made-up conversations, to see how it bears a crowd."""
    from bench.seeding.seed import Plan, fill, has_conversations
    from bot.consultation.file.read import find_consultation
    from bot.consultation.utterances import load_words
    from bot.settings import ROOT
    from bot.storage.database.keys import load_keys
    from bot.storage.database.migrate import migrate as run_migrations

    with _database() as (settings, database):
        run_migrations(settings.database_url)
        if has_conversations(database) and not into_existing:
            _fail(
                "This database has conversations, and made-up ones could not be told apart."
                " Use an empty one, or say --into-existing."
            )
        consultation = find_consultation(settings.consultations, settings.consultation)
        words, keys = load_words(ROOT / "domain.yml"), load_keys(settings.secrets_dir)
        plan = Plan(consultation, words, keys, conversations, seed)
        with typer.progressbar(length=conversations, label="Making conversations") as bar:
            for made in fill(database, plan):
                bar.update(made)
    typer.echo(f"{conversations:,} made-up conversations are stored.")


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
def staff_add(
    email: str,
    role: Role = typer.Option(..., help="What they may do."),
    change_role: bool = typer.Option(False, help="Give an account that is there this role."),
) -> None:
    """Add an account, or make a new link for one, and print the link that sets its password."""
    from datetime import datetime, timezone

    from bot.run import set_up_link
    from bot.storage.staff.audit import record
    from bot.storage.staff.sign_in import Role as StaffRole
    from bot.storage.staff.sign_in import RoleWouldChange, add_staff, normal_email

    with _database() as (settings, database), database.writing() as session:
        try:
            now, new = datetime.now(timezone.utc), StaffRole(role.value)
            token = add_staff(session, email, new, now, change_role=change_role)
        except RoleWouldChange as error:
            _fail(f"{error} To make it {role.value} instead, add --change-role.")
        except ValueError as error:
            _fail(str(error))
        what, about = f"link made: {role.value}", normal_email(email)
        record(session, who="command line", what=what, about=about, now=now)
    link = set_up_link(settings, token)
    typer.echo(f"Send this link to {email}. It works once, for 24 hours:\n{link}")


@audit_app.command("verify")
def audit_verify(
    anchor: str = typer.Option("", help="A last hash that was written down before."),
) -> None:
    """Check that no entry was changed or removed; print the last hash, to keep elsewhere."""
    from bot.storage.staff.audit import follow_chain

    with _database() as (_, database), database.reading() as session:
        chain = follow_chain(session, anchor or None)
    if not chain.begun:
        _fail(
            "SECRETS_DIR has no audit-….head of this database, which says how far the record had"
            " come. Put it back, or run migrate if the database has moved (see docs/running.md)."
        )
    if chain.broken is not None:
        _fail(f"Entry {chain.broken} is broken: it, or what came before it, was changed.")
    if not chain.reaches_head:
        _fail(
            "The record lacks the entry that audit-….head in SECRETS_DIR remembers as the last: its"
            " end was cut off, or this is an older copy of the database (see docs/running.md)."
        )
    if not chain.found:
        _fail("The record lacks the hash that you gave: its end was cut off, or all was rewritten.")
    typer.echo(f"{chain.entries} entries, unbroken.")
    if chain.unchained:
        typer.echo(f"The first {chain.unchained} are from before entries had a key.")
    if chain.last_hash:
        typer.echo(f"Last hash: {chain.last_hash}")
        typer.echo("Keep it where nobody can change it here, and give it as --anchor next time.")


@sms_app.command("reconcile")
def sms_reconcile() -> None:
    """Compare Twilio's list of texts with the inbox, and store what is missing."""
    from bot.commands.channels import reconcile_now
    from bot.settings import load_settings

    typer.echo(reconcile_now(load_settings()))


@telegram_app.command("set-webhook")
def telegram_set_webhook() -> None:
    """Tell Telegram where to bring messages, and what the bot's menu offers."""
    from bot.commands.channels import set_webhook
    from bot.settings import load_settings

    typer.echo(set_webhook(load_settings()))


@telegram_app.command("poll")
def telegram_poll(
    remove_webhook: bool = typer.Option(
        False, help="If the bot has a webhook, remove it: Telegram allows one or the other."
    ),
) -> None:
    """Fetch messages instead, to try the bot without a public address. Ctrl-C stops it."""
    from bot.commands.channels import poll
    from bot.settings import load_settings

    poll(load_settings(), remove_webhook=remove_webhook, say=typer.echo)
