"""Runs of letters and words of a message, each weighed by how rare it is (tf-idf).

scikit-learn learns them. A message is then cut with small tables, because the general path through
sparse matrices takes ten times as long for a line of text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

Settings = Mapping[str, Any]  # of a TfidfVectorizer


def phrases(text: str) -> list[str]:
    """Return the words, the runs of two and three, and the pairs with one or two words between.

    The ends count as words, so "stop" alone is not the "stop" of "stop closing libraries".
    """
    words = ["<s>", *text.split(), "</s>"]
    found = list(words)
    for i in range(len(words) - 1):
        found.append(f"{words[i]} {words[i + 1]}")
        if i + 2 < len(words):
            found.append(f"{words[i]} {words[i + 1]} {words[i + 2]}")
            found.append(f"{words[i]} * {words[i + 2]}")
        if i + 3 < len(words):
            found.append(f"{words[i]} ** {words[i + 3]}")
    return found


# Letters see through typos ("skp this"), words tell "go back" from "back garden".
LETTERS: Settings = {"analyzer": "char_wb", "ngram_range": (2, 5)}
WORDS: Settings = {"analyzer": phrases}
ONCE = 2  # n-grams that only one training line holds are noise


def _vectorizer(settings: Settings) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, min_df=ONCE, **settings)


@dataclass(frozen=True)
class Table:
    """One kind of n-gram: how to cut a text, where each one stands, and how rare it is."""

    cut: Callable[[str], list[str]]
    place: Mapping[str, int]
    rarity: Sequence[float]

    def weigh(self, text: str) -> dict[int, float]:
        """Return {place: weight} of the known n-grams of a text; the weights have length 1."""
        counts = Counter(self.place[n] for n in self.cut(text) if n in self.place)
        weights = {i: (1.0 + log(n)) * self.rarity[i] for i, n in counts.items()}
        length = sqrt(sum(w * w for w in weights.values())) or 1.0
        return {i: w / length for i, w in weights.items()}


@dataclass(frozen=True)
class Ngrams:
    """The n-grams that were learnt: letters first, then words."""

    tables: tuple[Table, ...]

    def __len__(self) -> int:
        return sum(len(table.place) for table in self.tables)

    def weigh(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return (places, weights) of the known n-grams of a normalised text."""
        places: list[int] = []
        weights: list[float] = []
        start = 0
        for table in self.tables:
            for place, weight in table.weigh(text).items():
                places.append(place + start)
                weights.append(weight)
            start += len(table.place)
        return np.array(places, dtype=np.intp), np.array(weights, dtype=np.float32)

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """Return a sparse row for each normalised text."""
        weighed = [self.weigh(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in weighed)])
        places = np.concatenate([places for places, _ in weighed])
        weights = np.concatenate([weights for _, weights in weighed])
        return csr_matrix((weights, places, ends), shape=(len(texts), len(self)))

    def as_json(self) -> list[dict[str, Any]]:
        return [{"place": t.place, "rarity": list(t.rarity)} for t in self.tables]


def learn(texts: Sequence[str]) -> tuple[Ngrams, csr_matrix]:
    """Learn the n-grams of normalised texts; return them, and a row for each text."""
    vectorizers = [_vectorizer(settings) for settings in (LETTERS, WORDS)]
    found = [v.fit_transform(texts) for v in vectorizers]
    tables = tuple(
        Table(
            v.build_analyzer(),
            {ngram: int(place) for ngram, place in v.vocabulary_.items()},
            v.idf_.tolist(),
        )
        for v in vectorizers
    )
    return Ngrams(tables), hstack(found).tocsr()


def from_json(kept: Sequence[Mapping[str, Any]]) -> Ngrams:
    """Read what `as_json` gave."""
    analyzers = [_vectorizer(settings).build_analyzer() for settings in (LETTERS, WORDS)]
    return Ngrams(
        tuple(
            Table(cut, table["place"], table["rarity"])
            for cut, table in zip(analyzers, kept, strict=True)
        )
    )
