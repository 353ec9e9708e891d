"""Understanding with a model that hears what a test wants it to hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.consultation.file.read import find_consultation
from bot.rasa.teach import ears_of
from bot.settings import ROOT, Settings
from bot.training import trained_model
from bot.understanding.costs import Costs
from bot.understanding.known_questions import Found
from bot.understanding.meaning import Meaning
from bot.understanding.model.classifier import Heard
from bot.understanding.open import Open
from bot.understanding.understand import Ears, understand

QUIET = {"hard": 0.0, "any": 0.0, "grief": 0.0}


def costs() -> Costs:
    """Return the costs of config.yml."""
    config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    return Costs(**config["pipeline"][0]["costs"])


@dataclass(frozen=True)
class FakeModel:
    """Hears `whole` in every text but those of `parts`."""

    whole: Heard
    parts: Mapping[str, Heard] = field(default_factory=dict)

    def hear(self, text: str) -> Heard:
        return self.parts.get(text, self.whole)


@dataclass(frozen=True)
class FakeQuestions:
    """Finds one answer for everything that is asked."""

    found: Found | None = None

    def find(self, text: str, heard: Mapping[str, float]) -> Found | None:
        return self.found


def heard(intent: str, share: float = 0.95, **cares: float) -> Heard:
    """Return what a model hears that is so sure of one intent; the rest is an answer."""
    other = "give_answer" if intent != "give_answer" else "greet"
    return Heard({intent: share, other: 1.0 - share}, {**QUIET, **cares})


def meant(text: str, opened: Open, whole: Heard, **more: Any) -> Meaning:
    """Return what a text means, with the costs of the product."""
    model = FakeModel(whole, more.get("parts", {}))
    questions = FakeQuestions(more.get("found"))
    return understand(text, opened, Ears(model, costs(), questions))  # type: ignore[arg-type]


def trained_ears(settings: Settings) -> Ears:
    """Return what the product understands with: the trained model out of its archive, the costs of
    config.yml and the answers of the consultation file.
    """
    consultation = find_consultation(settings.consultations, settings.consultation)
    return ears_of(trained_model(settings), consultation)
