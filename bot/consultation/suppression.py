"""What may be shown of totals about people, so that nobody can be picked out of them.

Three rules, which together leave nothing to subtract:

1. A figure is rounded down to a multiple of five. Below five it is not shown at all, and none looks
   like one to four. So each figure shown stands for five possible numbers, whatever the others are.
2. No total is shown but the sum of what is shown. A true total would give a hidden figure away.
3. Figures move in steps: only when at least ten more people have answered than at the last step.
   Who looks before and after a person answered sees the same; who looks across a step sees ten
   people at once, and cannot say which of them moved a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

FEWEST = 5
STEP = 10
MANY = 10**9  # people, where nothing says how many


@dataclass(frozen=True)
class Figure:
    """How often something was said: at least so often, or (None) fewer than FEWEST times."""

    value: str
    at_least: int | None


def figures(counts: Mapping[str, int], values: Sequence[str]) -> list[Figure]:
    """Return what may be shown of some counts, for each value in its order."""
    return [Figure(value, rounded(counts.get(value, 0))) for value in values]


def rounded(count: int) -> int | None:
    """Return a count as it may be shown, or None when it may not be shown."""
    return count - count % FEWEST if count >= FEWEST else None


def total_shown(shown: Sequence[Figure]) -> int:
    """Return the only total that may stand beside figures."""
    return sum(figure.at_least or 0 for figure in shown)


def step_is_due(counted: int, at_last_step: int) -> bool:
    """Say whether enough people have answered since the last step for the figures to move."""
    return counted - at_last_step >= STEP


@dataclass(frozen=True)
class Bounds:
    """The numbers that a figure may stand for."""

    low: int
    high: int

    @property
    def is_safe(self) -> bool:
        """Whether it tells of nobody: a hidden figure may be nought, and several numbers fit."""
        return self.high - self.low >= FEWEST - 3 and (self.low == 0 or self.high >= FEWEST)


class Each(Enum):
    """How often each person is in a table: always in one figure, in one or none (who skipped the
    question), or in several (who chose two options).
    """

    ONCE = "once"
    ONCE_OR_NOT = "once or not"
    OFTEN = "often"


@dataclass(frozen=True)
class Shown:
    """The figures of one table, and how often each person is in them."""

    figures: Sequence[Figure]
    each: Each = Each.ONCE

    @property
    def parts(self) -> list[list[Bounds]]:
        """Ways in which the table divides the people: each a list of what its figures may be, and
        how many may be in none.
        """
        found = [_bounds_of(figure) for figure in self.figures]
        if self.each is Each.ONCE:
            return [found]
        if self.each is Each.ONCE_OR_NOT:
            return [[*found, NOBODY_KNOWS]]
        return [[one, NOBODY_KNOWS] for one in found]


NOBODY_KNOWS = Bounds(0, MANY)


def _bounds_of(figure: Figure) -> Bounds:
    low = figure.at_least or 0
    return Bounds(low, low + FEWEST - 1)


def bounds_together(parts: Sequence[Sequence[Bounds]]) -> list[list[Bounds]]:
    """Return what each figure may stand for, to who has all tables: each of `parts` divides the
    same people, so their sums are one number, which is in every table's range.
    """
    fewest = max((sum(one.low for one in part) for part in parts), default=0)
    most = min((sum(one.high for one in part) for part in parts), default=0)
    return [
        [
            Bounds(
                max(one.low, fewest - sum(b.high for b in part) + one.high),
                min(one.high, most - sum(b.low for b in part) + one.low),
            )
            for one in part
        ]
        for part in parts
    ]


def unsafe_together(parts: Mapping[str, Shown], beside: Mapping[str, Shown] = {}) -> list[str]:
    """Return the names of the tables that must be left out, so that what remains tells of nobody:
    not even to who subtracts one table from another. Those of `beside` are public already; where
    their sums show that they count other people, nothing can be subtracted.
    """
    left, out = dict(parts), list[str]()
    while left:
        found = _together({**beside, **left})
        if any(one.low > one.high for _, part in found for one in part):
            found = _together(left)
        bad = [name for name, part in found if not all(one.is_safe for one in part)]
        if not bad:
            break
        out.append(next((name for name in reversed(bad) if name in left), list(left)[-1]))
        del left[out[-1]]
    return out


def _together(tables: Mapping[str, Shown]) -> list[tuple[str, list[Bounds]]]:
    named = [(name, part) for name, table in tables.items() for part in table.parts]
    found = bounds_together([part for _, part in named])
    return [(name, part) for (name, _), part in zip(named, found, strict=True)]
