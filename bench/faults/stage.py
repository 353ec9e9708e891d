"""The whole product as real processes, with a provider and a database that can fail."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg2

from bench.faults.clock import Clock
from bench.faults.ledger import Ledger, Verdict
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn
from tests.support.postgres import find_binaries, free_port
from tests.support.processes import Product, running, until

PAIR, PAUSE = 2, 4.0  # texts one after the other; seconds until the next two
WAIT = 90.0  # seconds for a reply, and then it counts as missing


# The same sentence again and again, with another number, would be a machine's.
WISHES = ("buses", "lessons", "wifi", "parks")


class Postgres:
    """A server of our own that can be killed and started again."""

    def __init__(
        self,
        folder: Path,
        address: str = "127.0.0.1",
        environment: Mapping[str, str] | None = None,  # more of it
    ) -> None:
        self._environment = {**os.environ, **(environment or {})}
        self.binaries, self.port, self._address = find_binaries(), free_port(), address
        assert self.binaries, "no PostgreSQL server is installed"
        self.folder, self.data = folder, folder / "data"
        self._user = "postgres" if os.geteuid() == 0 else None
        folder.mkdir()
        if self._user:
            shutil.chown(folder, self._user)
        self._run("initdb", "-D", str(self.data), "-A", "trust", "-U", "postgres", "-E", "UTF8")
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\n")
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{self._address}:{self.port}/postgres"

    def start(self) -> None:
        log = (self.folder / "postgres.log").open("ab")
        self.process = subprocess.Popen(
            [self.binaries / "postgres", "-D", self.data, "-p", str(self.port), "-k", self.folder,
             "-c", f"listen_addresses={self._address}", "-c", "wal_recycle=off"],
            stdout=log, stderr=log, user=self._user, cwd=self.folder, env=self._environment,
        )  # fmt: skip
        until(self._answers, 60)

    def kill(self) -> None:
        """Kill the postmaster; all that it has started ends with it."""
        self.process.kill()
        self.process.wait()
        time.sleep(1.0)  # its children notice that it is gone

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=20)

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "cwd": self.folder, "user": self._user}
        subprocess.run([self.binaries / program, *arguments], check=True, **quiet)


@dataclass
class Stage:
    """One running deployment, and how long and with how many people a scenario takes."""

    product: Product
    twilio: TwilioStandIn
    telegram: TelegramStandIn
    folder: Path
    postgres: Postgres | None
    seconds: float
    people: int
    crowd: int  # people who are erased
    number: int = 0  # of the scenario: each has people of its own
    ledger: Ledger | None = None  # of the scenario
    clock: Clock | None = None
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def engine(self) -> str:
        return "PostgreSQL" if self.postgres else "SQLite"

    def kill(self, process: str) -> None:
        os.kill(self.pid_of(process), signal.SIGKILL)

    def pid_of(self, process: str) -> int:
        """Return a process once it listens: it may have been killed a moment ago."""
        found = list[int]()

        def listens() -> bool:
            with suppress(LookupError, psutil.Error):
                found.append(self.product.pid_of(process))
            return bool(found)

        until(listens)
        return found[0]

    def export_in(self) -> list[dict[str, Any]]:
        """Return the messages that came in."""
        return [row for row in self.product.export("messages") if row["direction"] == "in"]

    def numbers(self, count: int, kind: int = 0) -> list[str]:
        return [f"+4477{kind}{self.number:02d}00{n:03d}" for n in range(count)]

    def texts_to(self, who: str) -> list[str]:
        """Return what a number or a Telegram user was sent."""
        return self.twilio.texts_to(who) if who[0] == "+" else self.telegram.texts_to(int(who))

    def say(self, who: str, text: str, ledger: Ledger | None = None) -> bool:
        """Send a text as a provider does, three tries and more; say whether it was taken."""
        sid = f"SM{os.urandom(16).hex()}"
        if who[0] != "+":
            self.telegram.write(int(who), text, deliver=False)
        for _ in range(20):
            if self._bring(who, text, sid):
                if ledger:
                    ledger.acknowledged(who, text)
                return True
            time.sleep(0.5)
        return False

    def _bring(self, who: str, text: str, sid: str) -> bool:
        if who[0] == "+":
            last = self.twilio.text_until_taken(who, text, sid=sid)[-1]
            return isinstance(last, httpx.Response) and last.is_success
        answers = self.telegram.deliver_to(int(who))
        return bool(answers) and answers[-1].is_success

    def converse(self, ledger: Ledger) -> list[threading.Thread]:
        """Have people write in pairs and wait for the replies; return them, already writing."""
        self.ledger = ledger
        self.over.clear()
        # One of them in Telegram.
        numbers = [*self.numbers(self.people - 1), f"8800{self.number:02d}000"]
        for number in numbers:
            self.say(number, "start")
        until(lambda: all(self.texts_to(number) for number in numbers), 180)
        # Not all of them in the same moment.
        apart = min(PAUSE, self.seconds / 4) / len(numbers)
        people = [
            threading.Thread(target=self._person, args=(number, ledger, place * apart))
            for place, number in enumerate(numbers)
        ]
        for person in people:
            person.start()
        return people

    def _person(self, number: str, ledger: Ledger, after: float) -> None:
        count = 0
        self.over.wait(after)
        while not self.over.is_set():
            before, begun = len(self.texts_to(number)), time.monotonic()
            for _ in range(PAIR):
                count += 1
                self.say(
                    number,
                    f"better {WISHES[count % len(WISHES)]} for street {count} of {number[3:]}",
                    ledger,
                )
            while len(self.texts_to(number)) < before + PAIR:
                if time.monotonic() - begun > WAIT:
                    ledger.waited(None)
                    return
                time.sleep(0.02)
            ledger.waited(time.monotonic() - begun)
            self.over.wait(PAUSE)

    def verdict(self, ledger: Ledger, people: list[threading.Thread]) -> Verdict:
        self.over.set()
        for person in people:
            person.join()
        until(lambda: self.product.ready() and not self.product.waiting(), 180)
        rows = self.product.export("messages")
        return ledger.verdict(rows, {n: self.texts_to(n) for n in ledger.texts})


@contextmanager
def stage(
    folder: Path, engine: str, seconds: float, people: int, crowd: int, *, own_clock: bool = False
) -> Iterator[Stage]:
    """Start everything on free ports, with a clock of its own if asked; end it all."""
    clock = Clock(folder / "clock") if own_clock else None
    more = dict(clock.environment()) if clock else {}
    postgres = None
    if engine == "postgresql":
        postgres = Postgres(folder / "postgres", environment=more)
        more["DATABASE_URL"] = postgres.url
    try:
        telegram_secret = os.urandom(16).hex()
        with (
            TwilioStandIn().running() as twilio,
            TelegramStandIn(secret=telegram_secret).running() as telegram,
        ):
            settings = {
                "TELEGRAM_BOT_TOKEN": telegram.token,
                "TELEGRAM_WEBHOOK_SECRET": telegram_secret,
                "TELEGRAM_API_URL": telegram.url,
                "TWILIO_ACCOUNT_SID": twilio.account_sid,
                "TWILIO_AUTH_TOKEN": twilio.auth_token,
                "TWILIO_NUMBER": twilio.number,
                "TWILIO_API_URL": twilio.url,
                "ANSWERED_PER_DAY": "100000",
                **more,
            }
            with running(folder, **settings) as product:
                port = product.environment["GATEWAY_PORT"]
                twilio.webhook = f"http://localhost:{port}/sms/webhook"
                twilio.post_to = product.gateway
                telegram.webhook = f"{product.gateway}/telegram/webhook"
                until(product.ready, 240)
                on = Stage(product, twilio, telegram, folder, postgres, seconds, people, crowd)
                on.clock = clock
                yield on
    finally:
        if postgres:
            postgres.stop()
