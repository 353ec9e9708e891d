"""The bot's words outside Rasa: the same `responses` of domain.yml, so that they stand in one
place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# What domain.yml calls the variation for channels with short texts, whichever they are.
SHORT = "sms"


@dataclass(frozen=True)
class Words:
    """Every response of domain.yml, as (for any channel, for channels with short texts)."""

    responses: Mapping[str, tuple[str, str]]

    def say(self, response: str, *, short: bool, **facts: Any) -> str:
        """Return one response with its facts filled in."""
        return self.part(response, short=short, **facts)

    def part(self, response: str, *, short: bool, **facts: Any) -> str:
        """Return a response that stands inside another, or is the title of a button."""
        text = self.responses[response][1 if short else 0]
        for name, value in facts.items():
            text = text.replace("{" + name + "}", str(value))
        return text


def load_words(domain_file: Path) -> Words:
    """Read the responses of a Rasa domain file."""
    domain = yaml.safe_load(domain_file.read_text(encoding="utf-8"))
    return Words({name: _both(texts) for name, texts in domain["responses"].items()})


def _both(variations: list[dict[str, str]]) -> tuple[str, str]:
    long = next(v["text"] for v in variations if "channel" not in v)
    short = next((v["text"] for v in variations if v.get("channel") == SHORT), long)
    return long, short
