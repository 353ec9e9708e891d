"""Totals about people: nobody can be picked out, by subtraction or by looking twice."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.suppression import (
    FEWEST,
    STEP,
    Each,
    Figure,
    Shown,
    figures,
    rounded,
    step_is_due,
    total_shown,
    unsafe_together,
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
    """Also for someone who looks after every single answer."""
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


def shown(*counts: int, each: Each = Each.ONCE) -> Shown:
    names = [str(place) for place in range(len(counts))]
    return Shown(figures(dict(zip(names, counts, strict=True)), names), each)


TOGETHER = [
    # Alone, or with room between the tables
    ({"a": (3, 12)}, []),
    ({"a": (14, 8), "b": (11, 11)}, []),
    # 10 at least, so each of the three hidden figures is two at least
    ({"a": (4, 4, 4), "b": (7, 5)}, ["a"]),
    # Five hidden figures that make twenty are four each
    ({"a": (20,), "b": (4, 4, 4, 4, 4)}, ["b"]),
    ({"a": (4, 4, 4, 4, 4), "b": (20,)}, ["b"]),
    # 15 at least, and the other is nine at most: the hidden figure is no nought
    ({"a": (15,), "b": (9, 4, 4)}, ["b"]),
    ({"a": (10,), "b": (9, 1)}, ["b"]),
    ({}, []),
]


@pytest.mark.parametrize(("tables", "out"), TOGETHER)
def test_tables_that_tell_of_a_few_beside_each_other_are_left_out(
    tables: dict[str, tuple[int, ...]], out: list[str]
) -> None:
    assert unsafe_together({name: shown(*counts) for name, counts in tables.items()}) == out


@pytest.mark.parametrize(
    ("several", "out"),
    [((15, 15), ["several"]), ((14, 14), []), ((3, 2, 1), [])],
)
def test_a_figure_of_a_table_that_does_not_divide_says_how_many_there_are(
    several: tuple[int, ...], out: list[str]
) -> None:
    """Fifteen at least, of whom four hidden figures hold all: three at least in each."""
    tables = {"one": shown(4, 4, 4, 4), "several": shown(*several, each=Each.OFTEN)}
    assert unsafe_together(tables) == out


def test_what_is_public_already_stays_and_the_new_table_is_left_out() -> None:
    old = {"old": shown(4, 4, 4, 4, 4)}
    assert unsafe_together({"new": shown(20)}, old) == ["new"]
    assert unsafe_together({"new": shown(12)}, old) == []
    assert unsafe_together({"new": shown(90, 40)}, old) == []  # they count other people


@pytest.mark.parametrize(
    ("question", "out"),
    [((9, 9), []), ((5, 5), ["weeks"]), ((400, 300), ["question"]), ((3, 1), [])],
)
def test_who_skips_a_question_is_in_no_figure(question: tuple[int, ...], out: list[str]) -> None:
    """Ten answers at least leave three hidden weeks no nought; many may have skipped."""
    weeks = (4, 4, 4) if sum(question) == 10 else (20, 20)
    tables = {"weeks": shown(*weeks), "question": shown(*question, each=Each.ONCE_OR_NOT)}
    assert unsafe_together(tables) == out


TABLE = st.tuples(st.lists(st.integers(0, 6), min_size=3, max_size=60), st.booleans())


@given(st.lists(TABLE, min_size=1, max_size=4))
def test_no_subtraction_of_tables_tells_of_one_person(chosen: list[tuple[list[int], bool]]) -> None:
    """Try every number of people that fits all tables: whatever is subtracted, each figure may be
    three numbers or more, and what is hidden may be nobody. Value 6 is who skipped a question.
    """
    people = min(len(values) for values, _ in chosen)
    tables, skipped = {}, {}
    for name, (values, may_skip) in enumerate(chosen):
        counts = [values[:people].count(value) for value in range(7)]
        each = Each.ONCE_OR_NOT if may_skip else Each.ONCE
        tables[str(name)] = shown(*(counts[:6] if may_skip else counts), each=each)
        skipped[str(name)] = people if may_skip else 0
    out = unsafe_together(tables)
    left = {name: table.figures for name, table in tables.items() if name not in out}
    ranges = {
        name: [(f.at_least or 0, (f.at_least or 0) + FEWEST - 1) for f in table]
        for name, table in left.items()
    }
    totals = [
        total
        for total in range(7 * 70)
        if all(
            _sum(r, 0) <= total and (skipped[name] or total <= _sum(r, 1))
            for name, r in ranges.items()
        )
    ]
    for name, table in left.items():
        lows, highs = _sum(ranges[name], 0), _sum(ranges[name], 1)
        for figure, (low, high) in zip(table, ranges[name], strict=True):
            possible = {
                number
                for total in totals
                for number in range(low, high + 1)
                if lows - low <= total - number
                and (skipped[name] or total - number <= highs - high)
            }
            assert len(possible) >= 3
            assert figure.at_least is not None or 0 in possible


def _sum(ranges: list[tuple[int, int]], side: int) -> int:
    return sum(pair[side] for pair in ranges)
