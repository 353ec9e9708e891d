"""What one message does to a respondent's place in the consultation. Pure: the storage applies a
Step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.consultation.commands import plain
from bot.consultation.dates import Phase
from bot.consultation.errors import UnreadableAnswer
from bot.consultation.follow_ups import follow_up_to
from bot.consultation.model import FOLLOW_UP, Consultation, Question, main_question
from bot.consultation.pending import CARE, CONFIRMATIONS, DOUBT
from bot.consultation.progress import State, next_question, previous_question
from bot.consultation.reading import Reading, read_answer

HESITATION = 8  # words; who writes more answers the open question after all
TRIES = 2  # after this many unreadable answers the words are kept as they are


@dataclass(frozen=True)
class Place:
    """Where a respondent is when her message is taken up. `phase` is that of the message's
    arrival.
    """

    state: State
    open_question: str | None
    answered: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    tries: int = 0
    phase: Phase = Phase.OPEN
    pending: Mapping[str, Any] | None = None  # what the bot waits to hear first (pending.py)

    @property
    def done(self) -> frozenset[str]:
        return self.answered | self.skipped


@dataclass(frozen=True)
class Step:
    """What to write and what to say. `did` names it for the actions; `opened` is a question newly
    asked.
    """

    did: str
    place: Place
    question: str | None = None  # the question that the message was about
    reading: Reading | None = None  # to be stored as the answer to `question`
    skip: str | None = None  # to be stored as skipped
    opened: str | None = None
    reason: str | None = None  # why an answer could not be read, or what was meant instead
    withdraw: tuple[str, ...] = ()  # questions whose answers do not count any more
    restore: bool = False  # of those, the answers before count again
    pending: Mapping[str, Any] | None = None  # what to wait for; a step that is silent ends waiting


StepFunction = Callable[[Consultation, Place, str, Mapping[str, Any] | None], Step]


def answer(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Take a message as the answer to the open question."""
    if blocked := _blocked(place):
        return blocked
    if place.pending and place.pending["kind"] == CARE:
        return Step("kept_in_care", place, pending=place.pending)
    asked = (place.pending or {}).get("kind") in CONFIRMATIONS
    if asked and not button and len(text.split()) <= HESITATION:
        return _hesitates(place)
    if place.state is State.COMPLETED:
        return Step("kept_after_end", place)
    question = consultation.by_id.get(place.open_question or "")
    if question is None:  # not begun yet, or the question has left the file since it was asked
        return replace(open_next(consultation, place), did="kept_and_started")
    if button and button.get("question") != question.id:
        return Step("stale_button", _started(place), question=question.id)
    try:
        reading = _pressed(question, button) if button else read_answer(question, text)
    except UnreadableAnswer as unreadable:
        return _unreadable(place, question, unreadable.reason)
    answered = replace(place, answered=place.answered | {question.id})
    after = open_next(consultation, answered, "answered")
    if follow_up := follow_up_to(consultation, question, text, answered.done):
        moved = replace(answered, state=State.STARTED, open_question=follow_up.id, tries=0)
        after = Step("answered", moved, opened=follow_up.id)
    return replace(after, question=question.id, reading=reading)


def _hesitates(place: Place) -> Step:
    """Neither a yes nor a no: ask once more, and then leave everything as it is."""
    pending = dict(place.pending or {})
    if pending.get("asked_again"):
        return Step("left_as_it_is", place)
    return Step("unclear", place, pending={**pending, "asked_again": True})


