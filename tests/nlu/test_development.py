"""How well the trained model does on messages it has never seen. The limits only ever get
tighter.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from bot.consultation.model import Consultation
from bot.gateway.context import reads
from tests.support.rasa import InProcessRasa

ROWS = yaml.safe_load((Path(__file__).parent / "development.yml").read_text(encoding="utf-8"))
# A question of each kind to have open; rows of kind `none` are said with nothing open.
OPEN = {
    "open": "smart_people.views",
    "scale": "smart_people.agree",
    "choice": "role",
    "multi_choice": "overall.priority",
}
MACRO_RECALL = 0.9
AMBIGUOUS_TAKEN_FOR_COMMANDS = 0.01
PLAIN_TAKEN_FOR_COMMANDS = 0.005


def test_answers_are_answers_and_commands_are_commands(
    rasa: InProcessRasa, consultation: Consultation
) -> None:
    understood = asyncio.run(understand_all(rasa, consultation))
    recall = by_intent(understood)
    answers = [(row, intent) for row, intent in understood if row["intent"] == "give_answer"]
    taken = {
        kind: share([intent != "give_answer" for row, intent in answers if ambiguous(row) is kind])
        for kind in (True, False)
    }
    told = {"recall": recall, "ambiguous": taken[True], "plain": taken[False]}
    assert sum(recall.values()) / len(recall) >= MACRO_RECALL, told
    assert taken[True] <= AMBIGUOUS_TAKEN_FOR_COMMANDS, told
    assert taken[False] <= PLAIN_TAKEN_FOR_COMMANDS, told


async def understand_all(
    rasa: InProcessRasa, consultation: Consultation
) -> list[tuple[dict[str, Any], str]]:
    done = []
    for row in ROWS:
        question = OPEN.get(row["kind"])
        metadata = {
            "state": "started" if question else "new",
            "kind": row["kind"] if question else None,
            "reads": reads(consultation, row["text"], question),
        }
        intent, _ = await rasa.parse(row["text"], metadata)
        done.append((row, intent))
    return done


def ambiguous(row: dict[str, Any]) -> bool:
    return bool(row.get("ambiguous"))


def by_intent(understood: list[tuple[dict[str, Any], str]]) -> dict[str, float]:
    right: dict[str, list[bool]] = defaultdict(list)
    for row, intent in understood:
        right[row["intent"]].append(intent == row["intent"])
    return {intent: round(share(hits), 3) for intent, hits in right.items()}


def share(hits: list[bool]) -> float:
    return sum(hits) / max(1, len(hits))
