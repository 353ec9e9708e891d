"""Taking back a request that was sent, or a consent that was given with it; and changing a detail
of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation, Purpose, Section
from bot.consultation.question import CONTACT_KINDS, Consent, Kind, Question
from bot.consultation.state import State
from bot.consultation.waits import AMEND, WITHDRAW
from bot.conversation import detours, sealing
from bot.conversation.confirmations import erase
from bot.conversation.did import Did
from bot.conversation.place import Place, Step, StepFunction, detour_purpose
from bot.conversation.sealing import CONTACT, privacy_of
from bot.understanding.answers import read_answer
from bot.understanding.consent_withdrawal import consents_taken_back
from bot.understanding.slots import told_at_once
from bot.understanding.which_answer import new_words, which_question
from bot.understanding.words import request_words
from bot.understanding.words.field_words import is_condition
from bot.understanding.words.request_words import REACHES, amends

Sent = Sequence[tuple[str, str]]  # (reference, kind) of what was sent, the newest first


def withdraw(requests: Sent) -> StepFunction:
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


def amending(sent: Sent, otherwise: StepFunction) -> StepFunction:
    """Return the step that changes a detail of the newest request that has it; `otherwise` is taken
    for what is about no request.
    """

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        requesting = detour_purpose(consultation, place) is Purpose.REQUEST
        done = None
        if not button and not requesting and place.state is not State.STOPPED:
            done = _asked_for(consultation, place, text)
            done = done or _amended(consultation, place, text, sent)
        if done:
            return done
        return otherwise(consultation, place, text, button)

    return step


def _asked_for(consultation: Consultation, place: Place, text: str) -> Step | None:
    """Take the message for the detail that was asked for, if it can be one."""
    waits = place.pending or {}
    question = consultation.by_id.get(str(waits.get("question")))
    if waits.get("kind") != AMEND or question is None:
        return None
    try:
        reading = read_answer(question, text)
    except UnreadableAnswer:
        return None
    told = {question.id: {"text": text, "value": reading.value, "remark": reading.remark}}
    return _done(consultation, place, str(waits["request"]), told)


def _amended(consultation: Consultation, place: Place, text: str, sent: Sent) -> Step | None:
    if not amends(text):
        return None
    for reference, kind in sent:
        section = consultation.section(kind)
        if section is None:
            continue
        if told := _told(section, text):
            return _done(consultation, place, reference, told)
        if question := _named(consultation, section, text):
            waits = {"kind": AMEND, "request": reference, "question": question.id}
            return Step(Did.ASKED_AMEND, place, question=question.id, pending=waits)
    return None


def _told(section: Section, text: str) -> dict[str, Any]:
    """Return the details that the message tells, each with what was said beside it."""
    found = told_at_once(section, text, remarks=True)
    details = {q.id: q for q in section.questions if q.kind in CONTACT_KINDS}
    told = {one: said for one, said in found.items() if one in details}
    for said in told.values():  # "after three", but not "sorry, wrong number"
        if not is_condition(said.get("remark")):
            said.pop("remark", None)
    if told:
        return told
    for question in details.values():
        if question.named.casefold() in text.casefold() and (new := new_words(question, text)):
            words, reading = new
            return {question.id: {"text": words, "value": reading.value}}
    return {}


def _named(consultation: Consultation, section: Section, text: str) -> Question | None:
    """Return the detail that is to be changed: "change the email on that"."""
    details = [q for q in section.questions if q.kind in CONTACT_KINDS]
    for question in details:
        if question.kind in (Kind.EMAIL, Kind.PHONE, Kind.EMAIL_OR_PHONE) and REACHES.search(text):
            return question
    meant = which_question(consultation, text, details, None, picking=False) if details else None
    return next((q for q in details if q.id == meant), None)


def _done(
    consultation: Consultation, place: Place, reference: str, told: Mapping[str, Any]
) -> Step:
    private = [one for one in told if privacy_of(consultation, one) == CONTACT]
    return Step(
        Did.AMENDED,
        place,
        question=(private or list(told))[0],
        told=told,
        reason=reference,
        private=CONTACT if private else None,
    )
