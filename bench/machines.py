"""Several machines at one PostgreSQL, each with a gateway, a worker and a Rasa: messages a second,
transactions and processor time of a message. `make bench-machines` (docs/performance.md).

Each machine is a network namespace, where those may be made. All share the cores of this one, so
more of them do not make it faster here: what counts is what a message costs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import psycopg2

from bench.faults.deployment import Node
from bench.faults.stage import Postgres
from bench.netns import Place, places
from bench.talk_words import words
from bot.settings import ROOT
from tests.support.postgres import free_port
from tests.support.processes import until

ALONE = Path(__file__).with_name("machines.sql")  # what a message asks of PostgreSQL
ROLES = ("gateway", "worker", "rasa")
STARTING = 300.0  # seconds


def main() -> None:
    asked = _arguments()
    load = os.getloadavg()[0]
    _print(f"{os.cpu_count()} cores, load {load:.1f} before; {asked.conversations} at once.")
    head = ["machines", "messages/s", "median ms", "p95 ms", "transactions", *ROLES, "PostgreSQL"]
    _print("| " + " | ".join(head) + " |", "|" + "---|" * len(head))
    for count in asked.machines:
        with tempfile.TemporaryDirectory(prefix="hys-machines-") as name:
            _measured(Path(name), count, asked)


def _measured(folder: Path, count: int, asked: argparse.Namespace) -> None:
    folder.chmod(0o755)  # the server runs as another user
    with places(count) as (there, machines):
        postgres = Postgres(folder / "postgres", there.address)
        nodes: list[Node] = []
        try:
            shared = _settings(folder, postgres.url)
            _run("migrate", shared)
            _run("train", shared)
            nodes += [node for place in machines for node in _machine(place, shared, folder)]
            for node in nodes:
                if node.role != "rasa":
                    until(node.ready, STARTING)
            gateways = [node.url for node in nodes if node.role == "gateway"]
            _talk(gateways, asked.conversations, 3.0)  # everything is loaded and built now
            _row(count, postgres, nodes, gateways, asked)
            if count == max(asked.machines):
                _alone(postgres, asked.seconds)
        finally:
            for node in nodes:
                node.process.terminate()
            for node in nodes:
                node.stop()
            postgres.stop()


def _machine(place: Place, shared: dict[str, str], folder: Path) -> list[Node]:
    """A gateway and a worker, which reach their Rasa over the machine's own loopback."""
    more = {f"{role.upper()}_PORT": str(free_port()) for role in ROLES}
    more |= {"GATEWAY_HOST": place.address, "WORKER_HOST": place.address}
    environment = {**shared, **more}
    return [Node(role, environment, folder / f"{role}.log", place.within) for role in ROLES]


def _row(
    count: int,
    postgres: Postgres,
    nodes: list[Node],
    gateways: list[str],
    asked: argparse.Namespace,
) -> None:
    used, done = _used(nodes, postgres), _transactions(postgres)
    took, seconds = _talk(gateways, asked.conversations, asked.seconds)
    used = {role: after - used[role] for role, after in _used(nodes, postgres).items()}
    done = _transactions(postgres) - done
    number = len(took)
    figures = [
        str(count),
        f"{number / seconds:.1f}",
        f"{statistics.median(took):.0f}",
        f"{sorted(took)[int(number * 0.95)]:.0f}",
        f"{done / number:.1f}",
        *(f"{used[role] * 1000 / number:.1f} ms" for role in (*ROLES, "postgres")),
    ]
    _print("| " + " | ".join(figures) + " |")


def _used(nodes: list[Node], postgres: Postgres) -> dict[str, float]:
    """Return the seconds of processor time that each role has used."""
    told: dict[str, float] = defaultdict(float)
    for node in nodes:
        told[node.role] += sum(psutil.Process(node.process.pid).cpu_times()[:2])
    server = psutil.Process(postgres.process.pid)
    for process in (server, *server.children()):
        told["postgres"] += sum(process.cpu_times()[:2])
    return told


def _transactions(postgres: Postgres) -> int:
    time.sleep(1.5)  # they are told a second late
    with closing(psycopg2.connect(postgres.url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database")
        return int(cursor.fetchone()[0])


def _talk(gateways: list[str], people: int, seconds: float) -> tuple[list[float], float]:
    """Have so many people write, each at a gateway of theirs; return the milliseconds of each
    message, and how long it was all told.
    """
    took: list[float] = []
    failed: list[Exception] = []
    begun = time.perf_counter()

    def one(number: int) -> None:
        try:
            with httpx.Client(base_url=gateways[number % len(gateways)], timeout=60) as client:
                token = client.post("/chat/session", json={}).raise_for_status().json()["token"]
                client.headers["Authorization"] = f"Bearer {token}"
                turn = 0
                while time.perf_counter() < begun + seconds:
                    turn += 1
                    body = {"id": str(uuid.uuid4()), "text": words(number, turn)}
                    started = time.perf_counter()
                    client.post("/chat/messages", json=body).raise_for_status()
                    took.append((time.perf_counter() - started) * 1000)
        except httpx.HTTPError as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return took, time.perf_counter() - begun


def _alone(postgres: Postgres, seconds: float) -> None:
    """What PostgreSQL alone carries of the same statements."""
    for clients in (1, 8):
        told = subprocess.run(
            [postgres.binaries / "pgbench", "-n", "-f", ALONE, "-c", str(clients), "-j", "2"]
            + ["-T", str(int(seconds)), "-M", "simple", postgres.url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        rate = next(line for line in told.splitlines() if line.startswith("tps"))
        _print(f"PostgreSQL alone, {clients} clients, messages a second: {rate}")


def _settings(folder: Path, url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "SECRETS_DIR": str(folder / "secrets"),
        "PUBLIC_BASE_URL": "",
        "CONSULTATION_DATE": "2021-03-01",
        "WORKERS": "APART",
        "WEB_MESSAGES_PER_MINUTE": "1000000",
        "WEB_MESSAGES_PER_DAY": "1000000",
        "WEB_SESSIONS_PER_HOUR": "1000000",
        "LOG_LEVEL": "WARNING",
    }


def _run(word: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "bot", word]
    subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=True
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--machines", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--conversations", type=int, default=10, help="at once")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each measurement")
    return parser.parse_args()


def _print(*lines: str) -> None:
    sys.stdout.write("".join(line + "\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
