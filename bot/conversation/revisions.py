"""Steps of people who think again: change an answer, begin again, delete everything, say yes or no.

Pure, like steps.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import FOLLOW_UP, Consent, Consultation, Purpose
from bot.consultation.state import State
from bot.consultation.waits import (
    CARE,
    CONFIRMATIONS,
    DOUBT,
    ERASE,
    PICK,
    RESTART,
    START_OVER,
    WITHDRAW,
)
from bot.conversation import detours
from bot.conversation.changes import can_change, known_fields
from bot.conversation.did import Did, Ends
from bot.conversation.place import Place, Step, StepFunction, blocked, detour_purpose
from bot.conversation.steps import answering, open_next, passed_over, start
from bot.understanding.answers import Read, read_answer
from bot.understanding.consent_withdrawal import consents_taken_back
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
    private = detours.privacy_in_detour(consultation, moved, text) if moved.detour else None
    changing = Step(Did.CHANGING, moved, question=meant, opened=meant, skip=passed, ends=ends)
    return replace(changing, private=private)


def doubted(other: str, read: Read | None = None) -> StepFunction:
    """Return the step of an answer that may have been meant as something else. `read`: see
    steps.answering.
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


def start_over(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Ask before answers stop counting; with none there is nothing to ask."""
    if stop := blocked(consultation, place):
        return stop
    if place.detour and detour_purpose(consultation, place) is Purpose.REQUEST:
        if not place.detour.done:
            return detours.restart(consultation, place)
        return Step(Did.ASKED_RESTART, place, pending={"kind": RESTART})
    if not place.done:
        return start(consultation, place, text, button)
    return Step(Did.ASKED_START_OVER, place, pending={"kind": START_OVER})


def erase(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Ask before everything is deleted; asked for again, do it. At any date, in any state."""
    if place.pending and place.pending["kind"] == ERASE:
        return _erasing(place)
    return Step(Did.ASKED_ERASE, place, pending={"kind": ERASE})


def affirm(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Take a yes for the answer to what the bot has asked."""
    kind = (place.pending or {}).get("kind")
    asked = (button or {}).get("confirms", kind)
    if asked != kind:  # pressed under an older question: it is asked again
        other = START_OVER if detour_purpose(consultation, place) is Purpose.REQUEST else RESTART
        if asked in (WITHDRAW, other):
            return Step(Did.STALE_BUTTON, place, question=place.open_question)
        ask_again = erase if asked == ERASE else start_over
        return ask_again(consultation, place, text, None)
    if kind == ERASE:
        return _erasing(place)
    if kind == START_OVER:
        if stop := blocked(consultation, place):
            return stop
        ends = Ends.DROPPED if place.detour else None
        again = replace(place, answered=frozenset(), skipped=frozenset(), open_question=None)
        again = replace(again, detour=None, state=State.STARTED)
        begun = start(consultation, again, text, button)
        withdraw = tuple(sorted(place.done))
        return replace(begun, did=Did.STARTED_OVER, withdraw=withdraw, ends=ends)
    if kind == RESTART:
        return detours.restart(consultation, place)
    if kind == WITHDRAW:
        return Step(Did.WITHDRAWING, place, reason=str((place.pending or {})["request"]))
    return Step(Did.AGREED, place)


def deny(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Take a no for the answer to what the bot has asked: nothing is changed."""
    kind = (place.pending or {}).get("kind")
    if kind == CARE:  # a no is no wish to go on
        return Step(Did.DISAGREED, place, pending=place.pending)
    if kind == PICK or kind in CONFIRMATIONS:
        return Step(Did.LEFT_AS_IT_IS, place)
    if place.detour and place.state is not State.STOPPED:
        return detours.leave(consultation, place)
    return Step(Did.DISAGREED, place)


def withdraw(requests: Sequence[tuple[str, str]]) -> StepFunction:
    """Return the step of taking back a request, or a consent that was given with one. `requests`:
    (reference, kind) of those she has sent, the newest first.
    """

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        if revoked := consents_taken_back(text, by_the_way=_requesting(consultation, place)):
            return _without_consent(consultation, place, text, revoked, sent=bool(requests))
        named = detours.reference_in(text)
        if named:
            known = named in {reference for reference, _ in requests}
            did = Did.WITHDRAWING if known else Did.NO_SUCH_REQUEST
            return Step(did, place, question=place.open_question, reason=named)
        kinds = detours.kinds_in(text)
        meant = [reference for reference, kind in requests if kind in kinds or not kinds]
        if not meant:
            return Step(Did.NO_SUCH_REQUEST, place, question=place.open_question)
        if len(meant) > 1:
            return Step(Did.WHICH_REQUEST, place, question=place.open_question)
        return Step(Did.ASKED_WITHDRAW, place, pending={"kind": WITHDRAW, "request": meant[0]})

    return step


def _without_consent(
    consultation: Consultation, place: Place, text: str, revoked: frozenset[Consent], *, sent: bool
) -> Step:
    """Take a consent back for all she has asked for, and answer it with a no where it was open."""
    detour = place.detour if detour_purpose(consultation, place) is Purpose.REQUEST else None
    section = consultation.section(detour.section) if detour else None
    asked = [q.id for q in section.questions if q.consent in revoked] if section else []
    if not sent and not asked:
        if revoked == frozenset(Consent):  # to all that there is
            return erase(consultation, place, text, None)
        return Step(Did.NO_SUCH_REQUEST, place, question=place.open_question)
    step = Step(Did.CONSENT_TAKEN_BACK, place, question=place.open_question)
    if detour:
        done = replace(place, detour=replace(detour, answered=detour.answered | set(asked)))
        step = replace(step, place=done)
        if place.open_question in asked:
            step = detours.next_field(consultation, done, Did.CONSENT_TAKEN_BACK)
        step = replace(step, private=detours.privacy_in_detour(consultation, place, text))
    told = {one: {"text": text, "value": "no"} for one in asked}
    return replace(step, told=told, revokes=revoked, reason=" ".join(sorted(revoked)))


def _requesting(consultation: Consultation, place: Place) -> bool:
    """Say whether nothing is talked about but requests."""
    return place.state is State.COMPLETED or detour_purpose(consultation, place) is Purpose.REQUEST


def care(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Rest after a message of distress; nothing is asked until she wants to go on."""
    return Step(Did.CARED, place, question=place.open_question, pending={"kind": CARE})


def _erasing(place: Place) -> Step:
    return Step(Did.ERASING, replace(place, state=State.ERASED, open_question=None, detour=None))
