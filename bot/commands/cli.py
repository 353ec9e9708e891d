"""`python -m bot`: one file for each group of commands.

Commands import what they need inside their functions: `--help` must not wait for it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import typer

from bot.channels.registry import all_channels
from bot.commands import (
    backups,
    coding,
    data,
    exports,
    failed_turns,
    privacy,
    publish,
    report,
    running,
    staff,
    tell,
)
from bot.commands.opened import fail

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Have your say: a public consultation as a conversation.",
)
for group in (exports, privacy, data, backups, coding, publish, report, tell, running):
    app.add_typer(group.app)
app.add_typer(staff.staff_app, name="staff")
app.add_typer(staff.audit_app, name="audit")
app.add_typer(data.keys_app, name="keys")
app.add_typer(failed_turns.app, name="turns")
app.add_typer(running.jobs_app, name="jobs")
app.add_typer(running.corrections_app, name="corrections")
app.add_typer(coding.codes_app, name="codes")
app.add_typer(coding.themes_app, name="themes")
for channel in all_channels():
    if channel.commands:
        app.add_typer(import_module(channel.commands).app, name=channel.name)


def main() -> None:
    """Run a command; what goes wrong for a known reason is one line and exit code 1."""
    os.umask(0o077)  # what is made here is for this user's eyes only, whichever command makes it
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has seen enough
        sys.exit(0)
    except Exception as error:
        if (reason := _known_reason(error)) is None:
            raise
        fail(reason)


def _known_reason(error: Exception) -> str | None:
    from bot.consultation.errors import ConsultationError
    from bot.settings import SettingsError
    from bot.storage.database.session import StorageError

    if isinstance(error, StorageError):
        return (
            f"The database could not do that ({error}). Is it running? Try `python -m bot migrate`."
        )
    return str(error) if isinstance(error, (ConsultationError, SettingsError)) else None
