"""Residents on all three channels while processes of every kind are killed, or replaced one by one.

`python -m bench.faults.many` prints what the ledger proves, and ends with 1 if anything was lost,
doubled without being counted, or out of order. The long form: --people 100 --texts 20.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import httpx

from bench.faults.deployment import Deployment, Node, deployed
from bench.faults.judging import Proof, judge
from bench.faults.ledger import Ledger
from bench.faults.residents import Messenger, Network, Resident, begin, crowd
from bench.faults.stage import Postgres
from bot.storage.database.leases import LEASE
from bot.storage.database.session import open_database
from tests.support.processes import until

PUBLIC = "http://localhost:8080"  # what is signed; each message goes to any of the gateways
AWAY = 3.0  # seconds that PostgreSQL is away
PAUSED = 3 * LEASE
SETTLED = 300.0  # seconds for what waits in the end


class Run:
    """One deployment, and the people who write to it."""

    def __init__(self, asked: argparse.Namespace, deployment: Deployment) -> None:
        self.asked, self.deployment = asked, deployment
        self.postgres: Postgres | None = None
        self.over = threading.Event()
        self.kills = 0
        self._chance = random.Random(asked.seed)

    def any_gateway(self) -> str:
        return self._chance.choice(self.deployment.gateways).url

    def killed(self) -> None:
        """Kill a process every few seconds, pause a worker early on, and PostgreSQL twice."""
        paused = threading.Thread(target=self._pause)
        away = threading.Thread(target=self._database_killed)
        paused.start()
        away.start()
        while not self.over.wait(self.asked.every):
            up = [node for node in self.deployment.nodes if node is not self._held]
            # Who is starting again is as good as dead.
            if up := [node for node in up if node.listens()]:
                self._chance.choice(up).kill()
                self.kills += 1
        paused.join()
        away.join()

    _held: Node | None = None  # stopped, and not to be killed

    def _pause(self) -> None:
        self.over.wait(self.asked.every * 3)
        self._held = self.deployment.workers[-1]
        self._held.pause(True)
        time.sleep(PAUSED)
        self._held.pause(False)
        self._held = None

    def _database_killed(self) -> None:
        for _ in range(2 if self.postgres else 0):
            self.over.wait(self.asked.every * 10)
            self.postgres.kill()
            time.sleep(AWAY)
            self.postgres.start()

    def replaced(self) -> None:
        """End each process as an update does, one after the other, over and over."""
        while not self.over.is_set():
            for node in self.deployment.nodes:
                if not self.over.is_set():
                    node.replace()
                    self.kills += 1

    def nothing(self) -> None:
        self.over.wait()


HOW: dict[str, Callable[[Run], None]] = {
    "killed": Run.killed,
    "replaced": Run.replaced,
    "nothing": Run.nothing,
}


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="hys-many-") as name, Network().running() as network:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs as another user
        with (
            Messenger(secret="many").running() as messenger,
            _postgres(folder, asked.engine) as postgres,
        ):
            url = postgres.url if postgres else f"sqlite:///{folder}/product.db"
            environment = _environment(folder, url, network, messenger)
            counts = (asked.gateways, asked.workers, asked.rasas)
            log = Path(asked.log) if asked.log else folder / "product.log"
            with deployed(environment, log, counts) as deployment:
                run = Run(asked, deployment)
                run.postgres = postgres
                network.gateways = messenger.gateways = run.any_gateway
                proof = _run(run, folder, url, network, messenger)
    sys.exit(0 if proof.sound() else 1)


def _run(run: Run, folder: Path, url: str, network: Network, messenger: Messenger) -> Proof:
    asked, ledger, begun = run.asked, Ledger(folder / "ledger"), time.monotonic()
    people = crowd(asked.people, network, messenger, run.any_gateway)
    threads = begin(people, asked.texts, ledger)
    trouble = threading.Thread(target=HOW[asked.how], args=(run,))
    trouble.start()
    for thread in threads:
        thread.join()
    wrote = time.monotonic() - begun
    run.over.set()
    trouble.join()
    run.deployment.wait()
    with suppress(AssertionError):  # what still waits then is told
        until(lambda: not _waiting(run.deployment), SETTLED)
    proof = judge(open_database(url), ledger, _handed_over(people))
    _tell(run, proof, ledger, people, wrote)
    return proof


def _waiting(deployment: Deployment) -> bool:
    with suppress(httpx.HTTPError):
        return deployment.waiting()
    return True


def _handed_over(people: Sequence[Resident]) -> dict[str, list[str]]:
    """At the page nothing is handed over: it fetches what there is."""
    return {one.tag: one.replies() for one in people if one.is_sent_to}


def _tell(run: Run, proof: Proof, ledger: Ledger, people: Sequence[Resident], wrote: float) -> None:
    waits = sorted(ledger.waits) or [0.0]
    told = {
        "engine": run.asked.engine,
        "processes": f"{run.asked.gateways} gateways, {run.asked.workers} workers,"
        f" {run.asked.rasas} Rasas",
        "people": len(people),
        run.asked.how: run.kills,
        "seconds": round(wrote),
        "texts brought again": sum(one.refused for one in people),
        "median wait": round(waits[len(waits) // 2], 1),
        "p95 wait": round(waits[int(len(waits) * 0.95)], 1),
        "longest wait": round(waits[-1], 1),
        "waits given up": ledger.unanswered,
        **asdict(proof),
    }
    for name, value in told.items():
        sys.stdout.write(f"{name.replace('_', ' '):24}{value}\n")


def _environment(
    folder: Path, url: str, network: Network, messenger: Messenger
) -> Mapping[str, str]:
    network.webhook = f"{PUBLIC}/sms/webhook"
    return {
        "DATABASE_URL": url,
        "SECRETS_DIR": str(folder / "secrets"),
        "PUBLIC_BASE_URL": PUBLIC,
        "CONSULTATION_DATE": "2021-03-01",
        "ANSWERED_PER_DAY": "100000",
        "ANSWERED_PER_MINUTE": "100000",
        "TEXT_PARTS_PER_DAY": "1000000",
        "WEB_MESSAGES_PER_MINUTE": "1000000",
        "WEB_READS_PER_MINUTE": "1000000",
        "WEB_SESSIONS_PER_HOUR": "1000000",
        "TWILIO_ACCOUNT_SID": network.account_sid,
        "TWILIO_AUTH_TOKEN": network.auth_token,
        "TWILIO_NUMBER": network.number,
        "TWILIO_API_URL": network.url,
        "TELEGRAM_BOT_TOKEN": messenger.token,
        "TELEGRAM_WEBHOOK_SECRET": "many",
        "TELEGRAM_API_URL": messenger.url,
    }


@contextmanager
def _postgres(folder: Path, engine: str) -> Iterator[Postgres | None]:
    if engine == "sqlite":
        yield None
        return
    postgres = Postgres(folder / "postgres")
    try:
        yield postgres
    finally:
        postgres.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--how", default="killed", choices=list(HOW), help="what goes wrong")
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--texts", type=int, default=6, help="of each of them")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two kills")
    for role, number in (("gateways", 3), ("workers", 3), ("rasas", 2)):
        parser.add_argument(f"--{role}", type=int, default=number)
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--log", help="where the processes' logs are kept, if they are")
    return parser.parse_args()


if __name__ == "__main__":
    main()
