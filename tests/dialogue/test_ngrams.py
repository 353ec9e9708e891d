"""The classifier of n-grams: the quick way to score a message is scikit-learn's, to the digit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import hstack
from sklearn.linear_model import LogisticRegression

from bot.dialogue import ngrams

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
    features = hstack([v.fit_transform(TEXTS) for v in vectorizers])
    learnt = LogisticRegression(C=ngrams.STRENGTH, max_iter=300).fit(features, INTENTS)
    for text in [*TEXTS, "SKIP", "skp tis", "", "go go go back", "مكتبة", "🐝"]:
        expected = learnt.predict_proba(hstack([v.transform([text]) for v in vectorizers]))[0]
        found = MODEL.probabilities(text)
        assert [found[name] for name in learnt.classes_] == pytest.approx(expected, abs=1e-9)


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
