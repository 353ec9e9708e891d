"""The classifier: the quick way to score a message is scikit-learn's, to the digit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, hstack
from scipy.special import softmax
from sklearn.svm import LinearSVC

from bot.understanding import classifier
from bot.understanding.normalise import normalised, phrases
from bot.understanding.sentence_vectors import PIECES_READ, SIZE, Vectors, prepare

LINES = [
    ("skip this one", "skip"), ("can we skip it", "skip"), ("skip please", "skip"),
    ("go back please", "back"), ("can we go back", "back"), ("back one", "back"),
    ("more libraries please", "answer"), ("skip the jargon", "answer"),
    ("go back to paper forms", "answer"), ("more buses and libraries", "answer"),
]  # fmt: skip
TEXTS = [text for text, _ in LINES]
INTENTS = [intent for _, intent in LINES]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("network")
    prepare(folder / classifier.NETWORK)
    return folder / classifier.NETWORK


@pytest.fixture(scope="module")
def model(network: Path) -> classifier.Model:
    return classifier.train(TEXTS, INTENTS, Vectors(network))


def test_it_scores_as_scikit_learn_does(model: classifier.Model) -> None:
    vectorizers = [classifier._vectorizer(settings) for settings in classifier.BOTH]
    meant = csr_matrix(model.vectors.of_each(TEXTS))
    features = hstack([*(v.fit_transform(map(normalised, TEXTS)) for v in vectorizers), meant])
    machine = LinearSVC(C=classifier.MARGIN, random_state=1).fit(features, INTENTS)
    for text in [*TEXTS, "SKIP", "skp tis", "", "go go go back", "مكتبة", "🐝"]:
        said = [v.transform([normalised(text)]) for v in vectorizers]
        row = hstack([*said, csr_matrix(model.vectors.of_each([text]))])
        expected = softmax(classifier.SHARPNESS * machine.decision_function(row)[0])
        found = model.probabilities(text)
        assert [found[name] for name in machine.classes_] == pytest.approx(expected, abs=1e-4)


def test_two_intents_are_enough(network: Path) -> None:
    model = classifier.train(TEXTS[:6], INTENTS[:6], Vectors(network))
    assert model.probabilities("skip")["skip"] > 0.5 > model.probabilities("back")["skip"]


def test_what_was_saved_is_read_back(model: classifier.Model, network: Path) -> None:
    classifier.save(model, network.parent)
    again = classifier.load(network.parent)
    for text in TEXTS:
        assert again.probabilities(text) == pytest.approx(model.probabilities(text), abs=1e-5)
    assert {file.suffix for file in network.parent.iterdir()} == {".json", ".npz", ".onnx"}


ALIKE = [
    ("I want to stop now", "please end this", "where is the bus stop"),
    ("who will read this", "is it anonymous", "more books in libraries"),
    (
        "my mum cannot use the internet",
        "older people are not online",
        "how many questions are left",
    ),
]


@pytest.mark.parametrize(("one", "alike", "other"), ALIKE)
def test_what_means_alike_is_alike(network: Path, one: str, alike: str, other: str) -> None:
    vectors = Vectors(network)
    assert vectors.of(one) @ vectors.of(alike) > vectors.of(one) @ vectors.of(other)


def test_a_long_speech_is_read_as_far_as_it_matters(network: Path) -> None:
    vectors, words = Vectors(network), "word " * PIECES_READ
    assert np.array_equal(vectors.of(words), vectors.of(words + "and more of it"))
    assert vectors.of("").shape == (SIZE,)


@given(text=st.text(max_size=2000))
def test_any_text_has_probabilities(model: classifier.Model, text: str) -> None:
    found = model.probabilities(text)
    assert sum(found.values()) == pytest.approx(1.0)
    assert set(found) == {"skip", "back", "answer"}


def test_a_text_is_spelt_in_one_way() -> None:
    assert normalised("I DON’T  want ur txts!!!!") == "i dont want your texts ! !"
    assert normalised("") == ""


def test_phrases_know_where_a_message_begins_and_ends() -> None:
    assert phrases("stop") == ["<s>", "stop", "</s>", "<s> stop", "<s> stop </s>", "<s> * </s>"] + [
        "stop </s>"
    ]
    assert {"go * back", "go ** there"} <= {
        *phrases("go right back"),
        *phrases("go right back there"),
    }
