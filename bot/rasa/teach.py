"""A model that is also taught readings that staff corrected: which intent a message really has.

Only the machine of the intents learns them. What is cut out of messages, the ways of asking, and
the machine of care stay those of the model it begins from. So such a model holds no word of a
resident, only other numbers, and hears needs beside everything else as it did before.
"""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC

from bot.consultation.model import Consultation
from bot.settings import ROOT
from bot.understanding.costs import Costs
from bot.understanding.known_questions import Questions
from bot.understanding.model import classifier
from bot.understanding.model.composition import Line, said_in_passing
from bot.understanding.understand import Ears
from bot.understanding.words.language import english
from bot.understanding.words.normalise import normalised


def teach(
    base: classifier.Model, lines: Sequence[Line], taught: Sequence[Line]
) -> classifier.Model:
    """Return a model like `base`, which was trained on `lines`, that also learnt `taught`."""
    known = english()
    # What is composed is composed of our own lines alone, so that nothing else changes by chance.
    lines = [*lines, *said_in_passing(lines, known.said_before, known.said_after), *taught]
    read = [line.text[: classifier.LETTERS_READ] for line in lines]
    features = hstack(
        [
            base.ngrams.rows([normalised(text) for text in read]),
            csr_matrix(base.vectors.of_each(read)),
        ]
    ).tocsr()
    found = LinearSVC(C=classifier.MARGIN, random_state=1).fit(
        features, [line.intent for line in lines]
    )
    names = tuple(str(name) for name in found.classes_)
    machine = classifier._machine(names, *classifier._weights(found), len(base.ngrams))
    return replace(base, intents=machine)


@contextmanager
def unpacked(archive: Path) -> Iterator[tuple[Path, Path]]:
    """Give the folder of a trained model, and the one in it that holds what was learnt."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as packed:
            packed.extractall(folder)
        yield Path(folder), next(Path(folder).rglob("ngrams.json")).parent


def pack(folder: Path, archive: Path) -> None:
    """Put a model's folder into an archive, in the way of Rasa."""
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder, arcname="")


def ears_of(archive: Path, consultation: Consultation) -> Ears:
    """Return what the product understands with: a trained model, the costs of config.yml and the
    answers of the consultation file.
    """
    with unpacked(archive) as (_, learnt):
        model = classifier.load(learnt)
    config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    costs = Costs(**config["pipeline"][0]["costs"])
    return Ears(model, costs, Questions(consultation.faqs, model))
