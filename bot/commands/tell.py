"""`python -m bot tell`: what came of it, once, to those who asked to hear."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

from bot.commands.opened import fail

if TYPE_CHECKING:
    from bot.turns.delivery.telling import Plan
    from bot.turns.services import Services

app = typer.Typer()
WHO = "command line"
ENDED = {
    "quiet": "the quiet hours have begun",
    "cap": "half of what text messages may take in a day is used",
    "stuck": "the gateway is not sending; is it running?",
}


@app.command()
def tell(
    send: bool = typer.Option(False, help="Send it; without this, only say who would be told."),
) -> None:
    """Say who asked to hear what came of it and what telling them costs, or tell them, once."""
    from bot.settings import load_settings
    from bot.turns.delivery.telling import plan_of, tell_all
    from bot.turns.services import make_services

    services = make_services(load_settings())
    try:
        if not services.consultation.outcome:
            fail(f"{services.consultation.id}.yml has no `outcome`: nobody is asked.")
        plan = plan_of(services)
        _say(services, plan)
        problem = _why_not(services)
        if problem and send:
            fail(f"Nobody was told: {problem}")
        if not send:
            typer.echo(
                f"Not yet: {problem}" if problem else "Nobody was told. To do it, say --send."
            )
            return
        done, ended = tell_all(services, plan, time.sleep)
        _note(services, done)
        typer.echo(f"Told: {done} of {len(plan.people)}.")
        if why := ENDED.get(ended.value):
            fail(f"Ended early: {why}. Run it again later; nobody is told twice.")
    finally:
        services.database.close()


def _say(services: Services, plan: Plan) -> None:
    by_channel: dict[str, int] = {}
    for one in plan.people:
        by_channel[one.channel] = by_channel.get(one.channel, 0) + 1
    channels = ", ".join(f"{number} by {channel}" for channel, number in by_channel.items())
    typer.echo(f"To be told: {len(plan.people)}{f' ({channels})' if channels else ''}.")
    pence = services.settings.text_part_pence
    cost = f", about £{plan.parts * pence / 100:.2f}" if pence is not None else ""
    typer.echo(f"Text messages: {plan.parts} parts{cost}.")
    for why, number in sorted(plan.others.items()):
        typer.echo(f"Not told: {number}: {why.replace(':', ' is ')}.")
    if plan.people:
        longest = max(plan.people, key=lambda one: len(one.text))
        typer.echo(f"The longest message:\n{longest.text}")


def _why_not(services: Services) -> str:
    """Return why nobody may be told yet, in a sentence, or nothing."""
    from bot.consultation.dates import Phase, spoken
    from bot.storage.publishing.outcomes import outcomes_of

    consultation = services.consultation
    with services.database.reading() as session:
        every = outcomes_of(session, consultation.id)
    drafts = sum(not one.is_approved for one in every)
    if services.phase(services.clock()) is not Phase.AFTER:
        return f"the consultation is open until the end of {spoken(consultation.closes)}."
    if len(every) == drafts:
        return "nothing is published yet. Write it and have it approved under Outcome."
    if drafts:
        whole = "People are told once: have them approved, or throw them away."
        return f"{drafts} of {len(every)} entries are drafts or changes. {whole}"
    if services.is_quiet():
        return "these are quiet hours (QUIET_HOURS)."
    return ""


def _note(services: Services, done: int) -> None:
    from bot.storage.staff.audit import record

    with services.database.writing() as session:
        what, about = f"told what came of it: {done}", services.consultation.id
        record(session, who=WHO, what=what, about=about, now=services.clock())
