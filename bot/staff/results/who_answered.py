"""Who answered, and who did not: the equality figures as they may be shown, against how many people
of each group live there. Pure, and made of shown figures alone, so that nothing hidden can be got
from a rate, a share or a gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.consultation.file.base_figures import BaseFigure
from bot.consultation.question import Question, main_question
from bot.consultation.suppression import FEWEST, Figure, total_shown
from bot.staff.results.charts import share
from bot.staff.results.result_tables import HIDDEN, Table
from bot.staff.shell import vocabulary

PER = 10_000
LEAST = 50  # answers to a question; of fewer no gap is told
TOO_FEW = "too few to say"
COLUMNS = (
    "Group", "People, at least", f"For every {PER:,} who live here", "Share of answers",
    "Share of people", "Gap in points", "People who live here", "Source",
)  # fmt: skip


@dataclass(frozen=True)
class Missing:
    """A group that fewer answered from than its share of the people: how many fewer, at least."""

    question: str
    group: str
    answered: str
    expected: int
    fewer: int


@dataclass(frozen=True)
class Compared:
    """A question's groups against the people who live there."""

    table: Table
    missing: tuple[Missing, ...]
    is_enough: bool


def compare(
    question: Question, shown: Sequence[Figure], base: Sequence[BaseFigure]
) -> Compared | None:
    """Compare the groups of a question that have a base figure; None when fewer than two have."""
    of_it = [figure for figure in base if figure.question == question.id]
    if len(of_it) < 2:
        return None
    counts = {figure.value: figure.at_least for figure in shown}
    answered = [Figure(one.group, counts.get(one.group)) for one in of_it]
    total, people = total_shown(answered), sum(one.population for one in of_it)
    is_enough = total >= LEAST
    labels = {one.group: vocabulary.value(question, one.group) or one.group for one in of_it}
    rows = [
        _row(labels[one.group], one, figure.at_least, total if is_enough else 0, people)
        for one, figure in zip(of_it, answered, strict=True)
    ]
    name = main_question(question.id).rpartition(".")[2]
    table = Table(name, question.wording.text, COLUMNS, rows)
    missing = _missing(question, labels, of_it, counts, total, people) if is_enough else ()
    return Compared(table, tuple(missing), is_enough)


def whom_to_reach(compared: Sequence[Compared]) -> list[Missing]:
    """Return the groups to reach out to next, those that the most people are missing from first."""
    found = [one for question in compared for one in question.missing]
    return sorted(found, key=lambda one: -one.fewer)


def _row(
    label: str, base: BaseFigure, at_least: int | None, total: int, people: int
) -> tuple[str | int, ...]:
    known = at_least is not None
    rate = Decimal(at_least * PER) / base.population if at_least is not None else None
    points = 100 * ((at_least or 0) / total - base.population / people) if known and total else None
    return (
        label,
        HIDDEN if at_least is None else at_least,
        TOO_FEW if rate is None else str(rate.quantize(Decimal("0.1"), ROUND_HALF_UP)),
        share(at_least or 0, total) if known and total else TOO_FEW,
        share(base.population, people),
        TOO_FEW if points is None else f"{round(points):+d}",
        base.population,
        base.source,
    )


def _missing(
    question: Question,
    labels: Mapping[str, str],
    base: Sequence[BaseFigure],
    counts: Mapping[str, int | None],
    total: int,
    people: int,
) -> list[Missing]:
    """A figure stands for up to four more than it shows; fewer than that is no gap."""
    found = []
    for one in base:
        at_least = counts.get(one.group)
        expected = total * one.population // people
        fewer = expected - ((at_least or 0) + FEWEST - 1)
        if fewer > 0:
            answered = HIDDEN if at_least is None else f"at least {at_least:,}"
            label = labels[one.group]
            found.append(Missing(question.wording.text, label, answered, expected, fewer))
    return found
