"""Totals about people: nobody can be picked out, by subtraction or by looking twice."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.suppression import (
    FEWEST,
    STEP,
    Figure,
    figures,
    rounded,
    step_is_due,
    total_shown,
)

VALUES = ["a", "b", "c", "d"]
COUNTS = st.dictionaries(st.sampled_from(VALUES), st.integers(0, 60))


@pytest.mark.parametrize(
    ("count", "shown"), [(0, None), (1, None), (4, None), (5, 5), (9, 5), (10, 10), (1004, 1000)]
)
def test_a_count_is_rounded_down_or_hidden(count: int, shown: int | None) -> None:
    assert rounded(count) == shown


@given(COUNTS)
def test_what_is_shown_keeps_the_order_and_names_nothing_that_was_not_asked_for(counts) -> None:
    shown = figures(counts, VALUES)
    assert [figure.value for figure in shown] == VALUES
    assert total_shown(shown) <= sum(counts.values())


@given(COUNTS, st.sampled_from(VALUES))
def test_every_figure_has_five_possible_numbers_whatever_the_others_are(counts, value) -> None:
    """Also with the total, and also for who knows all the other counts exactly."""
    shown = figures(counts, VALUES)
    total = total_shown(shown)
    possible = [
        number
        for number in range(sum(counts.values()) + 2 * FEWEST)
        if (other := figures({**counts, value: number}, VALUES)) == shown
        and total_shown(other) == total
    ]
    assert len(possible) == FEWEST
    assert counts.get(value, 0) in possible


@given(COUNTS, st.sampled_from(VALUES), st.integers(0, FEWEST - 1))
def test_none_looks_like_a_few(counts, value, few) -> None:
    shown = figures({**counts, value: few}, VALUES)
    assert shown == figures({**counts, value: 0}, VALUES)
    assert Figure(value, None) in shown


@given(st.lists(st.sampled_from(VALUES), max_size=80))
def test_two_looks_are_the_same_or_ten_people_apart(said) -> None:
    """Also for somebody who looks after every single answer."""
    counted: Counter[str] = Counter()
    at_step: Counter[str] = Counter()
    last_move = 0
    for number, value in enumerate(said, start=1):
        before = figures(at_step, VALUES)
        counted[value] += 1
        if step_is_due(counted.total(), at_step.total()):
            at_step = counted.copy()
        if figures(at_step, VALUES) != before:
            assert number - last_move >= STEP
            last_move = number
