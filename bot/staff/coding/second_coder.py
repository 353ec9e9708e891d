"""A second coder: a share of the answers is coded twice, blind, to see how far two people agree;
and what they did not agree on is settled.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.coding.workbench import about
from bot.staff.conversations.masking import hidden_text
from bot.staff.evidence.kept import counted
from bot.staff.shell.context import AppContext, write_down
from bot.storage.coding.codes import answer_to_code
from bot.storage.coding.double_coding import (
    Doubled,
    chosen_answers,
    code_again,
    doubled_answers,
    set_share,
    settle_codes,
    share_of,
    waiting_for,
)
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import themes_of
from bot.storage.staff.audit import record

second_coder = Blueprint("second_coder", __name__)

FEW = 30  # answers coded twice; of fewer, agreement swings with each
CHOOSE = "Choose at least one theme, or say why none fits."


@second_coder.get("/coding/<question_id>/second-coder")
def show(question_id: str) -> ResponseReturnValue:
    """Show how far two coders agree, theme by theme, and what is to be settled."""
    here, question, scope = about(question_id)
    write_down(here, "agreement of coders viewed", question.id)
    with here.database.reading() as session:
        themes, doubled = themes_of(session, scope), doubled_answers(session, scope)
        shown: dict[str, Any] = {
            "percent": share_of(session, scope),
            "waiting": len(waiting_for(session, scope, g.staff.email)),
        }
    name = f"chosen to be coded twice: {question.id}, {shown['percent']}"
    chosen = counted(here, name, lambda: _how_many_are_chosen(here, scope))
    differing = [one for one in doubled if not one.agrees]
    return render_template(
        "second_coder.html",
        question=question,
        named={theme.id: theme.name for theme in themes},
        doubled=doubled,
        open=[one for one in differing if one.settled_by is None],
        settled=[one for one in differing if one.settled_by is not None],
        chosen=chosen,
        few=FEW,
        hidden_text=hidden_text,
        **_agreement(doubled),
        **shown,
    )


@second_coder.post("/coding/<question_id>/second-coder")
def change(question_id: str) -> ResponseReturnValue:
    """Set how many of a hundred answers are coded twice."""
    here, question, scope = about(question_id)
    percent = request.form.get("percent", type=int)
    if percent is None or not 0 <= percent <= 100:
        flash("Enter a whole number from 0 to 100.")
    else:
        who, now = g.staff.email, here.clock()
        with here.database.writing() as session:
            set_share(session, scope, percent, staff=who, now=now)
            what, why = "share coded twice set", f"{percent} %"
            record(session, who=who, what=what, about=question.id, reason=why, now=now)
    return redirect(url_for(".show", question_id=question_id))


@second_coder.get("/coding/<question_id>/second-coder/next")
def following(question_id: str) -> ResponseReturnValue:
    """Show an answer that waits for a second coder, and nothing of what the first one chose."""
    here, question, scope = about(question_id)
    with here.database.writing() as session:
        waiting = waiting_for(session, scope, g.staff.email)
        answer = answer_to_code(session, scope, waiting[0]) if waiting else None
        if answer is not None:
            who, what = g.staff.email, "answer read"
            record(session, who=who, what=what, about=answer.reference, now=here.clock())
        themes = themes_of(session, scope)
    if answer is None:
        return redirect(url_for(".show", question_id=question_id))
    return render_template(
        "second_answer.html",
        question=question,
        answer=answer,
        themes=themes,
        waiting=len(waiting),
        hidden_text=hidden_text,
    )


@second_coder.post("/coding/<question_id>/second-coder/answers/<int:answer_id>")
def code(question_id: str, answer_id: int) -> ResponseReturnValue:
    """Keep what the second coder chose, and go on."""
    here, _, scope = about(question_id)
    themes, who, now = request.form.getlist("theme", type=int), g.staff.email, here.clock()
    with here.database.writing() as session:
        found = answer_to_code(session, scope, answer_id) or abort(404)
        if code_again(session, scope, answer_id, themes, staff=who, now=now):
            what, why = "answer coded", f"{scope.question}, second coder"
            record(session, who=who, what=what, about=found.reference, reason=why, now=now)
        elif not themes:
            flash(CHOOSE)
    return redirect(url_for(".following", question_id=question_id))


@second_coder.get("/coding/<question_id>/second-coder/answers/<int:answer_id>")
def differing(question_id: str, answer_id: int) -> ResponseReturnValue:
    """Show an answer on which two coders differ, with what each chose."""
    here, question, scope = about(question_id)
    with here.database.writing() as session:
        one = _doubled(doubled_answers(session, scope), answer_id)
        who, what = g.staff.email, "answer read"
        record(session, who=who, what=what, about=one.reference, now=here.clock())
        themes = themes_of(session, scope)
    return render_template(
        "settle_codes.html", question=question, one=one, themes=themes, hidden_text=hidden_text
    )


@second_coder.post("/coding/<question_id>/second-coder/answers/<int:answer_id>/settle")
def settle(question_id: str, answer_id: int) -> ResponseReturnValue:
    """Let the themes that were chosen now count."""
    here, _, scope = about(question_id)
    themes, who, now = request.form.getlist("theme", type=int), g.staff.email, here.clock()
    with here.database.writing() as session:
        one = _doubled(doubled_answers(session, scope), answer_id)
        if not settle_codes(session, scope, answer_id, themes, staff=who, now=now):
            flash(CHOOSE)
            return redirect(url_for(".differing", question_id=question_id, answer_id=answer_id))
        for what in ("answer coded", "codes settled"):
            why = scope.question
            record(session, who=who, what=what, about=one.reference, reason=why, now=now)
    return redirect(url_for(".show", question_id=question_id))


def _how_many_are_chosen(here: AppContext, scope: Scope) -> int:
    with here.database.reading() as session:
        return len(chosen_answers(session, scope))


def _doubled(doubled: list[Doubled], answer_id: int) -> Doubled:
    found = (one for one in doubled if one.answer_id == answer_id and not one.agrees)
    return next(found, None) or abort(404)


def _agreement(doubled: list[Doubled]) -> dict[str, Any]:
    """Return the figures; what makes them is loaded when the page is asked for, not before."""
    from bot.analysis.reliability import alpha_of_all, by_theme

    pairs = [(one.first, one.second) for one in doubled]
    return {
        "alpha": alpha_of_all(pairs),
        "by_theme": by_theme(pairs),
        "same": sum(one.agrees for one in doubled),
    }
