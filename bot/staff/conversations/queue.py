"""The read queue: what to read next, grouped by need, and where readers disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.conversations.pages import REFERENCE
from bot.staff.conversations.quotes import Bit
from bot.staff.conversations.why import quote_of
from bot.staff.shell import vocabulary
from bot.staff.shell.context import app_context, write_down
from bot.storage.database.session import Session
from bot.storage.respondents.respondents import normal_reference
from bot.storage.review.lines import Conversation, line_of
from bot.storage.review.priority import LEVEL, REASONS, reason_of
from bot.storage.review.queue import Reader, queue_for, take_next, triggers_of, waiting_by_level
from bot.storage.review.reading import read_by, reader_of, take
from bot.storage.review.reviews import counts_considered, disagreements
from bot.understanding.personal_data import holds_personal

queue = Blueprint("queue", __name__)

A_PAGE = 50
NO_REASON = "Nothing in particular"
SHORT = {
    "distress": "Danger or despair",
    "complaint": "Complaint",
    "unsure": "Misunderstood?",
    "failed": "Failed",
    "personal": "Personal details",
    "rich": "Long answer",
    "other": "Others",
}


@dataclass(frozen=True)
class Row:
    """One conversation to read, by the words for which it is here. `mine`: I am reading it."""

    line: Conversation
    bits: Sequence[Bit]
    mine: bool


@dataclass(frozen=True)
class Group:
    """Those of one need: how many there are, and the first of them."""

    name: str  # in the address bar
    title: str
    short: str
    danger: bool
    total: int
    rows: Sequence[Row] = ()


@queue.get("/queue")
def index() -> ResponseReturnValue:
    here, reader = app_context(), Reader(g.staff.email, app_context().clock())
    chosen = {name: level for level, name in REASONS.items()} | {"other": 0}
    level = chosen.get(request.args.get("need", ""))
    write_down(here, "queue viewed", None)
    with here.database.reading() as session:
        lines = queue_for(session, here.consultation.id, reader, limit=A_PAGE, level=level)
        waiting = waiting_by_level(session, here.consultation.id, reader)
        said = triggers_of(session, lines, holds_personal)
        mine = read_by(session, reader.staff, reader.now)
        done, total = counts_considered(session, here.consultation.id)
        differing = []
        if here.settings.staff_readers > 1:
            differing = disagreements(session, here.consultation.id, limit=A_PAGE)
    rows = [Row(one, quote_of(said.get(one.id, "")), one.id in mine) for one in lines]
    return render_template(
        "queue.html",
        groups=grouped(waiting, rows),
        chosen=request.args.get("need") if level is not None else None,
        done=done,
        total=total,
        readers=here.settings.staff_readers,
        differing=differing,
    )


def grouped(waiting: Mapping[int, int], rows: Sequence[Row]) -> list[Group]:
    """Return a group for each need that waits, the greatest first."""
    groups = []
    for level, total in waiting.items():
        reason = reason_of(level)
        title = vocabulary.REASONS.get(reason or "", NO_REASON)
        name, danger = reason or "other", reason == "distress"
        group = Group(name, title, SHORT[name], danger, total)
        here = [row for row in rows if row.line.need // LEVEL * LEVEL == level]
        groups.append(replace(group, rows=here))
    return groups


@queue.get("/queue/<reference>")
def read(reference: str) -> ResponseReturnValue:
    """Read one of the queue. Where another person reads it already, read the next instead."""
    here, normal = app_context(), normal_reference(reference)
    reader = Reader(g.staff.email, here.clock())
    if not REFERENCE.fullmatch(normal):
        abort(404)
    with here.database.writing() as session:
        following = _take(session, here.consultation.id, normal, reader)
    if following is None:
        return redirect(url_for(".index"))
    return redirect(url_for("conversations.show", reference=following))


def _take(session: Session, consultation_id: str, reference: str, reader: Reader) -> str | None:
    """Return the reference of the conversation that is this person's to read now."""
    line = line_of(session, reference) or abort(404)
    if take(session, line.id, reader.staff, reader.now):
        return line.reference
    other = reader_of(session, line.id, reader.now)
    following = take_next(session, consultation_id, reader, line)
    then = "Here is the next one." if following else "There is no other to read."
    flash(f"{other} is reading {reference}. {then}")
    return following
