"""The rows behind the numbers of the first page, and mending what is broken."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.morning import sheet
from bot.staff.shell.context import app_context, write_down
from bot.storage.messages.waiting import try_again
from bot.storage.results import morning as rows_of
from bot.storage.staff.audit import record

morning = Blueprint("morning", __name__)

MOST = 500
DAYS = {  # what a day brought: its title, and where its rows are
    "new": ("Began", rows_of.lines_new),
    "completed": ("Came to the end", rows_of.lines_completed),
    "left-off": ("Left off", rows_of.lines_left_off),
}
BROKEN = {
    "failed-turns": "The bot could not deal with a message",
    "undelivered": "Did not arrive",
}


@morning.get("/morning/<number>")
def rows(number: str) -> ResponseReturnValue:
    """Who began, came to the end or left off on a day."""
    here = app_context()
    title, lines_of = DAYS.get(number) or abort(404)
    day = _day(request.args.get("day", "")) or sheet.today_of(here) - timedelta(days=1)
    write_down(here, f"morning rows: {number}", day.isoformat())
    with here.database.reading() as session:
        found = lines_of(session, here.consultation.id, sheet.span_of(day), MOST)
    return render_template(
        "morning_rows.html", title=title, day=day, found=found, what=number, sheet=sheet
    )


@morning.get("/morning/broken/<number>")
def broken(number: str) -> ResponseReturnValue:
    """What failed: turns of the bot, and messages that did not arrive, all or of one reason."""
    here, why = app_context(), request.args.get("why")
    title = BROKEN.get(number) or abort(404)
    write_down(here, f"morning rows: {number}", None)
    since = here.clock() - sheet.LOOKED_BACK
    with here.database.reading() as session:
        about = here.consultation.id
        found = (
            rows_of.failed_turns(session, about, MOST)
            if number == "failed-turns"
            else rows_of.undelivered(session, about, since, MOST, why)
        )
    return render_template(
        "morning_rows.html", title=title, day=None, found=found, what=number, sheet=sheet
    )


@morning.post("/morning/broken/<number>")
def again(number: str) -> ResponseReturnValue:
    """Let the bot deal with failed messages again, or send what did not arrive."""
    here, now = app_context(), app_context().clock()
    if number not in BROKEN:
        abort(404)
    with here.database.writing() as session:
        about = here.consultation.id
        if number == "failed-turns":
            done = try_again(session, about)
        else:
            done = rows_of.send_again(session, about, now - sheet.LOOKED_BACK)
        record(session, who=g.staff.email, what=f"tried again: {number}", about=str(done), now=now)
    flash(f"{done} tried again. Look again in a minute.")
    return redirect(url_for(".broken", number=number))


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
