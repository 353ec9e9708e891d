"""What has to be trained again when a file changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot import training
from bot.settings import ROOT

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
