"""What the pages of results and their downloads both read."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, request

from bot.consultation.file.base_figures import base_figures
from bot.consultation.model import Consultation
from bot.consultation.question import Question
from bot.consultation.suppression import FEWEST, Figure, figures
from bot.staff.results import result_tables
from bot.staff.results.filters import Asked
from bot.staff.results.result_tables import Table, days_table
from bot.staff.results.who_answered import Compared, compare
from bot.staff.shell.context import AppContext, app_context
from bot.storage.database.session import Session
from bot.storage.results.equality_figures import figures_at_step
from bot.storage.results.results import EVERYBODY, answers_by_question, people_by_hour, standings
from bot.storage.review.notes import normal_tag


def overview(
    here: AppContext,
    asked: Asked,
    by_time: Callable[..., Table] = days_table,
) -> dict[str, Table]:
    """Return the tables of the first page of results, by name. Answers by question are counted
    without filters only: with them all answers of everybody would have to be looked at.
    """
    consultation, answers = here.consultation, None
    with here.database.reading() as session:
        about = (session, consultation.id, asked.filters)
        hours, now = people_by_hour(*about), standings(*about)
        if asked.filters == EVERYBODY:
            answers = answers_by_question(*about)
    made = [
        result_tables.states_table(now),
        by_time(result_tables.people_by_day(hours)),
        result_tables.channels_table(now),
        result_tables.left_off_table(consultation, now),
    ]
    if answers is not None:
        made.append(result_tables.questions_table(consultation, answers))
    return {table.name: table for table in made}


def equality_figures(
    session: Session, consultation: Consultation
) -> list[tuple[Question, list[Figure]]]:
    """Return the equality questions with their totals as they may be shown, in a writing
    transaction: a look may move the figures a step.
    """
    section = consultation.equality
    if section is None:
        return []
    counted = figures_at_step(session, consultation.id)
    made = []
    for one in section.questions:
        counts = counted.get(one.id, {})
        asked = [option.value for option in one.options]
        others = [v for v in counts if v not in asked and counts[v] >= FEWEST]
        made.append((one, figures(counts, [*others, *asked])))
    return made


def equality_tables(here: AppContext) -> list[Table]:
    """Return the equality totals as they may be shown."""
    with here.database.writing() as session:
        shown = equality_figures(session, here.consultation)
    return [result_tables.equality_table(one, totals) for one, totals in shown]


def compared_figures(here: AppContext) -> list[Compared]:
    """Return the questions that have base figures, against them. Raises ConsultationFileError."""
    base = base_figures(here.settings.consultations, here.consultation)
    with here.database.writing() as session:
        shown = equality_figures(session, here.consultation)
    made = (compare(one, totals, base) for one, totals in shown)
    return [one for one in made if one is not None]


def question_or_404(question_id: str) -> Question:
    """Return a question of the consultation itself; requests and equality have pages of theirs."""
    for question in app_context().consultation.questions:
        if question.id == question_id:
            return question
    abort(404)


def chosen_tag() -> str | None:
    return normal_tag(request.args.get("tag", "")) or None
