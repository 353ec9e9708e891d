"""Taking a message as the answer to the open question. Pure: the storage applies a Step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import Kind, Question
from bot.consultation.state import State
from bot.consultation.waits import CARE, CONFIRMATIONS, IN_PASSING, NEAREST
from bot.conversation import detours, sealing
from bot.conversation.did import Did
from bot.conversation.follow_ups import follow_up_to
from bot.conversation.opening import came_back, open_next
from bot.conversation.place import Place, Step, StepFunction, blocked, offered_at
from bot.conversation.requests import put_right
from bot.understanding.answers import Read, Reading, read_once
from bot.understanding.words import field_words, request_words

HESITATION = 8  # words; who writes more answers the open question after all
SOMETHING_ELSE = "something_else"  # the button beside the options that are offered
TRIES = 2  # after this many unreadable answers the words are kept as they are


def answering(read: Read | None) -> StepFunction:
    """Return the step that takes a message as the answer to the open question. `read`: how it was
    read already, if it was.
    """

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        return _answer(consultation, place, text, button, read)

    return step


def answer(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Take a message that nobody has read yet as the answer to the open question."""
    return _answer(consultation, place, text, button, None)


def _answer(
    consultation: Consultation,
    place: Place,
    text: str,
    button: Mapping[str, Any] | None,
    read: Read | None,
) -> Step:
    if aside := _no_answer_now(consultation, place, text, button):
        # A number sent to a request is contact details also where it is no answer just then.
        private = aside.private or sealing.privacy_in_detour(consultation, place, text)
        return replace(aside, private=private)
    if place.state is State.COMPLETED:
        return Step(Did.KEPT_AFTER_END, place)
    question = consultation.by_id.get(place.open_question or "")
    if question is None:  # not begun yet, or the question has left the file since it was asked
        return replace(open_next(consultation, place), did=Did.KEPT_AND_STARTED)
    if button and button.get("question") != question.id:
        return Step(Did.STALE_BUTTON, came_back(place), question=question.id)
    if place.detour and not button and request_words.gives_nothing(question, text):
        return detours.passed(consultation, place, question)
    private = sealing.privacy_in_detour(consultation, place, text)
    parts = {} if button else detours.told_in_parts(consultation, place, text)
    anew = None if button else put_right(consultation, place, text)
    try:
        several = parts.get(question.id) if len(parts) > 1 else None
        reading = several or _read(place, question, text, button, read)
    except UnreadableAnswer as unreadable:
        if anew:
            return anew
        if not parts or unreadable.reason == "asks_back":
            step = _unreadable(consultation, place, question, unreadable)
            return replace(step, private=private)
        if question.id not in parts:
            return replace(detours.told_beside(place, parts), private=private)
        reading = parts[question.id]
    if place.detour:
        done = detours.filled(consultation, place, question, text, reading, parts)
        done = replace(done, told={**done.told, **anew.told}) if anew else done
        return replace(done, private=done.private or private)
    return _answered(consultation, place, question, text, reading)


def _answered(
    consultation: Consultation, place: Place, question: Question, text: str, reading: Reading
) -> Step:
    """Take the answer to one of the consultation's own questions; ask its follow-up, if it has."""
    answered = replace(place, answered=place.answered | {question.id})
    after = open_next(consultation, answered, Did.ANSWERED)
    if follow_up := follow_up_to(consultation, question, text, answered.done):
        moved = replace(answered, state=State.STARTED, open_question=follow_up.id, tries=0)
        after = Step(Did.ANSWERED, moved, opened=follow_up.id)
    return replace(after, question=question.id, reading=reading)


