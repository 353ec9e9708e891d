"""Themes are found in what answers say, the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.analysis.suggested_themes import SuggestedTheme, points_of, suggest_themes

ABOUT = {
    "wifi": ["free wifi in a park", "wifi on the trams", "better wifi at home", "wifi is slow"],
    "class": ["computer classes for my nan", "evening classes please", "classes at the library"],
    "price": ["the price of data is too high", "bring the price down", "what a price for a phone"],
}
ANSWERS = list(enumerate(text for texts in ABOUT.values() for text in texts))


class ByWord:
    """Vectors that are alike for texts about the same of three things."""

    def of_each(self, texts: Sequence[str]) -> np.ndarray:
        rows = [[float(word in text) for word in ABOUT] + [0.01] for text in texts]
        return np.array([np.array(row) / np.linalg.norm(row) for row in rows])


def themes_of(answers: Sequence[tuple[int, str]], **more: Any) -> list[SuggestedTheme]:
    vectors: Any = ByWord()
    return suggest_themes(answers, vectors, **more)


def test_likenesses_become_themes_named_by_their_own_words() -> None:
    told: list[tuple[int, int]] = []
    themes = themes_of(ANSWERS, progress=lambda done, total: told.append((done, total)))
    assert [(theme.size, theme.words[0]) for theme in themes] == [
        (4, "wifi"), (3, "classes"), (3, "price"),
    ]  # fmt: skip
    assert all(set(theme.quotes) <= {text for _, text in ANSWERS} for theme in themes)
    assert {answer for theme in themes for answer in theme.answers} == {at for at, _ in ANSWERS}
    assert told == [(len(ANSWERS), len(ANSWERS))]
    assert themes_of(ANSWERS) == themes


def test_an_answer_is_counted_once_in_a_theme_and_may_be_in_two() -> None:
    both = (100, "Free wifi please. And wifi at school. And classes for my nan!")
    sizes = {theme.words[0]: theme.size for theme in themes_of([*ANSWERS, both])}
    assert sizes == {"wifi": 5, "classes": 4, "price": 3}


def test_too_little_gives_no_themes() -> None:
    assert themes_of(ANSWERS[:5]) == themes_of([]) == []


def test_an_answer_is_cut_into_its_points() -> None:
    assert points_of("Free wifi. Also more classes!") == ["Free wifi.", "Also more classes!"]
    assert points_of("wifi") == ["wifi"]
    assert points_of("  ") == []
