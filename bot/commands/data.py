"""The consultation files, the database and its keys."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.commands.opened import fail, opened

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer()
keys_app = typer.Typer(no_args_is_help=True, help="The keys that hide addresses.")


@app.command()
def check() -> None:
    """Check every consultation file, line by line."""
    from bot.consultation.file.read import check_folder, dates_written_out, unreviewed
    from bot.settings import load_settings

    settings = load_settings()
    folder = settings.consultations
    problems = check_folder(folder)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        fail(f"{count} found. Fix the lines above and check again.")
    for note in (*unreviewed(folder), *dates_written_out(folder), *_same_version(settings)):
        typer.echo(f"Note: {note}")
    typer.echo("Every consultation file is in order.")


def _same_version(settings: Settings) -> list[str]:
    """Return a note for each question that was changed while its file's version stayed the same.
    Without a database there is nothing to compare with.
    """
    from bot.consultation.file.read import find_consultation
    from bot.storage.database.session import StorageError, open_database
    from bot.storage.results.wordings import changed_without_version

    file = settings.database_url.removeprefix("sqlite:///")
    if file != settings.database_url and not Path(file).is_file():
        return []
    consultation = find_consultation(settings.consultations, settings.consultation)
    database = open_database(settings.database_url)
    try:
        with closing(database), database.reading() as session:
            changed = changed_without_version(session, consultation)
    except StorageError:
        return []
    return [
        f"{consultation.id}: {question} was changed, but version is still {consultation.version}:"
        " raise it, or answers before and after cannot be told apart."
        for question in changed
    ]


@app.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    from bot.settings import load_settings
    from bot.storage.database.migrate import migrate as run_migrations
    from bot.storage.privacy.after_restore import begin_records

    settings = load_settings()
    revision = run_migrations(settings.database_url)
    done = begin_records(settings)
    typer.echo(f"The database is at revision {revision}.")
    for line in done:
        typer.echo(line)


@app.command()
def seed(
    conversations: int = typer.Option(1000, min=1, max=1_000_000, help="How many."),
    seed: int = typer.Option(1, help="The same number makes the same words at the same moments."),
    into_existing: bool = typer.Option(False, help="Also where there are conversations already."),
) -> None:
    """Fill an empty database with made-up conversations, to see how it bears a crowd."""
    from bench.seeding.seed import Plan, fill, has_conversations
    from bot.storage.database.migrate import migrate as run_migrations

    with opened() as (settings, database):
        run_migrations(settings.database_url)
        if has_conversations(database) and not into_existing:
            fail(
                "This database has conversations, and made-up ones could not be recognised later."
                " Use an empty one, or say --into-existing."
            )
        plan = Plan(settings, conversations, seed)
        with typer.progressbar(length=conversations, label="Making conversations") as bar:
            for made in fill(database, plan):
                bar.update(made)
    typer.echo(f"{conversations:,} made-up conversations are stored.")


@keys_app.command("rotate")
def keys_rotate() -> None:
    """Make a new key for addresses and contact details, and hide all of them with it."""
    from bot.storage.database.rotation import rotate_keys

    with opened() as (settings, database):
        hidden = rotate_keys(database, settings.secrets_dir)
    typer.echo(
        f"{hidden} address{'' if hidden == 1 else 'es'} and details are hidden with the new key."
        " The key before stays in the file until the next time: older backups need it."
    )
