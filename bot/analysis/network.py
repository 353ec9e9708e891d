"""The network that makes vectors of answers: the one that the dialogue model uses."""

from __future__ import annotations

import os
from pathlib import Path

from bot.understanding.model.sentence_vectors import Vectors, prepare


def vectors_in(models: Path) -> Vectors:
    """Return the network, made once in the folder of the models, which takes ten seconds."""
    network = models / "network.onnx"
    if not network.exists():
        models.mkdir(parents=True, exist_ok=True)
        made = network.with_suffix(f".{os.getpid()}")
        prepare(made)
        made.replace(network)
    return Vectors(network)
