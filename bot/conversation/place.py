"""Where a respondent is, and what one message does to that. Pure: the storage applies a Step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import Consent
from bot.consultation.state import State
from bot.consultation.waits import NEAREST
from bot.conversation.did import Did, Ends
from bot.understanding.answers import Reading


@dataclass(frozen=True)
class Detour:
    """Questions of another section that are asked for a while: a request, or the equality
    questions. Then the conversation returns to where it was.
    """

    section: str
    answered: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    returns_to: str | None = None  # the question that was open
    returns_state: State = State.NEW
    under: Detour | None = None  # the questions about the person, which a request interrupted

    @property
    def done(self) -> frozenset[str]:
        return self.answered | self.skipped


@dataclass(frozen=True)
class Place:
    """Where a respondent is when their message is taken up. `phase` is that of the message's
    arrival. `answered` and `skipped` are of the consultation's own questions.
    """

    state: State
    open_question: str | None
    answered: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    tries: int = 0
    phase: Phase = Phase.OPEN
    pending: Mapping[str, Any] | None = None  # what the bot waits to hear (waits.py)
    detour: Detour | None = None
    wound_up: bool = False  # the equality questions were put, and requests were offered
    behalf: str | None = None  # for whom they answer, where it is not for themselves
    has_number: bool = False  # they write from a telephone number that we know

    @property
    def done(self) -> frozenset[str]:
        return self.answered | self.skipped


@dataclass(frozen=True)
class Step:
    """What to write and what to say. `opened` is a question newly asked."""

    did: Did
    place: Place
    question: str | None = None  # the question that the message was about
    reading: Reading | None = None  # to be stored as the answer to `question`
    skip: str | None = None  # to be stored as skipped
    opened: str | None = None
    reason: str | None = None  # why an answer could not be read, or what was meant instead
    withdraw: tuple[str, ...] = ()  # questions whose answers do not count any more
    restore: bool = False  # of those, the answers before count again
    pending: Mapping[str, Any] | None = None  # what to wait for; a step that is silent ends waiting
    ends: Ends | None = None
    begins: str | None = None  # the section of a request that is begun, with nothing in it
    told: Mapping[str, Any] = field(default_factory=dict)  # fields that the first message gave
    revokes: frozenset[Consent] = frozenset()  # what they do not agree to any more
    joins: bool = False  # the words of the try before are kept beside the answer
    adds: bool = False  # the words come after those of the answer that stands
    stands_in: bool = False  # they are the answer: now it was only said that it is none of these
    behalf: str | None = None  # for whom they say that they answer
    views: str | None = None  # whose views they say they give: theirs (of that person) or own
    private: str | None = None  # the message holds contact details, or an equality answer


StepFunction = Callable[[Consultation, Place, str, Mapping[str, Any] | None], Step]


def blocked(consultation: Consultation, place: Place) -> Step | None:
    """What comes before all: a stopped person must say START, and outside the dates nothing moves
    but a request that may still be made, and the questions about the person once they are put.
    """
    if place.state is State.STOPPED:
        return Step(Did.IS_STOPPED, place)
    if place.phase is Phase.OPEN:
        return None
    section = consultation.section(place.detour.section) if place.detour else None
    lasts = section and (section.after_close or section.purpose is Purpose.EQUALITY)
    if place.phase is Phase.AFTER and lasts:
        return None
    return Step(Did.EARLY if place.phase is Phase.BEFORE else Did.LATE, place)


def offered_at(place: Place) -> tuple[str, ...]:
    """Return the values of the options that were offered to choose from, if any were."""
    pending = place.pending or {}
    offers = pending.get("kind") == NEAREST and pending["question"] == place.open_question
    return tuple(pending["values"]) if offers else ()


def detour_purpose(consultation: Consultation, place: Place) -> Purpose | None:
    """Return what kind of detour is going on, if one is."""
    section = consultation.section(place.detour.section) if place.detour else None
    return section.purpose if section else None
