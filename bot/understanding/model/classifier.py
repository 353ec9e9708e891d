"""What a message is for, and whether it is a cry for help: two linear machines on the n-grams and
the sentence vector of a message.

The intents exclude each other: a message, or a segment of one, is for one thing. Help, grief and
low spirits do not: they are heard beside everything else, also inside a long answer, so that
machine learns from messages that were composed of several (composition.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC

from bot.understanding.model import ngrams
from bot.understanding.model.composition import (
    ANSWER,
    Line,
    said_in_passing,
    told_among_others,
)
from bot.understanding.model.ngrams import Ngrams
from bot.understanding.model.sentence_vectors import SIZE, Vectors
from bot.understanding.words.language import english
from bot.understanding.words.normalise import normalised

# Inverse of the regularisation, and what makes shares of the distances; docs/nlu.md has figures.
MARGIN, SHARPNESS = 2.0, 3.0
MARGIN_OF_CARE, SHARPNESS_OF_CARE = 1.0, 3.0
UNKNOWN = -1.0  # what is farther than this from every intent is like nothing known: an answer
NETWORK = "network.onnx"
LETTERS_READ = 400  # nobody asks to skip in a longer speech, and the cost grows with it
CARES = ("hard", "any", "grief")  # a plain cry; any need at all; a death in the family


@dataclass(frozen=True)
class Heard:
    """How probable each intent of a message is (together 1), and each need by itself."""

    intents: Mapping[str, float]
    cares: Mapping[str, float]


@dataclass(frozen=True)
class Machine:
    """A column of weights for each thing that is told apart: of n-grams, then of the vector."""

    names: tuple[str, ...]
    rows: np.ndarray  # (n-grams, names)
    meanings: np.ndarray  # (numbers of a vector, names)
    bias: np.ndarray  # (names,)

    def scores(self, places: np.ndarray, weights: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """Return how far a message lies on the side of each name; 0 is the border."""
        return self.bias + vector @ self.meanings + weights @ self.rows[places]


@dataclass(frozen=True)
class Asked:
    """Ways of asking: the id of the answer, the words, and their vector, each in its row."""

    ids: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    meanings: np.ndarray = field(default_factory=lambda: np.zeros((0, SIZE), dtype=np.float32))


@dataclass(frozen=True)
class Model:
    """Everything that was learnt. `asked` are ways of asking, with the ids of their answers and
    their vectors (see known_questions.py).
    """

    ngrams: Ngrams
    vectors: Vectors
    intents: Machine
    cares: Machine
    asked: Asked

    def hear(self, text: str) -> Heard:
        """Return what a message, or a segment of one, is for."""
        read = text[:LETTERS_READ]
        places, weights = self.ngrams.weigh(normalised(read))
        vector = self.vectors.of(read)
        powers = np.exp(SHARPNESS * self.intents.scores(places, weights, vector))
        cares = self.cares.scores(places, weights, vector)
        unknown = float(np.exp(SHARPNESS * UNKNOWN))
        shares = (powers / (powers.sum() + unknown)).tolist()
        intents = dict(zip(self.intents.names, shares, strict=True))
        intents[ANSWER] = intents.get(ANSWER, 0.0) + 1.0 - sum(shares)
        return Heard(
            intents,
            dict(zip(self.cares.names, _logistic(cares).tolist(), strict=True)),
        )


def train(lines: Sequence[Line], vectors: Vectors) -> Model:
    """Learn from lines with their intents. At least two intents, and lines that share n-grams."""
    lines = [*lines, *said_in_passing(lines, english().said_before, english().said_after)]
    composed = told_among_others(lines)
    read = [line.text[:LETTERS_READ] for line in (*lines, *composed)]
    known, found = ngrams.learn([normalised(text) for text in read[: len(lines)]])
    more = known.rows([normalised(text) for text in read[len(lines) :]])
    meanings = csr_matrix(vectors.of_each(read))
    features = hstack([_stacked(found, more), meanings]).tocsr()
    intents = [line.intent for line in lines]
    machine = LinearSVC(C=MARGIN, random_state=1).fit(features[: len(lines)], intents)
    names = tuple(str(name) for name in machine.classes_)
    needs = [needs_of(line) for line in (*lines, *composed)]
    columns = [_border(features, [name in told for told in needs]) for name in CARES]
    cares = (np.array([row for row, _ in columns]).T, np.array([bias for _, bias in columns]))
    return Model(
        known,
        vectors,
        _machine(names, *_weights(machine), len(known)),
        _machine(CARES, *cares, len(known)),
        asked_in(lines, vectors),
    )


def asked_in(lines: Sequence[Line], vectors: Vectors) -> Asked:
    """Return the ways of asking among the lines."""
    told = [(line.answer, line.text) for line in lines if line.answer]
    texts = tuple(text for _, text in told)
    return Asked(tuple(answer for answer, _ in told), texts, vectors.of_each(texts))


def needs_of(line: Line) -> frozenset[str]:
    """Return the names of CARES that a line tells of."""
    if line.care == "grief":
        return frozenset({"grief"})
    if line.care == "soft":
        return frozenset({"any"})
    return frozenset({"hard", "any"}) if line.care == "hard" else frozenset()


def _stacked(above: csr_matrix, below: csr_matrix) -> csr_matrix:
    from scipy.sparse import vstack

    return vstack([above, below]).tocsr() if below.shape[0] else above


def _border(features: csr_matrix, told: Sequence[bool]) -> tuple[np.ndarray, float]:
    """Return the weights of one need; where nothing tells of it, it is never heard."""
    if not any(told):
        return np.zeros(features.shape[1]), -9.0
    machine = LinearSVC(C=MARGIN_OF_CARE, random_state=1).fit(features, told)
    return machine.coef_[0], float(machine.intercept_[0])


def _machine(names: tuple[str, ...], rows: np.ndarray, bias: np.ndarray, known: int) -> Machine:
    return Machine(
        names, rows[:known].astype(np.float32), rows[known:].astype(np.float32), np.array(bias)
    )


def _weights(machine: LinearSVC) -> tuple[np.ndarray, np.ndarray]:
    """Return a column for each intent; scikit-learn keeps one where there are only two."""
    rows, bias = machine.coef_.T, machine.intercept_
    if rows.shape[1] == 1:
        return np.hstack([-rows, rows]), np.concatenate([-bias, bias])
    return rows, bias


def _logistic(scores: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-SHARPNESS_OF_CARE * scores))


def save(model: Model, folder: Path) -> None:
    """Write a model as JSON and plain arrays, beside the network of its vectors, which is in the
    folder already. Nothing of it can run code when it is read.
    """
    described = {
        "intents": model.intents.names,
        "ngrams": model.ngrams.as_json(),
        "asked": [model.asked.ids, model.asked.texts],
    }
    (folder / "ngrams.json").write_text(json.dumps(described), encoding="utf-8")
    arrays = {
        f"{name}_{part}": getattr(machine, part)
        for name, machine in (("intents", model.intents), ("cares", model.cares))
        for part in ("rows", "meanings", "bias")
    }
    np.savez_compressed(folder / "weights.npz", asked=model.asked.meanings, **arrays)


def load(folder: Path) -> Model:
    """Read what `save` wrote."""
    described = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
        machines = {
            name: Machine(
                names, *(arrays[f"{name}_{part}"] for part in ("rows", "meanings", "bias"))
            )
            for name, names in (("intents", tuple(described["intents"])), ("cares", CARES))
        }
        ids, texts = (tuple(column) for column in described["asked"])
        asked = Asked(ids, texts, arrays["asked"])
    return Model(
        ngrams.from_json(described["ngrams"]),
        Vectors(folder / NETWORK),
        machines["intents"],
        machines["cares"],
        asked,
    )
