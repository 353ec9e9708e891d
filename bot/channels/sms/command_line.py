"""`python -m bot sms`. What a command needs is imported inside it: `--help` must not wait."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Text messages.")


@app.command("reconcile")
def reconcile() -> None:
    """Compare Twilio's list of texts with the inbox, and store what is missing."""
    from bot.channels.sms.reconcile import reconcile_now
    from bot.settings import load_settings

    typer.echo(reconcile_now(load_settings()))
