"""What answers are about, found on this machine: the points they make, put together by likeness.

Nothing here counts: a person names, merges and throws away (docs/analysis.md has figures).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

from bot.understanding.words.segments import segments

FEWEST_THEMES, MOST_THEMES = 3, 40
FEWEST_POINTS = 3  # of a theme; less is one person's wording
SHORTEST = 2  # words of a point: one word says too little of what is meant
WORDS, QUOTES = 5, 3
A_STEP = 200  # points between two steps of progress
# What residents write in every answer.
ALSO_COMMON = {"need", "needs", "people", "think", "want", "just", "like", "really", "don", "make"}


class Network(Protocol):
    """What makes a row of numbers of each text."""

    @property
    def of_each(self) -> Callable[[list[str]], Any]: ...


@dataclass(frozen=True)
class SuggestedTheme:
    """A group of points: words that tell it from the others, and the points nearest its middle.
    `size` is how many answers make one of its points.
    """

    name: str
    size: int
    words: tuple[str, ...]
    quotes: tuple[str, ...]
    answers: tuple[int, ...]


def suggest_themes(
    answers: Sequence[tuple[int, str]],
    vectors: Network,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[SuggestedTheme]:
    """Return themes for (id, words) of answers, the largest first. The same answers give the same
    themes. `progress` is told how many points are read, of how many.
    """
    points = [(answer, point) for answer, text in answers for point in points_of(text)]
    if len(points) < FEWEST_THEMES * FEWEST_POINTS:
        return []
    texts = [point for _, point in points]
    meanings = _vectors(texts, vectors, progress)
    groups = min(MOST_THEMES, max(FEWEST_THEMES, round(math.sqrt(len(points) / 2))))
    means = KMeans(groups, n_init=4, random_state=1).fit(meanings)
    named = _words(texts, means.labels_, groups)
    found = []
    for group in range(groups):
        mine = np.flatnonzero(means.labels_ == group)
        who = tuple(dict.fromkeys(points[at][0] for at in mine))
        if len(who) >= FEWEST_POINTS:
            near = mine[
                np.argsort(-(meanings[mine] @ means.cluster_centers_[group]), kind="stable")
            ]
            quotes = tuple(dict.fromkeys(texts[at] for at in near))[:QUOTES]
            name = ", ".join(named[group][:2]) or quotes[0]
            found.append(SuggestedTheme(name, len(who), named[group], quotes, who))
    return sorted(found, key=lambda theme: (-theme.size, theme.name))


def points_of(text: str) -> list[str]:
    """Return what an answer says one thing after the other; a short one is one point."""
    found = [part for part in segments(text) if len(part.split()) >= SHORTEST]
    return found or ([text.strip()] if text.strip() else [])


def _vectors(
    texts: Sequence[str], vectors: Network, progress: Callable[[int, int], None]
) -> np.ndarray:
    rows = []
    for begin in range(0, len(texts), A_STEP):
        rows.append(vectors.of_each(list(texts[begin : begin + A_STEP])))
        progress(min(begin + A_STEP, len(texts)), len(texts))
    return np.vstack(rows)


def _words(texts: Sequence[str], labels: np.ndarray, groups: int) -> list[tuple[str, ...]]:
    """Return the words of each group that stand out from the others (class-based TF-IDF)."""
    common = sorted(ENGLISH_STOP_WORDS | ALSO_COMMON)
    counter = CountVectorizer(ngram_range=(1, 2), stop_words=common, token_pattern=r"[^\W\d_]{3,}")
    try:
        counted = counter.fit_transform(texts)
    except ValueError:  # nothing but common words
        return [()] * groups
    names = counter.get_feature_names_out()
    by_group = np.vstack(
        [np.asarray(counted[labels == group].sum(axis=0)).ravel() for group in range(groups)]
    )
    size = by_group.sum(axis=1, keepdims=True).clip(min=1)
    often = by_group.sum(axis=0).clip(min=1)
    weight = by_group / size * np.log1p(size.mean() / often)
    return [_apart(names, row, counts) for row, counts in zip(weight, by_group, strict=True)]


def _apart(names: np.ndarray, weights: np.ndarray, counts: np.ndarray) -> tuple[str, ...]:
    """Return the heaviest words, none of which is a part of another."""
    chosen: list[str] = []
    for at in np.argsort(-weights, kind="stable"):
        if counts[at] < 2 or len(chosen) == WORDS:
            break
        word = str(names[at])
        if not any(set(word.split()) & set(other.split()) for other in chosen):
            chosen.append(word)
    return tuple(chosen)
