"""Which answers can be changed at a place, and whether a message names one of them."""

from __future__ import annotations

from collections.abc import Collection

from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import Question
from bot.conversation.place import Place, detour_purpose
from bot.understanding.rated_anew import rated_anew
from bot.understanding.which_answer import names_a_field, new_value, which_question
from bot.understanding.words.change_words import (
    changes_a_number,
    is_my_answer,
    is_one_of_mine,
    takes_out_in_passing,
    what_is_changed,
    what_is_taken_back,
)


def can_change(consultation: Consultation, place: Place) -> list[Question]:
    """Return the questions that were answered or skipped, in order; a list shows them so. In a
    request they are those of the request.
    """
    if detour_purpose(consultation, place) is Purpose.REQUEST:
        return known_fields(consultation, place)
    return answered_questions(consultation, place.done)


def answered_questions(consultation: Consultation, done: Collection[str]) -> list[Question]:
    """Return the consultation's own questions that were answered or skipped, in order."""
    return [question for question in consultation.questions if question.id in done]


def known_fields(consultation: Consultation, place: Place) -> list[Question]:
    """Return the questions of the request that were answered or skipped, in order."""
    section = consultation.section(place.detour.section) if place.detour else None
    done = place.detour.done if place.detour else frozenset()
    return [question for question in section.questions if question.id in done] if section else []


def picks(consultation: Consultation, text: str, place: Place) -> bool:
    """Say whether a message names one of the answers that were listed."""
    known = can_change(consultation, place)
    asked = place.open_question
    meant = which_question(consultation, text, known, asked, picking=True)
    if meant is None:
        return False
    return place.pending is not None or names_a_field(consultation, meant, text)


def changes(consultation: Consultation, text: str, place: Place) -> bool:
    """Say whether a message asks to change an answer, and names one: "change the jobs one". In a
    request "change the name" is enough: nobody has opinions about that.
    """
    if what_is_taken_back(text) or changes_a_number(text) or takes_out_in_passing(text):
        return bool(can_change(consultation, place))
    known = can_change(consultation, place)
    requesting = detour_purpose(consultation, place) is Purpose.REQUEST
    if not requesting and rated_anew(consultation, text, known, place.open_question):
        return True
    asked = what_is_changed(text)
    if asked is None:
        return False
    meant = which_question(consultation, text, known, place.open_question, picking=False)
    if meant and new_value(consultation.by_id[meant], text):
        return True  # "change that to agree"
    if is_my_answer(asked):
        return True  # if it is not clear which, a list is shown
    if not requesting and not is_one_of_mine(asked):
        return False
    return meant is not None
