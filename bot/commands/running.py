"""Running the product, or one process of it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import typer

app = typer.Typer()


class Process(str, Enum):
    gateway = "gateway"
    worker = "worker"
    rasa = "rasa"
    actions = "actions"
    staff = "staff"


@app.command()
def run(
    demo_date: datetime = typer.Option(
        None,
        formats=["%Y-%m-%d"],
        help="Take this day as today, if the consultation is over and was open then.",
    ),
) -> None:
    """Run the whole product and keep it running. Ctrl-C stops it."""
    from bot.processes.run import run as run_all

    run_all(demo_date.date() if demo_date else None)


@app.command()
def serve(process: Process) -> None:
    """Run one process in the foreground."""
    from bot.processes.serve import serve as serve_process

    serve_process(process.value)


@app.command()
def probe(
    process: Process,
    ready: bool = typer.Option(False, help="Ask if it is ready; else only if it answers."),
) -> None:
    """Ask a process on this machine how it is; exit code 1 if it does not answer so."""
    from bot.commands.opened import fail
    from bot.processes.probe import answers
    from bot.settings import load_settings

    if not answers(load_settings(), process.value, ready=ready):
        fail(f"{process.value} is not {'ready' if ready else 'there'}.")


@app.command()
def train() -> None:
    """Train the dialogue model if its inputs have changed since the last time."""
    from bot.settings import load_settings
    from bot.training import trained_model

    typer.echo(f"The model is {trained_model(load_settings())}.")


@app.command(hidden=True)
def announce() -> None:
    """Print the addresses when they answer (`run` starts this)."""
    from bot.processes.announce import announce as announce_addresses

    announce_addresses()
