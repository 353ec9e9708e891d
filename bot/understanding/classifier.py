"""Telling intents apart by letters, words and meaning: tf-idf of n-grams beside a sentence vector,
and a support vector machine on both.

scikit-learn trains it. A message is then scored with small tables, because the general path through
sparse matrices takes ten times as long for a line of text.
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
from sklearn.svm import LinearSVC

from bot.understanding.normalise import normalised, phrases
from bot.understanding.sentence_vectors import Vectors

Settings = Mapping[str, Any]  # of a TfidfVectorizer

# Letters see through typos ("skp this"), words tell "go back" from "back garden".
LETTERS: Settings = {"analyzer": "char_wb", "ngram_range": (2, 5)}
WORDS: Settings = {"analyzer": phrases}
BOTH = (LETTERS, WORDS)
ONCE = 2  # n-grams that only one training line holds are noise
MARGIN = 0.3  # inverse of the regularisation; docs/nlu.md has figures
SHARPNESS = 3.0  # makes shares of the distances
NETWORK = "network.onnx"
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
    """What was learnt: a row of weights for every n-gram, letters first and then words, and one for
    every number of a sentence vector.
    """

    intents: tuple[str, ...]
    tables: tuple[Table, ...]
    vectors: Vectors
    rows: np.ndarray  # (n-grams, intents)
    meanings: np.ndarray  # (numbers of a vector, intents)
    bias: np.ndarray  # (intents,)

    def probabilities(self, text: str) -> dict[str, float]:
        """Return how probable each intent is; together they make 1."""
        scores = self.bias + self.vectors.of(text[:LETTERS_READ]) @ self.meanings
        said = normalised(text[:LETTERS_READ])
        start = 0
        for table in self.tables:
            weights = table.weigh(said)
            if weights:
                places = np.fromiter(weights, dtype=np.intp, count=len(weights)) + start
                values = np.fromiter(weights.values(), dtype=np.float32, count=len(weights))
                scores = scores + values @ self.rows[places]
            start += len(table.place)
        powers = np.exp(SHARPNESS * (scores - scores.max()))
        return dict(zip(self.intents, (powers / powers.sum()).tolist(), strict=True))


def train(texts: Sequence[str], intents: Sequence[str], vectors: Vectors) -> Model:
    """Learn from lines and their intents. At least two intents, and lines that share n-grams."""
    from scipy.sparse import csr_matrix, hstack

    read = [text[:LETTERS_READ] for text in texts]
    said = [normalised(text) for text in read]
    vectorizers = [_vectorizer(settings) for settings in BOTH]
    ngrams = [v.fit_transform(said) for v in vectorizers]
    features = hstack([*ngrams, csr_matrix(vectors.of_each(read))]).tocsr()
    machine = LinearSVC(C=MARGIN, random_state=1).fit(features, intents)
    rows, bias = _weights(machine)
    known = sum(part.shape[1] for part in ngrams)
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
        vectors=vectors,
        rows=rows[:known].astype(np.float32),
        meanings=rows[known:].astype(np.float32),
        bias=bias,
    )


def _weights(machine: LinearSVC) -> tuple[np.ndarray, np.ndarray]:
    """Return a column for each intent; scikit-learn keeps one where there are only two."""
    rows, bias = machine.coef_.T, machine.intercept_
    if rows.shape[1] == 1:
        return np.hstack([-rows, rows]), np.concatenate([-bias, bias])
    return rows, bias


def save(model: Model, folder: Path) -> None:
    """Write a model as JSON and plain arrays, beside the network of its vectors, which is in the
    folder already. Nothing of it can run code when it is read.
    """
    described = {
        "intents": model.intents,
        "tables": [{"place": t.place, "rarity": t.rarity} for t in model.tables],
    }
    (folder / "ngrams.json").write_text(json.dumps(described), encoding="utf-8")
    arrays = {"rows": model.rows, "meanings": model.meanings, "bias": model.bias}
    np.savez_compressed(folder / "weights.npz", **arrays)


def load(folder: Path) -> Model:
    """Read what `save` wrote."""
    described = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
        rows, meanings, bias = arrays["rows"], arrays["meanings"], arrays["bias"]
    return Model(
        intents=tuple(described["intents"]),
        tables=tuple(
            Table(_vectorizer(settings).build_analyzer(), kept["place"], kept["rarity"])
            for settings, kept in zip(BOTH, described["tables"], strict=True)
        ),
        vectors=Vectors(folder / NETWORK),
        rows=rows,
        meanings=meanings,
        bias=bias,
    )
