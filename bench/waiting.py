"""A claim where 100 messages wait, and where 100,000 do, 20,000 of one person among them.

Two databases of each engine are asked in turn, so that what else the machine does falls on both.
`python -m bench.waiting`
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.faults.stage import Postgres
from bot.consultation.file.read import load_consultation
from bot.settings import ROOT
from bot.storage.database.migrate import migrate
from bot.storage.database.session import Database, open_database
from bot.storage.messages.claims import claim, give_back
from bot.storage.messages.turn_claims import claim_turn, free_turns
from bot.storage.messages.unsent import respondents_to_tell
from bot.storage.messages.waiting import next_turn, respondents_waiting
from tests.support.crowds import Crowd
from tests.support.people import People
from tests.support.postgres import database as another_database

FILE = ROOT / "data" / "consultations" / "manchester-digital-strategy.yml"
FEW, EACH = 100, 10  # messages that wait at least; of one person
AT_ONCE = 512


def main() -> None:
    asked = _arguments()
    _print("| what | engine | 100 wait | very many wait | times |", "|---|---|---|---|---|")
    for engine in asked.engines:
        with (
            tempfile.TemporaryDirectory(prefix="hys-waiting-") as name,
            _urls(name, engine) as urls,
        ):
            sizes = zip(urls, (FEW, asked.messages), strict=True)
            crowds = [_crowd(url, Path(name), number) for url, number in sizes]
            for what, call in CALLS.items():
                few, many = _measured(crowds, call, asked.times)
                line = f"{few:.2f} ms | {many:.2f} ms | {many / few:.1f}"
                _print(f"| {what} | {engine} | {line} |")
            for database, _ in crowds:
                database.close()


def _claim(whose: Callable[[Crowd, int], str]) -> Callable[[Database, Crowd, int], None]:
    """A turn is claimed, read and freed: two transactions."""

    def call(database: Database, crowd: Crowd, n: int) -> None:
        who = whose(crowd, n)
        with database.writing() as session:
            assert claim_turn(session, who)
            found = next_turn(session, who)
            assert found
        with database.writing() as session:
            free_turns(session, {who: found[0].fence})

    return call


def _send(database: Database, crowd: Crowd, n: int) -> None:
    """A reply is claimed and given back: two transactions."""
    with database.writing() as session:
        claimed = claim(session, _other(crowd, n))
        assert claimed
    with database.writing() as session:
        give_back(session, claimed.id, doubtful=False, fence=claimed.fence)


def _look(database: Database, crowd: Crowd, n: int) -> None:
    with database.reading() as session:
        assert respondents_waiting(session, AT_ONCE)


def _look_for_replies(database: Database, crowd: Crowd, n: int) -> None:
    with database.reading() as session:
        assert respondents_to_tell(session, "sms", AT_ONCE)


def _other(crowd: Crowd, n: int) -> str:
    return crowd.others[n % len(crowd.others)]


CALLS = {
    "a turn of one among many": _claim(_other),
    "a turn of who has very many waiting": _claim(lambda crowd, _: crowd.busy),
    "a turn of who has had very many answered": _claim(lambda crowd, _: crowd.old),
    "a reply": _send,
    f"the look every 2 s for {AT_ONCE} who wait": _look,
    f"the look every 5 s for {AT_ONCE} to send to": _look_for_replies,
}


def _measured(
    crowds: list[tuple[Database, Crowd]], call: Callable[[Database, Crowd, int], None], times: int
) -> list[float]:
    took: list[list[float]] = [[], []]
    for n in range(times):
        for (database, crowd), mine in zip(crowds, took, strict=True):
            begun = time.perf_counter()
            call(database, crowd, n)
            mine.append((time.perf_counter() - begun) * 1000)
    return [median(mine) for mine in took]


def _crowd(url: str, folder: Path, messages: int) -> tuple[Database, Crowd]:
    """A fifth of what waits is one person's, written first; and as many of another are over."""
    migrate(url)
    database = open_database(url, folder / "secrets")
    busy = messages // 5
    crowd = Crowd(People(database, load_consultation(FILE)), (messages - busy) // EACH)
    crowd.write(others=0, busy=busy, over=busy)
    crowd.write(others=messages - busy, busy=0, over=0)
    return database, crowd


@contextmanager
def _urls(folder: str, engine: str) -> Iterator[list[str]]:
    if engine == "sqlite":
        yield [f"sqlite:///{folder}/{name}.db" for name in ("few", "many")]
        return
    Path(folder).chmod(0o755)  # the server runs as another user
    server = Postgres(Path(folder) / "postgres")
    try:
        with another_database(server.url, "many") as many:
            yield [server.url, many]
    finally:
        server.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--messages", type=int, default=100_000, help="that wait")
    parser.add_argument("--times", type=int, default=200, help="each is done")
    return parser.parse_args()


def _print(*lines: str) -> None:
    sys.stdout.write("".join(line + "\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
