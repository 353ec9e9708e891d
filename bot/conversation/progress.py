"""Where a respondent is in the consultation: which question comes next, and how far along
they are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import FOLLOW_UP, Kind, Question, main_question
from bot.consultation.state import State
from bot.consultation.waits import CONFIRMATIONS
from bot.conversation.place import Place, blocked, detour_purpose


def next_question(consultation: Consultation, done: Collection[str]) -> Question | None:
    """Return the first question that is neither answered nor skipped, or None at the end."""
    return next((q for q in consultation.questions if q.id not in done), None)


def previous_question(consultation: Consultation, open_question: str | None) -> Question | None:
    """Return the question before the open one (the last one, when none is open), or None at the
    start.
    """
    ids = [q.id for q in consultation.questions]
    place = ids.index(open_question) if open_question in ids else len(ids)
    return consultation.questions[place - 1] if place else None


@dataclass(frozen=True)
class Progress:
    """How far a conversation is. `done` counts answered and skipped questions together. `question`
    is always one of the consultation's own: a follow-up belongs to its question.
    """

    section: str | None
    question: str | None
    kind: str | None
    answered: int
    total: int
    state: str
    done: int
    follow_up: bool = False  # what is asked is the second question to `question`
    purpose: str = Purpose.CONSULTATION.value  # of the section that is asked and counted
    most: int | None = None  # how many options the question takes, where it takes several

    @property
    def asked(self) -> str | None:
        """The id of what is really asked now."""
        return f"{self.question}{FOLLOW_UP}" if self.follow_up else self.question

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def progress_of(
    consultation: Consultation,
    *,
    state: State,
    open_question: str | None,
    answered: Collection[str],
    skipped: Collection[str],
) -> Progress:
    """Return the progress of one conversation; only the consultation's own questions count. While
    a request is asked, `answered` and `skipped` are of that, and only its fields count.
    """
    here = consultation.by_id.get(open_question or "")
    ids = [q.id for q in consultation.questions]
    if here and consultation.purpose_of(here.id) is Purpose.REQUEST:
        ids = [q.id for q in consultation.section_of[here.id].questions]
    question = here if state in (State.STARTED, State.PAUSED) else None
    near = here.id if here else (ids[-1] if state is State.COMPLETED else ids[0])
    return Progress(
        section=consultation.section_of[near].id,
        question=main_question(question.id) if question else None,
        kind=question.kind.value if question else None,
        answered=sum(1 for i in ids if i in answered),
        total=len(ids),
        state=state.value,
        done=sum(1 for i in ids if i in answered or i in skipped),
        follow_up=question is not None and question.id.endswith(FOLLOW_UP),
        purpose=consultation.section_of[near].purpose.value,
        most=question.max_choices if question else None,
    )


def progress_at(consultation: Consultation, place: Place) -> Progress:
    """Return how far along a place is, as it is told at its phase."""
    unfinished = place.state in (State.NEW, State.STARTED, State.PAUSED)
    over = unfinished and place.phase is not Phase.OPEN
    late_request = over and place.detour and blocked(consultation, place) is None
    requesting = detour_purpose(consultation, place) is Purpose.REQUEST
    asked = place.detour if place.detour and requesting else place
    progress = progress_of(
        consultation,
        state=State.CLOSED if over and not late_request else place.state,
        open_question=place.open_question,
        answered=asked.answered,
        skipped=asked.skipped,
    )
    confirming = (place.pending or {}).get("kind") in CONFIRMATIONS
    return replace(progress, kind=Kind.YES_NO.value) if confirming and progress.kind else progress
