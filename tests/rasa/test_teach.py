"""Teaching a model what staff corrected: other readings, and no word of a resident in it."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest

from bot.rasa.teach import pack, teach, unpacked
from bot.understanding.model import classifier
from bot.understanding.model.classifier import Model
from bot.understanding.model.composition import Line
from bot.understanding.model.sentence_vectors import SIZE

SAID = {
    "skip_question": ("skip this", "next one please", "leave this one out", "skip it please"),
    "pause": ("back later", "later please", "i will do this later", "stop for now, later"),
    "give_answer": ("more trees please", "the buses are late", "fix the lifts", "open the toilets"),
}
LINES = [Line(text, intent) for intent, said in SAID.items() for text in said] + [
    Line("i cannot go on like this", "distress", "hard"),
    Line("i cannot go on", "distress", "hard"),
]
CORRECTED = "kumquat buses later please next"


class Vectors:
    """Stands in for the network: a row of numbers for each text, always the same."""

    def of(self, text: str) -> np.ndarray:
        row = np.random.default_rng(zlib.crc32(text.encode())).normal(size=SIZE)
        return (row / np.linalg.norm(row)).astype(np.float32)

    def of_each(self, texts: list[str]) -> np.ndarray:
        return np.array([self.of(text) for text in texts], dtype=np.float32)


@pytest.fixture(scope="module")
def base() -> Model:
    return classifier.train(LINES, Vectors())  # type: ignore[arg-type]


def _likeliest(model: Model) -> str:
    shares = model.hear(CORRECTED).intents
    return max(shares, key=lambda name: shares[name])


@pytest.mark.parametrize("intent", ["skip_question", "pause"])
def test_a_corrected_message_is_read_as_it_was_corrected(base: Model, intent: str) -> None:
    assert _likeliest(teach(base, LINES, [Line(CORRECTED, intent)])) == intent


def test_needs_are_heard_as_they_were_before(base: Model) -> None:
    taught = teach(base, LINES, [Line("i cannot go on", "give_answer")])
    assert taught.hear("i cannot go on").cares == base.hear("i cannot go on").cares


def test_a_taught_model_holds_no_words_that_it_was_taught(base: Model, tmp_path: Path) -> None:
    written = []
    for number, model in enumerate((base, teach(base, LINES, [Line(CORRECTED, "pause")]))):
        folder = tmp_path / str(number)
        folder.mkdir()
        classifier.save(model, folder)
        written.append((folder / "ngrams.json").read_bytes())
        assert sorted(file.name for file in folder.iterdir()) == ["ngrams.json", "weights.npz"]
        assert b"kumquat" not in (folder / "weights.npz").read_bytes()
    assert written[0] == written[1]
    assert b"kumquat" not in written[1]


def test_an_archive_is_found_again_as_it_was_packed(tmp_path: Path) -> None:
    inside = tmp_path / "model" / "components" / "understand"
    inside.mkdir(parents=True)
    (inside / "ngrams.json").write_text("{}")
    pack(tmp_path / "model", tmp_path / "model.tar.gz")
    with unpacked(tmp_path / "model.tar.gz") as (folder, learnt):
        assert learnt.relative_to(folder) == inside.relative_to(tmp_path / "model")
        assert (learnt / "ngrams.json").read_text() == "{}"
