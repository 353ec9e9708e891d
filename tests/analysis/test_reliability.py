"""How far two coders agree: against figures that others have published, and by hand."""

from __future__ import annotations

import pytest

from bot.analysis.reliability import Pair, alpha_of_all, by_theme, masi

BENCHES, SHADE, PLAY = 1, 2, 3


def pairs(*chosen: tuple[set[int], set[int]]) -> list[Pair]:
    return [(frozenset(one), frozenset(other)) for one, other in chosen]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ({BENCHES}, {BENCHES}, 0),
        ({BENCHES}, {SHADE}, 1),
        ({BENCHES}, {BENCHES, SHADE}, 1 - 1 / 2 * 2 / 3),
        ({BENCHES, PLAY}, {BENCHES, SHADE}, 1 - 1 / 3 * 1 / 3),
    ],
)
def test_a_part_of_the_same_themes_counts_as_a_part(
    one: set[int], other: set[int], apart: float
) -> None:
    assert masi(frozenset(one), frozenset(other)) == pytest.approx(apart)
    assert masi(frozenset(other), frozenset(one)) == pytest.approx(apart)


def test_krippendorffs_own_example_of_two_coders() -> None:
    """Computing Krippendorff's Alpha-Reliability (2011), A: ten units, yes or no: 0.095."""
    meg, owen = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
    said = {0: {SHADE}, 1: {BENCHES}}
    made = pairs(*((said[a], said[b]) for a, b in zip(meg, owen, strict=True)))
    for found in by_theme(made).values():
        assert found.alpha == pytest.approx(0.095, abs=0.0005)
    assert alpha_of_all(made) == pytest.approx(0.095, abs=0.0005)


def test_cohens_kappa_of_a_table_that_is_worked_by_hand() -> None:
    """20 both, 5 only the first, 10 only the second, 15 neither: (0.7 - 0.5) / (1 - 0.5)."""
    b, s = {BENCHES}, {SHADE}
    made = pairs(*[(b, b)] * 20, *[(b, s)] * 5, *[(s, b)] * 10, *[(s, s)] * 15)
    found = by_theme(made)[BENCHES]
    assert (found.first, found.second, found.both) == (25, 30, 20)
    assert found.kappa == pytest.approx(0.4)


def test_partly_the_same_is_worked_by_hand() -> None:
    """Observed: 1/3 of 2/3. Expected: over the 30 ordered pairs of six choices, 24 2/3 of 30."""
    made = pairs(({1}, {1}), ({2}, {1, 2}), ({3}, {3}))
    observed = (2 / 3) / 3
    apart = [masi(frozenset(one), frozenset(other)) for one, other in [({1}, {2}), ({1}, {1, 2})]]
    assert apart == pytest.approx([1, 2 / 3])
    # 1 1 2 12 3 3: unlike pairs, each counted both ways
    expected = 2 * (2 * 1 + 2 * 2 / 3 + 4 * 1 + 2 / 3 + 2 * 1 + 2 * 1) / 30
    assert alpha_of_all(made) == pytest.approx(1 - observed / expected)


@pytest.mark.parametrize("chosen", [[], [({1}, {1})] * 4])
def test_where_nothing_varies_chance_cannot_be_told_from_agreement(
    chosen: list[tuple[set[int], set[int]]],
) -> None:
    made = pairs(*chosen)
    assert alpha_of_all(made) is None
    assert all((one.alpha, one.kappa) == (None, None) for one in by_theme(made).values())
