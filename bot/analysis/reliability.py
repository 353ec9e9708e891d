"""How far two coders agree, beyond what chance would bring: Krippendorff's alpha, Cohen's kappa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score

Pair = tuple[frozenset[int], frozenset[int]]  # the themes that each coder gave to one answer


@dataclass(frozen=True)
class Agreement:
    """Agreement on one theme. `alpha` and `kappa` are None where both gave it to every answer:
    then chance cannot be told from agreement.
    """

    first: int
    second: int
    both: int
    alpha: float | None
    kappa: float | None


def by_theme(pairs: Sequence[Pair]) -> dict[int, Agreement]:
    """Return the agreement on each theme that one of the two has used."""
    used = sorted({theme for pair in pairs for themes in pair for theme in themes})
    return {theme: _of_theme(theme, pairs) for theme in used}


def alpha_of_all(pairs: Sequence[Pair]) -> float | None:
    """Return Krippendorff's alpha over whole answers. Two sets of themes are as far apart as their
    MASI distance (Passonneau 2006), so that a part of the same themes counts as a part.
    """
    sets = sorted({themes for pair in pairs for themes in pair}, key=sorted)
    if len(sets) < 2:
        return None
    number = {themes: at for at, themes in enumerate(sets)}
    apart = np.array([[masi(one, other) for other in sets] for one in sets])

    def distance(v1: Any, v2: Any, **_: Any) -> Any:
        return apart[v1.astype(int), v2.astype(int)]

    ratings = [[number[pair[coder]] for pair in pairs] for coder in (0, 1)]
    return float(
        krippendorff.alpha(ratings, value_domain=range(len(sets)), level_of_measurement=distance)
    )


def masi(one: frozenset[int], other: frozenset[int]) -> float:
    """Return how far apart two sets are: 0 for the same, 1 for nothing in common."""
    shared, either = one & other, one | other
    if one == other:
        return 0.0
    part = 2 / 3 if shared in (one, other) else 1 / 3
    return 1 - part * len(shared) / len(either)


def _of_theme(theme: int, pairs: Sequence[Pair]) -> Agreement:
    first = [int(theme in one) for one, _ in pairs]
    second = [int(theme in other) for _, other in pairs]
    both = sum(a and b for a, b in zip(first, second, strict=True))
    alpha = kappa = None
    if len({*first, *second}) == 2:
        alpha = float(krippendorff.alpha([first, second], level_of_measurement="nominal"))
        kappa = float(cohen_kappa_score(first, second))
    return Agreement(sum(first), sum(second), both, alpha, kappa)
