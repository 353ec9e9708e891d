"""Results: how many took part and how far they came, each question's answers, equality totals."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.dates import Phase, phase_at
from bot.consultation.errors import ConsultationFileError
from bot.consultation.file.base_figures import ENDING
from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Question
from bot.consultation.suppression import FEWEST, STEP
from bot.staff.conversations.masking import hidden_text
from bot.staff.results import charts
from bot.staff.results.agreement import stances_of
from bot.staff.results.by_wording import (
    NOTICE,
    names_by_version,
    parts_of,
    scales_by_wording,
    wordings_table,
)
from bot.staff.results.filters import Asked, read_filters, role_question
from bot.staff.results.result_tables import HIDDEN, label_of, times_table
from bot.staff.results.sources import (
    chosen_tag,
    compared_figures,
    equality_tables,
    overview,
    question_or_404,
)
from bot.staff.results.who_answered import LEAST, TOO_FEW, whom_to_reach
from bot.staff.shell import vocabulary
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.storage.messages.transcripts import conversation_of
from bot.storage.respondents.respondents import normal_reference
from bot.storage.results.open_answers import count_open, is_answer, open_answers, tag_counts
from bot.storage.results.wordings import changed_wordings
from bot.storage.review.notes import LONGEST_TAG, add_tag, known_tags, normal_tag, remove_tag
from bot.storage.staff.audit import record

results = Blueprint("results", __name__)

A_PAGE = 20  # open answers


@results.get("/results")
def index() -> ResponseReturnValue:
    here, asked = app_context(), read_filters(app_context().consultation, request.args)
    write_down(here, "results viewed")
    shown = overview(here, asked, times_table)
    with here.database.reading() as session:
        counted = scales_by_wording(session, here.consultation, asked.filters)
    days, channels, left_off = (shown[name] for name in ("days", "channels", "left-off"))
    return render_template(
        "results.html",
        **_about_filters(here.consultation, asked),
        people=sum(row[1] for row in shown["states"].rows),
        tables=shown,
        stances=stances_of(counted),
        by_day=charts.column_chart(
            "by-day",
            days.title,
            [(row[0], row[-2]) for row in days.rows],
            unit=days.columns[0].lower(),
        ),
        by_channel=charts.bar_chart(
            "by-channel", channels.title, [(row[0], row[1], f"{row[1]:,}") for row in channels.rows]
        ),
        by_place=charts.bar_chart("by-place", left_off.title, [_bar(r, 1) for r in left_off.rows]),
        links=[(q.id, label_of(here.consultation, q.id)) for q in here.consultation.questions],
        answers=[row[1] for row in shown["questions"].rows] if "questions" in shown else None,
    )


@results.get("/results/questions/<question_id>")
def question(question_id: str) -> ResponseReturnValue:
    here, found = app_context(), question_or_404(question_id)
    asked = read_filters(here.consultation, request.args)
    write_down(here, "results of a question viewed", question_id)
    show = _show_open if found.kind is Kind.OPEN else _show_closed
    return show(here, found, asked)


def _show_closed(here: AppContext, question: Question, asked: Asked) -> str:
    with here.database.reading() as session:
        parts = parts_of(session, here.consultation, question, asked.filters)
    options = [part.table.rows[: len(part.question.options)] for part in parts]
    return render_template(
        "results_question.html",
        **_about_filters(here.consultation, asked),
        question=question,
        section=here.consultation.section_of[question.id],
        parts=parts,
        notice=NOTICE,
        charts=[
            charts.bar_chart(part.table.name, part.table.title, [_bar(row, 1) for row in rows])
            for part, rows in zip(parts, options, strict=True)
        ],
    )


def _show_open(here: AppContext, question: Question, asked: Asked) -> str:
    tag, before = chosen_tag(), _before()
    about = (here.consultation.id, question.id, asked.filters)
    with here.database.reading() as session:
        found = open_answers(session, *about, tag=tag, before=before, limit=A_PAGE + 1)
        total = count_open(session, *about, tag=tag)
        tagged, known = tag_counts(session, *about), known_tags(session)
        worded = changed_wordings(session, here.consultation).get(question.id, [])
    query = {**asked.as_query(), "tag": tag} if tag else asked.as_query()
    older = found[A_PAGE - 1].id if len(found) > A_PAGE else None
    return render_template(
        "results_open.html",
        **_about_filters(here.consultation, asked),
        question=question,
        section=here.consultation.section_of[question.id],
        answers=found[:A_PAGE],
        wordings=wordings_table(worded) if worded else None,
        wording_of=names_by_version(worded),
        total=total,
        tag=tag,
        tags=tagged,
        known_tags=known,
        longest_tag=LONGEST_TAG,
        hidden_text=hidden_text,
        here=query | ({"before": before} if before else {}),
        older=older and url_for(".question", question_id=question.id, **query, before=older),
        newest=before and url_for(".question", question_id=question.id, **query),
    )


@results.post("/results/questions/<question_id>/tags")
def tag(question_id: str) -> ResponseReturnValue:
    """Put a tag to one answer, or take it off."""
    here, found = app_context(), question_or_404(question_id)
    form = request.form
    reference, seq = normal_reference(form.get("reference", "")), form.get("seq", "")
    name, takes_off = normal_tag(form.get("name", "")), form.get("what") == "remove"
    if not re.fullmatch(r"[1-9][0-9]{0,6}", seq):
        abort(400)
    with here.database.writing() as session:
        person = conversation_of(session, reference) or abort(404)
        if not is_answer(session, person[0], int(seq), found.id):
            abort(404)
        if takes_off:
            remove_tag(session, person[0], seq=int(seq), name=name)
        elif name:
            who, now = g.staff.email, here.clock()
            add_tag(session, person[0], seq=int(seq), name=name, staff=who, now=now)
        what = "tag removed" if takes_off else "tag added"
        record(session, who=g.staff.email, what=what, about=reference, now=here.clock())
    if not name:
        flash("Enter a tag.")
    query = read_filters(here.consultation, request.args).as_query()
    query |= {"tag": t} if (t := chosen_tag()) else {}
    query |= {"before": str(b)} if (b := _before()) else {}
    return redirect(
        url_for(".question", question_id=found.id, **query, _anchor=f"answer-{reference}")
    )


@results.get("/results/equality")
def equality() -> ResponseReturnValue:
    here = app_context()
    write_down(here, "equality totals viewed")
    shown = equality_tables(here)
    drawn = [
        (table, charts.bar_chart(table.name, table.title, [_bar(row, 1) for row in table.rows]))
        for table in shown
    ]
    return render_template(
        "results_equality.html",
        drawn=drawn,
        csv=[(table.name, table.title) for table in shown],
        fewest=FEWEST,
        step=STEP,
        hidden=HIDDEN,
    )


@results.get("/results/who-answered")
def who_answered() -> ResponseReturnValue:
    """Show whom the consultation hears from, against who lives there, and whom to reach next."""
    here = app_context()
    write_down(here, "who answered viewed")
    compared, problems = [], list[str]()
    try:
        compared = compared_figures(here)
    except ConsultationFileError as error:
        problems = error.problems
    return render_template(
        "results_who_answered.html",
        compared=compared,
        problems=problems,
        missing=whom_to_reach(compared),
        is_over=phase_at(here.consultation, here.clock(), here.settings.consultation_date)
        is Phase.AFTER,
        file=f"{here.consultation.id}{ENDING}",
        least=LEAST,
        too_few=TOO_FEW,
        csv=[(one.table.name, one.table.title) for one in compared],
    )


def _before() -> int | None:
    typed = request.args.get("before", "")
    return int(typed) if re.fullmatch(r"[1-9][0-9]{0,8}", typed) else None


def _bar(row: Any, place: int) -> tuple[str, int, str]:
    """Return a row of a table as a bar. What is hidden has none."""
    number = row[place]
    if not isinstance(number, int):
        return str(row[0]), 0, str(number)
    return str(row[0]), number, f"{number:,} ({row[-1]})"


def _about_filters(consultation: Consultation, asked: Asked) -> dict[str, Any]:
    role = role_question(consultation)
    return {
        "asked": asked,
        "query": asked.as_query(),
        "channels": list(vocabulary.channels().items()),
        "role": role,
        "roles": [(o.value, o.wording.text) for o in role.options] if role else [],
    }
