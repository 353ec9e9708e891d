"""Where respondents are in the consultation: read and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, select, union_all, update
from sqlalchemy.orm import Session

from bot.channels.registry import reached_by_number
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation
from bot.consultation.state import State
from bot.conversation.place import Place
from bot.conversation.progress import Progress, progress_at
from bot.storage.database.tables import AnswerRow, RespondentRow, SkipRow
from bot.storage.respondents.place_forms import detour_of, stored_detour


@dataclass(frozen=True)
class Standing:
    """What a respondent's own row says of their place: all but what was answered and skipped."""

    respondent_id: str
    reference: str
    channel: str
    state: str
    open_question: str | None
    tries: int
    pending: Mapping[str, Any] | None
    detour: Mapping[str, Any] | None
    wound_up: bool
    opted_out: bool
    behalf: str | None


# Statements of every turn are built once: building one costs more than running it.
STANDING = (
    RespondentRow.id,
    RespondentRow.reference,
    RespondentRow.channel,
    RespondentRow.state,
    RespondentRow.open_question,
    RespondentRow.tries,
    RespondentRow.pending,
    RespondentRow.run,
    RespondentRow.wound_up,
    RespondentRow.opted_out,
    RespondentRow.behalf,
)
_STANDING = select(*STANDING).where(RespondentRow.id == bindparam("respondent"))
_OPEN = select(RespondentRow.open_question).where(RespondentRow.id == bindparam("respondent"))
_DONE = union_all(
    select(literal(True), AnswerRow.question).where(
        AnswerRow.respondent_id == bindparam("respondent"), AnswerRow.status == "current"
    ),
    select(literal(False), SkipRow.question).where(
        SkipRow.respondent_id == bindparam("respondent")
    ),
)
_RESPONDENT = RespondentRow.__table__
_MOVE = (
    update(_RESPONDENT)
    .where(_RESPONDENT.c.id == bindparam("respondent"))
    .values(
        state=bindparam("new_state"),
        opted_out=bindparam("out"),
        open_question=bindparam("asking"),
        tries=bindparam("tried"),
        pending=bindparam("awaited"),
        run=bindparam("detouring"),
        wound_up=bindparam("over"),
    )
)
_COMPLETE = (
    update(_RESPONDENT)
    .where(_RESPONDENT.c.id == bindparam("respondent"))
    .values(completed_at=bindparam("now"))
)


def place_of(session: Session, respondent_id: str, phase: Phase) -> Place:
    """Read where a respondent is."""
    row = session.execute(_STANDING, {"respondent": respondent_id}).one()
    return place_at(session, Standing(*row), phase)


def place_at(session: Session, standing: Standing, phase: Phase) -> Place:
    """Return the place of a respondent whose row is at hand."""
    done = session.execute(_DONE, {"respondent": standing.respondent_id}).all()
    return Place(
        state=State(standing.state),
        open_question=standing.open_question,
        answered=frozenset(question for answered, question in done if answered),
        skipped=frozenset(question for answered, question in done if not answered),
        tries=standing.tries,
        phase=phase,
        pending=standing.pending,
        detour=detour_of(standing.detour),
        wound_up=standing.wound_up,
        behalf=standing.behalf,
        has_number=reached_by_number(standing.channel),
    )


def is_at(standing: Standing, place: Place) -> bool:
    """Say whether a place that was read before is still this respondent's."""
    return (
        standing.state == place.state.value
        and standing.open_question == place.open_question
        and standing.tries == place.tries
        and standing.pending == place.pending
        and standing.detour == stored_detour(place.detour)
        and standing.wound_up == place.wound_up
    )


def move(session: Session, respondent_id: str, place: Place, *, opted_out: bool) -> None:
    """Store where a respondent is now."""
    session.execute(
        _MOVE,
        {
            "respondent": respondent_id,
            "new_state": place.state.value,
            "out": opted_out,
            "asking": place.open_question,
            "tried": place.tries,
            "awaited": dict(place.pending) if place.pending else None,
            "detouring": stored_detour(place.detour),
            "over": place.wound_up,
        },
    )


def note_behalf(
    session: Session, respondent_id: str, behalf: str | None, views: str | None
) -> None:
    """Note for whom a respondent answers, and whose views they give, as far as it was said."""
    told = {name: said for name, said in (("behalf", behalf), ("views", views)) if said}
    mine = update(_RESPONDENT).where(_RESPONDENT.c.id == respondent_id)
    if told:
        session.execute(mine.values(**told))


def complete(session: Session, respondent_id: str, now: datetime) -> None:
    """Note when a respondent has dealt with the last question."""
    session.execute(_COMPLETE, {"respondent": respondent_id, "now": now})


def open_question_of(session: Session, respondent_id: str) -> str | None:
    """Return the question that is open for a respondent now."""
    return session.execute(_OPEN, {"respondent": respondent_id}).scalar_one()


def progress_now(
    session: Session, consultation: Consultation, respondent_id: str, phase: Phase
) -> Progress:
    """Read how far a respondent is, as they are told it at this phase."""
    return progress_at(consultation, place_of(session, respondent_id, phase))
