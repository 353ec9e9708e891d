"""Rasa is loaded without TensorFlow, and nothing in our pipeline misses it."""

from __future__ import annotations

import inspect
import subprocess
import sys

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe

import bot.rasa.component  # noqa: F401  it registers itself
from bot.settings import ROOT

LOADED = """
from bot.rasa.no_tensorflow import leave_tensorflow_out
leave_tensorflow_out()
import sys
import rasa.core.agent, rasa.engine.recipes.default_components
import tensorflow.keras.layers
import tensorflow as tf
assert not hasattr(tf, "__file__") and "numpy" in sys.modules
real = [name for name, module in sys.modules.items()
        if name.startswith("tensorflow") and getattr(module, "__file__", None)]
assert not real, real
"""


def test_all_of_rasa_is_imported_and_none_of_tensorflow() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_no_component_of_ours_needs_tensorflow() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    names = [part["name"] for part in (*config["pipeline"], *config["policies"])]
    assert names
    for name in names:
        component = DefaultV1Recipe._from_registry(name.rpartition(".")[2]).clazz
        source = inspect.getsource(sys.modules[component.__module__])
        assert "import tensorflow" not in source, f"{name}: see bot/rasa/no_tensorflow.py"
