"""The list of conversations, its saved views, and one conversation as a transcript."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.conversations import transcript
from bot.staff.conversations.boxes import boxes_about
from bot.staff.conversations.chips import chips_of
from bot.staff.conversations.filters import Asked, as_place, as_text, fields_of, read_filters
from bot.staff.conversations.glance import at_a_glance, left_open
from bot.staff.conversations.why import quote_of, reasons_to_read
from bot.staff.shell import vocabulary
from bot.staff.shell.access import may
from bot.staff.shell.context import app_context, write_down
from bot.storage.messages.transcripts import conversation_of, sealed_of, turns_of
from bot.storage.requests.requests import sent_requests
from bot.storage.respondents.answers import skipped_by
from bot.storage.respondents.respondents import normal_reference
from bot.storage.review.corrections import corrections_of
from bot.storage.review.finding import Page, count_found, neighbours_of, page_of
from bot.storage.review.lines import Conversation
from bot.storage.review.notes import known_tags, notes_of, tags_of
from bot.storage.review.queue import Reader, unread_beside
from bot.storage.review.reading import reader_of
from bot.storage.review.reviews import JUDGEMENTS, considered_by
from bot.storage.review.saved_views import (
    LONGEST_NAME,
    LONGEST_QUERY,
    delete_view,
    save_view,
    saved_views_of,
)
from bot.storage.staff.rows import Role
from bot.understanding.personal_data import without_personal

conversations = Blueprint("conversations", __name__)

A_PAGE = 50
COUNTED = 1_000  # of words that very many messages hold; more is shown as "more than"
REFERENCE = re.compile(r"HYS-[0-9A-Z]{4}-[0-9A-Z]{4}")
NOTE_SAVED = "note saved"  # a message to the page's script: the draft may go
MAY_UNSEAL = frozenset({Role.CASEWORKER, Role.ADMIN})


@conversations.get("/conversations")
def index() -> ResponseReturnValue:
    here = app_context()
    asked = read_filters(here.consultation, request.args)
    after, before = (as_place(request.args.get(name, "")) for name in ("older", "newer"))
    write_down(here, "list viewed", asked.summary() or None)
    with here.database.reading() as session:
        page = page_of(
            session,
            here.consultation.id,
            asked.filters,
            limit=A_PAGE,
            shown=without_personal,
            after=after,
            before=before,
        )
        total = count_found(session, page, most=COUNTED + 1)
        views, tags = saved_views_of(session, g.staff.email), known_tags(session)
    if not page.found and (after or before):
        return redirect(url_for(".index", **asked.typed))  # what was there has gone
    fields = fields_of(here.consultation)
    return render_template(
        "conversations.html",
        found=page.found,
        quotes={who: quote_of(said, asked.filters.words) for who, said in page.said.items()},
        total=total,
        uncounted=page.search.words and total > COUNTED,
        asked=asked,
        fields=fields,
        chips=chips_of(asked, fields),
        tags=tags,
        views=views,
        public_url=here.settings.public_base_url,
        pagination=pagination(asked, page),
    )


def pagination(asked: Asked, page: Page) -> dict[str, Any] | None:
    """Return what the pagination component is given, or None when there is one page."""

    def link(**place: Any) -> dict[str, str]:
        return {"href": url_for("conversations.index", **asked.typed, **place)}

    if not (page.newer or page.older):
        return None
    return {
        "landmarkLabel": "Pages of the list",
        "previous": {"text": "Newer", **link(newer=as_text(page.newer))} if page.newer else None,
        "next": {"text": "Older", **link(older=as_text(page.older))} if page.older else None,
    }


@conversations.post("/conversations/views")
def change_views() -> ResponseReturnValue:
    """Save the filters under a name, or delete a view."""
    here, typed = app_context(), request.form
    asked = read_filters(here.consultation, dict(parse_qsl(typed.get("query", "")[:LONGEST_QUERY])))
    name = " ".join(typed.get("name", "").split())[:LONGEST_NAME]
    with here.database.writing() as session:
        if typed.get("delete", "").isdecimal():
            gone = delete_view(session, g.staff.email, int(typed["delete"][:9]))
            flash("The saved view is deleted." if gone else "There is no such saved view.")
        elif not name:
            flash("Enter a name for the view.")
        elif save_view(session, g.staff.email, name, urlencode(asked.typed)):
            flash(f"The view “{name}” is saved.")
        else:
            flash("You have too many saved views. Delete one first.")
    return redirect(url_for(".index", **asked.typed))


@conversations.get("/conversations/<reference>")
def show(reference: str) -> ResponseReturnValue:
    normal = normal_reference(reference)
    if not REFERENCE.fullmatch(normal):
        abort(404)
    if normal != reference:
        return redirect(url_for(".show", reference=normal))
    return page_about(normal, "conversation viewed", revealed=())


@conversations.get("/conversations/<reference>/reveal")
def revealed(reference: str) -> ResponseReturnValue:
    """Lead back from the address of a page that showed what is hidden."""
    return redirect(url_for(".show", reference=reference))


@conversations.post("/conversations/<reference>/reveal")
def reveal(reference: str) -> ResponseReturnValue:
    """Show what is hidden in one message, or in all of them, on this page only."""
    normal, which = normal_reference(reference), request.form.get("seq", "")
    if not REFERENCE.fullmatch(normal) or not re.fullmatch(r"all|[0-9]{1,9}", which):
        abort(404)
    revealed = transcript.EVERYTHING if which == "all" else (int(which),)
    return page_about(normal, f"hidden details revealed: {which}", revealed=revealed)


def page_about(reference: str, what: str, *, revealed: Container[int]) -> str:
    """Write down who looks, then return the transcript."""
    here = app_context()
    respondent_id, line = found(reference, what)
    with here.database.reading() as session:
        turns = turns_of(session, respondent_id)
        skipped = skipped_by(session, respondent_id)
        # Notes are of reviewers, for reviewers: what caseworkers write stands with the request.
        remarks = may("remarks.note")
        notes = notes_of(session, respondent_id) if remarks else []
        tags = tags_of(session, respondent_id) if remarks else []
        corrected = corrections_of(session, respondent_id)
        newer, older = neighbours_of(session, here.consultation.id, line)
        reader = Reader(g.staff.email, here.clock())
        before, following = unread_beside(session, here.consultation.id, reader, line)
        reading = reader_of(session, respondent_id, reader.now)
        considered, offered = considered_by(session, respondent_id), known_tags(session)
        asked_for = sent_requests(session, respondent_id)
        sealed = sealed_of(session, respondent_id) if g.staff.role in MAY_UNSEAL else {}
        boxes = boxes_about(session, respondent_id)
    mine = next((one for one in considered if one.staff == g.staff.email), None)
    unsealed = {seq: here.keys.reveal(kept) for seq, kept in sealed.items() if seq in revealed}
    seen = transcript.Seen(revealed, unsealed, can_unseal=frozenset(sealed))
    glance = at_a_glance(here.consultation, turns, skipped, revealed, corrected)
    return render_template(
        "transcript.html",
        summary=line,
        lines=transcript.lines_of(here.consultation, turns, seen, notes, tags, corrected),
        glance=glance,
        left_open=left_open(glance),
        reasons=reasons_to_read(turns, corrected),
        boxes=boxes,
        requests=asked_for,
        notes=[note for note in notes if not note.seq],
        tags=[tag for tag in tags if not tag.seq],
        offered=offered,
        considered=considered,
        mine=mine,
        alone=mine is None and remarks and here.settings.staff_readers > 1,
        usual=None if any(turn.flags for turn in turns) else JUDGEMENTS[0],
        judgements=[(name, vocabulary.JUDGEMENTS[name]) for name in JUDGEMENTS],
        newer=newer,
        older=older,
        reading=reading,
        previous_unread=before,
        next_unread=following,
        unfolded=bool(revealed),
        draft_key=draft_key(respondent_id),
    )


def draft_key(respondent_id: str) -> str:
    """Return the name by which a browser keeps a note of this person that was not saved yet."""
    return app_context().mark_of("draft", f"{g.staff.email} {respondent_id}")


def found(reference: str, what: str) -> tuple[str, Conversation]:
    """Return (respondent id, line) of a conversation, after writing down what is done with it."""
    here, normal = app_context(), normal_reference(reference)
    if not REFERENCE.fullmatch(normal):
        abort(404)
    with here.database.reading() as session:
        there = conversation_of(session, normal)
    write_down(here, what if there else "conversation not found", normal)
    if there is None:
        abort(404)
    return there
