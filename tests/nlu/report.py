"""What the trained model understands and what not: `python -m tests.nlu.report` (make nlu-report).

Prints figures for each set of rows and the worst misses, and draws docs/nlu_confusion.svg.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections import Counter, defaultdict

from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation
from bot.settings import ROOT, load_settings
from bot.training import trained_model
from tests.nlu.picture import draw
from tests.nlu.rows import (
    ANSWER,
    SETS,
    Understood,
    macro,
    metadata,
    recall,
    rows,
    share,
    taken_for_commands,
    understand,
)
from tests.support.rasa import InProcessRasa

PICTURE = ROOT / "docs" / "nlu_confusion.svg"
CONSULTATION = ROOT / "data" / "consultations" / "manchester-digital-strategy.yml"
WORST = 30


def main() -> None:
    consultation = load_consultation(CONSULTATION)
    rasa = InProcessRasa(trained_model(load_settings()))
    understood = {name: asyncio.run(understand(rasa, consultation, name)) for name in SETS}
    say(summary(understood))
    say(by_kind(understood))
    seen = understood["development"] + understood["tune"]
    say(by_intent(seen))
    say(worst(seen))
    say(f"\nMedian cost of a message: {asyncio.run(cost(rasa, consultation)):.2f} ms")
    everything = [found for name in SETS for found in understood[name]]
    PICTURE.write_text(draw(everything), encoding="utf-8")
    say(f"Drawn: {PICTURE.relative_to(ROOT)}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def summary(understood: dict[str, Understood]) -> str:
    lines = ["set           rows  macro  ambiguous  plain  opt_out  distress"]
    for name, found in understood.items():
        recalled = recall(found)
        hard = share(taken_for_commands(found, ambiguous=True))
        plain = share(taken_for_commands(found, ambiguous=False))
        lines.append(
            f"{name:12} {len(found):5}  {macro(found):.3f}  {hard:9.1%}  {plain:5.1%}"
            f"  {recalled['opt_out']:7.3f}  {recalled['distress']:8.3f}"
        )
    return "\n".join(lines)


def by_kind(understood: dict[str, Understood]) -> str:
    """Answers taken for commands, by the kind of question that was open."""
    counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for name, found in understood.items():
        for row, intent, _ in found:
            if row["intent"] == ANSWER:
                counts[name, row["kind"]].append(intent != ANSWER)
    lines = ["\nAnswers taken for commands"]
    lines += [
        f"{name:12} {kind:13} {sum(hits):3} of {len(hits)}" for (name, kind), hits in counts.items()
    ]
    return "\n".join(lines)


def by_intent(found: Understood) -> str:
    """Precision, recall and F1 of each intent, on the rows that may guide changes."""
    right = Counter(row["intent"] for row, intent, _ in found if intent == row["intent"])
    there = Counter(row["intent"] for row, _, _ in found)
    said = Counter(intent for _, intent, _ in found)
    lines = ["\nintent               rows  precision  recall     F1   (development and tune)"]
    for intent in sorted(there):
        precision = right[intent] / max(1, said[intent])
        recalled = right[intent] / there[intent]
        f1 = 2 * precision * recalled / max(1e-9, precision + recalled)
        lines.append(f"{intent:20} {there[intent]:4} {precision:10.3f} {recalled:7.3f} {f1:6.3f}")
    return "\n".join(lines)


def worst(found: Understood) -> str:
    """The misses that the model was surest of, again of the rows that may guide changes."""
    wrong = [each for each in found if each[1] != each[0]["intent"]]
    wrong.sort(key=lambda each: -each[2])
    lines = [f"\nThe worst {WORST} of {len(wrong)} misses"]
    lines += [
        f"{sure:.2f} {row['kind']:12} {row['intent']} > {intent}: {row['text']}"
        for row, intent, sure in wrong[:WORST]
    ]
    return "\n".join(lines)


async def cost(rasa: InProcessRasa, consultation: Consultation) -> float:
    """Return the median of milliseconds for the whole pipeline."""
    times = []
    for row in rows("development")[:400]:
        told = metadata(row, consultation)
        started = time.perf_counter()
        await rasa.parse(row["text"], told)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
