"""Copies of the database, and what is remembered beside it."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.commands.opened import opened

app = typer.Typer()


@app.command()
def backup(folder: Path = typer.Argument(..., help="A new folder.")) -> None:
    """Copy the database into a new folder, whole, while everything runs.

    The keys are not in it: back SECRETS_DIR up too, to another place.
    """
    from datetime import datetime, timezone

    from bot.storage.database.backup import back_up

    with opened() as (settings, database):
        back_up(database, folder.resolve(), datetime.now(timezone.utc))
        typer.echo(
            f"The database is copied to {folder}. It holds what residents wrote, and no keys: copy"
            f" {settings.secrets_dir} to another place."
        )


@app.command()
def restore(folder: Path = typer.Argument(..., help="A folder that `backup` made.")) -> None:
    """Put a copy of the database back, and do again what its people have asked for since: erasures,
    STOPs, consents taken back, accounts that were shut. Stop the product first.
    """
    from bot.commands.restoring import restore as restore_copy

    with opened() as (settings, database):
        for line in restore_copy(settings, database, folder.resolve()):
            typer.echo(line)


@app.command()
def journal(
    begin_anew: bool = typer.Option(False, help="The journal is lost: begin another one."),
) -> None:
    """Say whether the database has all that its journal tells, or begin a journal anew."""
    from bot.storage.database.journal import JOURNAL, reached
    from bot.storage.database.journal import begin_anew as begin

    with opened() as (_settings, database), database.writing() as session:
        if begin_anew:
            begin(session)
        path, last = session.info[JOURNAL].path(session), session.info[JOURNAL].last(session)
        same = last == reached(session)
    typer.echo(
        f"{path}: {'in step with the database' if same else 'not in step; start catches up'}."
    )
