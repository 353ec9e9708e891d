"""Suggested themes on a page: a person names, merges and throws away. Nothing counts before."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.coding.theme_finder import ThemeFinder
from bot.staff.coding.workbench import about
from bot.staff.shell.context import write_down
from bot.storage.coding.codebook import LONGEST_NAME, add_theme, begin_codebook
from bot.storage.coding.coding_progress import progress_of
from bot.storage.coding.themes import ThemeError, themes_of
from bot.storage.staff.audit import record

suggested = Blueprint("suggested", __name__)


@suggested.get("/coding/<question_id>/suggested")
def show(question_id: str) -> ResponseReturnValue:
    here, question, scope = about(question_id)
    write_down(here, "suggested themes viewed", question.id)
    with here.database.reading() as session:
        known = [theme.name for theme in themes_of(session, scope) if not theme.control]
        answers = progress_of(session, scope)[1]
    finding = finder().of(scope, here.clock())
    return render_template(
        "suggested_themes.html",
        question=question,
        finding=finding,
        known=known,
        answers=answers,
        longest=LONGEST_NAME,
    )


@suggested.post("/coding/<question_id>/suggested")
def change(question_id: str) -> ResponseReturnValue:
    """Begin to look for themes, or take those that were chosen into the codebook."""
    here, question, scope = about(question_id)
    who: dict[str, Any] = {"staff": g.staff.email, "now": here.clock()}
    if request.form.get("action") == "take":
        return _take(question_id)
    with here.database.writing() as session:
        begin_codebook(session, scope, **who)
        record(session, who=g.staff.email, what="themes suggested", about=question.id,
               now=here.clock())  # fmt: skip
    finder().begin(scope, here.clock())
    return redirect(url_for(".show", question_id=question_id))


def _take(question_id: str) -> ResponseReturnValue:
    """Add what was chosen. Of several with one name one theme is made."""
    here, question, scope = about(question_id)
    who: dict[str, Any] = {"staff": g.staff.email, "now": here.clock()}
    chosen = [
        (" ".join(request.form.get(f"name-{at}", "").split()), request.form.get(f"of-{at}", ""))
        for at in request.form.getlist("keep")
    ]
    merged: dict[str, tuple[str, list[str]]] = {}
    for name, words in chosen:
        merged.setdefault(name.casefold(), (name, []))[1].append(words)
    added, problems = 0, []
    for name, of_each in merged.values():
        try:
            with here.database.writing() as session:
                told = "; ".join(filter(None, of_each))
                add_theme(session, scope, name, described=told and f"Suggested: {told}", **who)
                record(session, who=g.staff.email, what="suggested theme taken",
                       about=question.id, now=here.clock())  # fmt: skip
            added += 1
        except ThemeError as error:
            problems.append(str(error))
    if not chosen:
        problems.append("Tick the themes that you want.")
    flash(" ".join([_told(added), *problems] if added else problems))
    if problems:
        return redirect(url_for(".show", question_id=question_id))
    finder().forget(scope)
    return redirect(url_for("codebook.show", question_id=question_id))


def _told(added: int) -> str:
    are = "theme is" if added == 1 else "themes are"
    return f"{added} {are} in the codebook. No answer has them yet."


def finder() -> ThemeFinder:
    made: ThemeFinder = current_app.extensions["themes"]
    return made
