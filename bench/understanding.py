"""The understanding (NLU) of trained models alone: a child of turns.py. Prints JSON.

`python -m bench.understanding ROUNDS NAME=MODEL …`: no tracker, no policies, no HTTP.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bench.talk_words import OPENING, words


async def measure(model: str, rounds: int) -> float:
    processor = Agent.load(model).processor
    assert processor
    times = []
    for turn in range(1, len(OPENING) + 1 + rounds * 10):
        message = UserMessage(
            text=words(turn, turn), sender_id="x", metadata={"kind": "open", "reads": None}
        )
        started = time.perf_counter()
        await processor.parse_message(message, None, True)
        if turn > len(OPENING):
            times.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(times), 2)


if __name__ == "__main__":
    models = dict(named.split("=", 1) for named in sys.argv[2:])
    found = {name: asyncio.run(measure(model, int(sys.argv[1]))) for name, model in models.items()}
    sys.stdout.write("\n" + json.dumps({"nlu_ms": found}) + "\n")
