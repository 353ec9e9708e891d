"""Codes are suggested from those that a person gave, and never for what a person has coded."""

from __future__ import annotations

import numpy as np

from bot.analysis.suggested_codes import goodness, suggest_codes

WIFI, BUS = 1, 2
TEXTS = {
    **{n: f"free wifi in park {n}" for n in range(10)},
    **{n: f"buses cost too much on line {n}" for n in range(10, 20)},
    20: "wifi and buses",
}
NEUTRAL = {n: np.full(4, 0.5) for n in TEXTS}


def coded(*answers: int) -> dict[int, set[int]]:
    return {n: {WIFI if n < 10 else BUS} for n in answers}


def test_what_is_like_a_coded_answer_gets_its_theme() -> None:
    found = suggest_codes(coded(0, 1, 10, 11), TEXTS, NEUTRAL)
    best: dict[int, int] = {}
    for one in found:
        best.setdefault(one.answer, one.theme)
    assert {n: best[n] for n in range(2, 10)} == dict.fromkeys(range(2, 10), WIFI)
    assert {n: best[n] for n in range(12, 20)} == dict.fromkeys(range(12, 20), BUS)
    assert not {0, 1, 10, 11} & best.keys()
    assert [one.certainty for one in found] == sorted((o.certainty for o in found), reverse=True)


def test_an_answer_may_have_two_themes() -> None:
    texts = {**TEXTS, 21: "wifi and buses please"}
    both = {**coded(0, 1, 10, 11), 20: {WIFI, BUS}}
    found = suggest_codes(both, texts, {n: np.full(4, 0.5) for n in texts})
    assert {one.theme for one in found if one.answer == 21} == {WIFI, BUS}


def test_where_there_is_nothing_to_choose_nothing_is_suggested() -> None:
    assert suggest_codes({}, TEXTS, NEUTRAL) == []
    assert suggest_codes(coded(0, 1, 2), TEXTS, NEUTRAL) == []
    assert suggest_codes(coded(*range(20)) | {20: {BUS}}, TEXTS, NEUTRAL) == []


def test_how_good_suggestions_are_is_said_for_each_theme_on_held_out_answers() -> None:
    assert goodness(coded(*range(20)), TEXTS, NEUTRAL) == {WIFI: 1.0, BUS: 1.0}
    mixed = {n: {WIFI if n % 2 else BUS} for n in range(20)}  # what nobody could learn
    assert max(goodness(mixed, TEXTS, NEUTRAL).values()) < 0.9
    assert goodness(coded(0, 10), TEXTS, NEUTRAL) == {}
