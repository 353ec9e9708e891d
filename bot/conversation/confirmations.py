"""What is asked before it is done, and the yes or no to that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.consultation.model import Consultation, Purpose
from bot.consultation.state import State
from bot.consultation.waits import (
    CARE,
    CONFIRMATIONS,
    ERASE,
    HEAR,
    OFFER,
    PICK,
    RESTART,
    SEND,
    START_OVER,
    TAKE_OUT,
    VIEWS,
    WITHDRAW,
)
from bot.conversation import detours
from bot.conversation.did import Did, Ends
from bot.conversation.moving import start
from bot.conversation.place import Place, Step, blocked, detour_purpose
from bot.conversation.requests import request, with_wish, without_name
from bot.conversation.revisions import taken_out
from bot.understanding.words.behalf import SOMEONE, answers_for
from bot.understanding.words.commands import drops_request
from bot.understanding.words.normalise import plain
from bot.understanding.words.segments import segments

AT_THE_END = (Ends.CONSULTATION, Ends.COUNTED, Ends.SENT)


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
    kind = detours.awaited(consultation, place)
    asked = (button or {}).get("confirms", kind)
    if asked == HEAR:  # also later, by its own button
        return Step(Did.HEARS, place, question=place.open_question)
    if asked != kind:
        return _asked_again(consultation, place, text, str(asked))
    if kind == ERASE:
        return _erasing(place)
    if kind == START_OVER:
        return _started_over(consultation, place, text, button)
    if kind == RESTART:
        return detours.restart(consultation, place)
    if kind == SEND:
        sent = Step(Did.REQUEST_SENT, detours.ended(place), ends=Ends.SENT)
        return blocked(consultation, place) or with_wish(consultation, place, sent, text)
    waits = place.pending or {}
    if kind == OFFER:
        begun = request(str(waits["request"]))(consultation, place, "", {})
        return without_name(consultation, begun, text)
    if kind == VIEWS:
        return _views_are(consultation, place, button, theirs=True)
    if kind == TAKE_OUT:
        return blocked(consultation, place) or taken_out(
            consultation, place, str(waits["question"])
        )
    if kind == WITHDRAW:
        return Step(Did.WITHDRAWING, place, reason=str(waits["request"]))
    if place.state is State.NEW and kind is None:  # "yeah, go on then"
        return start(consultation, place, text, button)
    return Step(Did.AGREED, place)


def _asked_again(consultation: Consultation, place: Place, text: str, asked: str) -> Step:
    """A yes was pressed under an older question: it is asked again, if it can be."""
    other = START_OVER if detour_purpose(consultation, place) is Purpose.REQUEST else RESTART
    if asked in (WITHDRAW, TAKE_OUT, SEND, OFFER, VIEWS, other):
        return Step(Did.STALE_BUTTON, place, question=place.open_question)
    ask_again = erase if asked == ERASE else start_over
    return ask_again(consultation, place, text, None)


def _started_over(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    if stop := blocked(consultation, place):
        return stop
    ends = Ends.DROPPED if place.detour else None
    again = replace(place, answered=frozenset(), skipped=frozenset(), open_question=None)
    again = replace(again, detour=None, state=State.STARTED)
    begun = start(consultation, again, text, button)
    withdraw = tuple(sorted(place.done))
    return replace(begun, did=Did.STARTED_OVER, withdraw=withdraw, ends=ends)


def deny(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Take a no for the answer to what the bot has asked: nothing is changed."""
    kind = detours.awaited(consultation, place)
    if kind == CARE:  # a no is no wish to go on
        return Step(Did.DISAGREED, place, pending=place.pending)
    first = segments(text)[0]
    if kind == SEND and not button and not (drops_request(text) or drops_request(first)):
        return Step(Did.PICKING, place, pending={"kind": PICK})  # something in it is not right
    if kind == HEAR:
        return Step(Did.HEARS_NOT, place, question=place.open_question)
    if kind == VIEWS:
        return _views_are(consultation, place, button, theirs=False)
    drops = detour_purpose(consultation, place) is Purpose.REQUEST and plain(first) == "cancel"
    if (kind == PICK and not drops) or kind in CONFIRMATIONS:
        return Step(Did.LEFT_AS_IT_IS, place)
    if place.detour and place.state is not State.STOPPED:
        return detours.leave(consultation, place)
    return Step(Did.DISAGREED, place)


def _erasing(place: Place) -> Step:
    return Step(Did.ERASING, replace(place, state=State.ERASED, open_question=None, detour=None))


def for_another(
    consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
) -> Step:
    """Note for whom they answer; ask whose views they are, unless that has been asked."""
    if stop := blocked(consultation, place):
        return stop
    told = filter(None, map(answers_for, (text, *segments(text))))
    whom = next(told, SOMEONE)
    if place.behalf:
        return Step(Did.BEHALF_KNOWN, place, question=place.open_question, reason=place.behalf)
    step = Step(Did.ASKED_VIEWS, place, question=place.open_question, reason=whom)
    return replace(step, behalf=whom, pending={"kind": VIEWS, "whom": whom})


def _views_are(
    consultation: Consultation, place: Place, button: Mapping[str, Any] | None, *, theirs: bool
) -> Step:
    """Note whose views they are, and go on, or begin."""
    whom = str((place.pending or {}).get("whom") or SOMEONE)
    here = replace(place, pending=None)
    step = Step(Did.VIEWS_THEIRS, here, question=place.open_question)
    if place.state is State.NEW:
        step = start(consultation, here, "", button)
    did = Did.VIEWS_THEIRS if theirs else Did.VIEWS_OWN
    return replace(step, did=did, reason=whom, views="theirs" if theirs else "own")


# What a yes and a no to hearing what came of it are noted as.
WISHES = {Did.HEARS: True, Did.HEARS_NOT: False}


def may_ask_to_hear(done: Step) -> bool:
    """Say whether the talk has come to its end with this step, and nothing else is waited for."""
    over = done.place.state is State.COMPLETED and done.place.detour is None
    return over and done.pending is None and done.ends in AT_THE_END


def asked_to_hear(done: Step) -> Step:
    return replace(done, pending={"kind": HEAR})


def without_old_question(
    place: Place, button: Mapping[str, Any] | None, last_said: str, asked: str
) -> Place:
    """Wait no more for whether they want to hear, once other things were said: a consent is an
    answer to the question that was just put, or its own button.
    """
    waits = (place.pending or {}).get("kind") == HEAR
    answers = asked in last_said or (button or {}).get("confirms") == HEAR
    return place if answers or not waits else replace(place, pending=None)
