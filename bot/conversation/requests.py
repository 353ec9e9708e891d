"""Beginning a request: at once when it is asked for, after a question when it is only guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import CONTACT_KINDS, FREE_TEXT_KINDS, Kind
from bot.consultation.state import State
from bot.consultation.waits import OFFER
from bot.conversation.detours import ended, next_field, with_fields
from bot.conversation.did import Did
from bot.conversation.place import Detour, Place, Step, StepFunction, blocked, detour_purpose
from bot.conversation.sealing import CONTACT, privacy_of
from bot.understanding.slots import told_at_once
from bot.understanding.words.field_words import contact_wish, name_and_wish
from bot.understanding.words.normalise import plain

REACHING = (Kind.EMAIL, Kind.PHONE, Kind.EMAIL_OR_PHONE)


def offered(kind: str) -> StepFunction:
    """Return the step that asks whether a request is wanted, which was only guessed."""

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        if stop := _not_now(consultation, place, kind):
            return stop
        waits = {"kind": OFFER, "request": kind}
        return Step(Did.OFFERED, place, question=place.open_question, pending=waits)

    return step


def request(kind: str) -> StepFunction:
    """Return the step that begins a request; the file must have a section with this id."""

    def step(
        consultation: Consultation, place: Place, text: str, button: Mapping[str, Any] | None
    ) -> Step:
        if stop := _not_now(consultation, place, kind):
            return stop
        section = consultation.section(kind)
        assert section is not None
        pressed = button is not None or plain(text) == plain(section.title)
        told = {} if pressed else told_at_once(section, text)
        # A request that the close has cut off cannot be finished any more.
        requesting = detour_purpose(consultation, place) is Purpose.REQUEST
        here = ended(place) if requesting else place
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


def _not_now(consultation: Consultation, place: Place, kind: str) -> Step | None:
    """Return the step of a request that cannot be begun as things stand."""
    section = consultation.section(kind)
    if section is None:
        return Step(Did.NOT_OFFERED, place, question=place.open_question)
    if place.state is State.STOPPED:
        return Step(Did.IS_STOPPED, place)
    requesting = detour_purpose(consultation, place) is Purpose.REQUEST
    cut_off = place.phase is Phase.AFTER and blocked(consultation, place) is not None
    if requesting and place.detour and not cut_off:
        did = Did.REQUEST_OPEN if place.detour.section == kind else Did.ONE_AT_A_TIME
        return Step(did, replace(place, state=State.STARTED), question=place.open_question)
    if place.phase is Phase.BEFORE:
        return Step(Did.EARLY, place)
    if place.phase is Phase.AFTER and not section.after_close:
        return Step(Did.REQUEST_CLOSED, place)
    return None


def with_wish(consultation: Consultation, place: Place, sent: Step, text: str) -> Step:
    """Keep a wish that came with the yes beside its field: "yes, but no name", "but after 3pm"."""
    detour = place.detour
    section = consultation.section(detour.section) if detour else None
    if detour is None or section is None:
        return sent
    wishes = {Kind.NAME: name_and_wish(text)[1]}
    wishes |= dict.fromkeys(REACHING, contact_wish(text)[1])
    told = {
        q.id: {"remark": wishes[q.kind]}
        for q in section.questions
        if q.id in detour.answered and wishes.get(q.kind)
    }
    return replace(sent, told=told)


def without_name(consultation: Consultation, begun: Step, text: str) -> Step:
    """Ask no name of who wants a request, "but no name", where it can go without one."""
    detour, section = begun.place.detour, consultation.section(begun.begins or "")
    if detour is None or section is None or name_and_wish(text)[1] is None:
        return begun
    names = {q.id for q in section.questions if q.kind is Kind.NAME and q.optional}
    left = replace(detour, skipped=detour.skipped | names)
    asked = next_field(consultation, replace(begun.place, detour=left), begun.did)
    return replace(begun, place=asked.place, opened=asked.opened)


def put_right(consultation: Consultation, place: Place, text: str) -> Step | None:
    """Take a number or an address that a request has already, and that is given anew at another
    of its questions. None where there is none, and where any words are an answer: a story may well
    hold another number.
    """
    detour, asked = place.detour, consultation.by_id.get(place.open_question or "")
    if asked and asked.kind in FREE_TEXT_KINDS:
        return None
    if detour is None or detour_purpose(consultation, place) is not Purpose.REQUEST:
        return None
    section = consultation.section(detour.section)
    given = told_at_once(section, text, remarks=True) if section else {}
    reaching = {q.id for q in section.questions if q.kind in CONTACT_KINDS} if section else set()
    told = {one: said for one, said in given.items() if one in reaching & detour.answered}
    if not told or place.open_question in reaching:
        return None
    kept = replace(place, detour=with_fields(detour, told), state=State.STARTED)
    return Step(Did.TOLD_BESIDE, kept, place.open_question, told=told, private=CONTACT)
