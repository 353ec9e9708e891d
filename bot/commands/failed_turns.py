"""Turns that came to nothing."""

from __future__ import annotations

import typer

from bot.commands.opened import fail, opened

app = typer.Typer(no_args_is_help=True, help="Turns that came to nothing.")


@app.callback()
def group() -> None:
    """Keep `retry` a word of its own, as long as it is the only one here."""


@app.command("retry")
def retry(
    reference: str = typer.Argument("", help="Only of this reference; else of all."),
    respondent: str = typer.Option("", help="The same."),
) -> None:
    """Have failed turns done again by the running gateway, within half a minute."""
    from datetime import datetime, timezone

    from bot.storage.messages.transcripts import conversation_of
    from bot.storage.messages.waiting import try_again
    from bot.storage.respondents.respondents import normal_reference
    from bot.storage.staff.audit import record

    normal = normal_reference(reference or respondent) if reference or respondent else None
    with opened() as (settings, database), database.writing() as session:
        found = conversation_of(session, normal) if normal else None
        if normal and found is None:
            fail(f"Nobody has the reference {normal}.")
        who = found[0] if found else None
        again, now = try_again(session, settings.consultation, who), datetime.now(timezone.utc)
        if again:
            what = f"failed turns tried again: {again}"
            record(session, who="command line", what=what, about=normal, now=now)
    typer.echo(f"{again} failed turn{'' if again == 1 else 's'} will be done again.")
