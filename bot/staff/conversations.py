"""The list of conversations, and one conversation as a transcript."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff import transcript, words
from bot.staff.office import Office, office
from bot.storage.conversations import (
    conversation_of,
    list_conversations,
    neighbours_of,
    turns_of,
)
from bot.storage.respondents import normal_reference
from bot.storage.staff import record, skipped_by

conversations = Blueprint("conversations", __name__)

A_PAGE = 50
REFERENCE = re.compile(r"HYS-[0-9A-Z]{4}-[0-9A-Z]{4}")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to, as the address bar has it. Unknown values narrow nothing."""

    state: str | None = None
    channel: str | None = None

    def as_query(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value}


@conversations.get("/")
def index() -> ResponseReturnValue:
    here, filters, number = office(), _filters(), _page_number()
    _record(here, "list viewed", " ".join([*filters.as_query().values(), f"page {number}"]))
    with here.database.reading() as session:
        found, total = list_conversations(
            session,
            here.consultation.id,
            state=filters.state,
            channel=filters.channel,
            offset=(number - 1) * A_PAGE,
            limit=A_PAGE,
        )
    last = max(1, -(-total // A_PAGE))
    if number > last:
        return redirect(url_for(".index", **filters.as_query(), page=last))
    return render_template(
        "conversations.html",
        found=found,
        total=total,
        first=(number - 1) * A_PAGE + 1,
        page=number,
        last=last,
        filters=filters,
        states=[(state, words.STATES[state]) for state in words.STATES_TO_CHOOSE],
        public_url=here.settings.public_base_url,
        pagination=pagination(filters, number, last),
    )


@conversations.get("/conversations/<reference>")
def show(reference: str) -> ResponseReturnValue:
    here, normal = office(), normal_reference(reference)
    if not REFERENCE.fullmatch(normal):
        abort(404)
    if normal != reference:
        return redirect(url_for(".show", reference=normal))
    with here.database.reading() as session:
        found = conversation_of(session, normal)
    _record(here, "conversation viewed" if found else "conversation not found", normal)
    if found is None:
        abort(404)
    respondent_id, summary = found
    with here.database.reading() as session:
        turns = turns_of(session, respondent_id)
        skipped = skipped_by(session, respondent_id)
        newer, older = neighbours_of(session, normal)
    return render_template(
        "transcript.html",
        summary=summary,
        lines=transcript.lines_of(here.consultation, turns),
        glance=transcript.at_a_glance(here.consultation, turns, skipped),
        newer=newer,
        older=older,
    )


def _record(here: Office, what: str, about: str) -> None:
    """Write down who reads what, before it is shown: without the record nothing is shown."""
    with here.database.writing() as session:
        record(session, who=g.staff.email, what=what, about=about, now=here.clock())


def _filters() -> Filters:
    state, channel = request.args.get("state"), request.args.get("channel")
    return Filters(
        state=state if state in words.STATES_TO_CHOOSE else None,
        channel=channel if channel in words.CHANNELS else None,
    )


def _page_number() -> int:
    typed = request.args.get("page", "1")
    return int(typed) if re.fullmatch(r"[1-9][0-9]{0,6}", typed) else 1


def pagination(filters: Filters, number: int, last: int) -> dict[str, Any] | None:
    """Return what the pagination component is given, or None when there is one page."""
    if last == 1:
        return None

    def link(page: int) -> str:
        return url_for(".index", **filters.as_query(), page=page)

    items: list[dict[str, Any]] = []
    shown = sorted({1, last, number - 1, number, number + 1} & set(range(1, last + 1)))
    for before, page in zip([0, *shown[:-1]], shown, strict=True):
        if page - before > 1:
            items.append({"ellipsis": True})
        items.append({"number": page, "href": link(page), "current": page == number})
    return {
        "items": items,
        "landmarkLabel": "Pages of the list",
        "previous": {"href": link(number - 1)} if number > 1 else None,
        "next": {"href": link(number + 1)} if number < last else None,
    }
