"""Corrections in the words of the pages, and as their form sends them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import CLOSED_KINDS, FOLLOW_UP, Kind, Question
from bot.staff.shell import vocabulary
from bot.storage.messages.transcripts import Turn
from bot.storage.review.amending import Amended
from bot.storage.review.corrections import Correction

ANSWER = "give_answer"
NO_OPTION = "unread"  # the words fit none of the options
FITS_NONE = "fits none of the options"


class NoChoice(ValueError):
    """The form says that it is an answer, but not which one."""


@dataclass(frozen=True)
class Corrected:
    """What staff say a message was, and what the bot had taken it for; `undoes`: it is no answer
    any more.
    """

    intent: str
    really: str
    staff: str
    was: str | None
    undoes: bool


def corrected_of(consultation: Consultation, correction: Correction) -> Corrected:
    question = consultation.by_id.get(correction.question or "")
    really, was = vocabulary.intent(correction.intent), None
    if question is not None and question.kind in CLOSED_KINDS:
        really = vocabulary.value(question, correction.value) or FITS_NONE
        was = vocabulary.value(question, correction.was) or FITS_NONE
    undoes = correction.was_answer and correction.intent != ANSWER
    was = was if correction.was_answer and was != really else None
    return Corrected(correction.intent, really, correction.staff, was, undoes)


def question_of(consultation: Consultation, turn: Turn) -> Question | None:
    """Return the question of the consultation that a message answers, or that was open."""
    asked = turn.answer.question if turn.answer else turn.question
    if asked is None or consultation.purpose_of(asked) is not Purpose.CONSULTATION:
        return None
    return None if asked.endswith(FOLLOW_UP) else consultation.by_id.get(asked)


def options_of(question: Question | None) -> list[tuple[str, str]]:
    """Return what can be chosen for an answer, as (value, words)."""
    if question is None or question.kind not in CLOSED_KINDS:
        return []
    options = [(option.value, option.wording.text) for option in question.options]
    if question.kind is Kind.YES_NO:
        options = [("true", "Yes"), ("false", "No")]
    return [*options, (NO_OPTION, "Fits none of the options")]


def chosen_of(turn: Turn) -> list[str]:
    """Return the options that are chosen now."""
    if turn.answer is None:
        return []
    value = turn.answer.value
    if value is None:
        return [NO_OPTION]
    return [_typed(one) for one in (value if isinstance(value, list) else [value])]


def read_answer(
    question: Question | None, typed: Sequence[str], wording_version: str
) -> Amended | None:
    """Return the answer that the form says, or None where there is no question to answer. Raises
    NoChoice.
    """
    if question is None:
        return None
    known = dict(options_of(question))
    if not known:
        return Amended(question, None, wording_version)
    values = [value for value in dict.fromkeys(typed) if value in known]
    if not values or len(values) > _most(question) or (NO_OPTION in values and len(values) > 1):
        raise NoChoice
    if values == [NO_OPTION]:
        return Amended(question, None, wording_version)
    if question.kind is Kind.MULTI_CHOICE:
        return Amended(question, values, wording_version)
    value: Any = values[0] == "true" if question.kind is Kind.YES_NO else values[0]
    return Amended(question, value, wording_version)


def _most(question: Question) -> int:
    return (question.max_choices or 99) if question.kind is Kind.MULTI_CHOICE else 1


def _typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
