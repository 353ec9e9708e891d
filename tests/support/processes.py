"""The whole product as real processes on free ports, with data of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from bot.settings import ROOT
from tests.support.postgres import free_port


@dataclass(frozen=True)
class Product:
    """`make run` as started for a test."""

    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    log: Path

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.environment['GATEWAY_PORT']}"

    def pid_of(self, name: str) -> int:
        """Return the process that listens on a port of ours, by the process's name."""
        port = int(self.environment[f"{name.upper()}_PORT"])
        for child in psutil.Process(self.process.pid).children(recursive=True):
            for connection in child.net_connections(kind="tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                    return int(child.pid)
        raise LookupError(f"{name} does not listen")

    def export(self, what: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run("export", what).splitlines()]

    def run(self, *words: str) -> str:
        """Run a command of the product beside it; return what it prints."""
        command = [sys.executable, "-m", "bot", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, check=True, text=True
        )
        return done.stdout

    def waiting(self) -> bool:
        """Say whether messages or replies still wait."""
        told = httpx.get(f"{self.gateway}/ready", timeout=5).json()
        return bool(told["oldest_waiting_seconds"] is not None or told["replies"]["waiting"])

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.gateway}/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Product]:
    """Start everything, with more settings if there are any; stop it with one ctrl-C."""
    names = ("GATEWAY_PORT", "STAFF_PORT", "RASA_PORT", "ACTIONS_PORT", "WORKER_PORT")
    environment = {
        **os.environ,
        **{name: str(free_port()) for name in names},
        "DATABASE_URL": f"sqlite:///{folder}/product.db",
        "SECRETS_DIR": str(folder / "secrets"),
        "PUBLIC_BASE_URL": "",
        "CONSULTATION_DATE": "2021-03-01",
        **settings,
    }
    log = folder / "product.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Product(process, environment, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something that will happen; fail if it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)
