"""Which question is opened next, or again."""

from __future__ import annotations

from dataclasses import replace

from bot.consultation.model import Consultation
from bot.consultation.question import FOLLOW_UP
from bot.consultation.state import State
from bot.conversation import detours
from bot.conversation.did import Did, Ends
from bot.conversation.place import Place, Step
from bot.conversation.progress import next_question


def passed_over(place: Place) -> tuple[Place, str | None]:
    """Leave an open follow-up out, which is asked only once; return it, to be stored as skipped."""
    here = place.open_question or ""
    if not here.endswith(FOLLOW_UP) or here in place.done:
        return place, None
    return replace(place, skipped=place.skipped | {here}), here


def reopened(place: Place, did: Did, question_id: str) -> Step:
    moved = replace(place, state=State.STARTED, open_question=question_id, tries=0)
    return Step(did, moved, question=question_id, opened=question_id)


def came_back(place: Place) -> Place:
    """A person who writes while paused has come back."""
    return replace(place, state=State.STARTED)


def open_next(consultation: Consultation, place: Place, did: Did = Did.STARTED) -> Step:
    """Open what comes next: in the detour, the consultation, or the questions about the person."""
    if place.detour:
        return detours.next_field(consultation, place, did)
    question = next_question(consultation, place.done)
    if question is None:
        if not place.answered and consultation.questions:  # an end takes an answer
            first = consultation.questions[0].id
            rests = replace(place, state=State.PAUSED, open_question=first, tries=0)
            return Step(Did.NOTHING_ANSWERED, rests, question=first)
        over = replace(place, state=State.COMPLETED, open_question=None, tries=0)
        if place.wound_up:
            return Step(did, over, ends=Ends.AGAIN)
        about_them = consultation.equality
        if about_them is None:
            return Step(did, replace(over, wound_up=True), ends=Ends.CONSULTATION)
        asked = detours.begin_equality(about_them, over)
        return Step(did, asked, opened=asked.open_question, ends=Ends.CONSULTATION)
    moved = replace(place, state=State.STARTED, open_question=question.id, tries=0)
    return Step(did, moved, opened=question.id)
