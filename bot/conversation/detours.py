"""Asking the questions of a request, or those about the person, and returning to where we were.

Pure, like steps.py, which asks them with the same engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.model import (
    CONTACT_KINDS,
    Consultation,
    Kind,
    Purpose,
    Question,
    Section,
)
from bot.consultation.state import State
from bot.conversation.did import Did, Ends
from bot.conversation.place import Detour, Place, Step, StepFunction, blocked, detour_purpose
from bot.understanding.answers import Reading
from bot.understanding.personal_data import holds_personal
from bot.understanding.slots import NONE_TO_GIVE, told_at_once
from bot.understanding.words.commands import plain

CONTACT, EQUALITY = "contact", "equality"  # why a message is not kept in clear
OWN_NUMBER = "own number"  # stands for the number that she writes from, until it is stored
OWN = re.compile(
    r"(?:(?:use|on|just|it'?s|yes|ok|please|you have|you'?ve got) )*(?:this|the same|same|my|the)"
    r"(?: (?:phone|mobile|same|one|number|no|num)){0,3}(?: (?:i'?m|i am|im)"
    r" (?:texting|using|on|messaging)(?: (?:from|on|with|you from|now))*)?(?: (?:please|pls"
    r"|is fine|will do|thanks|ta))*"
    r"|(?:text|call|ring) me (?:back )?(?:here|on this(?: (?:number|one))?)"
)

REFERENCE = re.compile(r"\bREQ(?!U)[\s-]*([0-9A-Z]{4})[\s-]*([0-9A-Z]{4})\b", re.I)
KINDS = {
    "case_study": re.compile(r"\b(?:case stud|story|stories|example)", re.I),
    "workshop": re.compile(r"\b(?:workshop|session)", re.I),
    "print_copy": re.compile(r"\b(?:cop(?:y|ies)|print|paper|braille|large print)", re.I),
    "callback": re.compile(r"\b(?:call|ring|phone|touch|contact)", re.I),
}

YES_SAID = frozenset(
    {"yes", "yeah", "yep", "yea", "ye", "yess", "aye", "sure", "ok", "okay", "course", "definitely"}
    | {"absolutely", "please", "y", "of", "certainly", "you"}
)


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
    if question is None:
        ends = Ends.SENT if section.purpose is Purpose.REQUEST else Ends.COUNTED
        return Step(did, ended(place), ends=ends)
    moved = replace(place, state=State.STARTED, open_question=question.id, tries=0)
    return Step(did, moved, opened=question.id)


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


def asks_about_her(consultation: Consultation, place: Place) -> bool:
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


def filled(
    consultation: Consultation, place: Place, question: Question, text: str, reading: Reading
) -> Step:
    """Take the answer to a question of the detour, and go on."""
    detour = place.detour
    assert detour is not None
    told = _told_beside(consultation.section_of[question.id], question, detour, text)
    answered = detour.answered | {question.id, *told}
    moved = replace(detour, answered=answered, skipped=detour.skipped - answered)
    after = next_field(consultation, replace(place, detour=moved), Did.ANSWERED)
    return replace(after, question=question.id, reading=reading, told=told)


def _told_beside(section: Section, question: Question, detour: Detour, text: str) -> dict[str, Any]:
    """Return what else the answer told: a postcode after the address, a number after the name."""
    if question.kind not in CONTACT_KINDS:
        return {}
    told = told_at_once(section, text)
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
    here = ids.index(place.open_question) if place.open_question in ids else 0
    return section.questions[here - 1] if section and here else None


def restart(consultation: Consultation, place: Place) -> Step:
    """Begin a request again, with nothing in it."""
    assert place.detour is not None
    if stop := blocked(consultation, place):
        return stop
    detour = replace(place.detour, answered=frozenset(), skipped=frozenset())
    begun = next_field(consultation, replace(place, detour=detour), Did.REQUEST_RESTARTED)
    return replace(begun, begins=detour.section)


def privacy_of(consultation: Consultation, question_id: str | None) -> str | None:
    """Say how a message that answers this question is to be kept: in clear (None), as contact
    details, or as an equality answer.
    """
    question = consultation.by_id.get(question_id or "")
    purpose = consultation.purpose_of(question_id)
    if question is None or purpose is Purpose.CONSULTATION:
        return None
    if purpose is Purpose.EQUALITY:
        return EQUALITY
    return CONTACT if question.kind in CONTACT_KINDS else None


def privacy_in_detour(consultation: Consultation, place: Place, text: str) -> str | None:
    """Say how a message in the middle of a detour is to be kept: in a request, a number that is put
    right one question later is contact details too.
    """
    kept = privacy_of(consultation, place.open_question)
    if kept is None and place.detour and holds_personal(text):
        return CONTACT
    return kept


def gives_nothing(question: Question, text: str) -> bool:
    """Say whether somebody has no such thing to give: "no", to a web link."""
    says_none = NONE_TO_GIVE.fullmatch(plain(text)) is not None
    return says_none and question.kind is not Kind.OPEN and not question.options


def is_own_number(question: Question, text: str) -> bool:
    """Say whether somebody who texts gives the number that she texts from."""
    takes_numbers = question.kind in (Kind.PHONE, Kind.EMAIL_OR_PHONE)
    return takes_numbers and OWN.fullmatch(plain(text)) is not None


def reference_in(text: str) -> str | None:
    """Return the reference of a request that a message names, as it is stored."""
    found = REFERENCE.search(text)
    if found is None:
        return None
    letters = (found[1] + found[2]).upper().translate(str.maketrans("OIL", "011"))
    return f"REQ-{letters[:4]}-{letters[4:]}"


def kinds_in(text: str) -> set[str]:
    """Return the kinds of request that a message names."""
    return {kind for kind, words in KINDS.items() if words.search(text)}


def told_back(consultation: Consultation, done: Step) -> Any:
    """Return what the bot may repeat. Replies are kept in clear, so of contact details only enough
    to notice a slip; of an equality answer nothing.
    """
    value = done.reading.value if done.reading else None
    if done.private is None:
        return value
    if done.private != CONTACT or done.question is None or value in (None, OWN_NUMBER):
        return None
    return hint_of(consultation.by_id[done.question].kind, str(value))


def hint_of(kind: Kind, value: str) -> str | None:
    """Return enough of an email address or number for its owner to notice a slip; of other contact
    details nothing.
    """
    if kind not in (Kind.EMAIL, Kind.PHONE, Kind.EMAIL_OR_PHONE):
        return None
    if "@" in value:
        return "..." + value[value.rindex("@") :]
    digits = re.sub(r"\D", "", value)
    return "..." + digits[-3:] if len(digits) >= 9 else None


def agrees(text: str, reading: Reading) -> bool:
    """Say whether a yes that was read is one that was said: "one of us signs" is not option 1."""
    first = re.match(r"[a-z0-9']*", plain(text))
    said = first is not None and first[0] in YES_SAID
    return said or (reading.exact and reading.remark is None)
