"""Trainings beside the pages: a command of its own, as it takes minutes and much memory."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol


class Running(Protocol):
    """A command that was started."""

    def poll(self) -> int | None: ...


Start = Callable[[Sequence[str]], Running]


def start_in(root: Path) -> Start:
    """Return what starts `python -m bot` with some words, behind everything else on the machine."""

    def start(words: Sequence[str]) -> Running:
        quiet = subprocess.DEVNULL
        command = ["nice", "-n", "10", sys.executable, "-m", "bot", *words]
        return subprocess.Popen(command, cwd=root, stdin=quiet, stdout=quiet, stderr=quiet)

    return start


class Trainer:
    """One command at a time, of this process."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._command: Running | None = None
        self._lock = threading.Lock()

    @property
    def is_running(self) -> bool:
        return self._command is not None and self._command.poll() is None

    @property
    def has_failed(self) -> bool:
        """Whether the last command ended with an error, before it could write down why or after."""
        return self._command is not None and bool(self._command.poll())

    def begin(self, *words: str) -> bool:
        """Start a command; False while one runs."""
        with self._lock:
            if self.is_running:
                return False
            self._command = self._start(words)
            return True
