"""The words of a language that are understood without the trained model, read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.settings import ROOT

FOLDER = ROOT / "data" / "understanding"


@dataclass(frozen=True)
class Language:
    """One file of data/understanding. Words and phrases are as normalise.plain writes them."""

    commands: Mapping[str, str]  # {whole message: intent}
    stop_words: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    acknowledgements: frozenset[str]
    ready: frozenset[str]
    sending: frozenset[str]
    around: frozenset[str]  # what people put before or after a command
    spellings: Mapping[str, str]
    help_now: Mapping[str, tuple[str, ...]]  # {kind of danger: phrases that are always heard}
    about: Mapping[str, tuple[str, ...]]  # {kind of danger: words that tell it from the others}
    asks_with: frozenset[str]  # the first words of a question
    before_asking: frozenset[str]  # what may stand before them
    said_before: tuple[str, ...]  # what people say before a wish, with the mark after it
    said_after: tuple[str, ...]
    reactions: tuple[str, ...]
    automatic: Mapping[str, tuple[str, ...]]
    reading: Mapping[str, Any]  # small words of answers: bot/understanding/words/lexicon.py


def read_language(file: Path) -> Language:
    """Read a file of data/understanding."""
    told: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    yes = frozenset(told["yes"])
    return Language(
        commands={phrase: intent for intent, said in told["commands"].items() for phrase in said},
        stop_words=frozenset(told["commands"]["opt_out"]),
        yes=yes,
        no=frozenset(told["no"]),
        acknowledgements=yes | frozenset(told["acknowledgements"]),
        ready=frozenset(told["ready"]),
        sending=frozenset(told["sending"]),
        around=frozenset(told["around"]),
        spellings=told["spellings"],
        help_now={kind: tuple(said) for kind, said in told["help_now"].items()},
        about={kind: tuple(said) for kind, said in told["about"].items()},
        asks_with=frozenset(told["asks_with"]),
        before_asking=frozenset(told["before_asking"]),
        said_before=tuple(told["said_before"]),
        said_after=tuple(told["said_after"]),
        reactions=tuple(told["reactions"]),
        automatic={group: tuple(parts) for group, parts in told["automatic"].items()},
        reading=told["reading"],
    )


@cache
def english() -> Language:
    """Return the language of all consultations so far."""
    return read_language(FOLDER / "en.yml")
