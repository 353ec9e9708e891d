"""The training lines keep their promises, and no measured message is nearly one of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from typing import NamedTuple

import yaml

from bot.settings import ROOT
from tests.nlu.measure import NAMES, rows

LEAST = 40  # lines of an intent
LONG_ENOUGH = 5  # words; there are only so many ways to say "skip this one"
FILES = ("messages", "cries", "not_cries", "questions")


class Example(NamedTuple):
    """One training line and where it stands."""

    text: str
    intent: str
    file: str


@cache
def training() -> tuple[Example, ...]:
    found = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        told = yaml.safe_load(path.read_text("utf-8"))
        assert told["version"] == "3.1", path.name
        for block in told["nlu"]:
            for line in block["examples"].splitlines():
                assert line.startswith("- "), f"{path.name}: {line}"
                found.append(Example(line[2:].strip(), block["intent"], path.name))
    return tuple(found)


def bare(text: str) -> str:
    """Only the words: case, marks and spaces do not make two examples of one."""
    words = " ".join(re.sub(r"[^\w\s]", "", text.casefold()).split())
    return words or text.strip()


def test_no_example_stands_twice_in_any_intent() -> None:
    times = Counter(example.text.casefold() for example in training())
    assert [text for text, count in times.items() if count > 1] == []


def test_no_words_are_taught_as_two_intents() -> None:
    intents: dict[str, set[str]] = {}
    for example in training():
        intents.setdefault(bare(example.text), set()).add(example.intent)
    assert {text: names for text, names in intents.items() if len(names) > 1} == {}


def test_no_example_is_read_as_rasa_markup_or_a_payload() -> None:
    marked = [e for e in training() if re.search(r"[\[\]{}\\]", e.text) or e.text[:1] == "/"]
    assert marked == []


def test_the_model_is_taught_the_intents_of_the_domain_with_enough_lines() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    taught = Counter(example.intent for example in training())
    assert set(taught) == set(domain["intents"])
    assert {intent: count for intent, count in taught.items() if count < LEAST} == {}


def test_every_set_measures_every_intent_that_people_say() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    for name in NAMES:
        measured = Counter(row["intent"] for row in rows(name, "messages"))
        by_files_of_their_own = {"distress", "ask_question"}  # cries.yml and questions.yml
        assert set(measured) == set(domain["intents"]) - by_files_of_their_own
        assert min(measured.values()) >= 12


def near(text: str) -> set[str]:
    """Return the keys under which a text meets those that differ by one word, or by the order."""
    words = bare(text).split()
    if len(words) < LONG_ENOUGH:
        return set()
    without = (words[:at] + words[at + 1 :] for at in range(len(words)))
    return {" ".join(sorted(words)), *(" ".join(sorted(some)) for some in without)}


def test_no_measured_message_is_nearly_a_training_line() -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for example in training():
        for key in near(example.text):
            known[key].add(example.text)
    found = {
        row["text"]: sorted(meeting)[0]
        for name in NAMES
        for file in FILES
        for row in rows(name, file)
        if (meeting := set().union(*(known[key] for key in near(row["text"]) if key in known)))
    }
    assert found == {}


def test_no_measured_message_stands_in_two_sets() -> None:
    seen: dict[str, str] = {}
    for name in NAMES:
        for file in ("messages", "cries", "not_cries"):
            for row in rows(name, file):
                if len(bare(row["text"]).split()) >= LONG_ENOUGH:
                    assert seen.setdefault(bare(row["text"]), name) == name, row
