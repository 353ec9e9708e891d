"""What residents read is in domain.yml and in the consultation file, never in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from bot.settings import ROOT

ROOMS = ("actions", "bot/conversation", "bot/turns", "bot/understanding")
TITLE = re.compile(r"[A-Z][a-z']+(?:[ ,.!?].*)?", re.S)  # "Start", "Yes, delete it all"
SENTENCE = re.compile(r".*[a-z'.,] \(?[A-Za-z'].*", re.S)  # "skip this question"
# Calls whose words residents never read: those for staff who look after the service, and patterns
# of what residents write.
NOT_SAID = {
    "compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer",
    "debug", "info", "warning", "error", "exception", "getLogger",
}  # fmt: skip
# Names of others: Unicode, a model's layers; options of a yes or no, which the loader of
# consultation files has; and what staff read of a text that was not sent.
NAMES: dict[str, set[str]] = {
    "bot/conversation": {"own number"},
    "bot/turns": {"the cap of the day"},
    "bot/understanding": {"Cf", "Cs", "Cc", "Gather", "Read", "Reading", "Yes", "No"},
}  # fmt: skip


def called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def unsaid(tree: ast.Module) -> set[int]:
    """Return the ids of the constants that no resident can read."""
    found: set[int] = set()
    for node in ast.walk(tree):
        raised = isinstance(node, (ast.Raise, ast.Assert))
        if raised or (isinstance(node, ast.Call) and called(node) in NOT_SAID):
            found |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))  # a docstring
    return found


def said_in(source: str, *, titles_only: bool = False) -> Iterator[str]:
    """Yield every text of some code that reads like something said to a resident."""
    tree = ast.parse(source)
    skipped = unsaid(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        sentence = not titles_only and SENTENCE.fullmatch(node.value)
        if (sentence or TITLE.fullmatch(node.value)) and id(node) not in skipped:
            yield node.value


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_that_residents_read_is_in_the_code(room: str) -> None:
    """Understanding is full of words that residents write, in small letters; those are not said."""
    found = {
        (file.name, text)
        for file in sorted((ROOT / room).rglob("*.py"))
        for text in said_in(
            file.read_text(encoding="utf-8"), titles_only=room == "bot/understanding"
        )
    }
    left = {(file, text) for file, text in found if text not in NAMES.get(room, set())}
    assert left == set(), "put it under `responses:` in domain.yml (actions/wording.py)"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('button = {"title": "Start"}', ["Start"]),
        ('meant = "leave this question out"', ["leave this question out"]),
        ('say(f"from {low} or more")', [" or more"]),
        ('"""What the module does."""', []),
        ('logger.warning("the message is kept")', []),
        ('raise ValueError("No such file")', []),
        ('re.compile(r"i want to stop")', []),
        ('say.utter_message(response="utter_ok")', []),
    ],
)
def test_a_text_is_told_from_a_name(code: str, found: list[str]) -> None:
    assert list(said_in(code)) == found
