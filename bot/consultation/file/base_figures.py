"""The base figures beside a consultation file: how many people of each group live there.

A council fills in `ID.base-figures.csv`; data/consultations/README.md explains the columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.consultation.errors import ConsultationFileError
from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Question

ENDING = ".base-figures.csv"
COLUMNS = ("question", "group", "population", "source")
MAX_BYTES = 1_000_000
NUMBER = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,10}")
DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")


@dataclass(frozen=True)
class BaseFigure:
    """How many people of a group there are, and where that is from."""

    question: str
    group: str
    population: int
    source: str


def base_figures(folder: Path, consultation: Consultation) -> tuple[BaseFigure, ...]:
    """Return the figures that are filled in; none without a file. Raises ConsultationFileError with
    every problem of it.
    """
    path = folder / f"{consultation.id}{ENDING}"
    if not path.exists():
        return ()
    problems: list[str] = []
    found = list(_figures(path, consultation, problems))
    if problems:
        raise ConsultationFileError(problems)
    return tuple(found)


def _figures(path: Path, consultation: Consultation, problems: list[str]) -> Iterator[BaseFigure]:
    section, known = consultation.equality, set[tuple[str, str]]()
    questions = {question.id: question for question in section.questions} if section else {}
    for line, row in _rows(path, problems):
        cells = {name: " ".join((row.get(name) or "").split()) for name in COLUMNS}
        key = (cells["question"], cells["group"])
        wrong = _wrong(cells, questions)
        if wrong is None and key in known:
            wrong = "group", f'"{key[1]}" is there twice; delete one of the lines'
        known.add(key)
        if wrong is not None:
            problems.append(f"{path.name}:{line}: {wrong[0]}: {wrong[1]}")
        elif cells["population"]:
            population = int(cells["population"].replace(",", ""))
            yield BaseFigure(*key, population, cells["source"])


def _rows(path: Path, problems: list[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Read the lines under the heading that are not empty."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        problems.append(f"{path.name}:1: file: cannot be read ({error.strerror})")
        return
    except UnicodeDecodeError:
        problems.append(f"{path.name}:1: file: is not UTF-8; save it as “CSV UTF-8”")
        return
    if len(raw) > MAX_BYTES:
        problems.append(f"{path.name}:1: file: is longer than 1 MB; is it the right file?")
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        problems.append(
            f"{path.name}:1: heading: has no column {', '.join(missing)}; the first line is:"
            f" {','.join(COLUMNS)}"
        )
        return
    try:
        for row in reader:
            if any(row.get(name) for name in COLUMNS):
                yield reader.line_num, row
    except csv.Error as error:
        begins = reader.line_num + 1  # a quote that is not closed runs to the end of the file
        problems.append(f"{path.name}:{begins}: file: is no CSV here; check the quotes ({error})")


def _wrong(cells: Mapping[str, str], questions: Mapping[str, Question]) -> tuple[str, str] | None:
    """Return the column of a line that is wrong, and what to do; None when all is well."""
    question = questions.get(cells["question"])
    if question is None:
        names = ", ".join(questions) or "none; the consultation has no equality questions"
        return (
            "question",
            f'there is no equality question "{cells["question"]}"; there are: {names}',
        )
    groups = [option.value for option in question.options]
    if question.kind is Kind.POSTCODE_DISTRICT:
        if not DISTRICT.fullmatch(cells["group"]):
            return "group", f'"{cells["group"]}" is no postcode district; write it like M14'
    elif cells["group"] not in groups:
        return "group", f'"{cells["group"]}" is no option; there are: {", ".join(groups)}'
    if not cells["population"]:
        return None  # not known yet, so the group is not compared
    if not NUMBER.fullmatch(cells["population"]) or not int(cells["population"].replace(",", "")):
        return "population", (
            f'"{cells["population"]}" is not a whole number above 0; leave it empty if not known'
        )
    if not cells["source"]:
        return "source", "is empty; say where the number is from, and of which year"
    return None
