"""Changing an answer, or taking back one that was meant as something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import FOLLOW_UP, Kind
from bot.consultation.state import State
from bot.consultation.waits import (
    DOUBT,
    ERASE,
    PICK,
    SEND,
    TAKE_OUT,
)
from bot.conversation import detours, sealing
from bot.conversation.answering import answering
from bot.conversation.changes import can_change, known_fields
from bot.conversation.did import Did, Ends
from bot.conversation.opening import open_next, passed_over
from bot.conversation.place import Place, Step, StepFunction, blocked, detour_purpose
from bot.understanding.answers import Read, Reading, read_answer
from bot.understanding.rated_anew import rated_anew
from bot.understanding.which_answer import by_own_words, new_value, new_words, which_question
from bot.understanding.words.change_words import (
    empties,
    is_part_of_one,
    removes,
    what_is_changed,
    what_is_taken_back,
)
from bot.understanding.words.field_words import gives_contact
from bot.understanding.words.segments import segments


def changing(answers: Mapping[str, str]) -> StepFunction:
    """Return the step that opens the question that is meant again, or lets the resident pick one;
    or takes the option that they name for it at once. The old answer is kept. `answers`: what they
    said, by question, to find "what I said about libraries".
    """

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        return _change(consultation, place, text, button, answers)

    return step


def change(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Change an answer that is named by its question."""
    return _change(consultation, place, text, button, {})


def _change(
    consultation: Consultation,
    place: Place,
    text: str,
    button: Mapping[str, Any] | None,
    answers: Mapping[str, str],
) -> Step:
    if stop := blocked(consultation, place):
        return stop
    if about_them := detours.changed_about_the_person(consultation, place, text):
        return about_them
    if detours.is_read_back(consultation, place) and gives_contact(text):
        return detours.corrected(consultation, place, text)
    known = can_change(consultation, place)
    if not known:
        return Step(Did.NOTHING_TO_CHANGE, place, question=place.open_question)
    anew = rated_anew(consultation, text, known, place.open_question)
    if anew and detour_purpose(consultation, place) is not Purpose.REQUEST:
        if anew.question is None:
            return Step(Did.PICKING, place, pending={"kind": PICK})
        return _changing(consultation, place, text, anew.question, anew.reading)
    if button and detours.awaited(consultation, place) == SEND:
        text = ""  # its title names no field
    gone = _to_go(consultation, place, text)
    meant = _meant(consultation, place, text, answers, gone)
    if meant is None:
        waits = {"kind": PICK, "removes": True} if gone else {"kind": PICK}
        private = sealing.privacy_in_detour(consultation, place, text)
        question = known[-1].id if private else None  # a number in it goes with the request
        return Step(Did.PICKING, place, question, pending=waits, private=private)
    if gone is Gone.SURELY and consultation.purpose_of(meant) is Purpose.CONSULTATION:
        return taken_out(consultation, place, meant)
    a_part = what_is_changed(text) or is_part_of_one(text)
    of_several = a_part and len(segments(answers.get(meant, ""))) > 1
    if gone and meant in place.answered and not of_several:
        waits = {"kind": TAKE_OUT, "question": meant}
        return Step(Did.ASKED_TAKE_OUT, place, question=meant, pending=waits)
    return _changing(consultation, place, text, meant)


class Gone(Enum):
    """Whether an answer is to count no more: plainly, or in words that may mean another one; then
    it is read back first.
    """

    SURELY = "surely"
    ASKED = "asked"


def _to_go(consultation: Consultation, place: Place, text: str) -> Gone | None:
    waits, changing = place.pending or {}, place.open_question in place.answered
    if what_is_taken_back(text) or waits.get("removes") or (changing and empties(text)):
        return Gone.SURELY
    # "Not everything, just the bit about buses", said to the question whether all is to go.
    return Gone.ASKED if removes(text) or waits.get("kind") == ERASE else None


def _meant(
    consultation: Consultation,
    place: Place,
    text: str,
    answers: Mapping[str, str],
    gone: Gone | None,
) -> str | None:
    """Return the question whose answer is to be changed or to go; None where that is not clear."""
    known = can_change(consultation, place)
    picking = detours.awaited(consultation, place) in (PICK, SEND)
    said, asked = what_is_taken_back(text) or text, place.open_question
    meant = which_question(consultation, said, known, asked, picking=picking)
    if meant is None and detour_purpose(consultation, place) is not Purpose.REQUEST:
        meant = by_own_words(said, {q.id: answers[q.id] for q in known if q.id in answers})
    if meant is None and gone and asked in place.answered:
        return asked  # it is being changed
    return meant


def _changing(
    consultation: Consultation,
    place: Place,
    text: str,
    meant: str,
    reading: Reading | None = None,
) -> Step:
    place, passed = passed_over(place)
    ends = None
    if place.detour and meant not in {q.id for q in known_fields(consultation, place)}:
        place, ends = detours.all_dropped(place), Ends.DROPPED
    moved = replace(place, state=State.STARTED, open_question=meant, tries=0)
    done = _changed_at_once(consultation, moved, text, meant, reading)
    if done is None:
        done = Step(Did.CHANGING, moved, question=meant, opened=meant)
    if moved.detour and not done.private:
        done = replace(done, private=sealing.privacy_in_detour(consultation, moved, text))
    return replace(done, skip=passed, ends=ends)


def _changed_at_once(
    consultation: Consultation,
    moved: Place,
    text: str,
    meant: str,
    reading: Reading | None,
) -> Step | None:
    """Take the answer that the message names with the question: "change the jobs one to agree"."""
    question = consultation.by_id[meant]
    if moved.detour:
        told = new_words(question, text)
        if told is None:
            return None
        words, told_anew = told
        done = detours.filled(consultation, moved, question, words, told_anew)
        said = {meant: {"text": words, "value": told_anew.value}}
        return replace(done, told={**said, **done.told})
    instead = reading or new_value(question, text)
    if instead is None:
        return None
    answered = replace(moved, answered=moved.answered | {meant})
    return replace(open_next(consultation, answered, Did.ANSWERED), question=meant, reading=instead)


def taken_out(consultation: Consultation, place: Place, question_id: str) -> Step:
    """Let one answer, and what was said to its follow-up, count no more. It is not asked again."""
    both = {question_id, question_id + FOLLOW_UP} & place.answered
    left = replace(place, answered=place.answered - both, skipped=place.skipped | {question_id})
    step = Step(Did.TAKEN_OUT, left, question=question_id)
    if place.open_question in (question_id, question_id + FOLLOW_UP):
        step = replace(open_next(consultation, left, Did.TAKEN_OUT), question=question_id)
    return replace(step, withdraw=tuple(sorted(both)), skip=question_id)


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
        if (done.opened or "").endswith(FOLLOW_UP):  # they may not have meant to answer at all
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


def added_to(question_id: str) -> StepFunction:
    """Return the step of a message that is about a question its sender has answered already. More
    words to an open question are added, a new option takes the place of the old one, and what is
    no option is kept. Nobody moves.
    """

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        if stop := blocked(consultation, place):
            return stop
        question, waits = consultation.by_id[question_id], place.pending
        try:
            reading = read_answer(question, text)
        except UnreadableAnswer as unread:
            return Step(Did.KEPT_BESIDE, place, question.id, pending=waits, reason=unread.reason)
        did = Did.ADDED if question.kind is Kind.OPEN else Did.ANSWERED
        done = replace(place, answered=place.answered | {question.id})
        adds = question.kind is Kind.OPEN
        return Step(did, done, question.id, reading, pending=waits, adds=adds)

    return step
