"""`python -m bench.faults`: the whole product while things fail, and a ledger that proves what was
lost, doubled or out of order. It prints a table, and ends with 1 if anything was lost or doubled.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

from bench.faults.clock import library
from bench.faults.ledger import Ledger, Verdict
from bench.faults.scenarios import CLOCKS, ERASED, SCENARIOS, SHORT, left_of_the_erased
from bench.faults.stage import Stage, stage

HEAD = (
    "| scenario | engine | messages | lost | doubled | replies twice | out of order | unanswered |"
    " p95 wait, s | longest wait, s |"
)


def main() -> None:
    asked = _arguments()
    _print(HEAD, "|---|---|---|---|---|---|---|---|---|---|")
    sound = True
    clocks = [name for name in asked.only if name in CLOCKS]
    rest = [name for name in asked.only if name not in CLOCKS]
    if clocks and not library():
        _print(f"Not run, as libfaketime is not installed: {', '.join(clocks)}")
        clocks = []
    for engine, names in product(asked.engines, (rest, clocks)):
        if not names:
            continue
        with tempfile.TemporaryDirectory(prefix="hys-faults-") as name:
            folder = Path(name)
            folder.chmod(0o755)  # a PostgreSQL server of ours runs as another user
            numbers = (asked.seconds, asked.people, asked.crowd)
            with stage(folder, engine, *numbers, own_clock=names is clocks) as on:
                for scenario in names:
                    if SCENARIOS[scenario][1] in ("", engine):
                        sound &= _run(on, scenario)
    sys.exit(0 if sound else 1)


def _run(on: Stage, name: str) -> bool:
    on.number += 1
    ledger = Ledger(on.folder / f"ledger-{on.number}")
    people, begun = on.converse(ledger), time.monotonic()
    SCENARIOS[name][0](on)
    time.sleep(max(0.0, begun + on.seconds - time.monotonic()))
    told = on.verdict(ledger, people)
    _print(_line(name, on.engine, told))
    left = left_of_the_erased(on) if name == ERASED else []
    if left:
        _print(f"Words of people who were erased are left in: {', '.join(left)}")
    return not left and told.lost == told.doubled == told.out_of_order == told.unanswered == 0


def _line(name: str, engine: str, told: Verdict) -> str:
    figures = (told.messages, told.lost, told.doubled, told.twice, told.out_of_order)
    cells = [name, engine, *figures, told.unanswered]
    cells += [f"{told.p95_wait:.1f}", f"{told.longest_wait:.1f}"]
    return f"| {' | '.join(map(str, cells))} |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--only", nargs="+", default=list(SCENARIOS), choices=list(SCENARIOS))
    parser.add_argument("--seconds", type=float, default=40.0, help="of each scenario")
    parser.add_argument("--people", type=int, default=12, help="who write meanwhile")
    parser.add_argument("--crowd", type=int, default=100, help="people who are erased")
    parser.add_argument("--short", action="store_true", help="a look, as CI takes one")
    asked = parser.parse_args()
    if asked.short:
        asked.engines, asked.only = ["sqlite"], list(SHORT)
        asked.seconds, asked.people, asked.crowd = 6.0, 4, 2
    return asked


def _print(*lines: str) -> None:
    sys.stdout.write("".join(line + "\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
