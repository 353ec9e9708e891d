"""The coding workbench: one open answer in focus, the codebook of its question beside it."""

from __future__ import annotations

import re
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Question
from bot.staff.coding.suggestions import Suggestions
from bot.staff.conversations.masking import hidden_text
from bot.staff.results.filters import role_question
from bot.staff.results.result_tables import label_of
from bot.staff.results.sources import question_or_404
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.storage.coding.codebook import add_theme, begin_codebook
from bot.storage.coding.coded_parts import Part, parts_of, set_parts
from bot.storage.coding.codes import (
    Answer,
    answer_to_code,
    neighbours,
    next_to_code,
    set_codes,
    set_quoted,
)
from bot.storage.coding.coding_progress import progress_of, progress_of_all
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import ThemeError, themes_of
from bot.storage.staff.audit import record

coding = Blueprint("coding", __name__)

MOST_WAITING = 500  # answers whose codes a page has not sent yet


@coding.get("/coding")
def index() -> ResponseReturnValue:
    """List the open questions, and how far each is coded."""
    here = app_context()
    write_down(here, "coding viewed")
    asked = [question.id for question in open_questions(here.consultation)]
    with here.database.reading() as session:
        found = progress_of_all(session, here.consultation.id, asked)
    rows = [(name, label_of(here.consultation, name), found[name]) for name in asked]
    return render_template("coding.html", rows=rows)


@coding.get("/coding/<question_id>")
def show(question_id: str) -> ResponseReturnValue:
    """Show the answer that is asked for, or the first that has no code."""
    here, question, scope = about(question_id)
    with here.database.writing() as session:
        begin_codebook(session, scope, staff=g.staff.email, now=here.clock())
        found = request.args.get("answer", type=int) or next_to_code(session, scope)
    return render_template(
        "workbench.html", question=question, **_shown(here, question, scope, found)
    )


@coding.get("/coding/<question_id>/answers/<int:answer_id>")
def answer(question_id: str, answer_id: int) -> ResponseReturnValue:
    """Return one answer as a piece of the page."""
    here, question, scope = about(question_id)
    shown = _shown(here, question, scope, answer_id)
    return render_template("code_answer.html", question=question, **shown)


@coding.get("/coding/<question_id>/next")
def following(question_id: str) -> ResponseReturnValue:
    """Return the next answer without a code, as a piece of the page."""
    here, question, scope = about(question_id)
    after, but = request.args.get("after", 0, type=int), request.args.getlist("but", type=int)
    with here.database.reading() as session:
        found = next_to_code(session, scope, after, but[:MOST_WAITING])
    shown = _shown(here, question, scope, found)
    return render_template("code_answer.html", question=question, **shown)


@coding.post("/coding/<question_id>/answers/<int:answer_id>")
def code(question_id: str, answer_id: int) -> ResponseReturnValue:
    """Give an answer its themes. The same twice changes nothing: the page sends again what was not
    acknowledged.
    """
    here, _, scope = about(question_id)
    themes = request.form.getlist("theme", type=int)
    who, now = g.staff.email, here.clock()
    with here.database.writing() as session:
        found = answer_to_code(session, scope, answer_id) or abort(404)
        set_codes(session, scope, [answer_id], themes, staff=who, now=now)
        set_parts(session, answer_id, _parts_sent(themes, len(hidden_text(found.text))))
        quoted = "quoted" in request.form
        if quoted != found.quoted:
            set_quoted(session, scope, answer_id, quoted, staff=who, now=now)
        about_it, why = found.reference, scope.question
        record(session, who=who, what="answer coded", about=about_it, reason=why, now=now)
        then, coded = next_to_code(session, scope, answer_id), progress_of(session, scope)[0]
    suggestions().learn_beside(scope, coded)
    if request.headers.get("X-Piece"):
        return "", 204
    return redirect(url_for(".show", question_id=question_id, answer=then))


@coding.post("/coding/<question_id>/themes")
def new_theme(question_id: str) -> ResponseReturnValue:
    """Add a theme while an answer is in focus."""
    here, question, scope = about(question_id)
    answer_id, who, now = request.form.get("answer", type=int), g.staff.email, here.clock()
    try:
        with here.database.writing() as session:
            theme = add_theme(session, scope, request.form.get("name", ""), staff=who, now=now)
            if answer_id and (found := answer_to_code(session, scope, answer_id)):
                set_codes(session, scope, [answer_id], [theme], staff=who, now=now, add=True)
                about_it, why = found.reference, scope.question
                record(session, who=who, what="answer coded", about=about_it, reason=why, now=now)
            record(session, who=who, what="theme added", about=question.id, now=now)
    except ThemeError as error:
        flash(str(error))
    return redirect(url_for(".show", question_id=question_id, answer=answer_id))


def open_questions(consultation: Consultation) -> list[Question]:
    return [question for question in consultation.questions if question.kind is Kind.OPEN]


def about(question_id: str) -> tuple[AppContext, Question, Scope]:
    here, question = app_context(), question_or_404(question_id)
    if question.kind is not Kind.OPEN:
        abort(404)
    return here, question, Scope(here.consultation.id, question.id)


def suggestions() -> Suggestions:
    made: Suggestions = current_app.extensions["suggestions"]
    return made


def rating_question(consultation: Consultation, question: Question) -> Question | None:
    """Return the scale of the same section: how a resident rates what they write about."""
    section = consultation.section_of[question.id]
    return next((one for one in section.questions if one.kind is Kind.SCALE), None)


def _shown(
    here: AppContext, question: Question, scope: Scope, answer_id: int | None
) -> dict[str, Any]:
    """Return what the page shows, after it is written down who reads it."""
    beside = [role_question(here.consultation), rating_question(here.consultation, question)]
    asked = [one for one in beside if one is not None]
    found = None
    with here.database.writing() as session:
        if answer_id is not None:
            found = answer_to_code(session, scope, answer_id, [one.id for one in asked])
        if found is not None:
            who, what = g.staff.email, "answer read"
            record(session, who=who, what=what, about=found.reference, now=here.clock())
        done, total = progress_of(session, scope)
        before, after = neighbours(session, scope, found.id) if found else (None, None)
        themes = themes_of(session, scope)
        parts = parts_of(session, found.id) if found else {}
    return {
        "parts": parts,
        "answer": found,
        "facts": _facts(found, asked),
        "themes": themes,
        "done": done,
        "total": total,
        "before": before,
        "after": after,
        "hidden_text": hidden_text,
        "suggested": suggestions().of(scope, found.id) if found and not found.themes else {},
        "good": suggestions().goodness(scope),
        "coder": here.mark_of("codes", g.staff.email),
    }


def _parts_sent(themes: list[int], longest: int) -> dict[int, Part]:
    """Return the parts of the answer that the form names, by theme; what is no part is left out."""
    found = {}
    for theme in themes:
        if sent := re.fullmatch(r"(\d{1,6})-(\d{1,6})", request.form.get(f"part-{theme}", "")):
            begins, ends = int(sent[1]), min(int(sent[2]), longest)
            if begins < ends and (begins, ends) != (0, longest):
                found[theme] = (begins, ends)
    return found


def _facts(answer: Answer | None, asked: list[Question]) -> list[str]:
    """Return what its sender chose elsewhere, in the words of the options."""
    if answer is None:
        return []
    named = {option.value: option.wording.text for one in asked for option in one.options}
    return [named.get(str(value), str(value)) for value in answer.others.values()]
