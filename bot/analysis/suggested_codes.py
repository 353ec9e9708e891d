"""Codes for answers that nobody has coded yet, learnt from those that a person has.

A suggestion counts only when a person accepts it (docs/analysis.md has figures).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold

FEWEST_CODED = 1  # answers with a theme, before it is suggested
PARTS = 5  # of the coded answers, for saying how good suggestions are
STRENGTH = 10.0  # inverse of the regularisation
MEANING = 3.0  # how much more a vector weighs than the words
HALF = 0.5


@dataclass(frozen=True)
class SuggestedCode:
    """A theme that an answer may have, and how sure that is (0 to 1)."""

    answer: int
    theme: int
    certainty: float


def suggest_codes(
    coded: Mapping[int, set[int]],
    texts: Mapping[int, str],
    vectors: Mapping[int, np.ndarray],
) -> list[SuggestedCode]:
    """Return for each answer without a code its likeliest theme, and others that are likelier than
    not, the surest first. `coded` has the themes of answers; `vectors` one for every text.
    """
    known, unknown = sorted(coded), sorted(set(texts) - set(coded))
    themes = _themes(coded)
    if not unknown or len(themes) < 2:
        return []
    features = _features([texts[at] for at in (*known, *unknown)], vectors, [*known, *unknown])
    shares = _shares(features[: len(known)], coded, known, themes, features[len(known) :])
    found = []
    for answer, row in zip(unknown, shares, strict=True):
        best = int(row.argmax())
        for place, share in enumerate(row):
            if place == best or share > HALF:
                found.append(SuggestedCode(answer, themes[place], round(float(share), 3)))
    return sorted(found, key=lambda one: (-one.certainty, one.answer, one.theme))


def goodness(
    coded: Mapping[int, set[int]],
    texts: Mapping[int, str],
    vectors: Mapping[int, np.ndarray],
) -> dict[int, float]:
    """Return the F1 of each theme's suggestions on answers that were held out: one in five after
    the other. Themes with fewer than FEWEST_CODED answers are not there.
    """
    known, themes = sorted(coded), _themes(coded)
    if len(themes) < 2 or len(known) < 2 * PARTS:
        return {}
    features = _features([texts[at] for at in known], vectors, known)
    told = np.zeros((len(known), len(themes)), dtype=bool)
    for learn, held in KFold(PARTS, shuffle=True, random_state=1).split(known):
        there = [known[at] for at in learn]
        shares = _shares(features[learn], coded, there, themes, features[held])
        told[held] = shares > HALF
        told[held, shares.argmax(axis=1)] = True
    true = np.array([[theme in coded[at] for theme in themes] for at in known])
    return {
        theme: round(float(f1_score(true[:, place], told[:, place], zero_division=0)), 3)
        for place, theme in enumerate(themes)
    }


def _themes(coded: Mapping[int, set[int]]) -> list[int]:
    counts: dict[int, int] = {}
    for themes in coded.values():
        for theme in themes:
            counts[theme] = counts.get(theme, 0) + 1
    return sorted(theme for theme, count in counts.items() if count >= FEWEST_CODED)


def _features(
    texts: Sequence[str], vectors: Mapping[int, np.ndarray], answers: Sequence[int]
) -> csr_matrix:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"[^\W_]{2,}")
    meanings = csr_matrix(MEANING * np.array([vectors[at] for at in answers]))
    try:
        return hstack([words.fit_transform(texts), meanings]).tocsr()
    except ValueError:  # not one word in any of them
        return meanings


def _shares(
    features: csr_matrix,
    coded: Mapping[int, set[int]],
    known: Sequence[int],
    themes: Sequence[int],
    asked: csr_matrix,
) -> np.ndarray:
    """Return a row for each answer that is asked about: how probable each theme is."""
    columns = []
    for theme in themes:
        told = [theme in coded[at] for at in known]
        if all(told) or not any(told):
            columns.append(np.full(asked.shape[0], float(all(told))))
            continue
        learnt = LogisticRegression(C=STRENGTH, max_iter=500, solver="liblinear", random_state=1)
        columns.append(learnt.fit(features, told).predict_proba(asked)[:, 1])
    return np.array(columns).T
