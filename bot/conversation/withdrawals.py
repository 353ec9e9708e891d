"""Taking back a request, or a consent that was given with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import Consent
from bot.consultation.state import State
from bot.consultation.waits import (
    WITHDRAW,
)
from bot.conversation import detours, sealing
from bot.conversation.confirmations import erase
from bot.conversation.did import Did
from bot.conversation.place import Place, Step, StepFunction, detour_purpose
from bot.understanding.consent_withdrawal import consents_taken_back
from bot.understanding.words import request_words


def withdraw(requests: Sequence[tuple[str, str]]) -> StepFunction:
    """Return the step of taking back a request, or a consent that was given with one. `requests`:
    (reference, kind) of those they have sent, the newest first.
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
    """Take a consent back for all that was asked for, and answer it with a no where it was open."""
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
