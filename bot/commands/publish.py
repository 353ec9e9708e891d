"""Open data: `python -m bot publish`."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import typer

from bot.commands.opened import fail, opened

app = typer.Typer()
WHO = "command line"


@app.command()
def publish(out: Path) -> None:
    """Write a new folder with what may be published: rounded figures and approved texts, as a data
    package. What is not safe is left out, with the reason.
    """
    from bot.consultation.file.read import find_consultation
    from bot.staff.publishing.data_package import package_files
    from bot.staff.publishing.open_data import open_data
    from bot.storage.database.keys import load_keys
    from bot.storage.staff.audit import record

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        fail(f"{out} is there already. Name a folder that is new or empty.")
    now = datetime.now(timezone.utc)
    with opened() as (settings, database), database.writing() as session:
        consultation = find_consultation(settings.consultations, settings.consultation)
        made = open_data(session, load_keys(settings.secrets_dir), consultation, now)
        for reason in made.withheld:
            typer.echo(f"Not published: {reason}", err=True)
        if not any(made.tables.values()):
            fail("Nothing is safe to publish yet.")
        record(session, who=WHO, what="open data published", about=consultation.id, now=now)
    try:  # only now: figures that are out must be known to have moved
        for path, text in package_files(consultation, made, now).items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(text.encode())
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}.")
    told = ", ".join(f"{len(rows)} {name}" for name, rows in made.tables.items())
    typer.echo(f"{out}: {told}.")
