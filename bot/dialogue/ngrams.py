"""Telling intents apart by letters and words: tf-idf of n-grams, and a logistic regression on them.

scikit-learn trains it. A message is then scored with two small tables, because the general path
through sparse matrices takes ten times as long for a line of text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

# Letters see through typos ("skp this"), words tell "go back" from "back garden".
LETTERS = {"analyzer": "char_wb", "ngram_range": (2, 4)}
WORDS = {"analyzer": "word", "ngram_range": (1, 3), "token_pattern": r"\S+"}
BOTH = (LETTERS, WORDS)
ONCE = 2  # n-grams that only one training line holds are noise
STRENGTH = 20.0  # inverse of the regularisation; chosen on tests/nlu/development.yml
LETTERS_READ = 400  # nobody asks to skip in a longer speech, and the cost grows with it


def _vectorizer(settings: Mapping[str, object]) -> TfidfVectorizer:
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
    """What was learnt: a row of weights for every n-gram, letters first and then words."""

    intents: tuple[str, ...]
    tables: tuple[Table, ...]
    rows: np.ndarray  # (n-grams, intents)
    bias: np.ndarray  # (intents,)

    def probabilities(self, text: str) -> dict[str, float]:
        """Return how probable each intent is; together they make 1."""
        scores = self.bias.copy()
        start = 0
        for table in self.tables:
            weights = table.weigh(text[:LETTERS_READ])
            if weights:
                places = np.fromiter(weights, dtype=np.intp, count=len(weights)) + start
                values = np.fromiter(weights.values(), dtype=np.float64, count=len(weights))
                scores = scores + values @ self.rows[places]
            start += len(table.place)
        return dict(zip(self.intents, _softmax(scores.tolist()), strict=True))


def _softmax(scores: list[float]) -> list[float]:
    most = max(scores)
    powers = [exp(score - most) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def train(texts: Sequence[str], intents: Sequence[str]) -> Model:
    """Learn from lines and their intents. At least two intents, and lines that share n-grams."""
    from scipy.sparse import hstack

    shortened = [text[:LETTERS_READ] for text in texts]
    vectorizers = [_vectorizer(settings) for settings in BOTH]
    features = hstack([v.fit_transform(shortened) for v in vectorizers]).tocsr()
    learnt = LogisticRegression(C=STRENGTH, max_iter=300).fit(features, intents)
    rows, bias = learnt.coef_.T, learnt.intercept_
    if rows.shape[1] == 1:  # scikit-learn keeps one column where there are two intents
        rows, bias = np.hstack([-rows, rows]) / 2, np.concatenate([-bias, bias]) / 2
    return Model(
        intents=tuple(str(name) for name in learnt.classes_),
        tables=tuple(
            Table(
                v.build_analyzer(),
                {ngram: int(place) for ngram, place in v.vocabulary_.items()},
                v.idf_.tolist(),
            )
            for v in vectorizers
        ),
        rows=rows.astype(np.float64),
        bias=bias.astype(np.float64),
    )


def save(model: Model, folder: Path) -> None:
    """Write a model as JSON and plain arrays; nothing in it can run code when it is read."""
    described = {
        "intents": model.intents,
        "tables": [{"place": t.place, "rarity": t.rarity} for t in model.tables],
    }
    (folder / "ngrams.json").write_text(json.dumps(described), encoding="utf-8")
    np.savez_compressed(folder / "weights.npz", rows=model.rows.astype(np.float32), bias=model.bias)


def load(folder: Path) -> Model:
    """Read what `save` wrote."""
    described = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
        rows, bias = arrays["rows"].astype(np.float64), arrays["bias"]
    return Model(
        intents=tuple(described["intents"]),
        tables=tuple(
            Table(_vectorizer(settings).build_analyzer(), kept["place"], kept["rarity"])
            for settings, kept in zip(BOTH, described["tables"], strict=True)
        ),
        rows=rows,
        bias=bias,
    )
