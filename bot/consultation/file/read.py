"""The consultation file: reads it, checks it, and says everything that is wrong with it at once.

How a council writes one is in data/consultations/README.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from bot.consultation.errors import ConsultationFileError
from bot.consultation.file.base_figures import ENDING, base_figures
from bot.consultation.file.checks import check_unique, check_who_asks
from bot.consultation.file.fields import ID_SHAPE, Fields
from bot.consultation.file.parts import (
    OptionLists,
    read_aim,
    read_contact,
    read_faq,
    read_group,
    read_groups,
    read_languages,
    read_option_lists,
    read_outcome,
    read_privacy,
    read_section,
)
from bot.consultation.file.tree import MAX_BYTES, Problems, Value, read_tree
from bot.consultation.file.written_dates import note_closing_date, put_in, written_out
from bot.consultation.model import Aim, Consultation, Faq, Purpose, Section
from bot.consultation.question import Question

FILE_FIELDS = (
    "id", "version", "title", "organisation", "summary", "opens", "closes", "welcome", "closing",
    "next_steps", "privacy", "contact", "aims", "option_lists", "sections", "faqs",
    "help_lines", "care", "languages", "outcome", "follow_ups", "keep_days",
)  # fmt: skip
Named = TypeVar("Named", Aim, Faq)
Place = tuple[str, Value]


def load_consultation(path: Path) -> Consultation:
    """Read a consultation file; raise ConsultationFileError with every problem found in it."""
    problems = Problems(path.name)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConsultationFileError([_not_there(path.parent, path.stem)]) from None
    except OSError as error:
        problem = f"{path.name}:1: file: cannot be read ({error.strerror}); check its permissions"
        raise ConsultationFileError([problem]) from error
    tree = read_tree(raw, problems)
    consultation = _consultation(put_in(tree, problems), path.stem, problems) if tree else None
    if problems.lines() or consultation is None:
        raise ConsultationFileError(problems.lines())
    return consultation


def find_consultation(folder: Path, consultation_id: str) -> Consultation:
    """Read the consultation with this id; raise ConsultationFileError, also when there is none."""
    if not ID_SHAPE.fullmatch(consultation_id):  # so no id can lead out of the folder
        raise ConsultationFileError([_not_there(folder, consultation_id)])
    return load_consultation(folder / f"{consultation_id}.yml")


def check_folder(folder: Path) -> list[str]:
    """Return every problem of every consultation file in the folder, and of the base figures beside
    them; [] when all is well.
    """
    problems = [
        f"{path.name}:1: file: ends in .yaml and is not read; rename it to {path.stem}.yml"
        for path in sorted(folder.glob("*.yaml"))
    ]
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        problems.append(f"{folder}: has no consultation file (ID.yml)")
    for path in paths:
        strays = Problems(path.name)
        try:
            base_figures(folder, load_consultation(path))
            note_closing_date(_tree_of(path), strays)
            problems.extend(strays.lines())
        except ConsultationFileError as error:
            problems.extend(error.problems)
    ids = {path.stem for path in paths}
    problems += [
        f"{path.name}:1: file: belongs to no consultation here; name it ID{ENDING}"
        for path in sorted(folder.glob("*.csv"))
        if path.name.removesuffix(ENDING) not in ids
    ]
    return problems


def unreviewed(folder: Path) -> list[str]:
    """Return a note for each consultation file with texts that no native reader has read; only
    files without problems.
    """
    notes = []
    for path in sorted(folder.glob("*.yml")):
        languages = load_consultation(path).languages
        if codes := [code for code, said in languages.items() if not said.reviewed]:
            notes.append(f"{path.name}: languages: not yet read by a native reader: "
                         f"{', '.join(codes)}")  # fmt: skip
    return notes


def dates_written_out(folder: Path) -> list[str]:
    """Return a note for each date that is written out in a text; only files that can be read."""
    notes = []
    for path in sorted(folder.glob("*.yml")):
        notes += [
            f'{path.name}:{value.line}: {value.field}: says "{said}"; if it is when the'
            " consultation closes or opens, write {closes} or {opens}"
            for value, said, _ in written_out(_tree_of(path))
        ]
    return notes


def _tree_of(path: Path) -> Value:
    """Return what a file without problems holds, with its dates as they are written."""
    tree = read_tree(path.read_bytes(), Problems(path.name))
    assert tree is not None
    return tree


def _not_there(folder: Path, consultation_id: str) -> str:
    ids = ", ".join(sorted(path.stem for path in folder.glob("*.yml"))) or "none"
    return f'{folder}: there is no consultation "{consultation_id}"; the ids here are: {ids}'


def _consultation(tree: Value, file_id: str, problems: Problems) -> Consultation:
    fields = Fields(tree, problems, known=FILE_FIELDS)
    consultation_id = fields.id("id")
    if consultation_id and consultation_id != file_id:
        fields.note("id", f'is "{consultation_id}", but the file is called {file_id}.yml; '
                          "make them the same")  # fmt: skip
    opens, closes = fields.day("opens"), fields.day("closes")
    if opens and closes and opens > closes:
        fields.note("closes", f"is {closes}, before it opens ({opens}); swap the dates")
    aims = _several(fields, "aims", read_aim, problems)
    lists = read_option_lists(fields, problems)
    organisation = fields.text("organisation")
    welcome = read_group(fields, "welcome", problems)
    check_who_asks(fields, welcome, organisation)
    return Consultation(
        id=consultation_id,
        version=fields.text("version"),
        title=fields.text("title"),
        organisation=organisation,
        summary=fields.text("summary"),
        opens=opens or date.min,
        closes=closes or date.max,
        welcome=welcome,
        closing=read_group(fields, "closing", problems),
        next_steps=read_group(fields, "next_steps", problems),
        privacy=read_privacy(fields, problems),
        aims=aims,
        sections=_sections(fields, {aim.id for aim in aims}, lists, problems),
        faqs=_several(fields, "faqs", read_faq, problems),
        contact=read_contact(fields, problems),
        help_lines=read_group(fields, "help_lines", problems) if "help_lines" in fields else None,
        care=read_groups(fields, "care", problems),
        languages=read_languages(fields, problems),
        outcome=read_outcome(fields, problems),
        asks_follow_ups=fields.flag("follow_ups", default=True),
        keep_days=_keep_days(fields),
    )


def _keep_days(fields: Fields) -> int | None:
    days = fields.number("keep_days")
    if days is not None and days < 1:
        fields.note("keep_days", f"is {days}, but has to be 1 or more")
    return days


def _several(
    fields: Fields, name: str, read: Callable[[Value, Problems], Named], problems: Problems
) -> tuple[Named, ...]:
    """Read a list that need not be there, of things whose ids differ."""
    values = fields.items(name, needed=False)
    things = tuple(read(value, problems) for value in values)
    check_unique(_ids(things, values), "id", problems)
    return things


def _sections(
    fields: Fields, aims: set[str], lists: OptionLists, problems: Problems
) -> tuple[Section, ...]:
    values = fields.items("sections")
    read = [read_section(value, aims, lists, problems) for value in values]
    sections = tuple(section for section, _ in read)
    check_unique(_ids(sections, values), "section", problems)
    questions = [question for section in sections for question in section.questions]
    places = [place for _, some in read for place in some]
    check_unique(_ids(questions, places), "question", problems)
    if sum(section.purpose is Purpose.EQUALITY for section in sections) > 1:
        fields.note("sections", "has two sections with the purpose equality; put them into one")
    if values and not any(section.purpose is Purpose.CONSULTATION for section in sections):
        fields.note("sections", "has no section with the purpose consultation; add one")
    return sections


def _ids(things: Sequence[Aim | Faq | Section | Question], places: Sequence[Value]) -> list[Place]:
    """Return the ids of things with the place of each id in the file."""
    fields = [next((f for name, f in place.fields if name == "id"), place) for place in places]
    return [(thing.id, field) for thing, field in zip(things, fields, strict=True)]