def skip(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Pass the open question; an answer given to it before stays."""
    if blocked := _blocked(place):
        return blocked
    if place.open_question is None:
        return open_next(consultation, place, "nothing_open")
    passed = place.open_question
    question = consultation.by_id.get(passed)
    if passed not in place.answered and question and not question.optional:
        return Step("must_answer", _started(place), question=passed)
    if passed in place.answered:
        return replace(open_next(consultation, place, "answer_kept"), question=passed)
    after = open_next(consultation, replace(place, skipped=place.skipped | {passed}), "skipped")
    return replace(after, question=passed, skip=passed)


def go_back(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Open the question before; from the end, the last one."""
    if blocked := _blocked(place):
        return blocked
    if place.state is State.NEW:
        return open_next(consultation, place)
    if place.pending and place.pending["kind"] == DOUBT and _undoes(place.pending, text, button):
        return take_back(consultation, place)
    if button and button.get("undo"):
        here_now = _started(place) if place.open_question else place
        return Step("stale_button", here_now, question=place.open_question)
    here = place.open_question or ""
    if here.endswith(FOLLOW_UP):
        place, passed = passed_over(place)
        return replace(_reopened(place, "went_back", main_question(here)), skip=passed)
    before = previous_question(consultation, place.open_question)
    if before is None:
        return Step("at_first", _started(place), question=place.open_question)
    return _reopened(place, "went_back", before.id)


def take_back(consultation: Consultation, place: Place) -> Step:
    """Let the last answer count no more, because it was meant as something else; do that."""
    pending = place.pending or {}
    question_id, meant = str(pending["question"]), str(pending["other"])
    again = bool(pending.get("again"))  # it took the place of an answer, which counts again
    before = replace(
        place,
        state=State.STARTED,  # also when it was the last answer
        answered=place.answered if again else place.answered - {question_id},
        open_question=question_id,
        pending=None,
    )
    also: Step | None = None
    if meant in MEANT:
        also = MEANT[meant](consultation, before, "", None)
    after = also or _reopened(before, "took_back", question_id)
    return replace(
        after,
        did=f"took_back_{after.did}" if also else "took_back",
        withdraw=(question_id,),
        restore=again,
        reason=meant,
    )


def start(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Begin, or go on where it was: after a pause, after STOP, or in the middle."""
    if closed := _closed(place):
        return closed
    if place.open_question in consultation.by_id:
        did = "already_started" if place.state is State.STARTED else "resumed"
        return Step(did, _started(place), question=place.open_question)
    did = {State.NEW: "started", State.COMPLETED: "already_completed"}.get(place.state, "resumed")
    return open_next(consultation, place, did)


def greet(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """A hello begins or goes on, but does not undo a STOP."""
    if blocked := _blocked(place):
        return blocked
    return start(consultation, place, text, button)


def pause(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Rest until the person writes again."""
    if blocked := _blocked(place):
        return blocked
    rests = place.pending if place.pending and place.pending["kind"] == CARE else None
    if place.state is State.STARTED:
        place = replace(place, state=State.PAUSED)
    return Step("paused", place, question=place.open_question, pending=rests)


def stay(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Nothing moves, and what the bot waits to hear it still waits for."""
    return Step("stayed", place, question=place.open_question, pending=place.pending)


def opt_out(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Stop at once, whatever the date or state. What was answered stays; START goes on."""
    return Step("stopped", replace(place, state=State.STOPPED), question=place.open_question)


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


def _reopened(place: Place, did: str, question_id: str) -> Step:
    moved = replace(place, state=State.STARTED, open_question=question_id, tries=0)
    return Step(did, moved, question=question_id, opened=question_id)


def _closed(place: Place) -> Step | None:
    if place.phase is Phase.OPEN:
        return None
    return Step("early" if place.phase is Phase.BEFORE else "late", place)


def _blocked(place: Place) -> Step | None:
    """What comes before all: outside the dates nothing moves, and a stopped person must say
    START.
    """
    if place.state is State.STOPPED:
        return Step("is_stopped", place)
    return _closed(place)


def _started(place: Place) -> Place:
    """A person who writes while paused has come back."""
    return replace(place, state=State.STARTED)


def open_next(consultation: Consultation, place: Place, did: str = "started") -> Step:
    question = next_question(consultation, place.done)
    if question is None:
        ended = replace(place, state=State.COMPLETED, open_question=None, tries=0)
        return Step(did, ended)
    moved = replace(place, state=State.STARTED, open_question=question.id, tries=0)
    return Step(did, moved, opened=question.id)


def _pressed(question: Question, button: Mapping[str, Any]) -> Reading:
    value = button.get("value")
    if value not in {option.value for option in question.options}:
        raise UnreadableAnswer("no_option")
    return Reading([value] if question.max_choices else value)


def _unreadable(place: Place, question: Question, reason: str) -> Step:
    here = _started(place)
    if reason == "asks_back":
        return Step("asked_back", here, question=question.id, reason=reason)
    tries = place.tries + 1
    step = Step("unreadable", replace(here, tries=tries), question=question.id, reason=reason)
    if tries < TRIES or question.id in place.answered:
        return step  # words that cannot be read never take the place of an answer
    kept = replace(here, tries=tries, answered=place.answered | {question.id})
    return replace(step, did="kept_unread", place=kept, reading=Reading(None))


# What a message that was taken for an answer can have been meant to do.
MEANT: dict[str, StepFunction] = {
    "skip_question": skip,
    "go_back": go_back,
    "pause": pause,
    "goodbye": pause,
    "opt_out": opt_out,
}
