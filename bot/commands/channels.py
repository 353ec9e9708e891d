"""Setting up the channels: text messages and Telegram."""

from __future__ import annotations

import typer

sms_app = typer.Typer(no_args_is_help=True, help="Text messages.")
telegram_app = typer.Typer(no_args_is_help=True, help="The Telegram bot.")


@sms_app.command("reconcile")
def sms_reconcile() -> None:
    """Compare Twilio's list of texts with the inbox, and store what is missing."""
    from bot.commands.providers import reconcile_now
    from bot.settings import load_settings

    typer.echo(reconcile_now(load_settings()))


@telegram_app.command("set-webhook")
def telegram_set_webhook() -> None:
    """Tell Telegram where to bring messages, and what the bot's menu offers."""
    from bot.commands.providers import set_webhook
    from bot.settings import load_settings

    typer.echo(set_webhook(load_settings()))


@telegram_app.command("poll")
def telegram_poll(
    remove_webhook: bool = typer.Option(
        False, help="If the bot has a webhook, remove it: Telegram allows one or the other."
    ),
) -> None:
    """Fetch messages instead, to try the bot without a public address. Ctrl-C stops it."""
    from bot.commands.providers import poll
    from bot.settings import load_settings

    poll(load_settings(), remove_webhook=remove_webhook, say=typer.echo)
