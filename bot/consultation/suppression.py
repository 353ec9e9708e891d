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

FEWEST = 5
STEP = 10


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
