"""Codes of open answers, in and out: `python -m bot codes` and `themes`."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.commands.opened import fail, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.storage.coding.scope import Scope
    from bot.storage.database.session import Database
    from bot.understanding.model.sentence_vectors import Vectors

app = typer.Typer()
codes_app = typer.Typer(no_args_is_help=True, help="The codes of open answers.")
themes_app = typer.Typer(no_args_is_help=True, help="The themes of open answers.")
WHO = "command line"


@contextmanager
def of_question(question: str) -> Iterator[tuple[Database, Scope]]:
    """Give the database and the scope of an open question of the consultation."""
    from bot.consultation.file.read import find_consultation
    from bot.consultation.question import Kind
    from bot.storage.coding.scope import Scope

    with opened() as (settings, database):
        consultation = find_consultation(settings.consultations, settings.consultation)
        open_ones = [one.id for one in consultation.questions if one.kind is Kind.OPEN]
        if question not in open_ones:
            fail(f"{question!r} is no open question. There are: {', '.join(open_ones)}.")
        yield database, Scope(consultation.id, question)


@app.command()
def evidence(out: Path) -> None:
    """Write a CSV file of every response with who read, coded and judged it, and when."""
    from bot.consultation.file.read import find_consultation
    from bot.consultation.question import Kind
    from bot.storage.coding.certificate import certify
    from bot.storage.coding.evidence import EVIDENCE, evidence_of
    from bot.storage.staff.audit import follow_chain
    from bot.table_files import write_rows

    with opened() as (settings, database), database.reading() as session:
        consultation = find_consultation(settings.consultations, settings.consultation)
        asked = [one.id for one in consultation.questions if one.kind is Kind.OPEN]
        found = list(evidence_of(session, consultation.id, asked))
        made = certify(found, follow_chain(session))
    try:
        with out.open("wb") as file:
            write_rows((one.as_row() for one in found), EVIDENCE, csv=True, out=file)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}.")
    typer.echo(made.sentence)
    if not made.is_whole:
        lacking = f"it lacks an entry for {len(made.unproved)} responses, or is broken"
        typer.echo(f"The audit does not bear this out: {lacking} (see audit verify).", err=True)


@codes_app.command("export")
def export(
    question: str,
    parts: bool = typer.Option(False, help="Add which part of an answer a theme was given to."),
) -> None:
    """Write the codes of a question as CSV to standard output."""
    from bot.storage.coding.code_files import CODES, PART
    from bot.storage.coding.codes import every_code
    from bot.table_files import write_rows

    with of_question(question) as (database, scope), database.reading() as session:
        rows = (code.as_row() for code in every_code(session, scope))
        write_rows(rows, (*CODES, PART) if parts else CODES, csv=True, out=sys.stdout.buffer)


@codes_app.command("import")
def read(question: str, file: Path) -> None:
    """Add codes from a CSV file with the columns reference and theme. New themes are made."""
    from bot.storage.coding.code_files import import_codes
    from bot.storage.staff.audit import record

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} cannot be read as text in UTF-8: {error}.")
    now = datetime.now(timezone.utc)
    with of_question(question) as (database, scope), database.writing() as session:
        rows = csv.DictReader(io.StringIO(text))
        done, problems = import_codes(session, scope, rows, staff=WHO, now=now)
        record(session, who=WHO, what="codes imported", about=question, now=now)
    for problem in problems:
        typer.echo(problem, err=True)
    typer.echo(f"{done} codes are read, {len(problems)} lines are not.")


@codes_app.command("suggest")
def suggest(question: str) -> None:
    """Write as CSV which themes the answers without a code may have, the surest first. Nothing is
    stored: a suggestion counts when a person codes so.
    """
    from bot.analysis.suggested_codes import suggest_codes
    from bot.storage.coding.codes import labels_of, texts_of
    from bot.storage.coding.themes import themes_of
    from bot.table_files import write_rows

    with of_question(question) as (database, scope), database.reading() as session:
        answers, coded = texts_of(session, scope), labels_of(session, scope)
        names = {theme.id: theme.name for theme in themes_of(session, scope)}
    texts = {answer: text for answer, _, text in answers}
    rows = _vectors().of_each(list(texts.values()))
    found = suggest_codes(coded, texts, dict(zip(texts, rows, strict=True)))
    references = {answer: reference for answer, reference, _ in answers}
    cells = (
        {
            "reference": references[one.answer],
            "theme": names[one.theme],
            "certainty": one.certainty,
        }
        for one in found
    )
    write_rows(cells, ("reference", "theme", "certainty"), csv=True, out=sys.stdout.buffer)


@themes_app.command("suggest")
def suggest_themes_of(question: str) -> None:
    """Write as JSON lines what the answers may be about, the largest theme first."""
    from bot.analysis.suggested_themes import suggest_themes
    from bot.storage.coding.codes import texts_of
    from bot.understanding.personal_data import masked

    with of_question(question) as (database, scope), database.reading() as session:
        answers = [(answer, masked(text)) for answer, _, text in texts_of(session, scope)]
    vectors = _vectors()
    with typer.progressbar(length=100, label="Reading", file=sys.stderr) as bar:
        themes = suggest_themes(
            answers,
            vectors,
            progress=lambda done, total: bar.update(100 * done // total - bar.pos),
        )
    for theme in themes:
        told = {
            "theme": theme.name,
            "size": theme.size,
            "words": theme.words,
            "quotes": theme.quotes,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))


def _vectors() -> Vectors:
    from bot.analysis.network import vectors_in
    from bot.settings import load_settings

    return vectors_in(load_settings().models)
