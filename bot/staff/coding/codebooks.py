"""The codebook of a question: what its themes mean, and how they changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from bot.staff.coding.workbench import about
from bot.staff.shell.context import write_down
from bot.storage.coding import codebook as changes
from bot.storage.coding.code_files import (
    CODEBOOK,
    CODES,
    PART,
    export_codebook,
    import_codebook,
    import_codes,
)
from bot.storage.coding.codes import every_code
from bot.storage.coding.themes import COLOURS, ThemeError, history_of, themes_of
from bot.storage.staff.audit import record
from bot.table_files import write_rows

codebook = Blueprint("codebook", __name__)

TEXTS = ("described", "when_to_use", "when_not", "example", "colour")
FILES = {"codebook": CODEBOOK, "codes": (*CODES, PART)}
MOST_PROBLEMS = 10  # that are told at once


@codebook.get("/coding/<question_id>/codebook")
def show(question_id: str) -> ResponseReturnValue:
    here, question, scope = about(question_id)
    write_down(here, "codebook viewed", question.id)
    with here.database.writing() as session:
        changes.begin_codebook(session, scope, staff=g.staff.email, now=here.clock())
        themes, history = themes_of(session, scope), history_of(session, scope)
    return render_template(
        "codebook.html",
        question=question,
        themes=[theme for theme in themes if not theme.control],
        controls=[theme for theme in themes if theme.control],
        history=history,
        colours=COLOURS,
    )


@codebook.post("/coding/<question_id>/codebook")
def change(question_id: str) -> ResponseReturnValue:
    """Do one of the things that the page offers."""
    here, question, scope = about(question_id)
    form, what = request.form, request.form.get("what", "")
    who: dict[str, Any] = {"staff": g.staff.email, "now": here.clock()}
    theme, into = form.get("theme", 0, type=int), form.get("into", 0, type=int)
    texts: dict[str, Any] = {name: form.get(name, "") for name in TEXTS}
    does: dict[str, Any] = {
        "add": lambda s: changes.add_theme(s, scope, form.get("name", ""), **who, **texts),
        "change": lambda s: changes.change_theme(
            s,
            scope,
            theme,
            name=form.get("name", ""),
            parent_id=form.get("parent", type=int),
            **who,
            **texts,
        ),
        "merge": lambda s: changes.merge_themes(s, scope, theme, into, **who),
        "remove": lambda s: changes.remove_theme(s, scope, theme, **who),
        "up": lambda s: changes.move_theme(s, scope, theme, -1),
        "down": lambda s: changes.move_theme(s, scope, theme, 1),
    }
    if what not in does:
        abort(400)
    try:
        with here.database.writing() as session:
            does[what](session)
            about_it, now = question.id, here.clock()
            record(session, who=g.staff.email, what=f"codebook: {what}", about=about_it, now=now)
    except ThemeError as error:
        flash(str(error))
    return redirect(url_for(".show", question_id=question_id))


@codebook.get("/coding/<question_id>/<what>.csv")
def download(question_id: str, what: str) -> ResponseReturnValue:
    """Send the codebook or the codes as a file that comes in again as it went out."""
    here, question, scope = about(question_id)
    if what not in FILES:
        abort(404)
    write_down(here, f"{what} exported", question.id)
    file: Any = SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115 - Flask closes it
    with here.database.reading() as session:
        rows: Iterable[Any] = (
            export_codebook(session, scope)
            if what == "codebook"
            else (code.as_row() for code in every_code(session, scope))
        )
        write_rows(rows, FILES[what], csv=True, out=file)
    file.seek(0)
    name = f"{what}-{question.id}-{here.clock():%Y-%m-%d}.csv"
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=name)


@codebook.post("/coding/<question_id>/files")
def upload(question_id: str) -> ResponseReturnValue:
    """Read a codebook or codes from a file."""
    here, question, scope = about(question_id)
    what, sent = request.form.get("what", ""), request.files.get("file")
    if what not in FILES or sent is None:
        abort(400)
    try:
        text = sent.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        flash("This file is not a CSV file in UTF-8. Save it as “CSV UTF-8” and try again.")
        return redirect(url_for(".show", question_id=question_id))
    rows = list(csv.DictReader(io.StringIO(text)))
    read = import_codebook if what == "codebook" else import_codes
    who, now = g.staff.email, here.clock()
    with here.database.writing() as session:
        done, problems = read(session, scope, rows, staff=who, now=now)
        record(session, who=who, what=f"{what} imported", about=question.id, now=now)
    flash(_told(what, done, problems))
    return redirect(url_for(".show", question_id=question_id))


def _told(what: str, done: int, problems: list[str]) -> str:
    read = f"{done:,} {'themes' if what == 'codebook' else 'codes'} read."
    if not problems:
        return read
    more = len(problems) - MOST_PROBLEMS
    shown = "; ".join(problems[:MOST_PROBLEMS])
    return f"{read} Not read: {shown}{f', and {more:,} more' if more > 0 else ''}."
