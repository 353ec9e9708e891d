"""Awkward replies to the real questions (tests/understanding/tables/awkward.yml)."""

from __future__ import annotations

import pytest

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation
from bot.understanding.answers import read_answer
from tests.support.tables import table

TABLE = table("awkward")


def taken(consultation: Consultation, question: str, text: str) -> str:
    try:
        value = read_answer(consultation.by_id[question], text).value
    except UnreadableAnswer as unread:
        return "?" if unread.reason == "asks_back" else "-"
    return "+".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("question", TABLE)
def test_a_reply_is_taken_as_a_careful_reader_would(
    consultation: Consultation, question: str
) -> None:
    wrong = {
        text: found
        for meant, texts in TABLE[question].items()
        for text in texts
        if (found := taken(consultation, question, text)) != meant and (meant, found) != ("-", "?")
    }
    assert wrong == {}


TELLS = "what matters to me most here is digital skills for everyone"
ASKS = ["what is the best one for me", "what does it mean if it is 3", f"{TELLS}?"]


def test_what_can_begin_a_statement(consultation: Consultation) -> None:
    assert taken(consultation, "overall.priority", TELLS) != "?"
    for text in ASKS:
        assert taken(consultation, "overall.priority", text) == "?"
