"""The consultation files, the database and its keys."""

from __future__ import annotations

import typer

from bot.commands.opened import fail, opened

app = typer.Typer()
keys_app = typer.Typer(no_args_is_help=True, help="The keys that hide addresses.")


@app.command()
def check() -> None:
    """Check every consultation file, line by line."""
    from bot.consultation.file.read import check_folder, unreviewed
    from bot.settings import load_settings

    folder = load_settings().consultations
    problems = check_folder(folder)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        fail(f"{count} found. Fix the lines above and check again.")
    for note in unreviewed(folder):
        typer.echo(f"Note: {note}")
    typer.echo("Every consultation file is in order.")


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
