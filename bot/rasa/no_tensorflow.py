"""Rasa without TensorFlow, which nothing of ours uses (docs/adr/0017).

Rasa imports TensorFlow for all of its own components before it knows which ones a model has. That
is half of its starting time and of its memory. Here an empty package stands in for it: every name
in it is an empty class, which is enough for Rasa's modules to be imported. A component that needs
the real one must not be in config.yml (a test).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

LEFT_OUT = ("tensorflow", "keras", "tensorflow_addons", "tensorflow_hub", "tensorflow_text")


class _EveryName(type):
    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return Empty


class Empty(metaclass=_EveryName):
    """Stands for any class, module or decorator of TensorFlow."""

    def __init__(self, *_arguments: Any, **_more: Any) -> None:
        pass

    def __call__(self, decorated: Any = None, *_arguments: Any, **_more: Any) -> Any:
        return decorated


class _EmptyModule(ModuleType):
    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return Empty


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in LEFT_OUT:
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def leave_tensorflow_out() -> None:
    """Do so from now on; to be called before Rasa is imported."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
