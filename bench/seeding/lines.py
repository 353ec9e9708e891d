"""The hand-written pool that made-up residents speak from, and what one of them says next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bot.consultation.model import Consultation
from bot.consultation.question import FOLLOW_UP, Question

POOL = Path(__file__).with_name("answers.yml")
RARE = ("distress", "complain", "ask_human")  # of what is said besides answers


@dataclass(frozen=True)
class Said:
    """One message of a resident: their words, and what the dialogue model makes of them. Its turn
    may also fail.
    """

    text: str
    intent: str
    button: Mapping[str, Any] | None = None
    confidence: float = 1.0
    fails: bool = False

    @property
    def care(self) -> str | None:
        return "hard" if self.intent == "distress" else None


@cache
def pool() -> dict[str, Any]:
    """Return the pool of words, as answers.yml has it."""
    words: dict[str, Any] = yaml.safe_load(POOL.read_text(encoding="utf-8"))
    return words


def starts(rng: Random, *, buttons: bool) -> Said:
    """Return what a resident begins with."""
    if buttons and rng.random() < 0.9:
        return Said("Start", "start", {"title": "Start", "command": "start"})
    text = rng.choice(("start", "Hello", "hi", "START", "ok lets go"))
    return Said(text, "start" if "start" in text.lower() else "greet")


def aside(rng: Random) -> Said:
    """Return something that is said to the bot, or to the council, and is no answer."""
    intents = pool()["asides"]
    weights = [1 if intent in RARE else 4 for intent in intents]
    intent = rng.choices(list(intents), weights)[0]
    sure = round(rng.uniform(0.55, 1.0), 3)
    return Said(rng.choice(intents[intent]), intent, confidence=sure)


def answers(
    rng: Random,
    consultation: Consultation,
    question: Question,
    *,
    buttons: bool,
    leans: float,
    tries: int,
) -> Said:
    """Return an answer to a question. `leans` is from 0 (against everything) to 1 (for it);
    `tries` says how often it could not be read so far.
    """
    if not question.options:
        sure = round(rng.uniform(0.6, 0.99), 3)
        text = _words(rng, consultation, question)
        return Said(text, "give_answer", confidence=sure)
    if rng.random() < (0.35 if tries else 0.02):
        return Said(rng.choice(pool()["unreadable"]), "give_answer", confidence=0.41)
    chosen = _choose(rng, question, leans)
    titles = [option.wording.text for option in question.options]
    if buttons and len(chosen) == 1 and rng.random() < 0.8:
        option = question.options[chosen[0]]
        pressed = {
            "title": option.wording.text, "question": question.id, "value": option.value,
        }  # fmt: skip
        return Said(option.wording.text, "give_answer", pressed)
    if rng.random() < 0.6:
        text = " and ".join(str(place + 1) for place in chosen)
    else:
        text = ", ".join(titles[place].lower() for place in chosen)
    return Said(text, "give_answer", confidence=0.97)


def _choose(rng: Random, question: Question, leans: float) -> list[int]:
    """Return places of options: early ones for who agrees, as scales are written."""
    count = len(question.options)
    if question.max_choices:
        wanted = rng.randint(1, min(question.max_choices, count))
        weights = [1 / (place + 1.5) for place in range(count)]
        return sorted(set(rng.choices(range(count), weights, k=wanted)))
    middle = (1 - leans) * (count - 1)
    return [min(max(round(rng.gauss(middle, 1.1)), 0), count - 1)]


def _words(rng: Random, consultation: Consultation, question: Question) -> str:
    words = pool()
    if question.id.endswith(FOLLOW_UP):
        return str(rng.choice(words["follow_ups"]))
    aim = consultation.section_of[question.id].aim
    text: str = rng.choice(words["views"].get(aim, words["views"]["any"]))
    said = [text]
    if rng.random() < 0.12:
        said.append(rng.choice(words["views"]["any"]))
    if rng.random() < 0.25:
        said.append(rng.choice(words["tails"]))
    return " ".join(said)
