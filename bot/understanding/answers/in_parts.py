"""Several questions answered in one message, each in a part of it: "45, woman, white, M14"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.consultation.question import Question
from bot.understanding.answers.answer import read_once
from bot.understanding.answers.result import Reading
from bot.understanding.options.choices import choices_of

PARTS = re.compile(r"[,.;:/&+\n]+\s*|\s+-+\s+|\s+(?:and|but)\s+", re.I)
LEADS = re.compile(
    r"^(?:(?:and|also|well|so|im|i['’]?m|i am|i live in|live in|living in|from|just|aged?"
    r"|sorry|oops|actually)\b\s*)+",
    re.I,
)
INSTEAD = re.compile(
    r"^.*\b(?:should (?:be|have been|say)|chang\w+ .*?\bto|i meant(?: to (?:say|put))?"
    r"|make (?:it|that))\s+",
    re.I,
)


def answers_in_parts(questions: Sequence[Question], text: str) -> dict[str, Reading]:
    """Return {question: reading} for each that exactly one part of the text answers, and no other
    question. A bare yes or no and "prefer not to say" fit several, so they count for none.
    """
    found: dict[str, set[str]] = {}
    for part in PARTS.split(text):
        words = LEADS.sub("", INSTEAD.sub("", part.strip()))
        told = {q.id: said for q in questions if words and (said := _named(q, words))}
        if len(told) == 1:
            ((question, said),) = told.items()
            found.setdefault(question, set()).add(said)
    return {q: Reading(values.pop()) for q, values in found.items() if len(values) == 1}


def _named(question: Question, words: str) -> str | None:
    """Return the value that the words name and nothing else, if it says something."""
    reading = read_once(question, words).reading
    if reading is None or reading.remark or not isinstance(reading.value, str):
        return None
    by_value = {choice.value: choice for choice in choices_of(question.options).each}
    choice = by_value.get(reading.value)
    bare = choice and (choice.is_yes or choice.is_no) and len(words.split()) == 1
    says_little = bare or (choice and choice.is_aside)
    return None if says_little else reading.value
