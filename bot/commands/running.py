"""Running the product, one process of it, or what is done at night."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import typer

from bot.commands.opened import fail, opened

app = typer.Typer()
jobs_app = typer.Typer(no_args_is_help=True, help="What is done at night.")


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


@jobs_app.command("run")
def run_job_now(name: str = typer.Argument(help="retention or audit.")) -> None:
    """Do it now, and write down how it ended; exit code 1 if it failed."""
    from contextlib import closing

    from bot.gateway.nightly import WORK, run_job
    from bot.settings import load_settings
    from bot.storage.jobs.job_runs import DONE
    from bot.turns.services import make_services

    if name not in WORK:
        fail(f"There is no job {name}; there are {' and '.join(WORK)}.")
    services = make_services(load_settings())
    with closing(services.database):
        ended = run_job(services, name, services.clock())
    if ended is None or ended.outcome != DONE:
        fail(f"{name}: {ended.detail if ended else 'it is being done'}.")
    typer.echo(f"{name}: {ended.detail}.")


@jobs_app.command("list")
def list_jobs(limit: int = typer.Option(20, min=1, max=1000, help="How many.")) -> None:
    """Print the last runs, the newest first: when it was due, which, how it ended."""
    from bot.storage.jobs.job_runs import past_runs

    with opened() as (_, database), database.reading() as session:
        for one in past_runs(session, limit):
            detail = f": {one.detail}" if one.detail else ""
            typer.echo(f"{one.due_at:%Y-%m-%d %H:%M}Z {one.job} {one.outcome}{detail}")
