"""Several gateways and workers at one PostgreSQL, killed at random while people write."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.faults.stage import Stage
from bot.settings import ROOT
from tests.support.postgres import free_port

# Beside the gateway of `run`: one that does turns too, one that only accepts, and two workers.
MORE = (("gateway", "HERE"), ("gateway", "APART"), ("worker", "APART"), ("worker", "APART"))
KILL_EVERY, LOOK_EVERY = 2.0, 0.25  # seconds


class Process:
    """One process more, which is started again whenever it is gone."""

    def __init__(self, stage: Stage, role: str, workers: str) -> None:
        self._role, self.port = role, free_port()
        self._environment = {
            **stage.product.environment,
            f"{role.upper()}_PORT": str(self.port),
            "WORKERS": workers,
            # What Twilio signs names the first gateway, wherever it is brought.
            "PUBLIC_BASE_URL": f"http://localhost:{stage.product.environment['GATEWAY_PORT']}",
        }
        self._log = stage.product.log.open("ab")
        self.start()

    @property
    def takes_texts(self) -> bool:
        return self._role == "gateway"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", self._role],
            cwd=ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.start()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        self._log.close()


def killed_at_random(stage: Stage) -> None:
    """Bring texts to all gateways in turn, and kill one process every KILL_EVERY seconds."""
    chance, end = random.Random(18), time.monotonic() + stage.seconds
    with _more(stage) as more:
        gateways = [stage.product.gateway]
        gateways += [f"http://127.0.0.1:{one.port}" for one in more if one.takes_texts]
        kill_at = time.monotonic() + stage.seconds / 4
        while (now := time.monotonic()) < end:
            stage.twilio.post_to = chance.choice(gateways)
            if now >= kill_at:
                victim = chance.choice([None, *more])
                victim.kill() if victim else stage.kill("gateway")
                kill_at = now + KILL_EVERY
            time.sleep(LOOK_EVERY)
        stage.twilio.post_to = stage.product.gateway


@contextmanager
def _more(stage: Stage) -> Iterator[list[Process]]:
    more = [Process(stage, role, workers) for role, workers in MORE]
    try:
        yield more
    finally:
        for one in more:
            one.stop()
