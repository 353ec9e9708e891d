"""What a resident may ask of us: finding, erasing, and keeping nothing too long."""

from __future__ import annotations

from typing import Any

import typer

from bot.channels.registry import examples_of_addresses
from bot.commands.opened import fail, opened

app = typer.Typer()


@app.command(help=f"Print the reference of {examples_of_addresses()}.")
def find(address: str) -> None:
    from bot.storage.database.keys import load_keys
    from bot.storage.respondents.respondents import references_of

    with opened() as (settings, database), database.reading() as session:
        try:
            references = references_of(session, load_keys(settings.secrets_dir), address)
        except ValueError as error:
            fail(str(error))
    if not references:
        fail("Nobody with that address has written to us.")
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
    with opened() as (settings, database):
        keys, now = load_keys(settings.secrets_dir), datetime.now(timezone.utc)
        with database.writing() as session:
            if not erase_by_reference(session, keys, normal, now):
                fail(f"Nobody has the reference {normal}.")
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

    with opened() as (settings, database):
        consultation = find_consultation(settings.consultations, settings.consultation)
        keys, now = load_keys(settings.secrets_dir), datetime.now(timezone.utc)
        with database.writing() as session:
            found = due(session, keys, consultation, now, settings.consultation_date)
            for why, references in _by_reason(found).items():
                typer.echo(f"{len(references)} x {why}: {', '.join(references)}")
            if apply:
                remove(session, found, now)
        left = database.rewrite() if apply else ()
    if not found:
        typer.echo("Nothing is kept too long.")
    elif apply:
        typer.echo("Removed.")
    else:
        typer.echo("Nothing was removed. To remove it, say --apply.")
    if left:
        fail(
            f"What was deleted before is still in the files of {', '.join(left)}: others read them"
            " all the time. Run this again when no dump or report is running."
        )


def _by_reason(found: list[Any]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for one in found:
        reasons.setdefault(one.why, []).append(one.reference)
    return reasons
