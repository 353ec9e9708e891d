"""Copies of one conversation: to print, or to keep as CSV, JSON Lines or a page. Numbers, email
addresses and postcodes are hidden in all of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from bot.staff.conversations import transcript
from bot.staff.conversations.glance import at_a_glance, left_open
from bot.staff.conversations.pages import found
from bot.staff.conversations.transcript import Line
from bot.staff.shell.access import may
from bot.staff.shell.context import app_context
from bot.storage.messages.transcripts import turns_of
from bot.storage.respondents.answers import skipped_by
from bot.storage.review.corrections import corrections_of
from bot.storage.review.lines import Conversation
from bot.storage.review.notes import Note, Tag, notes_of, tags_of
from bot.table_files import write_rows

copies = Blueprint("copies", __name__)

COLUMNS = (
    "conversation", "message", "who", "at", "text", "delivery", "understood", "value", "sureness",
    "flags", "tags", "notes",
)  # fmt: skip
KINDS = {"csv": "text/csv", "jsonl": "application/x-ndjson", "html": "text/html"}


@copies.get("/conversations/<reference>/print")
def paper(reference: str) -> ResponseReturnValue:
    """A page without navigation; `only=answers` leaves the transcript out."""
    what = "answers printed" if _only_answers() else "conversation printed"
    return _page(reference, what, style=None)[1]


@copies.get("/conversations/<reference>/download")
def download(reference: str) -> ResponseReturnValue:
    """A file: `format` is csv, jsonl or html; `notes=yes` for what staff wrote, too."""
    kind = request.args.get("format", "csv")
    if kind not in KINDS:
        abort(404)
    if kind == "html":
        style = current_app.extensions["assets"].files["print.css"].decode()
        line, page = _page(reference, "conversation exported: html", style=style)
        return _file(line.reference, kind, page.encode())
    line, lines, tags, notes, _ = _read(reference, f"conversation exported: {kind}")
    out = io.BytesIO()
    columns = COLUMNS if _with_notes() else COLUMNS[:-2]
    rows = _rows(line, lines, tags, notes)
    write_rows(rows, columns, csv=kind == "csv", out=out)
    return _file(line.reference, kind, out.getvalue())


def _file(reference: str, kind: str, content: bytes) -> Response:
    response = Response(content, content_type=f"{KINDS[kind]}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{reference}.{kind}"'
    return response


def _with_notes() -> bool:
    return request.args.get("notes") == "yes" and may("remarks.note")


def _only_answers() -> bool:
    return request.args.get("only") == "answers"


def _page(reference: str, what: str, *, style: str | None) -> tuple[Conversation, str]:
    """`style` goes into the page, for a file that has to stand alone."""
    line, lines, tags, notes, glance = _read(reference, what)
    page = render_template(
        "print.html",
        summary=line,
        lines=lines,
        glance=glance,
        left_open=left_open(glance),
        only_answers=_only_answers(),
        with_notes=_with_notes(),
        notes=[note for note in notes if not note.seq],
        tags=[tag.name for tag in tags if not tag.seq],
        now=app_context().clock(),
        style=style,
    )
    return line, page


def _read(reference: str, what: str) -> tuple[Conversation, list[Line], list[Tag], list[Note], Any]:
    here, noted = app_context(), _with_notes()
    respondent_id, line = found(reference, f"{what}, {'with' if noted else 'without'} notes")
    with here.database.reading() as session:
        turns = turns_of(session, respondent_id)
        notes = notes_of(session, respondent_id) if noted else []
        tags = tags_of(session, respondent_id) if noted else []
        corrected = corrections_of(session, respondent_id)
        skipped = skipped_by(session, respondent_id)
    seen = transcript.Seen()
    lines = transcript.lines_of(here.consultation, turns, seen, notes, tags, corrected)
    return line, lines, tags, notes, at_a_glance(here.consultation, turns, skipped, (), corrected)


def _rows(
    line: Conversation, lines: Sequence[Line], tags: Sequence[Tag], notes: Sequence[Note]
) -> Iterator[dict[str, Any]]:
    """One row a message; what is about the whole conversation is in a row without a message."""
    for one in lines:
        yield _row(line, one)
    about = {
        "tags": "; ".join(tag.name for tag in tags if not tag.seq),
        "notes": _said(note for note in notes if not note.seq),
    }
    if any(about.values()):
        empty = dict.fromkeys(COLUMNS)
        yield {**empty, "conversation": line.reference, **about}


def _row(line: Conversation, one: Line) -> dict[str, Any]:
    made = one.understood
    row = {
        "conversation": line.reference,
        "message": one.number,
        "who": "resident" if one.from_resident else one.staff or "bot",
        "at": one.at.isoformat(timespec="seconds"),
        "text": one.private or "".join(piece.text for piece in one.pieces),
        "delivery": one.delivery,
        "understood": made and " ".join(filter(None, (made.sentence, made.question))),
        "value": made and made.value,
        "sureness": made and made.sureness,
        "flags": "; ".join(one.marks),
    }
    if _with_notes():
        row |= {"tags": "; ".join(one.tags), "notes": _said(one.notes)}
    return row


def _said(notes: Any) -> str:
    return "; ".join(f"{note.staff}: {note.text}" for note in notes)
