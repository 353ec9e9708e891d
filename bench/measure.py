"""The measurements over HTTP: long conversations turn by turn, and many at once."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from talk import OurTalk, StockTalk, Talk
from talk_words import words

WINDOW = 10
SLICES = 4  # throughput alternates in slices, so that a busy machine hurts both alike
MOST_MESSAGES = 5000  # in one slice
Make = Callable[[], Talk]


def windows(turns: int) -> dict[int, range]:
    """Return the turns that count towards turn 10, 100 and 300, as far as there are so many."""
    ends = {10: 13, 100: 103, 300: 300}
    return {turn: range(end - WINDOW + 1, end + 1) for turn, end in ends.items() if end <= turns}


def walk(
    ours: str,
    stock: str,
    conversations: int,
    turns: int,
    cpu: Callable[[], dict[str, float]],
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Take conversations through all turns side by side, a turn of ours, then one of stock's.

    `cpu` tells the processor time that each process has used; a busy machine changes it less than
    the time that passes.
    """
    used = {0: cpu()}
    pairs = [(OurTalk(ours), StockTalk(stock)) for _ in range(conversations)]
    took: dict[str, list[list[float]]] = {"ours": [], "stock": []}
    for turn in range(1, turns + 1):
        row: dict[str, list[float]] = {"ours": [], "stock": []}
        for number, (our_talk, stock_talk) in enumerate(pairs):
            text = words(number, turn)
            order = [("ours", our_talk), ("stock", stock_talk)]
            # Neither always goes first.
            for name, talk in order if (number + turn) % 2 else reversed(order):
                row[name].append(talk.say(text))
        for name, times in row.items():
            took[name].append(times)
        used[turn] = cpu()
        if turn % 50 == 0:
            tell(f"turn {turn} of {turns}")
    understood = sum(stock_talk.understood for _, stock_talk in pairs)
    for pair in pairs:
        for talk in pair:
            talk.close()
    return {
        name: {
            str(turn): summary([t for n in window for t in rows[n - 1]])
            for turn, window in windows(turns).items()
        }
        for name, rows in took.items()
    } | {
        "stock_understood": round(understood / (conversations * turns), 3),
        "cpu_ms": {
            str(turn): {
                name: round((total - used[window[0] - 1][name]) / WINDOW / conversations, 2)
                for name, total in used[window[-1]].items()
            }
            for turn, window in windows(turns).items()
        },
    }


def summary(times: Sequence[float]) -> dict[str, float]:
    """Return median, 95th percentile and count of some milliseconds."""
    ordered = sorted(times)
    return {
        "median_ms": round(statistics.median(ordered), 2),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
        "count": len(ordered),
    }


def throughput(ours: str, stock: str, conversations: int, seconds: float) -> dict[str, Any]:
    """Return messages per second with so many people talking at once, ours and stock's in turn."""
    rates: dict[str, list[float]] = {"ours": [], "stock": []}
    for number in range(SLICES):
        makers: list[tuple[str, Make]] = [
            ("ours", lambda: OurTalk(ours)),
            ("stock", lambda: StockTalk(stock)),
        ]
        for name, make in makers if number % 2 else reversed(makers):
            rates[name].append(_slice(make, conversations, seconds / SLICES))
    return {
        name: {"per_second": round(statistics.median(found), 1), "slices": found}
        for name, found in rates.items()
    }


def _slice(make: Make, conversations: int, seconds: float) -> float:
    talks = [make() for _ in range(conversations)]
    for number, talk in enumerate(talks):
        talk.say(words(number, 1))  # the opening is not counted
    done = [0] * conversations
    failed: list[Exception] = []
    started = time.perf_counter()
    until = started + seconds

    def talk_on(number: int, talk: Talk) -> None:
        try:
            while time.perf_counter() < until and done[number] < MOST_MESSAGES // conversations:
                talk.say(words(number, done[number] + 2))
                done[number] += 1
        except Exception as error:
            failed.append(error)

    threads = [
        threading.Thread(target=talk_on, args=pair, daemon=True) for pair in enumerate(talks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    for talk in talks:
        talk.close()
    if failed:
        raise failed[0]
    return round(sum(done) / took, 1)
