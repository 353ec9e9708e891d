"""Asking the questions of a request, or those about the person, and returning to where we were."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from bot.consultation.model import Consultation, Purpose, Section
from bot.consultation.question import CONTACT_KINDS, Kind, Question
from bot.consultation.state import State
from bot.consultation.waits import SEND
from bot.conversation.did import Did, Ends
from bot.conversation.place import Detour, Place, Step, blocked, detour_purpose
from bot.conversation.sealing import CONTACT, EQUALITY, privacy_of
from bot.understanding.answers import Reading
from bot.understanding.answers.in_parts import answers_in_parts
from bot.understanding.slots import told_at_once
from bot.understanding.which_answer import named_by_id
from bot.understanding.words.field_words import (
    name_beside,
    only_reaches,
    yes_and_condition,
)


def begin_equality(section: Section, place: Place) -> Place:
    """Return the place at the first of the questions about the person."""
    detour = Detour(section.id, returns_state=State.COMPLETED)
    first = section.questions[0].id
    return replace(place, state=State.STARTED, open_question=first, tries=0, detour=detour)


def next_field(consultation: Consultation, place: Place, did: Did) -> Step:
    """Open the next question of the detour; after the last one, the detour is over."""
    detour = place.detour
    section = consultation.section(detour.section) if detour else None
    if detour is None or section is None:  # the section has left the file since it was begun
        return Step(did, ended(place), ends=Ends.DROPPED)
    question = next((q for q in section.questions if q.id not in detour.done), None)
    if question is None and section.purpose is Purpose.REQUEST:  # it is read back before it is sent
        return Step(did, replace(place, state=State.STARTED, open_question=None, tries=0))
    if question is None:
        return Step(did, ended(place), ends=Ends.COUNTED)
    moved = replace(place, state=State.STARTED, open_question=question.id, tries=0)
    return Step(did, moved, opened=question.id)


def is_read_back(consultation: Consultation, place: Place) -> bool:
    """Say whether a request has all it needs, and waits for the yes that sends it."""
    asking = place.state in (State.STARTED, State.PAUSED) and place.open_question is None
    return asking and detour_purpose(consultation, place) is Purpose.REQUEST


def awaited(consultation: Consultation, place: Place) -> str | None:
    """Return what the bot waits to hear first, by its name in waits.py. That a request waits for a
    yes is told by its place, so nothing that is said meanwhile can end the waiting.
    """
    if place.pending:
        return str(place.pending["kind"])
    return SEND if is_read_back(consultation, place) else None


def ended(place: Place) -> Place:
    """Return the place after the detour: where the conversation was before."""
    detour = place.detour
    if detour is None:
        return place
    state = State.STARTED if detour.returns_to else detour.returns_state
    return replace(
        place,
        state=state,
        open_question=detour.returns_to,
        tries=0,
        detour=detour.under,
        wound_up=place.wound_up or detour.returns_state is State.COMPLETED,
    )


def asks_about_the_person(consultation: Consultation, place: Place) -> bool:
    """Say whether the questions about the person are put, even if a request came between."""
    under = place.detour is not None and place.detour.under is not None
    return under or detour_purpose(consultation, place) is Purpose.EQUALITY


def without_equality(place: Place) -> Place:
    """Return the place with the questions about the person over; a request goes on."""
    if place.detour is None or place.detour.under is None:
        return ended(place)
    detour = replace(place.detour, under=None, returns_to=None, returns_state=State.COMPLETED)
    return replace(place, detour=detour)


def all_dropped(place: Place) -> Place:
    """Return the place back in the consultation, as if nothing besides it had been begun."""
    while place.detour:
        place = ended(place)
    return replace(place, wound_up=False)


def told_in_parts(consultation: Consultation, place: Place, text: str) -> dict[str, Reading]:
    """Return what parts of a message say about the person: "45, woman, white"."""
    if place.detour is None or detour_purpose(consultation, place) is not Purpose.EQUALITY:
        return {}
    if "?" in text:  # "white, or is that mixed?" tells nothing yet
        return {}
    section = consultation.section(place.detour.section)
    return answers_in_parts(section.questions if section else (), text)


def told_beside(place: Place, parts: Mapping[str, Reading]) -> Step:
    """Keep what a message said about the person beside the open question, which is still asked;
    also where it puts right what was said before.
    """
    assert place.detour is not None
    kept = replace(place, detour=with_fields(place.detour, parts), state=State.STARTED)
    told = {one: {"value": reading.value} for one, reading in parts.items()}
    return Step(Did.TOLD_BESIDE, kept, question=place.open_question, told=told, private=EQUALITY)


def changed_about_the_person(consultation: Consultation, place: Place, text: str) -> Step | None:
    """Take what is put right of what was said about the person ("my age is wrong, it should be
    46"), or ask the question again that is named. None where neither is told.
    """
    if place.detour is None or detour_purpose(consultation, place) is not Purpose.EQUALITY:
        return None
    if parts := told_in_parts(consultation, place, text):
        return told_beside(place, parts)
    section = consultation.section(place.detour.section)
    known = [q for q in section.questions if q.id in place.detour.done] if section else []
    if named := named_by_id(text, known):
        here = replace(place, open_question=named, tries=0, state=State.STARTED)
        return Step(Did.CHANGING, here, question=named, opened=named, private=EQUALITY)
    return None


def filled(
    consultation: Consultation,
    place: Place,
    question: Question,
    text: str,
    reading: Reading,
    parts: Mapping[str, Reading] | None = None,
) -> Step:
    """Take the answer to a question of the detour, and go on. A number that is given instead of a
    name, or of what it is about, is taken as the number, and that is still asked. `parts`: what
    the message says about the person in each of its parts.
    """
    detour = place.detour
    assert detour is not None
    told = _told_beside(consultation.section_of[question.id], question, detour, text)
    if told and question.kind in (Kind.NAME, Kind.OPEN):
        name = name_beside(text) if question.kind is Kind.NAME else None
        if name is None:
            kept = replace(place, detour=with_fields(detour, told), state=State.STARTED)
            return Step(Did.TOLD_BESIDE, kept, question=question.id, told=told, private=CONTACT)
        reading = replace(reading, value=name)
    told |= {
        one: {"value": said.value}
        for one, said in (parts or {}).items()
        if one not in (question.id, *detour.done)
    }
    moved = replace(place, detour=with_fields(detour, {question.id, *told}))
    after = next_field(consultation, moved, Did.ANSWERED)
    return replace(after, question=question.id, reading=reading, told=told)


def corrected(consultation: Consultation, place: Place, text: str) -> Step:
    """Take what is said of a request that was read back for what it puts right, if it plainly tells
    a field anew: "the postcode is M14 5GD". Then it is read back again.
    """
    detour = place.detour
    assert detour is not None
    section = consultation.section(detour.section)
    told = told_at_once(section, text, remarks=True) if section else {}
    told = {one: said for one, said in told.items() if not consultation.by_id[one].first_words}
    if not told and section and (limit := yes_and_condition(text)):
        told = _beside_the_consent(section, detour, limit)
    if not told:  # under its last question, so that a number in it goes with the request
        last = section.questions[-1].id if section else None
        return Step(Did.UNCLEAR, place, question=last)
    named = [one for one in told if privacy_of(consultation, one) == CONTACT]
    step = Step(Did.READ_BACK, replace(place, detour=with_fields(detour, told)), told=told)
    return replace(step, question=named[0], private=CONTACT) if named else step


def _beside_the_consent(section: Section, detour: Detour, limit: str) -> dict[str, Any]:
    """Keep a condition beside the yes that it limits: to publish, where that was asked, for what
    is to be left out is left out there.
    """
    agreed = [q for q in section.questions if q.consent and q.id in detour.answered]
    return {agreed[-1].id: {"remark": limit}} if agreed else {}


def with_fields(detour: Detour, told: Collection[str]) -> Detour:
    answered = detour.answered | set(told)
    return replace(detour, answered=answered, skipped=detour.skipped - answered)


def _told_beside(section: Section, question: Question, detour: Detour, text: str) -> dict[str, Any]:
    """Return what else the answer told: a postcode after the address, a number after the name; a
    number alone where any words would do, such as what a call is to be about.
    """
    no_words = question.kind is Kind.OPEN and only_reaches(text)
    if question.kind not in CONTACT_KINDS and not no_words:
        return {}
    only_a_number = no_words or (question.kind is Kind.NAME and name_beside(text) is None)
    told = told_at_once(section, text, remarks=only_a_number)
    others = {q.id for q in section.questions if q.kind in CONTACT_KINDS} - {question.id}
    return {one: told[one] for one in told if one in others - detour.answered}


def passed(consultation: Consultation, place: Place, question: Question) -> Step:
    """Leave a question of the detour out; an answer given to it before stays."""
    detour = place.detour
    assert detour is not None
    if question.id in detour.answered:
        return replace(next_field(consultation, place, Did.ANSWER_KEPT), question=question.id)
    if not question.optional:
        return Step(
            Did.MUST_ANSWER_FIELD, replace(place, state=State.STARTED), question=question.id
        )
    moved = replace(place, detour=replace(detour, skipped=detour.skipped | {question.id}))
    return replace(next_field(consultation, moved, Did.SKIPPED), question=question.id)


def leave(consultation: Consultation, place: Place) -> Step:
    """Drop a request, or leave out the rest of the questions about the person."""
    if detour_purpose(consultation, place) is Purpose.REQUEST:
        return Step(Did.REQUEST_DROPPED, ended(place), ends=Ends.DROPPED)
    return Step(Did.DECLINED, ended(place), ends=Ends.COUNTED)


def before(consultation: Consultation, place: Place) -> Question | None:
    """Return the question of the detour before the open one."""
    section = consultation.section(place.detour.section) if place.detour else None
    ids = [q.id for q in section.questions] if section else []
    here = ids.index(place.open_question) if place.open_question in ids else len(ids)
    return section.questions[here - 1] if section and here else None


def restart(consultation: Consultation, place: Place) -> Step:
    """Begin a request again, with nothing in it."""
    assert place.detour is not None
    if stop := blocked(consultation, place):
        return stop
    detour = replace(place.detour, answered=frozenset(), skipped=frozenset())
    begun = next_field(consultation, replace(place, detour=detour), Did.REQUEST_RESTARTED)
    return replace(begun, begins=detour.section)
