"""The hand-written examples keep their promises: enough, each one unique, none in two sets."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from bot.settings import ROOT

HERE = Path(__file__).parent
COMMANDS = (
    "start",
    "skip_question",
    "go_back",
    "repeat_question",
    "explain_question",
    "show_progress",
    "pause",
    "resume",
    "opt_out",
    "thank",
    "greet",
    "goodbye",
    "faq_strategy",
    "faq_aims",
    "faq_close_date",
    "faq_privacy",
    "faq_who",
    "faq_after",
    "change_answer",
    "show_my_answers",
    "start_over",
    "ask_human",
    "delete_my_data",
    "offer_case_study",
    "join_workshop",
    "request_print_copy",
    "request_callback",
    "affirm",
    "deny",
    "complain",
    "off_topic",
    "distress",
)
KINDS = {"open", "scale", "choice", "multi_choice", "contact", "none"}
# Exact by law and by the networks: a person sends just this, so both sets must hold it.
STOP_WORDS = {"stop", "stopall", "unsubscribe", "quit", "cancel", "end"}


class Example(NamedTuple):
    """One training line and where it stands."""

    text: str
    intent: str
    file: str


@cache
def training() -> tuple[Example, ...]:
    found = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                assert line.startswith("- "), f"{path.name}: {line}"
                found.append(Example(line[2:].strip(), block["intent"], path.name))
    return tuple(found)


@cache
def development(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((HERE / name).read_text("utf-8")))


def both_developments() -> tuple[dict[str, Any], ...]:
    names = ("development.yml", "development_fresh.yml", "development_blind.yml")
    return tuple(row for name in names for row in development(name))


def bare(text: str) -> str:
    """Only the words: case, marks and spaces do not make two examples of one."""
    words = " ".join(re.sub(r"[^\w\s]", "", text.casefold()).split())
    return words or text.strip()


def test_every_training_file_says_rasa_3_1() -> None:
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        assert yaml.safe_load(path.read_text("utf-8"))["version"] == "3.1", path.name


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


@pytest.mark.parametrize("intent", COMMANDS)
def test_every_command_has_at_least_40_examples(intent: str) -> None:
    assert sum(example.intent == intent for example in training()) >= 40


def test_there_are_at_least_400_answers() -> None:
    assert sum(example.intent == "give_answer" for example in training()) >= 400


def test_the_model_is_taught_the_intents_of_the_domain() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    assert {example.intent for example in training()} == {*COMMANDS, "give_answer"}
    by_rule = {"withdraw_request"}  # bot/understanding/signals.py hears it
    assert set(domain["intents"]) == {*COMMANDS, "give_answer", *by_rule}


@pytest.mark.parametrize("intent", COMMANDS)
def test_development_has_at_least_15_of_every_command(intent: str) -> None:
    assert sum(row["intent"] == intent for row in both_developments()) >= 15


def test_development_has_as_many_ambiguous_answers_as_plain_ones() -> None:
    answers = [row for row in development("development.yml") if row["intent"] == "give_answer"]
    ambiguous = sum(row.get("ambiguous", False) for row in answers)
    assert len(answers) >= 200
    assert ambiguous >= 100
    assert len(answers) - ambiguous >= 100


def test_every_development_row_is_complete() -> None:
    known = {*COMMANDS, "give_answer"}
    for row in both_developments():
        assert isinstance(row["text"], str) and row["text"].strip(), row
        assert row["kind"] in KINDS, row
        assert row["intent"] in known, row
        assert row.keys() <= {"text", "kind", "intent", "ambiguous"}, row


def test_development_never_copies_a_training_line() -> None:
    trained = {bare(example.text) for example in training()} - STOP_WORDS
    copies = [row["text"] for row in both_developments() if bare(row["text"]) in trained]
    assert copies == []
