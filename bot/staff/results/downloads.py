"""Everything that results show, as CSV or as an Excel workbook. Never a contact field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, abort, request, send_file
from flask.typing import ResponseReturnValue

from bot.consultation.dates import LONDON
from bot.consultation.errors import ConsultationFileError
from bot.consultation.model import Purpose
from bot.consultation.question import Kind
from bot.staff.conversations.masking import hidden_text
from bot.staff.results.by_wording import parts_of, wordings_table
from bot.staff.results.filters import Asked, read_filters
from bot.staff.results.result_tables import Table, tags_table
from bot.staff.results.sources import (
    chosen_tag,
    compared_figures,
    equality_tables,
    overview,
    question_or_404,
)
from bot.staff.shell import vocabulary
from bot.staff.shell.access import may
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.storage.results.by_person import Said, answers_by_person
from bot.storage.results.open_answers import OpenAnswer, every_open_answer, tag_counts
from bot.storage.results.wordings import Worded, changed_wordings
from bot.table_files import write_rows, write_workbook

downloads = Blueprint("downloads", __name__)

IN_MEMORY = 1_000_000  # bytes; more goes to a temporary file
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ABOUT_PEOPLE = ("equality", "who-answered")
PERSON_COLUMNS = ("Reference", "Channel", "State", "Began", "Finished")
ANSWER_COLUMNS = (
    "Reference", "Channel", "Answered", "Answer", "Follow-up", "Tags", "Version of the question",
)  # fmt: skip


@downloads.get("/results/downloads/<page>.<form>")
def get(page: str, form: str) -> ResponseReturnValue:
    """Send one table of a page as CSV, or all of them as the sheets of a workbook."""
    if page not in PAGES or form not in TYPES or (page in ABOUT_PEOPLE and not may_see_equality()):
        abort(404)
    here, asked = app_context(), read_filters(app_context().consultation, request.args)
    tables = PAGES[page](here, asked)
    about = request.args.get("table", "")
    if form == "csv":
        tables = [table for table in tables if table.name == about]
    if not tables:
        abort(404)
    name = f"{page}-{tables[0].name}" if form == "csv" else page
    write_down(here, "results exported", f"{name}.{form}")
    today = here.clock().astimezone(LONDON).date()
    name = "-".join([name, *_narrowed_to(asked), today.isoformat()])
    file: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - Flask closes it
    if form == "csv":
        _write_csv(tables[0], file)
    else:
        write_workbook(((table.title, table.columns, table.rows) for table in tables), file)
    file.seek(0)
    return send_file(file, mimetype=TYPES[form], as_attachment=True, download_name=f"{name}.{form}")


def _narrowed_to(asked: Asked) -> list[str]:
    """Return what stands in a file's name, so that no two have the same: question, filters."""
    question, tag = request.args.get("question", ""), request.args.get("tag", "")
    said = [question, *(f"{name}-{value}" for name, value in asked.as_query().items())]
    said += [f"tag-{tag}"] if tag else []
    return [re.sub(r"[^\w.-]+", "-", one, flags=re.ASCII).strip("-") for one in said if one]


def may_see_equality() -> bool:
    return may("results.equality")


def _write_csv(table: Table, file: Any) -> None:
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    write_rows(rows, table.columns, csv=True, out=file)


def _overview(here: AppContext, asked: Asked) -> list[Table]:
    return list(overview(here, asked).values())


def _equality(here: AppContext, asked: Asked) -> list[Table]:
    return equality_tables(here)


def _who_answered(here: AppContext, asked: Asked) -> list[Table]:
    try:
        return [one.table for one in compared_figures(here)]
    except ConsultationFileError:
        abort(404)  # its page says what is wrong


def _question(here: AppContext, asked: Asked) -> list[Table]:
    question = question_or_404(request.args.get("question", ""))
    about = (here.consultation.id, question.id, asked.filters)
    with here.database.reading() as session:
        if question.kind is not Kind.OPEN:
            tables = [part.table for part in parts_of(session, here.consultation, question,
                                                      asked.filters)]  # fmt: skip
        else:
            answers = _answers(here, about, chosen_tag())
            tables = [Table("answers", "Answers", ANSWER_COLUMNS, answers)]
            tables.append(tags_table(tag_counts(session, *about)))
        worded = changed_wordings(session, here.consultation).get(question.id)
    return [*tables, wordings_table(worded)] if worded else tables


def _answers(here: AppContext, about: tuple[Any, ...], tag: str | None) -> Iterator[Sequence[str]]:
    with here.database.reading() as session:
        for answer in every_open_answer(session, *about, tag=tag):
            yield _row(answer)


def _row(answer: OpenAnswer) -> Sequence[str]:
    return (
        answer.reference,
        vocabulary.channel(answer.channel),
        iso(answer.answered_at),
        hidden_text(answer.text),
        hidden_text(answer.follow_up or ""),
        "; ".join(answer.tags),
        answer.wording_version,
    )


def _by_person(here: AppContext, asked: Asked) -> list[Table]:
    """One row a person, one column a question; of one whose wording was changed, one for each
    wording. Answers about the person are in no row.
    """
    with here.database.reading() as session:
        changed = changed_wordings(session, here.consultation)
    asks: list[tuple[str, Worded]] = []
    for section in here.consultation.sections:
        if section.purpose is Purpose.CONSULTATION:
            for question in section.questions:
                worded = changed.get(question.id, [Worded(question, ())])
                asks += [(question.id, one) for one in worded]
    titles = [one.question.wording.text for _, one in asks]
    if len(set(titles)) < len(titles):
        titles = [f"{name} {' '.join(one.versions)}".strip() for name, one in asks]
    return [Table("people", "People", (*PERSON_COLUMNS, *titles), _people(here, asked, asks))]


def _people(
    here: AppContext, asked: Asked, asks: Sequence[tuple[str, Worded]]
) -> Iterator[Sequence[Any]]:
    with here.database.reading() as session:
        for one in answers_by_person(session, here.consultation.id, asked.filters):
            yield (
                one.reference,
                vocabulary.channel(one.channel),
                vocabulary.STATES.get(one.state, one.state),
                iso(one.started_at),
                iso(one.completed_at) if one.completed_at else "",
                *(_cell(worded, one.answers.get(name)) for name, worded in asks),
            )


def _cell(worded: Worded, said: Said | None) -> Any:
    """Return what was understood, a number as a number; else the words, without what is hidden."""
    if said is None or (worded.versions and said[2] not in worded.versions):
        return ""
    value, words, _ = said
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    return vocabulary.value(worded.question, value) or hidden_text(words)


def iso(at: datetime) -> str:
    """Return a moment of UK time with its offset: 2021-03-01T14:05:00+00:00."""
    return at.astimezone(LONDON).isoformat(timespec="seconds")


PAGES = {
    "overview": _overview,
    "question": _question,
    "equality": _equality,
    "who-answered": _who_answered,
    "people": _by_person,
}
