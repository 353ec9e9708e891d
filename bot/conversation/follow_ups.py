"""Whether an open answer gets one gentle second question, which asks for an example."""

from __future__ import annotations

from collections.abc import Collection

from bot.consultation.model import Consultation
from bot.consultation.question import FOLLOW_UP, Question
from bot.understanding.words.reasons import leaves_open

MOST = 3  # in one conversation; more would feel like an interview


def follow_up_to(
    consultation: Consultation, question: Question, text: str, done: Collection[str]
) -> Question | None:
    """Return the follow-up to ask after this answer, or None. `done` holds what was asked."""
    follow_up = consultation.by_id.get(question.id + FOLLOW_UP)
    if follow_up is None or not consultation.asks_follow_ups or follow_up.id in done:
        return None
    asked = sum(1 for question_id in done if question_id.endswith(FOLLOW_UP))
    return follow_up if asked < MOST and leaves_open(text) else None
