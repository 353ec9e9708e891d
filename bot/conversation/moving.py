"""Moving about: begin, skip, go back, rest, stop, take back. Pure, like answering.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import FOLLOW_UP, main_question
from bot.consultation.state import State
from bot.consultation.waits import (
    CARE,
    DOUBT,
)
from bot.conversation import detours
from bot.conversation.did import Did, Ends
from bot.conversation.opening import came_back, open_next, passed_over, reopened
from bot.conversation.place import Place, Step, StepFunction, blocked, detour_purpose
from bot.conversation.progress import previous_question
from bot.understanding.words.commands import plain

BEGINS = {State.NEW: Did.STARTED, State.COMPLETED: Did.ALREADY_COMPLETED}


def skip(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Pass the open question; an answer given to it before stays."""
    if stop := blocked(consultation, place):
        return stop
    if place.open_question is None:
        return open_next(consultation, place, Did.NOTHING_OPEN)
    passed = place.open_question
    question = consultation.by_id.get(passed)
    if place.detour and question:
        return detours.passed(consultation, place, question)
    if passed not in place.answered and question and not question.optional:
        return Step(Did.MUST_ANSWER, came_back(place), question=passed)
    if passed in place.answered:
        return replace(open_next(consultation, place, Did.ANSWER_KEPT), question=passed)
    after = open_next(consultation, replace(place, skipped=place.skipped | {passed}), Did.SKIPPED)
    return replace(after, question=passed, skip=passed)


def go_back(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Open the question before; from the end, the last one."""
    if stop := blocked(consultation, place):
        return stop
    if place.state is State.NEW:
        return open_next(consultation, place)
    if place.pending and place.pending["kind"] == DOUBT and _undoes(place.pending, text, button):
        return take_back(consultation, place)
    if button and button.get("undo"):
        here_now = came_back(place) if place.open_question else place
        return Step(Did.STALE_BUTTON, here_now, question=place.open_question)
    if place.detour:
        return _back_in_detour(consultation, place)
    here = place.open_question or ""
    if here.endswith(FOLLOW_UP):
        place, passed = passed_over(place)
        return replace(reopened(place, Did.WENT_BACK, main_question(here)), skip=passed)
    before = previous_question(consultation, place.open_question)
    if before is None:
        return Step(Did.AT_FIRST, came_back(place), question=place.open_question)
    return reopened(place, Did.WENT_BACK, before.id)


def _back_in_detour(consultation: Consultation, place: Place) -> Step:
    if earlier := detours.before(consultation, place):
        return reopened(place, Did.WENT_BACK, earlier.id)
    if detour_purpose(consultation, place) is Purpose.REQUEST:
        return Step(Did.AT_FIRST_FIELD, came_back(place), question=place.open_question)
    last = previous_question(consultation, None)  # back to the consultation's own questions
    assert last is not None
    left = detours.all_dropped(place)
    return replace(reopened(left, Did.WENT_BACK, last.id), ends=Ends.DROPPED)


def take_back(consultation: Consultation, place: Place) -> Step:
    """Let the last answer count no more, because it was meant as something else; do that."""
    pending = place.pending or {}
    question_id, meant = str(pending["question"]), str(pending["other"])
    again = bool(pending.get("again"))  # it took the place of an answer, which counts again
    left = detours.all_dropped(place) if place.detour else place
    before = replace(
        left,
        state=State.STARTED,  # also when it was the last answer
        answered=place.answered if again else place.answered - {question_id},
        open_question=question_id,
        pending=None,
    )
    also: Step | None = None
    if meant in MEANT:
        also = MEANT[meant](consultation, before, "", None)
    after = also or reopened(before, Did.TOOK_BACK, question_id)
    return replace(
        after,
        did=also.did.after_taking_back() if also else Did.TOOK_BACK,
        withdraw=(question_id,),
        restore=again,
        reason=meant,
        ends=Ends.DROPPED if place.detour else after.ends,
    )


def start(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Begin, or go on where it was: after a pause, after STOP, or in the middle."""
    began = replace(place, state=State.NEW) if place.state is State.STOPPED else place
    if closed := blocked(consultation, began):
        return replace(closed, place=place)
    if place.open_question in consultation.by_id:
        did = Did.ALREADY_STARTED if place.state is State.STARTED else Did.RESUMED
        return Step(did, came_back(place), question=place.open_question)
    return open_next(consultation, place, BEGINS.get(place.state, Did.RESUMED))


def greet(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """A hello begins or goes on, but does not undo a STOP."""
    if stop := blocked(consultation, place):
        return stop
    return start(consultation, place, text, button)


def pause(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Rest until the person writes again."""
    if stop := blocked(consultation, place):
        return stop
    if detour_purpose(consultation, place) is Purpose.EQUALITY:
        return detours.leave(consultation, place)  # everything that counts has been said
    rests = place.pending if place.pending and place.pending["kind"] == CARE else None
    if place.state is State.STARTED:
        place = replace(place, state=State.PAUSED)
    return Step(Did.PAUSED, place, question=place.open_question, pending=rests)


def stay(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Nothing moves, and what the bot waits to hear it still waits for."""
    return Step(Did.STAYED, place, question=place.open_question, pending=place.pending)


def opt_out(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Stop at once, whatever the date or state. What was answered stays; START goes on."""
    asked = place.open_question
    if place.state is State.STOPPED:
        return Step(Did.IS_STOPPED, place)
    if detours.asks_about_the_person(consultation, place):
        stopped = replace(detours.without_equality(place), state=State.STOPPED)
        return Step(Did.STOPPED, stopped, question=asked, ends=Ends.COUNTED)
    return Step(Did.STOPPED, replace(place, state=State.STOPPED), question=asked)


def _undoes(pending: Mapping[str, Any], text: str, button: Mapping[str, Any] | None) -> bool:
    """Say whether it takes back this answer: a button belongs to the answer it stands under."""
    if button:
        return bool(button.get("undo") == pending["question"])
    return plain(text) == "undo"


# What a message that was taken for an answer can have been meant to do.
MEANT: dict[str, StepFunction] = {
    "skip_question": skip,
    "go_back": go_back,
    "pause": pause,
    "goodbye": pause,
    "opt_out": opt_out,
}


def care(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Rest after a message of distress; nothing is asked until they want to go on."""
    return Step(Did.CARED, place, question=place.open_question, pending={"kind": CARE})
