"""Writing what was collected to files: `python -m bot export`."""

from __future__ import annotations

import sys
from enum import Enum

import typer

from bot.commands.opened import opened

app = typer.Typer()


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


@app.command()
def export(
    what: What,
    respondent: str = typer.Option("", help="Only this reference."),
    format: Format = typer.Option(Format.jsonl, help="JSON Lines, or CSV for a spreadsheet."),
) -> None:
    """Write answers, messages, corrections of staff and so on to standard output."""
    from bot.storage.database.keys import load_keys
    from bot.storage.privacy.exports import COLUMNS, export_rows
    from bot.storage.respondents.respondents import normal_reference
    from bot.table_files import write_rows
    from bot.understanding.personal_data import masked

    # Equality figures move in steps when they are looked at.
    with (
        opened() as (settings, database),
        (database.writing if what is What.equality else database.reading)() as session,
    ):
        reference = normal_reference(respondent) if respondent else None
        keys = load_keys(settings.secrets_dir)
        rows = export_rows(session, what.value, settings.consultation, reference, keys, masked)
        write_rows(rows, COLUMNS[what.value], csv=format is Format.csv, out=sys.stdout.buffer)
