"""Which messages are kept sealed, and what replies may repeat of them."""

from __future__ import annotations

import re
from typing import Any

from bot.consultation.model import (
    CONTACT_KINDS,
    Consultation,
    Kind,
    Purpose,
)
from bot.conversation.place import Place, Step
from bot.understanding.personal_data import holds_personal

CONTACT, EQUALITY = "contact", "equality"  # why a message is not kept in clear
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


def told_back(consultation: Consultation, done: Step) -> Any:
    """Return what the bot may repeat. Replies are kept in clear, so of contact details only enough
    to notice a slip; of an equality answer nothing.
    """
    value = done.reading.value if done.reading else None
    if done.private is None:
        return value
    if done.private != CONTACT or done.question is None or value in (None, OWN_NUMBER):
        return None
    return hint_of(consultation.by_id[done.question].kind, str(value))


def read_back(kind: Kind, value: str) -> str | None:
    """Return as much of a contact detail as a request is read back with. Replies are kept in clear,
    so it is what shows a slip: the letters that a name begins with, half a postcode, a number.
    """
    words = value.split()
    if kind is Kind.NAME and words:
        return " ".join(f"{word[0]}." for word in words[:4])
    if kind is Kind.POSTCODE:
        return f"{words[0]} ..." if len(words) > 1 else None
    if kind is Kind.ADDRESS:
        numbers = re.match(r".{0,20}\d", value)
        return f"{numbers[0]} ..." if numbers else None
    return hint_of(kind, value)


def hint_of(kind: Kind, value: str) -> str | None:
    """Return enough of an email address or number for its owner to notice a slip; of other contact
    details nothing.
    """
    if kind not in (Kind.EMAIL, Kind.PHONE, Kind.EMAIL_OR_PHONE):
        return None
    if "@" in value:
        return "..." + value[value.rindex("@") :]
    digits = re.sub(r"\D", "", value)
    return "..." + digits[-3:] if len(digits) >= 9 else None
