"""What has to be trained again when a file changes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot import training
from bot.settings import ROOT, Settings, load_settings

INPUTS = ("config.yml", "domain.yml", "data", "bot/understanding", "bot/rasa")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the model is made from."""
    for name in INPUTS:
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "all_again"),
    [
        ("domain.yml", False),
        ("data/rules/rules.yml", False),
        ("config.yml", True),
        ("data/nlu/care.yml", True),
        ("data/understanding/en.yml", True),
        ("bot/understanding/model/ngrams.py", True),
    ],
)
def test_only_what_changed_is_trained_again(project: Path, changed: str, all_again: bool) -> None:
    models = project / "var"
    before, kept = training.fingerprint(project), training._cache(project, models)
    kept.mkdir(parents=True)
    with (project / changed).open("a") as file:
        file.write("# a remark\n")
    assert training.fingerprint(project) != before
    assert (training._cache(project, models) != kept) == all_again
    assert kept.exists() != all_again, "what nothing needs any more is removed"


def _settings(project: Path) -> Settings:
    return replace(load_settings({}), root=project)


def test_without_taught_lines_the_model_is_the_one_it_always_was(project: Path) -> None:
    settings = _settings(project)
    plain = training._model(settings)
    assert plain.name == f"{training.fingerprint(project)}.tar.gz"
    (project / "bot" / "rasa" / "teach.py").write_text("# how they are taught\n")
    assert training._model(settings) == plain


def test_taught_lines_make_another_model_and_their_order_does_not_matter(project: Path) -> None:
    one, other = ("next please", "skip_question"), ("later", "pause")
    settings = _settings(project)
    both = training._model(settings, [one, other])
    assert both == training._model(settings, [other, one])
    assert len({both, training._model(settings), training._model(settings, [one])}) == 3


def test_models_with_other_lines_are_deleted(project: Path) -> None:
    settings, lines = _settings(project), [("later", "pause")]
    settings.models.mkdir(parents=True)
    plain, now = training._model(settings), training._model(settings, lines)
    old = training._model(settings, [*lines, ("next please", "skip_question")])
    for model in (plain, now, old):
        model.touch()
    training.forget_taught(settings, lines)
    assert (plain.exists(), now.exists(), old.exists()) == (True, True, False)
    training.forget_taught(settings, ())
    assert (plain.exists(), now.exists()) == (True, False)
