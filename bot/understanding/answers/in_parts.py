"""Several questions answered in one message, each in a part of it: "45, woman, white, M14"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.consultation.question import Kind, Question
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

MOST_WORDS, LONGEST = 10, 3  # in a part without marks, and in one answer there


def answers_in_parts(questions: Sequence[Question], text: str) -> dict[str, Reading]:
    """Return {question: reading} for each that exactly one part of the text answers, and no other
    question. A bare yes or no and "prefer not to say" fit several, so they count for none.
    """
    found: dict[str, set[str]] = {}
    for part in PARTS.split(text):
        words = LEADS.sub("", INSTEAD.sub("", part.strip()))
        several = _word_by_word(questions, words.split())
        told = _told(questions, words) if len(several) < 2 else None
        for question, said in [told] if told else several:
            found.setdefault(question, set()).add(said)
    return {q: Reading(values.pop()) for q, values in found.items() if len(values) == 1}


def _told(questions: Sequence[Question], words: str) -> tuple[str, str] | None:
    """Return the one question that the words answer, and how."""
    told = [(q.id, said) for q in questions if words and (said := _named(q, words))]
    return told[0] if len(told) == 1 else None


def _word_by_word(questions: Sequence[Question], words: list[str]) -> list[tuple[str, str]]:
    """Return what words without marks between them answer ("58 male white no disability M14"), if
    every one of them is part of an answer; the longest first.
    """
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(words) <= MOST_WORDS:
        ends = range(min(len(words), at + LONGEST), at, -1)
        told = ((end, _told(questions, " ".join(words[at:end]))) for end in ends)
        end, one = next(((end, one) for end, one in told if one), (at, None))
        if one is None:
            return []
        found.append(one)
        at = end
    return found


def _named(question: Question, words: str) -> str | None:
    """Return the value that the words name and nothing else, if it says something."""
    reading = read_once(question, words).reading
    if reading is None or reading.remark or not isinstance(reading.value, str):
        return None
    if question.kind is Kind.POSTCODE_DISTRICT and len(words.split()) > 1:
        return None  # it is found among other words, which would be lost
    by_value = {choice.value: choice for choice in choices_of(question.options).each}
    choice = by_value.get(reading.value)
    bare = choice and (choice.is_yes or choice.is_no) and len(words.split()) == 1
    says_little = bare or (choice and choice.is_aside)
    return None if says_little else reading.value
