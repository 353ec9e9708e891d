"""`python -m bot telegram`. What a command needs is imported inside it: `--help` must not wait."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="The Telegram bot.")


@app.command("set-webhook")
def set_webhook() -> None:
    """Tell Telegram where to bring messages, and what the bot's menu offers."""
    from bot.channels.telegram import connect
    from bot.settings import load_settings

    typer.echo(connect.set_webhook(load_settings()))


@app.command("poll")
def poll(
    remove_webhook: bool = typer.Option(
        False, help="If the bot has a webhook, remove it: Telegram allows one or the other."
    ),
) -> None:
    """Fetch messages instead, to try the bot without a public address. Ctrl-C stops it."""
    from bot.channels.telegram import connect
    from bot.settings import load_settings

    connect.poll(load_settings(), remove_webhook=remove_webhook, say=typer.echo)
