"""Which messages are kept sealed, and which replies that repeat them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import CONTACT_KINDS
from bot.conversation.place import Place, Step
from bot.understanding.personal_data import holds_personal

CONTACT, EQUALITY = "contact", "equality"  # why a message is not kept in clear
MASK = "[hidden]"
OWN_NUMBER = "own number"  # stands for the number that the resident writes from, until it is stored


def privacy_of(consultation: Consultation, question_id: str | None) -> str | None:
    """Say how a message that answers this question is to be kept: in clear (None), as contact
    details, or as an equality answer.
    """
    question = consultation.by_id.get(question_id or "")
    purpose = consultation.purpose_of(question_id)
    if question is None or purpose is Purpose.CONSULTATION:
        return None
    if purpose is Purpose.EQUALITY:
        return EQUALITY
    return CONTACT if question.kind in CONTACT_KINDS else None


def privacy_in_detour(consultation: Consultation, place: Place, text: str) -> str | None:
    """Say how a message in the middle of a detour is to be kept: in a request, a number that is put
    right one question later is contact details too.
    """
    kept = privacy_of(consultation, place.open_question)
    if kept is None and place.detour and holds_personal(text):
        return CONTACT
    return kept


def told_back(done: Step) -> Any:
    """Return what is kept in clear of the value that a message gave: of what is private nothing."""
    return done.reading.value if done.reading and done.private is None else None


def masked(text: str, personal: Collection[str]) -> str:
    """Return a reply as staff see it, without the contact details that it repeats."""
    for words in sorted(personal, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", MASK, text)
    return text
