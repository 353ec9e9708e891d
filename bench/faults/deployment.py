"""So many gateways, workers and Rasas as a deployment has, each a process that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from bot.settings import ROOT
from tests.support.postgres import free_port
from tests.support.processes import until

START_SECONDS, STOP_SECONDS = 240.0, 30.0


class Node:
    """One process. `within`: what is written before its command, to run it somewhere else."""

    def __init__(
        self, role: str, environment: Mapping[str, str], log: Path, within: Sequence[str] = ()
    ) -> None:
        self.role = role
        self.host = environment.get(f"{role.upper()}_HOST", "127.0.0.1")
        self.port = int(environment[f"{role.upper()}_PORT"])
        self._environment = {**os.environ, **environment}
        self._within, self._log = within, log
        self.start()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self._within, sys.executable, "-m", "bot", "serve", self.role],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def listens(self) -> bool:
        with suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
            return True
        return False

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ready", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """End it at once, and start it again."""
        self.process.kill()
        self.process.wait()
        self.start()

    def replace(self) -> None:
        """End it as an update does, start it again, and wait until it is there."""
        self.stop()
        self.start()
        until(self.listens if self.role == "rasa" else self.ready, START_SECONDS)

    def pause(self, paused: bool) -> None:
        os.kill(self.process.pid, signal.SIGSTOP if paused else signal.SIGCONT)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Deployment:
    """`gateways` accept, `workers` do turns, each with a Rasa on its machine; here several workers
    may share one.
    """

    def __init__(self, environment: Mapping[str, str], log: Path, counts: Sequence[int]) -> None:
        gateways, workers, rasas = counts
        self.environment = {**environment, "WORKERS": "APART"}
        self._log = log
        self._run("migrate")
        self._run("train")
        self.rasas = [self._node("rasa", {}) for _ in range(rasas)]
        self.gateways = [self._node("gateway", {}) for _ in range(gateways)]
        self.workers = [
            self._node("worker", {"RASA_PORT": str(self.rasas[n % rasas].port)})
            for n in range(workers)
        ]

    @property
    def nodes(self) -> list[Node]:
        return [*self.rasas, *self.gateways, *self.workers]

    def wait(self) -> None:
        """Wait until all are there."""
        for node in self.nodes:
            until(node.listens if node.role == "rasa" else node.ready, START_SECONDS)

    def waiting(self) -> bool:
        """Say whether messages or replies still wait. Raises httpx.HTTPError."""
        told = httpx.get(f"{self.gateways[0].url}/ready", timeout=10).json()
        return bool(told["oldest_waiting_seconds"] is not None or told["replies"]["waiting"])

    def stop(self) -> None:
        for node in self.nodes:
            node.process.terminate()
        for node in self.nodes:
            node.stop()

    def _node(self, role: str, more: Mapping[str, str]) -> Node:
        port = {f"{role.upper()}_PORT": str(free_port())}
        return Node(role, {**self.environment, **port, **more}, self._log)

    def _run(self, *words: str) -> None:
        command, environment = [sys.executable, "-m", "bot", *words], {**os.environ}
        with self._log.open("ab") as log:
            subprocess.run(
                command,
                cwd=ROOT,
                env={**environment, **self.environment},
                stdout=log,
                stderr=log,
                check=True,
            )


@contextmanager
def deployed(
    environment: Mapping[str, str], log: Path, counts: Sequence[int]
) -> Iterator[Deployment]:
    deployment = Deployment(environment, log, counts)
    try:
        deployment.wait()
        yield deployment
    finally:
        deployment.stop()
