"""What one message does to a respondent's place in the consultation. Pure: the storage applies a
Step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import FOLLOW_UP, Consultation, Purpose, Question, main_question
from bot.consultation.state import State
from bot.consultation.waits import CARE, CONFIRMATIONS, DOUBT
from bot.conversation import detours
from bot.conversation.did import Did, Ends
from bot.conversation.follow_ups import follow_up_to
from bot.conversation.place import Place, Step, StepFunction, blocked, detour_purpose
from bot.conversation.progress import next_question, previous_question
from bot.understanding.answers import Read, Reading, read_once
from bot.understanding.words.commands import plain

HESITATION = 8  # words; who writes more answers the open question after all
BEGINS = {State.NEW: Did.STARTED, State.COMPLETED: Did.ALREADY_COMPLETED}
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
        return replace(aside, private=detours.privacy_in_detour(consultation, place, text))
    if place.state is State.COMPLETED:
        return Step(Did.KEPT_AFTER_END, place)
    question = consultation.by_id.get(place.open_question or "")
    if question is None:  # not begun yet, or the question has left the file since it was asked
        return replace(open_next(consultation, place), did=Did.KEPT_AND_STARTED)
    if button and button.get("question") != question.id:
        return Step(Did.STALE_BUTTON, _started(place), question=question.id)
    private = detours.privacy_in_detour(consultation, place, text)
    if place.detour and not button and detours.gives_nothing(question, text):
        return detours.passed(consultation, place, question)
    try:
        reading = _read(place, question, text, button, read)
    except UnreadableAnswer as unreadable:
        step = _unreadable(consultation, place, question, unreadable.reason)
        return replace(step, private=private)
    if place.detour:
        done = detours.filled(consultation, place, question, text, reading)
        return replace(done, private=private)
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
    if place.pending and place.pending["kind"] == CARE:
        return Step(Did.KEPT_IN_CARE, place, pending=place.pending)
    asked = (place.pending or {}).get("kind") in CONFIRMATIONS
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
    if place.has_number and detours.is_own_number(question, text):
        return Reading(detours.OWN_NUMBER)
    known = read if read and read.question == question.id else read_once(question, text)
    reading = known.result()
    if question.consent and reading.value == "yes" and not detours.agrees(text, reading):
        raise UnreadableAnswer("not_yes_no")  # nobody agrees by the way
    return reading


def _hesitates(place: Place) -> Step:
    """Neither a yes nor a no: ask once more, and then leave everything as it is."""
    pending = dict(place.pending or {})
    if pending.get("asked_again"):
        return Step(Did.LEFT_AS_IT_IS, place)
    return Step(Did.UNCLEAR, place, pending={**pending, "asked_again": True})


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
        return Step(Did.MUST_ANSWER, _started(place), question=passed)
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
        here_now = _started(place) if place.open_question else place
        return Step(Did.STALE_BUTTON, here_now, question=place.open_question)
    if place.detour:
        return _back_in_detour(consultation, place)
    here = place.open_question or ""
    if here.endswith(FOLLOW_UP):
        place, passed = passed_over(place)
        return replace(_reopened(place, Did.WENT_BACK, main_question(here)), skip=passed)
    before = previous_question(consultation, place.open_question)
    if before is None:
        return Step(Did.AT_FIRST, _started(place), question=place.open_question)
    return _reopened(place, Did.WENT_BACK, before.id)


def _back_in_detour(consultation: Consultation, place: Place) -> Step:
    if earlier := detours.before(consultation, place):
        return _reopened(place, Did.WENT_BACK, earlier.id)
    if detour_purpose(consultation, place) is Purpose.REQUEST:
        return Step(Did.AT_FIRST_FIELD, _started(place), question=place.open_question)
    last = previous_question(consultation, None)  # back to the consultation's own questions
    assert last is not None
    left = detours.all_dropped(place)
    return replace(_reopened(left, Did.WENT_BACK, last.id), ends=Ends.DROPPED)


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
    after = also or _reopened(before, Did.TOOK_BACK, question_id)
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
        return Step(did, _started(place), question=place.open_question)
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
    if detours.asks_about_her(consultation, place):
        stopped = replace(detours.without_equality(place), state=State.STOPPED)
        return Step(Did.STOPPED, stopped, question=asked, ends=Ends.COUNTED)
    return Step(Did.STOPPED, replace(place, state=State.STOPPED), question=asked)


def passed_over(place: Place) -> tuple[Place, str | None]:
    """Leave an open follow-up out, which is asked only once; return it, to be stored as skipped."""
    here = place.open_question or ""
    if not here.endswith(FOLLOW_UP) or here in place.done:
        return place, None
    return replace(place, skipped=place.skipped | {here}), here


def _undoes(pending: Mapping[str, Any], text: str, button: Mapping[str, Any] | None) -> bool:
    """Say whether it takes back this answer: a button belongs to the answer it stands under."""
    if button:
        return bool(button.get("undo") == pending["question"])
    return plain(text) == "undo"


def _reopened(place: Place, did: Did, question_id: str) -> Step:
    moved = replace(place, state=State.STARTED, open_question=question_id, tries=0)
    return Step(did, moved, question=question_id, opened=question_id)


def _started(place: Place) -> Place:
    """A person who writes while paused has come back."""
    return replace(place, state=State.STARTED)


def open_next(consultation: Consultation, place: Place, did: Did = Did.STARTED) -> Step:
    """Open what comes next: in the detour, the consultation, or the questions about the person."""
    if place.detour:
        return detours.next_field(consultation, place, did)
    question = next_question(consultation, place.done)
    if question is None:
        over = replace(place, state=State.COMPLETED, open_question=None, tries=0)
        if place.wound_up:
            return Step(did, over, ends=Ends.AGAIN)
        about_her = consultation.equality
        if about_her is None:
            return Step(did, replace(over, wound_up=True), ends=Ends.CONSULTATION)
        asked = detours.begin_equality(about_her, over)
        return Step(did, asked, opened=asked.open_question, ends=Ends.CONSULTATION)
    moved = replace(place, state=State.STARTED, open_question=question.id, tries=0)
    return Step(did, moved, opened=question.id)


def _pressed(question: Question, button: Mapping[str, Any]) -> Reading:
    value = button.get("value")
    if value not in {option.value for option in question.options}:
        raise UnreadableAnswer("no_option")
    return Reading([value] if question.max_choices else value)


def _unreadable(consultation: Consultation, place: Place, question: Question, reason: str) -> Step:
    here = _started(place)
    if reason == "asks_back":
        return Step(Did.ASKED_BACK, here, question=question.id, reason=reason)
    tries = place.tries + 1
    step = Step(Did.UNREADABLE, replace(here, tries=tries), question=question.id, reason=reason)
    done = place.detour.answered if place.detour else place.answered
    if tries < TRIES:
        takes_back = (
            question.consent and question.id in done
        )  # a yes that is not said again is none
        return replace(step, reading=Reading(None) if takes_back else None)
    if tries > TRIES or question.id in done:
        # Words that cannot be read never take the place of an answer, and nobody is trapped.
        return replace(open_next(consultation, here, Did.MOVED_ON), question=question.id)
    if consultation.purpose_of(question.id) is Purpose.EQUALITY:
        return replace(detours.passed(consultation, here, question), did=Did.MOVED_ON)
    if place.detour:
        detour = replace(place.detour, answered=place.detour.answered | {question.id})
        kept = replace(here, tries=tries, detour=detour)
    else:
        kept = replace(here, tries=tries, answered=place.answered | {question.id})
    return replace(step, did=Did.KEPT_UNREAD, place=kept, reading=Reading(None))


# What a message that was taken for an answer can have been meant to do.
MEANT: dict[str, StepFunction] = {
    "skip_question": skip,
    "go_back": go_back,
    "pause": pause,
    "goodbye": pause,
    "opt_out": opt_out,
}
