"""One diverging bar for each question with a scale."""

from __future__ import annotations

import pytest

from bot.consultation.question import Kind
from bot.staff.results.agreement import Segment, scales_of, stances_of
from tests.staff.desk import CONSULTATION, question

OPTIONS = {
    "much": "Strongly agree",
    "some": "Agree",
    "middle": "Neither",
    "against": "Disagree",
    "hard": "Strongly disagree",
    "unknown": "Don't know",
}
SCALE = question("parks.agree", Kind.SCALE, "How far do you agree?", OPTIONS)

STANCES = [
    ({"much": 1}, ("100%", "0%", "+100", 1)),
    ({"much": 2, "some": 4, "middle": 2, "against": 1, "hard": 1}, ("60%", "20%", "+40", 10)),
    ({"hard": 3, "some": 1, "unknown": 96}, ("25%", "75%", "-50", 4)),
    ({"middle": 5}, ("0%", "0%", "+0", 5)),
]


@pytest.mark.parametrize(("values", "told"), STANCES)
def test_a_scale_comes_to_two_sides_and_a_net(
    values: dict[str, int], told: tuple[str, str, str, int]
) -> None:
    (found,) = stances_of([("Parks", SCALE, values)])
    assert (found.agree, found.disagree, found.net, found.answers) == told


def test_the_middle_of_the_scale_is_the_middle_of_every_bar() -> None:
    counts = {"much": 2, "some": 4, "middle": 2, "against": 1, "hard": 1}
    one_side, both = stances_of([("All", SCALE, {"much": 1}), ("Parks", SCALE, counts)])
    assert one_side.segments == (Segment("for-much", 50.0, 50.0),)
    assert both.segments == (
        Segment("against-much", 35.0, 5.0),
        Segment("against", 40.0, 5.0),
        Segment("middle", 45.0, 10.0),
        Segment("for", 55.0, 20.0),
        Segment("for-much", 75.0, 10.0),
    )


def test_the_longest_side_fills_its_half() -> None:
    for values, _ in STANCES:
        (found,) = stances_of([("Parks", SCALE, values)])
        first, last = found.segments[0], found.segments[-1]
        assert min(first.x, 100 - last.x - last.width) == pytest.approx(0, abs=0.02)


def test_what_nobody_answered_has_no_bar() -> None:
    assert stances_of([("Parks", SCALE, {"unknown": 3}), ("None", SCALE, {})]) == []


def test_a_consultation_without_scales_has_no_bars() -> None:
    assert scales_of(CONSULTATION) == []
