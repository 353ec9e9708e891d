"""Running the product, one process of it, or what is done at night."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import typer

from bot.commands.opened import fail, opened

app = typer.Typer()
jobs_app = typer.Typer(no_args_is_help=True, help="What is done at night.")
corrections_app = typer.Typer(
    no_args_is_help=True, help="Teaching the dialogue model what staff corrected."
)


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
    """Train the dialogue model if its inputs, or the corrections that it is taught, have changed
    since the last time.
    """
    from bot.processes.teaching import current_model
    from bot.settings import load_settings

    typer.echo(f"The model is {current_model(load_settings())}.")


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


@corrections_app.command("train")
def train_with_corrections(
    anyway: bool = typer.Option(False, help="Take the model also if a figure got worse."),
    only: list[int] = typer.Option([], hidden=True, help="Learn from these messages alone."),
    who: str = typer.Option("command line", hidden=True),
) -> None:
    """Train with the corrections of staff (2 to 5 min), and say the figures before and after. The
    model counts from the next start of rasa, unless a figure got worse.
    """
    from bot.processes import teaching
    from bot.staff.corrections.figures import sentences

    with opened() as (settings, database):
        ended = teaching.train_with_corrections(
            settings, database, who=who, anyway=anyway, only=only
        )
    for line in sentences(ended.outcome, ended.lines, ended.figures):
        typer.echo(line)


@corrections_app.command("undo")
def undo_training() -> None:
    """Go back to the model without corrections; those that learnt any are deleted."""
    from bot.processes import teaching

    with opened() as (settings, database):
        before = teaching.undo(settings, database, who="command line")
    typer.echo(f"{before} lines are taught no more. It counts from the next start of rasa.")


@corrections_app.command("status")
def show_corrections() -> None:
    """Print what is taught, what would be, what is not and why, and the last figures."""
    from bot.processes import teaching
    from bot.staff.corrections.figures import told_of
    from bot.storage.jobs.trainings import last_training, taught_lines

    with opened() as (settings, database):
        consultation, found = teaching.sorted_out(settings, database)
        with database.reading() as session:
            taught = taught_lines(session, consultation.id)
            last = last_training(session, consultation.id)
    typer.echo(f"{len(taught)} lines are taught; {len(found.lines)} can be.")
    for no in found.refused:
        typer.echo(f"{no.correction.reference} {no.correction.seq}: not taught: {no.why}")
    for hint in found.hints:
        place = f"{hint.correction.reference} {hint.correction.seq}"
        typer.echo(f"{place}: for `also` of “{hint.option}” in {hint.question}")
    if last is not None:
        typer.echo(f"Last training: {last.began_at:%Y-%m-%d %H:%M}Z, {last.outcome}.")
        for line in told_of(last, len(taught)):
            typer.echo(line)