def _no_answer_now(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step | None:
    """Return the step of a message that cannot be an answer as things stand."""
    if stop := blocked(consultation, place):
        return stop
    if detours.is_read_back(consultation, place) and not place.pending:
        stale = Step(Did.STALE_BUTTON, place)
        return stale if button else detours.corrected(consultation, place, text)
    if place.pending and place.pending["kind"] == CARE:
        return Step(Did.KEPT_IN_CARE, place, pending=place.pending)
    asked = (place.pending or {}).get("kind") in CONFIRMATIONS - IN_PASSING
    if asked and not button and len(text.split()) <= HESITATION:
        return _hesitates(place)
    return None


def _read(
    place: Place,
    question: Question,
    text: str,
    button: Mapping[str, Any] | None,
    read: Read | None,
) -> Reading:
    if button:
        return _pressed(question, button)
    if place.has_number and request_words.is_own_number(question, text):
        return Reading(sealing.OWN_NUMBER)
    known = read if read and read.question == question.id else None
    known = known or read_once(question, text, offered_at(place))
    reading = known.result()
    if question.kind in (Kind.NAME, Kind.ADDRESS) and "?" in text:
        raise UnreadableAnswer("asks_back")  # a name or an address is no question
    if question.kind is Kind.ADDRESS and field_words.is_nowhere(text):
        raise UnreadableAnswer("not_address")
    if question.kind is Kind.NAME:
        name, more = field_words.name_and_more(str(reading.value))
        if field_words.is_no_name(name):
            raise UnreadableAnswer("not_name")
        return replace(reading, value=name, remark=more)
    return reading


def _hesitates(place: Place) -> Step:
    """Neither a yes nor a no: ask once more, and then leave everything as it is."""
    pending = dict(place.pending or {})
    if pending.get("asked_again"):
        return Step(Did.LEFT_AS_IT_IS, place)
    return Step(Did.UNCLEAR, place, pending={**pending, "asked_again": True})


def _pressed(question: Question, button: Mapping[str, Any]) -> Reading:
    value = button.get("value")
    if value == SOMETHING_ELSE:
        raise UnreadableAnswer("something_else")
    if value not in {option.value for option in question.options}:
        raise UnreadableAnswer("no_option")
    return Reading([value] if question.max_choices else value)


def _unreadable(
    consultation: Consultation, place: Place, question: Question, unread: UnreadableAnswer
) -> Step:
    """Offer what is nearest, once; then take the words for what they are."""
    here = came_back(place)
    if unread.reason == "asks_back":
        waits = place.pending if offered_at(place) else None
        return Step(Did.ASKED_BACK, here, question=question.id, reason=unread.reason, pending=waits)
    done = place.detour.answered if place.detour else place.answered
    tries = place.tries + 1
    step = Step(
        Did.UNREADABLE, replace(here, tries=tries), question=question.id, reason=unread.reason
    )
    if tries < TRIES and not (unread.reason == "something_else" and offered_at(place)):
        takes_back = question.consent and question.id in done  # a yes is said again, or is none
        reading = Reading(None) if takes_back else None
        return replace(step, reading=reading, pending=_offer(question, unread))
    if consultation.purpose_of(question.id) is Purpose.EQUALITY:
        return replace(detours.passed(consultation, here, question), did=Did.MOVED_ON)
    if tries > TRIES or question.id in done:
        # Words that cannot be read never take the place of an answer, and nobody is trapped.
        return replace(open_next(consultation, here, Did.MOVED_ON), question=question.id)
    if question.options and not question.consent:
        step = _kept_as_said(consultation, place, question)
        tried = place.tries > 0
        return replace(step, joins=tried, stands_in=tried and unread.reason == "something_else")
    if place.detour:
        detour = replace(place.detour, answered=place.detour.answered | {question.id})
        kept = replace(here, tries=tries, detour=detour)
    else:
        kept = replace(here, tries=tries, answered=place.answered | {question.id})
    return replace(step, did=Did.KEPT_UNREAD, place=kept, reading=Reading(None))


def _offer(question: Question, unread: UnreadableAnswer) -> Mapping[str, Any] | None:
    if not unread.nearest:
        return None
    return {"kind": NEAREST, "question": question.id, "values": list(dict.fromkeys(unread.nearest))}


def _kept_as_said(consultation: Consultation, place: Place, question: Question) -> Step:
    """Take the words for the answer: it is something else than the options, and goes on."""
    if place.detour:
        answered = place.detour.answered | {question.id}
        after = replace(came_back(place), detour=replace(place.detour, answered=answered))
    else:
        after = replace(came_back(place), answered=place.answered | {question.id})
    moved = open_next(consultation, after, Did.KEPT_AS_SAID)
    return replace(moved, question=question.id, reading=Reading(None))
