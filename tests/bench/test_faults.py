"""The fault harness: what its ledger proves, and a short run of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.faults.ledger import Ledger
from bot.settings import ROOT

NUMBER = "+447700900001"
SENT = ["one", "two", "three"]


def row(direction: str, text: str, who: str = "HYS-1") -> dict[str, Any]:
    return {"direction": direction, "text": text, "respondent": who}


# What is stored and handed over: (lost, doubled, replies twice, out of order).
CASES: dict[str, tuple[list[str], list[str], tuple[int, int, int, int]]] = {
    "all well": (SENT, ["a", "b"], (0, 0, 0, 0)),
    "one is lost": (["one", "three"], ["a", "b"], (1, 0, 0, 0)),
    "one is there twice": (["one", "two", "two", "three"], ["a", "b"], (0, 1, 0, 0)),
    "two are swapped": (["two", "one", "three"], ["a", "b"], (0, 0, 0, 1)),
    "a reply went out twice": (SENT, ["a", "b", "b"], (0, 0, 1, 0)),
    "a reply is not handed over yet": (SENT, ["a"], (0, 0, 0, 0)),
    "one is emptied by design": (["one", "", "three"], ["a", "b"], (0, 0, 0, 0)),
    "one is emptied, one is lost": (["one", ""], ["a", "b"], (1, 0, 0, 0)),
    "nothing is stored": ([], [], (3, 0, 0, 0)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_ledger_tells_what_was_lost_doubled_or_swapped(case: str, tmp_path: Path) -> None:
    stored, handed_over, told = CASES[case]
    ledger = Ledger(tmp_path / "ledger")
    for text in SENT:
        ledger.acknowledged(NUMBER, text)
    for seconds in (0.5, 3.0, None):
        ledger.waited(seconds)
    rows = [row("in", text) for text in stored] + [row("out", text) for text in ("a", "b")]
    rows.append(row("in", "of another person", "HYS-2"))
    verdict = ledger.verdict(rows, {NUMBER: handed_over})
    assert (verdict.lost, verdict.doubled, verdict.twice, verdict.out_of_order) == told
    assert (verdict.messages, verdict.unanswered, verdict.longest_wait) == (3, 1, 3.0)
    assert (tmp_path / "ledger").read_text().count(NUMBER) == 3


@pytest.mark.slow
def test_a_short_run_loses_and_doubles_nothing(model: Path) -> None:
    command = [sys.executable, "-m", "bench.faults", "--short"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("| SQLite |") == 2
