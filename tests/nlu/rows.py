"""The rows that the model is measured by, each with what the gateway would tell of it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.consultation.model import Consultation
from bot.consultation.waits import ERASE
from bot.understanding.context_of_message import reads
from tests.support.rasa import InProcessRasa

HERE = Path(__file__).parent
ANSWER = "give_answer"
Row = dict[str, Any]
Understood = list[tuple[Row, str, float]]  # a row, the intent that was found, how sure

# A question of each kind to have open; rows of kind `none` are said with nothing open.
OPEN = {
    "open": "smart_people.views",
    "scale": "smart_people.agree",
    "choice": "role",
    "multi_choice": "overall.priority",
    "contact": "callback.contact",
}
WHOLE = {"development": "development.yml", "blind": "development_blind.yml"}
SETS = ("development", "tune", "final", "blind")


@cache
def rows(name: str) -> tuple[Row, ...]:
    """Return a set. `tune` and `final` are the halves of development_fresh.yml, by a fixed hash."""
    if whole := WHOLE.get(name):
        return tuple(yaml.safe_load((HERE / whole).read_text("utf-8")))
    fresh = yaml.safe_load((HERE / "development_fresh.yml").read_text("utf-8"))
    return tuple(row for row in fresh if half(row["text"]) == name)


def half(text: str) -> str:
    return "final" if hashlib.sha256(text.encode()).digest()[0] % 2 else "tune"


def metadata(row: Row, consultation: Consultation) -> dict[str, Any]:
    """Return what the gateway sends with a message. A yes or a no with nothing open is said to a
    bot that asked for it.
    """
    question = OPEN.get(row["kind"])
    asked = question is None and row["intent"] in ("affirm", "deny")
    return {
        "state": "started" if question or asked else "new",
        "kind": consultation.by_id[question].kind.value if question else None,
        "reads": reads(consultation, row["text"], question),
        "pending": ERASE if asked else None,
        "run": "request" if row["kind"] == "contact" else None,
    }


async def understand(rasa: InProcessRasa, consultation: Consultation, name: str) -> Understood:
    """Let the trained model read a whole set."""
    return [
        (row, *await rasa.parse(row["text"], metadata(row, consultation))) for row in rows(name)
    ]


def recall(understood: Understood) -> dict[str, float]:
    """Return how many of each intent were found, of those there are."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for row, intent, _ in understood:
        hits[row["intent"]].append(intent == row["intent"])
    return {intent: share(found) for intent, found in hits.items()}


def macro(understood: Understood) -> float:
    found = recall(understood)
    return sum(found.values()) / len(found)


def taken_for_commands(understood: Understood, *, ambiguous: bool) -> list[bool]:
    """Say of each answer of that sort whether it was taken for a command."""
    return [
        intent != ANSWER
        for row, intent, _ in understood
        if row["intent"] == ANSWER and bool(row.get("ambiguous")) is ambiguous
    ]


def share(hits: list[bool]) -> float:
    return sum(hits) / max(1, len(hits))


def misses(understood: Understood) -> list[str]:
    """Return every row that was misread, as a line to be read."""
    return [
        f"[{row['kind']}] {row['intent']} was taken for {intent} ({sure:.2f}): {row['text']}"
        for row, intent, sure in understood
        if intent != row["intent"]
    ]
