"""What was acknowledged, written down as it is; and what became of it."""

from __future__ import annotations

import os
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Rows = Sequence[Mapping[str, Any]]  # of `export messages`


@dataclass(frozen=True)
class Verdict:
    """What a scenario proved. `twice` counts replies that a provider was given once too often."""

    messages: int
    lost: int
    doubled: int
    twice: int
    out_of_order: int
    longest_wait: float
    p95_wait: float
    unanswered: int


class Ledger:
    """Texts that were acknowledged, by the number that sent them; each is on the disk at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="ascii")
        self._lock = threading.Lock()
        self.texts: dict[str, list[str]] = defaultdict(list)
        self.waits: list[float] = []
        self.unanswered = 0

    def acknowledged(self, number: str, text: str) -> None:
        with self._lock:
            self._file.write(f"{number} {text}\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self.texts[number].append(text)

    def waited(self, seconds: float | None) -> None:
        """Note how long a resident waited for a reply; None: it never came."""
        with self._lock:
            if seconds is None:
                self.unanswered += 1
            else:
                self.waits.append(seconds)

    def verdict(self, rows: Rows, handed_over: Mapping[str, Sequence[str]]) -> Verdict:
        """Compare with what is stored (rows of `export messages`), and with what providers have."""
        stored = Counter(row["text"] for row in rows if row["direction"] == "in")
        texts = [text for mine in self.texts.values() for text in mine]
        waits = sorted(self.waits) or [0.0]
        return Verdict(
            messages=len(texts),
            lost=sum(self._lost(rows, number) for number in self.texts),
            doubled=sum(stored[text] > 1 for text in texts),
            twice=sum(self._twice(rows, number, handed_over[number]) for number in self.texts),
            out_of_order=sum(_swaps(rows, mine) for mine in self.texts.values()),
            longest_wait=waits[-1],
            p95_wait=waits[int(len(waits) * 0.95)],
            unanswered=self.unanswered,
        )

    def _lost(self, rows: Rows, number: str) -> int:
        """Count what is not stored. What was said about oneself is emptied by and by, rightly."""
        mine = [row["text"] for row in rows if row["direction"] == "in"]
        theirs = self._who(rows, number)
        emptied = sum(
            row["direction"] == "in" and row["text"] == "" and row["respondent"] in theirs
            for row in rows
        )
        missing = len(set(self.texts[number]) - set(mine))
        return max(0, missing - emptied)

    def _twice(self, rows: Rows, number: str, handed_over: Sequence[str]) -> int:
        who = self._who(rows, number)
        said = Counter(
            row["text"] for row in rows if row["direction"] == "out" and row["respondent"] in who
        )
        return sum((Counter(handed_over) - said).values())

    def _who(self, rows: Rows, number: str) -> set[str]:
        """Return the references of a number, by the texts that are stored of it."""
        mine = set(self.texts[number])
        return {
            row["respondent"] for row in rows if row["direction"] == "in" and row["text"] in mine
        }


def _swaps(rows: Rows, sent: Sequence[str]) -> int:
    """Count neighbours that are stored the other way round than they were acknowledged."""
    place = {text: n for n, text in enumerate(sent)}
    found = [place[r["text"]] for r in rows if r["direction"] == "in" and r["text"] in place]
    return sum(later < earlier for earlier, later in zip(found, found[1:], strict=False))
