"""Beginning a request, and taking one back, or a consent that was given with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.model import (
    Consent,
    Consultation,
    Purpose,
)
from bot.consultation.state import State
from bot.consultation.waits import (
    WITHDRAW,
)
from bot.conversation import detours, sealing
from bot.conversation.confirmations import erase
from bot.conversation.detours import ended, next_field
from bot.conversation.did import Did
from bot.conversation.place import Detour, Place, Step, StepFunction, blocked, detour_purpose
from bot.conversation.sealing import CONTACT, privacy_of
from bot.understanding.consent_withdrawal import consents_taken_back
from bot.understanding.slots import told_at_once
from bot.understanding.words import request_words


def request(kind: str) -> StepFunction:
    """Return the step that begins a request; the file must have a section with this id."""

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        section = consultation.section(kind)
        if section is None:
            return Step(Did.NOT_OFFERED, place, question=place.open_question)
        if place.state is State.STOPPED:
            return Step(Did.IS_STOPPED, place)
        asks = detour_purpose(consultation, place)
        cut_off = place.phase is Phase.AFTER and blocked(consultation, place) is not None
        if asks is Purpose.REQUEST and place.detour and not cut_off:
            did = Did.REQUEST_OPEN if place.detour.section == kind else Did.ONE_AT_A_TIME
            return Step(did, replace(place, state=State.STARTED), question=place.open_question)
        if place.phase is Phase.BEFORE:
            return Step(Did.EARLY, place)
        if place.phase is Phase.AFTER and not section.after_close:
            return Step(Did.REQUEST_CLOSED, place)
        told = {} if button else told_at_once(section, text)
        # A request that the close has cut off cannot be finished any more.
        here = ended(place) if asks is Purpose.REQUEST else place
        detour = Detour(
            section.id,
            answered=frozenset(told),
            returns_to=here.open_question,
            returns_state=here.state,
            under=here.detour,
        )
        begun = next_field(consultation, replace(here, detour=detour), Did.ASKED_FOR)
        named = [one for one in told if privacy_of(consultation, one) == CONTACT]
        private = CONTACT if named else None
        question = named[0] if named else None
        return replace(begun, begins=section.id, told=told, private=private, question=question)

    return step


def withdraw(requests: Sequence[tuple[str, str]]) -> StepFunction:
    """Return the step of taking back a request, or a consent that was given with one. `requests`:
    (reference, kind) of those she has sent, the newest first.
    """

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        if revoked := consents_taken_back(text, by_the_way=_requesting(consultation, place)):
            return _without_consent(consultation, place, text, revoked, sent=bool(requests))
        named = request_words.reference_in(text)
        if named:
            known = named in {reference for reference, _ in requests}
            did = Did.WITHDRAWING if known else Did.NO_SUCH_REQUEST
            return Step(did, place, question=place.open_question, reason=named)
        kinds = request_words.kinds_in(text)
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
        step = replace(step, private=sealing.privacy_in_detour(consultation, place, text))
    told = {one: {"text": text, "value": "no"} for one in asked}
    return replace(step, told=told, revokes=revoked, reason=" ".join(sorted(revoked)))


def _requesting(consultation: Consultation, place: Place) -> bool:
    """Say whether nothing is talked about but requests."""
    return place.state is State.COMPLETED or detour_purpose(consultation, place) is Purpose.REQUEST
