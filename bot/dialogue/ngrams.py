"""Telling intents apart by letters and words: tf-idf of n-grams, and two linear models on them.

A logistic regression and a support vector machine err differently, so their mean is surer of less.
scikit-learn trains them. A message is then scored with small tables, because the general path
through sparse matrices takes ten times as long for a line of text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.dialogue.wording import normalised, phrases

Settings = Mapping[str, Any]  # of a TfidfVectorizer

# Letters see through typos ("skp this"), words tell "go back" from "back garden".
LETTERS: Settings = {"analyzer": "char_wb", "ngram_range": (2, 5)}
WORDS: Settings = {"analyzer": phrases}
BOTH = (LETTERS, WORDS)
ONCE = 2  # n-grams that only one training line holds are noise
STRENGTH = 20.0  # inverse of the regularisation of the regression; docs/nlu.md has figures
MARGIN = 0.3  # the same, of the support vector machine
SHARPNESS = 3.0  # makes shares of the machine's distances
LETTERS_READ = 400  # nobody asks to skip in a longer speech, and the cost grows with it


def _vectorizer(settings: Settings) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, min_df=ONCE, **settings)


@dataclass(frozen=True)
class Table:
    """One kind of n-gram: how to cut a text, where each one stands, and how rare it is."""

    cut: Callable[[str], list[str]]
    place: dict[str, int]
    rarity: list[float]

    def weigh(self, text: str) -> dict[int, float]:
        """Return {place: weight} of the known n-grams of a text; the weights have length 1."""
        counts = Counter(self.place[n] for n in self.cut(text) if n in self.place)
        weights = {i: (1.0 + log(n)) * self.rarity[i] for i, n in counts.items()}
        length = sqrt(sum(w * w for w in weights.values())) or 1.0
        return {i: w / length for i, w in weights.items()}


@dataclass(frozen=True)
class Model:
    """What was learnt: a row of weights for every n-gram, letters first and then words; in each
    row first those of the regression and then those of the machine.
    """

    intents: tuple[str, ...]
    tables: tuple[Table, ...]
    rows: np.ndarray  # (n-grams, 2 x intents)
    bias: np.ndarray  # (2 x intents,)

    def probabilities(self, text: str) -> dict[str, float]:
        """Return how probable each intent is; together they make 1."""
        scores = self.bias.copy()
        said = normalised(text[:LETTERS_READ])
        start = 0
        for table in self.tables:
            weights = table.weigh(said)
            if weights:
                places = np.fromiter(weights, dtype=np.intp, count=len(weights)) + start
                values = np.fromiter(weights.values(), dtype=np.float32, count=len(weights))
                scores = scores + values @ self.rows[places]
            start += len(table.place)
        half = len(self.intents)
        each = 1.0 / (1.0 + np.exp(-scores[:half]))
        powers = np.exp(SHARPNESS * (scores[half:] - scores[half:].max()))
        shares = (each / each.sum() + powers / powers.sum()) / 2
        return dict(zip(self.intents, shares.tolist(), strict=True))


def train(texts: Sequence[str], intents: Sequence[str]) -> Model:
    """Learn from lines and their intents. At least two intents, and lines that share n-grams."""
    from scipy.sparse import hstack

    said = [normalised(text[:LETTERS_READ]) for text in texts]
    vectorizers = [_vectorizer(settings) for settings in BOTH]
    features = hstack([v.fit_transform(said) for v in vectorizers]).tocsr()
    regression = LogisticRegression(C=STRENGTH, solver="liblinear", multi_class="ovr")
    machine = LinearSVC(C=MARGIN, random_state=1)
    learnt = [_weights(each.fit(features, intents)) for each in (regression, machine)]
    return Model(
        intents=tuple(str(name) for name in machine.classes_),
        tables=tuple(
            Table(
                v.build_analyzer(),
                {ngram: int(place) for ngram, place in v.vocabulary_.items()},
                v.idf_.tolist(),
            )
            for v in vectorizers
        ),
        rows=np.hstack([rows for rows, _ in learnt]).astype(np.float32),
        bias=np.concatenate([bias for _, bias in learnt]),
    )


def _weights(learnt: LogisticRegression | LinearSVC) -> tuple[np.ndarray, np.ndarray]:
    """Return a column for each intent; scikit-learn keeps one where there are only two."""
    rows, bias = learnt.coef_.T, learnt.intercept_
    if rows.shape[1] == 1:
        return np.hstack([-rows, rows]), np.concatenate([-bias, bias])
    return rows, bias


def save(model: Model, folder: Path) -> None:
    """Write a model as JSON and plain arrays; nothing in it can run code when it is read."""
    described = {
        "intents": model.intents,
        "tables": [{"place": t.place, "rarity": t.rarity} for t in model.tables],
    }
    (folder / "ngrams.json").write_text(json.dumps(described), encoding="utf-8")
    np.savez_compressed(folder / "weights.npz", rows=model.rows, bias=model.bias)


def load(folder: Path) -> Model:
    """Read what `save` wrote."""
    described = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
        rows, bias = arrays["rows"], arrays["bias"]
    return Model(
        intents=tuple(described["intents"]),
        tables=tuple(
            Table(_vectorizer(settings).build_analyzer(), kept["place"], kept["rarity"])
            for settings, kept in zip(BOTH, described["tables"], strict=True)
        ),
        rows=rows,
        bias=bias,
    )
