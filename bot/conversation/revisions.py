"""Changing an answer, or taking back one that was meant as something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import FOLLOW_UP, Consultation
from bot.consultation.state import State
from bot.consultation.waits import (
    DOUBT,
    PICK,
)
from bot.conversation import detours, sealing
from bot.conversation.answering import answering
from bot.conversation.changes import can_change, known_fields
from bot.conversation.did import Did, Ends
from bot.conversation.opening import open_next, passed_over
from bot.conversation.place import Place, Step, StepFunction, blocked
from bot.understanding.answers import Read, read_answer
from bot.understanding.which_answer import new_value, which_question


def change(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Open the question that she means again, or let her pick one; or take the option that she
    names for it at once. The old answer is kept.
    """
    if stop := blocked(consultation, place):
        return stop
    known = can_change(consultation, place)
    if not known:
        return Step(Did.NOTHING_TO_CHANGE, place, question=place.open_question)
    picking = bool(place.pending) and (place.pending or {}).get("kind") == PICK
    meant = which_question(consultation, text, known, place.open_question, picking=picking)
    if meant is None:
        return Step(Did.PICKING, place, pending={"kind": PICK})
    place, passed = passed_over(place)
    ends = None
    if place.detour and meant not in {q.id for q in known_fields(consultation, place)}:
        place, ends = detours.all_dropped(place), Ends.DROPPED
    moved = replace(place, state=State.STARTED, open_question=meant, tries=0)
    instead = new_value(consultation.by_id[meant], text) if moved.detour is None else None
    if instead is not None:
        moved = replace(moved, answered=moved.answered | {meant})
        done = open_next(consultation, moved, Did.ANSWERED)
        return replace(done, question=meant, reading=instead, skip=passed, ends=ends)
    private = sealing.privacy_in_detour(consultation, moved, text) if moved.detour else None
    changing = Step(Did.CHANGING, moved, question=meant, opened=meant, skip=passed, ends=ends)
    return replace(changing, private=private)


def doubted(other: str, read: Read | None = None) -> StepFunction:
    """Return the step of an answer that may have been meant as something else. `read`: see
    answering.py.
    """

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        done = answering(read)(consultation, place, text, button)
        if done.did is not Did.ANSWERED or place.detour:
            return done
        if (done.opened or "").endswith(FOLLOW_UP):  # she may not have meant to answer at all
            after = open_next(consultation, done.place, Did.ANSWERED)
            done = replace(after, question=done.question, reading=done.reading)
        again = done.question in place.answered
        waits = {"kind": DOUBT, "question": done.question, "other": other, "again": again}
        return replace(done, reason=other, pending=waits)

    return step


def revise(question_id: str | None, private: str | None = None) -> StepFunction:
    """Return the step of an edited message that answered a question (None: it is no answer).
    `private`: how the message before was kept (see Step).
    """

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        question = consultation.by_id.get(question_id or "")
        waits = place.pending  # an edit is no word to what the bot has asked
        if waits and waits["kind"] == DOUBT:
            waits = None
        if question is None or place.phase is not Phase.OPEN:
            return Step(Did.EDIT_KEPT, place, pending=waits, private=private)
        try:
            reading = read_answer(question, text)
        except UnreadableAnswer as unreadable:
            kept = Step(Did.EDIT_KEPT, place, question=question.id, pending=waits)
            return replace(kept, reason=unreadable.reason)
        return Step(Did.REVISED, place, question=question.id, reading=reading, pending=waits)

    return step
