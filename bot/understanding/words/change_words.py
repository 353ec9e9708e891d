"""Whether a message asks to change something, and whether that is an answer of the resident."""

from __future__ import annotations

import re

from bot.understanding.words.normalise import plain

CHANGES = re.compile(
    r"(?:please |pls |can i |could i |can you |i (?:want|need|would like) to |i'?d like to |sorry "
    r"|oh |actually |no |wait |oops |hang on )*"
    r"(?:change|switch|edit|correct|redo|fix|amend)\b(.{2,40})"
)
MY_ANSWER = re.compile(
    r"\b(?:my|the|that|this|an|one) (?:\w+ )?(?:answer|reply)(?: about| on| i gave| for|$)"
)
ONE_OF_MINE = re.compile(r"\b(?:one|answer|reply)\b")


def what_is_changed(text: str) -> str | None:
    """Return what a message asks to change, in its words; None when it asks for no change."""
    asked = CHANGES.fullmatch(plain(text))
    return asked[1] if asked else None


def is_my_answer(asked: str) -> bool:
    """Say whether what is to be changed is plainly an answer: "my answer about jobs"."""
    return MY_ANSWER.search(asked) is not None


def is_one_of_mine(asked: str) -> bool:
    return ONE_OF_MINE.search(asked) is not None
