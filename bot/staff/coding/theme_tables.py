"""Themes by who wrote: on screen with the answers behind each number, and as files."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, abort, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.question import Kind, Question
from bot.consultation.suppression import rounded
from bot.staff.coding.workbench import about, rating_question
from bot.staff.conversations.masking import hidden_text
from bot.staff.results.filters import role_question
from bot.staff.results.result_tables import HIDDEN, label_of
from bot.staff.shell import vocabulary
from bot.staff.shell.context import AppContext, write_down
from bot.storage.coding.tallies import CHANNEL, LANGUAGE, NOT_SAID, Tally, answers_of_cell, tally
from bot.storage.coding.themes import Theme, themes_of
from bot.table_files import write_rows, write_workbook

theme_tables = Blueprint("theme_tables", __name__)

MOST_QUOTES = 100
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@theme_tables.get("/coding/<question_id>/table")
def show(question_id: str) -> ResponseReturnValue:
    """Count themes by channel, role, rating or language; each number leads to its answers."""
    here, question, scope = about(question_id)
    by, only = _chosen(here, question), _only_channel()
    write_down(here, "themes counted", question.id)
    with here.database.reading() as session:
        themes, counted = themes_of(session, scope), tally(session, scope, by, only)
        by_channel = counted if (by, only) == (CHANNEL, None) else tally(session, scope, CHANNEL)
    return render_template(
        "theme_table.html",
        question=question,
        by=by,
        only=only,
        channels=[(name, vocabulary.channel(name)) for name in sorted(by_channel.coded)],
        ways=_ways(here, question),
        groups=_groups(here, by, counted),
        themes=[theme for theme in themes if theme.answers],
        counted=counted,
    )


@theme_tables.get("/coding/<question_id>/quotes")
def quotes(question_id: str) -> ResponseReturnValue:
    """Show the answers that a cell of the table counts."""
    here, question, scope = about(question_id)
    by, group, only = _chosen(here, question), request.args.get("group"), _only_channel()
    theme_id = request.args.get("theme", 0, type=int)
    write_down(here, "answers of a theme viewed", question.id)
    with here.database.reading() as session:
        theme = next((one for one in themes_of(session, scope) if one.id == theme_id), None)
        found = answers_of_cell(session, scope, by, theme_id, group, MOST_QUOTES, only)
    return render_template(
        "theme_quotes.html",
        question=question,
        theme=theme or abort(404),
        group="All" if group is None else _named(here, by, group),
        answers=found,
        most=MOST_QUOTES,
        hidden_text=hidden_text,
        back=url_for(".show", question_id=question.id, by=by, channel=only),
    )


@theme_tables.get("/coding/<question_id>/table.<form>")
def download(question_id: str, form: str) -> ResponseReturnValue:
    """Send the table with figures that nobody can be picked out of."""
    here, question, scope = about(question_id)
    if form not in TYPES:
        abort(404)
    by = _chosen(here, question)
    write_down(here, "themes exported", question.id)
    with here.database.reading() as session:
        themes, counted = themes_of(session, scope), tally(session, scope, by)
    groups = _groups(here, by, counted)
    columns = ("Theme", *(name for _, name in groups))
    rows = [safe_row(theme, groups, counted) for theme in themes if theme.answers]
    file: Any = SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115 - Flask closes it
    if form == "csv":
        cells = (dict(zip(columns, row, strict=True)) for row in rows)
        write_rows(cells, columns, csv=True, out=file)
    else:
        write_workbook([("Themes", columns, rows)], file)
    file.seek(0)
    name = f"themes-{question.id}-by-{by}-{here.clock():%Y-%m-%d}.{form}"
    return send_file(file, mimetype=TYPES[form], as_attachment=True, download_name=name)


def safe_row(theme: Theme, groups: list[tuple[str, str]], counted: Tally) -> tuple[str | int, ...]:
    """Return a row of the file: figures rounded down to fives, and no total to subtract from."""
    figures = (rounded(counted.by_theme.get((theme.id, group), 0)) for group, _ in groups)
    return (theme.name, *(HIDDEN if figure is None else figure for figure in figures))


def _ways(here: AppContext, question: Question) -> list[tuple[str, str]]:
    asked = [role_question(here.consultation), rating_question(here.consultation, question)]
    return [
        (CHANNEL, "Channel"),
        *((one.id, label_of(here.consultation, one.id)) for one in asked if one),
        (LANGUAGE, "Language"),
    ]


def _chosen(here: AppContext, question: Question) -> str:
    by = request.args.get("by", CHANNEL)
    if by not in dict(_ways(here, question)):
        abort(404)
    return by


def _only_channel() -> str | None:
    """Return the channel that the table is of, if it is of one: on the page alone, as files with
    tables of every channel could be subtracted from each other.
    """
    return request.args.get("channel") or None


def _groups(here: AppContext, by: str, counted: Tally) -> list[tuple[str, str]]:
    """Return (value, name) of the columns, in the order in which they are asked."""
    values = list(counted.coded)
    asked = here.consultation.by_id.get(by)
    if asked is not None and asked.kind in (Kind.CHOICE, Kind.SCALE):
        order = [option.value for option in asked.options]
        values.sort(key=lambda value: order.index(value) if value in order else len(order))
    else:
        values.sort(key=lambda value: (value == NOT_SAID, value))
    return [(value, _named(here, by, value)) for value in values]


def _named(here: AppContext, by: str, value: str) -> str:
    if by == CHANNEL:
        return vocabulary.channel(value)
    if by == LANGUAGE:
        return vocabulary.language(value) if value != NOT_SAID else "English"
    asked = here.consultation.by_id[by]
    named = {option.value: option.wording.text for option in asked.options}
    return named.get(value, value) if value != NOT_SAID else "Not answered"
