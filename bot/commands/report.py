"""`python -m bot report`: what people said, to hand to those who decide."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import typer

from bot.commands.opened import fail, opened

app = typer.Typer()
FORMS = (".html", ".docx", ".pdf")


@app.command()
def report(
    out: Path,
    version: int = typer.Option(0, help="A frozen version; without it, the report as it is now."),
) -> None:
    """Write the report: a file that ends in .html, .docx or .pdf, or a folder with all three."""
    from bot.consultation.file.read import find_consultation
    from bot.staff.report.compose import compose
    from bot.staff.report.files import render
    from bot.staff.report.frozen import report_of
    from bot.storage.reports.report_versions import version_of

    with opened() as (settings, database):
        consultation = find_consultation(settings.consultations, settings.consultation)
        if version:
            with database.reading() as session:
                found = version_of(session, consultation.id, version)
            if found is None:
                fail(f"There is no version {version} of the report.")
            if not found.is_unchanged:
                fail(f"Version {version} is not what was frozen: it was changed in the database.")
            made = report_of(found)
        else:
            now, folder = datetime.now(timezone.utc), settings.consultations
            made = compose(database, consultation, folder, now)
    files = [out] if out.suffix in FORMS else [out / f"report{form}" for form in FORMS]
    try:
        files[0].parent.mkdir(parents=True, exist_ok=True)
        for file in files:
            file.write_bytes(render(made, file.suffix.lstrip(".")))
            typer.echo(f"{file}")
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}.")
    typer.echo(f"{made.status}.", err=True)
