"""`python -m bot corrections`: train, say the figures, take it or leave it, undo. The training
itself and the measuring are stood in for.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import training
from bot.consultation.model import Consultation
from bot.conversation import moving
from bot.processes import teaching
from bot.settings import load_settings
from bot.storage.database.session import open_database
from bot.storage.database.tables import InboxRow
from bot.storage.review import corrections
from bot.understanding.personal_data import holds_personal
from tests.commands.test_cli import Run, run, url  # noqa: F401
from tests.support.people import NOON, People

GOOD = {"recall": [0.9, 0.91], "cries": [8, 8], "cries_of": 9, "changed": 3, "messages": 90}
SAID = {"next one if you would": "skip_question", "ask Margaret Hollis": "ask_human"}
correct = partial(
    corrections.correct, staff="ann@example.org", is_personal=holds_personal, now=NOON
)


@pytest.fixture()
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models; a model is an empty file in it."""
    root = load_settings().root
    at = replace(load_settings({}), root=tmp_path).models
    at.mkdir(parents=True)

    def make(_: Path, *more: Any) -> None:
        more[-1].touch()

    def model(_: object, taught: training.Lines = ()) -> Path:
        named = training._hash_of(root, []) + "-".join(intent for _, intent in taught)
        return at / (f"taught-{named}.tar.gz" if taught else "plain.tar.gz")

    monkeypatch.setattr(type(load_settings()), "models", property(lambda _: at))
    monkeypatch.setattr(training, "train", make)
    monkeypatch.setattr(training, "teach", make)
    monkeypatch.setattr(training, "_model", model)
    monkeypatch.setattr(teaching, "read_right", lambda model, *_: "taught" in model.name)
    _measures(monkeypatch, {"look": GOOD})
    return at


def _measures(monkeypatch: pytest.MonkeyPatch, sets: object) -> None:
    monkeypatch.setattr(teaching, "measured", lambda *_: sets)


@pytest.fixture()
def reference(url: str, run: Run, consultation: Consultation) -> str:  # noqa: F811
    """A resident of whom two messages were corrected."""
    database = open_database(url)
    people = People(database, consultation)
    person = people.new()
    people.turn(person, "start", moving.start, intent="start")
    for text, intent in SAID.items():
        people.turn(person, text, intent="give_answer")
        with database.writing() as session:
            seq = select(InboxRow.seq).where(InboxRow.text == text)
            correct(session, person.id, session.execute(seq).scalar_one(), intent=intent)
    database.close()
    return person.reference


def _taught(models: Path) -> bool:
    return bool(list(models.glob("taught-*")))


def test_a_model_that_is_no_worse_is_taken_and_can_be_undone(
    run: Run,  # noqa: F811
    reference: str,
    models: Path,
) -> None:
    told = run("corrections", "status").stdout
    assert told.startswith("0 lines are taught; 1 can be.\n")
    assert "not taught: may name a person or a place: “Margaret Hollis”" in told
    done = run("corrections", "train")
    assert done.exit_code == 0
    assert "0.900 before, 0.910 after" in done.stdout and "The model is taken." in done.stdout
    assert run("train").stdout.startswith(f"The model is {models}/taught-")
    assert run("corrections", "status").stdout.startswith("1 lines are taught; 1 can be.\n")
    assert run("corrections", "undo").stdout.startswith("1 lines are taught no more.")
    assert not _taught(models)
    assert run("train").stdout == f"The model is {models}/plain.tar.gz.\n"
    assert "It was undone" in run("corrections", "status").stdout


def test_a_model_that_is_not_measured_is_left_unless_a_person_says_so(
    run: Run,  # noqa: F811
    reference: str,
    models: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _measures(monkeypatch, None)
    assert "The model is not taken" in run("corrections", "train").stdout
    assert not _taught(models)
    assert "The model is taken" in run("corrections", "train", "--anyway").stdout
    assert _taught(models)


@pytest.mark.parametrize(
    ("sets", "no_worse"),
    [
        ({"look": GOOD, "tune": GOOD}, True),
        ({"look": {**GOOD, "recall": [0.9, 0.9]}}, True),
        ({"look": GOOD, "tune": {**GOOD, "recall": [0.9, 0.8999]}}, False),
        ({"look": {**GOOD, "cries": [8, 7]}, "tune": GOOD}, False),
        ({}, False),
        (None, False),
    ],
)
def test_worse_is_less_of_anything_that_is_measured(sets: object, no_worse: bool) -> None:
    assert teaching.is_no_worse({"sets": sets}) is no_worse


def test_who_is_erased_is_in_no_model_that_is_made_after(
    run: Run,  # noqa: F811
    reference: str,
    models: Path,
    url: str,  # noqa: F811
) -> None:
    run("corrections", "train")
    assert _taught(models)
    assert run("erase", reference).exit_code == 0
    assert "Gone since: 1 of 1 lines" in run("corrections", "status").stdout
    assert run("train").stdout == f"The model is {models}/plain.tar.gz.\n"
    assert not _taught(models)


def test_who_is_erased_while_it_learns_is_not_taught(
    run: Run,  # noqa: F811
    reference: str,
    models: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def erase_and_measure(*_: object) -> object:
        assert run("erase", reference).exit_code == 0
        return {"look": GOOD}

    monkeypatch.setattr(teaching, "measured", erase_and_measure)
    run("corrections", "train")
    assert not _taught(models)
    assert run("corrections", "status").stdout.startswith("0 lines are taught; 0 can be.\n")


def test_a_training_that_fails_leaves_the_model_before(
    run: Run,  # noqa: F811
    reference: str,
    models: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise training.SettingsError("The dialogue model could not be trained: no reason given.")

    monkeypatch.setattr(training, "teach", fail)
    failed = run("corrections", "train")
    assert failed.exit_code == 1 and "could not be trained" in str(failed.exception)
    assert "That did not work" in run("corrections", "status").stdout


@pytest.mark.parametrize("error", [OSError, training.SettingsError])
def test_where_no_model_can_be_made_rasa_starts_with_the_one_without_corrections(
    run: Run,  # noqa: F811
    reference: str,
    models: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
) -> None:
    def fail(*_: object) -> None:
        raise error

    lines = [("next one if you would", "skip_question")]
    (models / "plain.tar.gz").touch()
    monkeypatch.setattr(teaching, "taught", lambda _: lines)
    monkeypatch.setattr(training, "teach", fail)
    assert run("train").stdout == f"The model is {models}/plain.tar.gz.\n"


def test_with_nothing_to_learn_it_says_so(run: Run, models: Path) -> None:  # noqa: F811
    failed = run("corrections", "train")
    assert "There is no correction that the model can be taught." in str(failed.exception)
