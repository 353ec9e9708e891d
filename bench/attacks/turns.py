"""Turns that are held up: by locks, by a Rasa that answers badly, by another gateway."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import psutil
import psycopg2

from bench.attacks.visitors import Visitor, others_wait, told
from bench.faults.ledger import Ledger
from bench.faults.scenarios import long_reader
from bench.faults.stage import Stage
from bot.settings import ROOT
from tests.support.postgres import free_port
from tests.support.processes import until

# Modes that others feel who only read and write.
STRONG = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")


def erasures_beside_readers(stage: Stage) -> str:
    """One visitor begins, deletes and says yes, over and over, while a transaction reads all."""
    with long_reader(stage), _strongest_locks(stage) as locks, others_wait(stage) as waits:
        for _ in range(15):
            visitor = Visitor(stage)
            for text in ("a park for the whole street", "delete my data", "yes"):
                visitor.say(text)
    assert not locks, f"locks on tables: {sorted(locks)}"
    assert max(waits) < 15, told(waits)
    return f"15 erasures, one after the other, no lock on a table that others feel; {told(waits)}"


@contextmanager
def _strongest_locks(stage: Stage) -> Iterator[set[str]]:
    """Collect the locks on our tables that are stronger than those of a plain write."""
    found, over = set[str](), threading.Event()
    if stage.postgres is None:
        yield found
        return
    asked = (
        "SELECT DISTINCT c.relname || ' ' || l.mode FROM pg_locks l JOIN pg_class c ON"
        " c.oid = l.relation WHERE c.relnamespace = 'public'::regnamespace AND l.mode = ANY(%s)"
    )

    def look() -> None:
        assert stage.postgres
        with closing(psycopg2.connect(stage.postgres.url)) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                while not over.wait(0.02):
                    cursor.execute(asked, (list(STRONG),))
                    found.update(row[0] for row in cursor.fetchall())

    looker = threading.Thread(target=look)
    looker.start()
    try:
        yield found
    finally:
        over.set()
        looker.join()


def answers_that_drip(stage: Stage) -> str:
    """Where Rasa was, something takes requests and answers with a byte a second, without end."""
    numbers, visitor = stage.numbers(3), Visitor(stage)
    for number in numbers:
        stage.say(number, "start")
    until(lambda: all(stage.texts_to(number) for number in numbers), 90)
    with _in_rasas_place(stage):
        before = {number: len(stage.texts_to(number)) for number in numbers}
        begun = time.monotonic()
        for number in numbers:
            stage.say(number, "lower fares for everybody")
        page = threading.Thread(target=visitor.say, args=("more trees by the canal",))
        page.start()
        until(lambda: all(len(stage.texts_to(n)) > before[n] for n in numbers), 60)
        heard = time.monotonic() - begun
        page.join()
        answered = time.monotonic() - begun
    until(lambda: stage.product.ready() and not stage.product.waiting(), 180)
    assert heard < 20 and answered < 20, (heard, answered)
    stored = sum(row["text"] == "lower fares for everybody" for row in stage.export_in())
    assert stored == len(numbers), stored
    return (
        f"{len(numbers)} people by text heard of it after {heard:.1f} s, the page after"
        f" {answered:.1f} s; when Rasa was back all had their turn"
    )


@contextmanager
def _in_rasas_place(stage: Stage) -> Iterator[None]:
    port, over = int(stage.product.environment["RASA_PORT"]), threading.Event()
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    stage.kill("rasa")
    until(lambda: _bound(taken, port), 30)
    taken.listen(64)

    def drip(link: socket.socket) -> None:
        with suppress(OSError):
            link.recv(65536)
            link.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                         b"content-length: 100000\r\n\r\n")  # fmt: skip
            while not over.wait(1.0):
                link.sendall(b" ")
        link.close()

    def take() -> None:
        taken.settimeout(0.2)
        while not over.is_set():
            with suppress(OSError):
                threading.Thread(target=drip, args=(taken.accept()[0],)).start()

    taker = threading.Thread(target=take)
    taker.start()
    try:
        yield
    finally:
        over.set()
        taker.join()
        taken.close()


def _bound(taken: socket.socket, port: int) -> bool:
    with suppress(OSError):
        taken.bind(("127.0.0.1", port))
        return True
    return False


def another_gateway(stage: Stage) -> str:
    """Another gateway starts where replies are under way; then the first one stands still."""
    ledger = Ledger(stage.folder / f"ledger-{stage.number}")
    people, port = stage.converse(ledger), free_port()
    public = f"http://localhost:{stage.product.environment['GATEWAY_PORT']}"
    more = {"GATEWAY_PORT": str(port), "PUBLIC_BASE_URL": public}  # what is signed names the first
    environment = {**stage.product.environment, **more}
    with (stage.folder / "other.log").open("wb") as log:
        other = subprocess.Popen([sys.executable, "-m", "bot", "serve", "gateway"], cwd=ROOT,
                                 env=environment, stdout=log, stderr=log)  # fmt: skip
    try:
        until(lambda: _listens(other.pid, port), 120)
        time.sleep(2)
        first = stage.pid_of("gateway")
        os.kill(first, signal.SIGSTOP)
        stage.twilio.post_to = f"http://127.0.0.1:{port}"
        stage.telegram.webhook = f"http://127.0.0.1:{port}/telegram/webhook"
        time.sleep(15)
        os.kill(first, signal.SIGCONT)
        verdict = stage.verdict(ledger, people)
    finally:
        stage.twilio.post_to = stage.product.gateway
        stage.telegram.webhook = f"{stage.product.gateway}/telegram/webhook"
        other.terminate()
        other.wait(timeout=30)
    assert verdict.lost == verdict.doubled == verdict.twice == verdict.unanswered == 0, verdict
    return (
        f"{verdict.messages} texts of 4 people, the first gateway stood still for 15 s: none lost,"
        f" none doubled, no reply twice, longest wait {verdict.longest_wait:.1f} s"
    )


def _listens(pid: int, port: int) -> bool:
    with suppress(psutil.Error):
        return any(one.laddr.port == port for one in psutil.Process(pid).net_connections("tcp"))
    return False
