"""Results of a question whose wording was changed while people answered: each wording by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation
from bot.consultation.question import Question
from bot.staff.results.agreement import scales_of
from bot.staff.results.result_tables import Table, choices_table, day_in_words
from bot.storage.database.session import Session
from bot.storage.results.results import (
    EVERYBODY,
    Counts,
    Filters,
    counts_of,
    values_by_version,
    values_of_each,
)
from bot.storage.results.wordings import Worded, changed_wordings

NOTICE = (
    "The wording of this question was changed while people answered. Answers to each wording are"
    " counted by themselves."
)
COLUMNS = ("Wording", "Versions of the file", "The question", "Answers to choose from", "Answers")


@dataclass(frozen=True)
class Part:
    """A wording with its answers. `name` says which it is, where there are several; `question` is
    as it was asked.
    """

    name: str
    question: Question
    counts: Counts
    table: Table
    known: bool = True


def name_of(worded: Sequence[Worded], at: int) -> str:
    """Return what a wording is called: from when on it was asked."""
    one = worded[at]
    if at == len(worded) - 1 and one.since is None:
        return "The wording of today"
    if one.since is None or at == 0:
        return "The first wording" if at == 0 else f"Version {', '.join(one.versions)}"
    return f"From {day_in_words(one.since.astimezone(LONDON).date())}"


def parts_of(
    session: Session,
    consultation: Consultation,
    question: Question,
    filters: Filters = EVERYBODY,
) -> list[Part]:
    """Return the answers to a question with options, one part for each of its wordings."""
    worded = changed_wordings(session, consultation).get(question.id, [])
    about = (session, consultation.id, question.id, filters)
    if not worded:
        counts = counts_of(*about)
        return [Part("", question, counts, choices_table(question, counts))]
    parts = []
    for at, one in enumerate(worded):
        counts, name = counts_of(*about, versions=one.versions), name_of(worded, at)
        table = choices_table(one.question, counts)
        table = replace(table, name=f"answers-{at + 1}", title=f"Answers. {name}")
        parts.append(Part(name, one.question, counts, table, one.known))
    return parts


def scales_by_wording(
    session: Session, consultation: Consultation, filters: Filters = EVERYBODY
) -> list[tuple[str, Question, Mapping[str, int]]]:
    """Return (title, question, {value: how many}) of each scale, and of each of its wordings."""
    changed, scales = changed_wordings(session, consultation), scales_of(consultation)
    same = [question.id for question in scales if question.id not in changed]
    others = [question.id for question in scales if question.id in changed]
    values = values_of_each(session, consultation.id, same, filters)
    by_version = values_by_version(session, consultation.id, others, filters)
    found: list[tuple[str, Question, Mapping[str, int]]] = []
    for question in scales:
        title = consultation.section_of[question.id].title
        if question.id in values:
            found.append((title, question, values[question.id]))
            continue
        worded = changed[question.id]
        for at, one in enumerate(worded):
            counted = Counter[str]()
            for version in one.versions:
                counted.update(by_version.get((question.id, version), {}))
            found.append((f"{title}. {name_of(worded, at)}", one.question, counted))
    return found


def wordings_table(worded: Sequence[Worded]) -> Table:
    """Return each wording in full, with how many answers count that were given to it."""
    rows = [
        (
            name_of(worded, at),
            ", ".join(one.versions),
            one.question.wording.text if one.known else "not kept",
            "; ".join(option.wording.text for option in one.question.options) or "Own words",
            one.answers,
        )
        for at, one in enumerate(worded)
    ]
    return Table("wordings", "Wordings of the question", COLUMNS, rows)


def names_by_version(worded: Sequence[Worded]) -> dict[str, str]:
    """Return {version of the file: what its wording is called}, for pages that list answers."""
    return {version: name_of(worded, at) for at, one in enumerate(worded)
            for version in one.versions}  # fmt: skip
