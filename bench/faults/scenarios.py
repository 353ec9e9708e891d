"""What goes wrong while people write. Each scenario lasts about as long as its stage says."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import psycopg2

from bench.faults.machines import killed_at_random
from bench.faults.stage import Stage
from tests.support.processes import until

Scenario = Callable[[Stage], None]
ERASED = "people erased beside a dump"
HOUR = 3600
CANARY = "zyzzyva"  # in what people write who are erased


def nothing(stage: Stage) -> None:
    """The same people with nothing wrong, to compare with."""


def gateway_killed(stage: Stage) -> None:
    for _ in range(2):
        time.sleep(stage.seconds / 4)
        stage.kill("gateway")


def rasa_killed(stage: Stage) -> None:
    time.sleep(stage.seconds / 4)
    stage.kill("rasa")


def everything_killed(stage: Stage) -> None:
    time.sleep(stage.seconds / 3)
    for process in ("rasa", "gateway", "staff"):
        stage.kill(process)


def rasa_stopped(stage: Stage) -> None:
    _stopped(stage, "rasa", stage.seconds / 2)


def gateway_stopped(stage: Stage) -> None:
    _stopped(stage, "gateway", stage.seconds / 4)


def provider_fails(stage: Stage) -> None:
    """Twilio answers with errors, drops connections, and takes a text without saying so."""
    time.sleep(stage.seconds / 4)
    failures = [500, 503, "drop", (429, 20429), 500, "timeout", "drop", 502]
    stage.twilio.fail_next(*failures * 2)


def provider_repeats(stage: Stage) -> None:
    """Each text of a few people is brought three times at the same moment."""
    end, count = time.monotonic() + stage.seconds / 2, 0
    while time.monotonic() < end:
        count += 1
        for number in stage.numbers(2, kind=5):
            text = f"brought three times, {count} of {number[3:]}"
            answers = stage.twilio.text(number, text, times=3)
            if stage.ledger and any(answer.is_success for answer in answers):
                stage.ledger.acknowledged(number, text)
        time.sleep(1.0)


def disk_full(stage: Stage) -> None:
    """The gateway can make no file larger for a while."""
    time.sleep(stage.seconds / 4)
    gateway = psutil.Process(stage.pid_of("gateway"))
    soft, hard = gateway.rlimit(psutil.RLIMIT_FSIZE)
    gateway.rlimit(psutil.RLIMIT_FSIZE, (4096, hard))
    time.sleep(stage.seconds / 4)
    gateway.rlimit(psutil.RLIMIT_FSIZE, (soft, hard))


def database_killed(stage: Stage) -> None:
    """PostgreSQL's postmaster is killed and stays away for a while."""
    assert stage.postgres
    time.sleep(stage.seconds / 4)
    stage.postgres.kill()
    time.sleep(stage.seconds / 4)
    stage.postgres.start()


def database_locked(stage: Stage) -> None:
    """Another process holds SQLite's only lock for writing."""
    time.sleep(stage.seconds / 4)
    with closing(sqlite3.connect(stage.folder / "product.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(min(10.0, stage.seconds / 4))
        other.execute("ROLLBACK")


def people_erased(stage: Stage) -> None:
    """Many have everything deleted, one after the other, while a dump reads."""
    with long_reader(stage):
        for number in stage.numbers(stage.crowd, kind=6):
            for text in (f"start {CANARY}", "delete my data", "yes"):
                before = len(stage.twilio.texts_to(number))
                stage.say(number, text)
                until(lambda n=number, b=before: len(stage.twilio.texts_to(n)) > b, 120)


def clock_on(stage: Stage) -> None:
    """The clock goes an hour on."""
    time.sleep(stage.seconds / 4)
    assert stage.clock
    stage.clock.moved(HOUR)


def clock_back(stage: Stage) -> None:
    """The clock goes an hour back."""
    time.sleep(stage.seconds / 4)
    assert stage.clock
    stage.clock.moved(-HOUR)


def clock_back_and_killed(stage: Stage) -> None:
    """It goes back in the moment in which all that hold claims die."""
    clock_back(stage)
    for process in ("gateway", "rasa"):
        stage.kill(process)


@contextmanager
def long_reader(stage: Stage) -> Iterator[None]:
    """Read everything in one transaction that stays open, as a dump does."""
    if stage.postgres:
        with closing(psycopg2.connect(stage.postgres.url)) as reader, reader.cursor() as cursor:
            cursor.execute("SELECT table_name FROM information_schema.tables"
                           " WHERE table_schema = 'public'")  # fmt: skip
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT count(*) FROM "{table}"')
            yield
        return
    with closing(sqlite3.connect(stage.folder / "product.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchall()
        yield


def _stopped(stage: Stage, process: str, seconds: float) -> None:
    time.sleep(stage.seconds / 4)
    pid = stage.pid_of(process)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(pid, signal.SIGCONT)


# What goes wrong, and on which engine that can be: both, unless it says one.
SCENARIOS: dict[str, tuple[Scenario, str]] = {
    "nothing": (nothing, ""),
    "gateway killed twice": (gateway_killed, ""),
    "Rasa killed": (rasa_killed, ""),
    "all processes killed": (everything_killed, ""),
    "Rasa stopped": (rasa_stopped, ""),
    "gateway stopped": (gateway_stopped, ""),
    "Twilio fails 16 times": (provider_fails, ""),
    "Twilio brings texts three times": (provider_repeats, ""),
    "disk full for the gateway": (disk_full, "sqlite"),
    "SQLite locked by another": (database_locked, "sqlite"),
    "PostgreSQL killed and away": (database_killed, "postgresql"),
    "gateways and workers killed every 2 s": (killed_at_random, "postgresql"),
    "clock an hour on": (clock_on, ""),
    "clock an hour back": (clock_back, ""),
    "clock an hour back, gateway and Rasa killed": (clock_back_and_killed, ""),
    ERASED: (people_erased, ""),
}
CLOCKS = tuple(name for name in SCENARIOS if name.startswith("clock"))  # need libfaketime
SHORT = ("gateway killed twice", ERASED)


def left_of_the_erased(stage: Stage) -> list[str]:
    """Return where words of the erased are found, byte for byte: a dump made now, logs, and after
    the night's work the files of the database.
    """
    found = [file.name for file in (stage.folder / "product.log",) if _holds(file)]
    if stage.postgres:
        dump = subprocess.run(["pg_dump", stage.postgres.url], capture_output=True, check=True)
        found += ["a dump"] if CANARY.encode() in dump.stdout else []
    stage.product.run("retention", "--apply")
    folder = stage.postgres.folder if stage.postgres else stage.folder
    files = folder.rglob("*") if stage.postgres else folder.glob("product.db*")
    return found + [file.name for file in files if file.is_file() and _holds(file)]


def _holds(file: Path) -> bool:
    try:
        return CANARY.encode() in file.read_bytes()
    except FileNotFoundError:  # the server took it away just now
        return False
