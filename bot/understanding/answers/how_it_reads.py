"""How a message reads as an answer to the open question, in one word."""

from __future__ import annotations

import re

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import FREE_TEXT_KINDS, Kind, Question
from bot.understanding.answers.answer import read_answer

# Unreadable answers that are about the options all the same.
EMAILS = (Kind.EMAIL, Kind.EMAIL_OR_PHONE)
LIKE_AN_EMAIL = re.compile(r"\S+\s*(?:@|\bat\b)\s*\S+", re.I)  # "grace at example"
READS = {"asks_back": "asks_back"} | dict.fromkeys(
    ("two_options", "too_many", "too_small", "too_big"), "nearly"
)


def how_it_reads(question: Question | None, text: str) -> str | None:
    """Return what Open.reads says; None where any words are an answer, or where none fits."""
    if question is None or question.kind in FREE_TEXT_KINDS:
        return None
    try:
        reading = read_answer(question, text)
    except UnreadableAnswer as unreadable:
        meant_as_email = question.kind in EMAILS and LIKE_AN_EMAIL.fullmatch(text.strip())
        return "nearly" if meant_as_email else READS.get(unreadable.reason)
    if not reading.exact:
        return "close"
    return "named" if question.options and reading.remark is None else "exact"
