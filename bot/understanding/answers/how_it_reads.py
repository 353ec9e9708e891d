"""How a message reads as an answer to the open question, in one word."""

from __future__ import annotations

import re

from bot.consultation.model import FREE_TEXT_KINDS, Kind, Question
from bot.understanding.answers.answer import read_once
from bot.understanding.answers.result import Read

# Unreadable answers that are about the options all the same.
EMAILS = (Kind.EMAIL, Kind.EMAIL_OR_PHONE)
LIKE_AN_EMAIL = re.compile(r"\S+\s*(?:@|\bat\b)\s*\S+", re.I)  # "grace at example"
READS = {"asks_back": "asks_back"} | dict.fromkeys(
    ("two_options", "too_many", "too_small", "too_big"), "nearly"
)


def read_of(question: Question | None, text: str) -> Read | None:
    """Return how a message reads as an answer; None where any words are one."""
    if question is None or question.kind in FREE_TEXT_KINDS:
        return None
    return read_once(question, text)


def how_it_reads(question: Question | None, text: str, read: Read | None) -> str | None:
    """Return what Open.reads says of what `read_of` told; None where there is nothing to say."""
    if question is None or read is None:
        return None
    reading = read.reading
    if reading is None:
        meant_as_email = question.kind in EMAILS and LIKE_AN_EMAIL.fullmatch(text.strip())
        return "nearly" if meant_as_email else READS.get(read.reason or "")
    if not reading.exact:
        return "close"
    return "named" if question.options and reading.remark is None else "exact"
