"""The classifier of n-grams: the quick way to score a message is scikit-learn's, to the digit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import hstack
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.dialogue import ngrams
from bot.dialogue.wording import normalised, phrases

LINES = [
    ("skip this one", "skip"), ("can we skip it", "skip"), ("skip please", "skip"),
    ("go back please", "back"), ("can we go back", "back"), ("back one", "back"),
    ("more libraries please", "answer"), ("skip the jargon", "answer"),
    ("go back to paper forms", "answer"), ("more buses and libraries", "answer"),
]  # fmt: skip
TEXTS = [text for text, _ in LINES]
INTENTS = [intent for _, intent in LINES]
MODEL = ngrams.train(TEXTS, INTENTS)


def test_it_scores_as_scikit_learn_does() -> None:
    vectorizers = [ngrams._vectorizer(settings) for settings in ngrams.BOTH]
    features = hstack([v.fit_transform(map(normalised, TEXTS)) for v in vectorizers])
    regression = LogisticRegression(C=ngrams.STRENGTH, solver="liblinear", multi_class="ovr")
    machine = LinearSVC(C=ngrams.MARGIN, random_state=1)
    regression.fit(features, INTENTS)
    machine.fit(features, INTENTS)
    for text in [*TEXTS, "SKIP", "skp tis", "", "go go go back", "مكتبة", "🐝"]:
        row = hstack([v.transform([normalised(text)]) for v in vectorizers])
        one = regression.predict_proba(row)[0]
        other = softmax(ngrams.SHARPNESS * machine.decision_function(row)[0])
        found = MODEL.probabilities(text)
        assert [found[name] for name in machine.classes_] == pytest.approx(
            (one + other) / 2, abs=1e-5
        )


def test_two_intents_are_enough() -> None:
    model = ngrams.train(TEXTS[:6], INTENTS[:6])
    assert model.probabilities("skip")["skip"] > 0.5 > model.probabilities("back")["skip"]


def test_what_was_saved_is_read_back(tmp_path: Path) -> None:
    ngrams.save(MODEL, tmp_path)
    again = ngrams.load(tmp_path)
    for text in TEXTS:
        assert again.probabilities(text) == pytest.approx(MODEL.probabilities(text), abs=1e-5)
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".npz"}


@given(st.text(max_size=2000))
def test_any_text_has_probabilities(text: str) -> None:
    found = MODEL.probabilities(text)
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
