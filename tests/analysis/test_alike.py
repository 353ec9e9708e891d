"""Campaigns are found by near-identical words, and what is like one answer comes first."""

from __future__ import annotations

import pytest

from bot.analysis.alike import campaigns, nearest

TEXT = "Please keep the library in our street open on Saturdays and Sundays for children"
GROUPS: list[tuple[str, list[str], list[tuple[int, ...]]]] = [
    ("the same", [TEXT] * 3, [(0, 1, 2)]),
    ("two only", [TEXT] * 2, []),
    ("but for case and signs", [TEXT, TEXT.upper(), f"{TEXT}!!"], [(0, 1, 2)]),
    ("with a word of their own", [TEXT, f"{TEXT} thanks", f"Hello. {TEXT}", "Trees"], [(0, 1, 2)]),
    ("half of it is other words", [TEXT, f"{TEXT} {' '.join('abcdefghij')}", TEXT, TEXT],
     [(0, 2, 3)]),
    ("short and the same", ["More buses", "more buses!", "More  buses", "More trams"], [(0, 1, 2)]),
    ("short and nearly the same", ["More buses", "More trams", "More trains"], []),
    ("nothing but signs", ["!!", "!!", "??", ""], []),
    ("the largest first", ["a"] * 3 + ["b"] * 4, [(3, 4, 5, 6), (0, 1, 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "groups"), [row[1:] for row in GROUPS],
                         ids=[row[0] for row in GROUPS])  # fmt: skip
def test_near_identical_answers_are_a_group(
    texts: list[str], groups: list[tuple[int, ...]]
) -> None:
    assert campaigns(list(enumerate(texts))) == groups


def test_an_answer_is_in_one_group_and_none_is_lost_among_many() -> None:
    many = [f"{TEXT} {word}" for word in ("please", "now", "today")] * 400
    alone = "Something else that nobody wrote but me, today"
    (group,) = campaigns(list(enumerate([*many, alone])))
    assert group == tuple(range(1200))


ANSWERS = [(7, "More buses at night"), (8, "Parks"), (9, "buses at night, more of them")]


def test_what_is_like_an_answer_comes_first() -> None:
    assert [one for one, _ in nearest(7, ANSWERS)] == [9, 8]
    assert nearest(99, ANSWERS) == []
    by_meaning = {7: [1.0, 0.0], 8: [1.0, 0.1], 9: [0.0, 1.0]}
    assert [one for one, _ in nearest(7, ANSWERS, by_meaning)] == [8, 9]
    assert [one for one, _ in nearest(7, ANSWERS, {7: [1.0, 0.0]})] == [9, 8]  # not all have one
