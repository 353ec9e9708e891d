"""Corrections that the dialogue model is taught, and how trainings with them ended.

The words stay in the inbox alone: a line is taught while its correction says so. When the message
is erased, or corrected anew, it is no line any more, and the model is made again without it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.storage.database.tables import CorrectionRow, InboxRow, RespondentRow, TrainingRow

RUNNING, TAKEN, LEFT, FAILED, UNDONE = "running", "taken", "left", "failed", "undone"
LONGEST = timedelta(hours=1)  # a training that runs for longer has died


@dataclass(frozen=True)
class Corrected:
    """A correction as something to learn from. `was` is what the bot took the message for, and
    `asked` the question that was open.
    """

    inbox_id: int
    reference: str
    seq: int
    text: str
    intent: str
    was: str | None
    asked: str | None
    question: str | None
    value: Any
    care: str | None
    language: str | None
    is_button: bool
    taught: bool


@dataclass(frozen=True)
class Training:
    """How a training began and ended. `figures` is None where it did not come so far."""

    id: int
    staff: str
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    lines: int
    figures: Mapping[str, Any] | None

    def runs(self, now: datetime) -> bool:
        """Say whether it still runs. One that has run for an hour has died."""
        return self.outcome == RUNNING and now - self.began_at < LONGEST


def corrected_messages(session: Session, consultation_id: str) -> list[Corrected]:
    """Return every correction whose message has words, the oldest message first."""
    rows = session.execute(
        select(
            InboxRow.id, RespondentRow.reference, InboxRow.seq, InboxRow.text,
            CorrectionRow.intent, InboxRow.intent, InboxRow.question, CorrectionRow.question,
            CorrectionRow.value, InboxRow.care, InboxRow.language, InboxRow.button,
            CorrectionRow.taught,
        )
        .select_from(CorrectionRow)
        .join(InboxRow, InboxRow.id == CorrectionRow.inbox_id)
        .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
        .where(*_has_words(consultation_id))
        .order_by(InboxRow.id)
    )  # fmt: skip
    return [
        Corrected(
            inbox_id=id,
            reference=reference,
            seq=seq,
            text=" ".join(text.split()),
            intent=intent,
            was=was,
            asked=asked,
            question=question,
            value=value,
            care=care,
            language=language,
            is_button=button is not None,
            taught=bool(taught),
        )
        for (
            id, reference, seq, text, intent, was, asked, question, value, care, language, button,
            taught,
        ) in rows
    ]  # fmt: skip


def taught_lines(session: Session, consultation_id: str) -> list[tuple[str, str]]:
    """Return the words and the intent of all that is taught now."""
    rows = session.execute(
        select(InboxRow.text, CorrectionRow.intent)
        .select_from(CorrectionRow)
        .join(InboxRow, InboxRow.id == CorrectionRow.inbox_id)
        .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
        .where(*_has_words(consultation_id), CorrectionRow.taught.is_(True))
    )
    return sorted({(" ".join(text.split()), intent) for text, intent in rows})


def _has_words(consultation_id: str) -> tuple[Any, ...]:
    about = RespondentRow.consultation == consultation_id
    return about, InboxRow.text != "", InboxRow.private.is_(None)


def begin_training(
    session: Session, consultation_id: str, *, staff: str, lines: int, now: datetime
) -> int | None:
    """Note that a training begins, and return its id; None while another runs."""
    last = last_training(session, consultation_id)
    if last is not None and last.runs(now):
        return None
    row = TrainingRow(consultation=consultation_id, staff=staff, began_at=now, lines=lines)
    row.outcome = RUNNING
    session.add(row)
    session.flush()
    return int(row.id)


def end_training(
    session: Session,
    training_id: int,
    outcome: str,
    now: datetime,
    *,
    figures: Mapping[str, Any] | None = None,
    taught: Mapping[int, str] | None = None,
) -> int:
    """Note how it ended. With `taught`, {message: intent}, exactly these are taught from now on, as
    far as they still stand as they were learnt. Return how many do.
    """
    row = session.get(TrainingRow, training_id)
    row.outcome, row.ended_at, row.figures = outcome, now, dict(figures) if figures else None
    if taught is None:
        return 0
    mine = session.execute(
        select(TrainingRow.consultation).where(TrainingRow.id == training_id)
    ).scalar_one()
    _forget(session, mine)
    known = _still(session, taught)
    _mark(session, known, True)
    return len(known)


def undo_training(session: Session, consultation_id: str, now: datetime) -> int:
    """Teach nothing any more; return how many lines were taught."""
    before = _forget(session, consultation_id)
    session.execute(
        update(TrainingRow)
        .where(TrainingRow.consultation == consultation_id, TrainingRow.outcome == TAKEN)
        .values(outcome=UNDONE, ended_at=now)
    )
    return before


def last_training(session: Session, consultation_id: str) -> Training | None:
    """Return the last training, whatever came of it."""
    row = session.execute(
        select(TrainingRow)
        .where(TrainingRow.consultation == consultation_id)
        .order_by(TrainingRow.id.desc())
        .limit(1)
    ).scalar()
    names = Training.__dataclass_fields__
    return Training(**{name: getattr(row, name) for name in names}) if row else None


def _forget(session: Session, consultation_id: str) -> int:
    rows = session.execute(
        select(CorrectionRow.inbox_id)
        .join(InboxRow, InboxRow.id == CorrectionRow.inbox_id)
        .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
        .where(RespondentRow.consultation == consultation_id, CorrectionRow.taught.is_(True))
    )
    taught = list(rows.scalars())
    _mark(session, taught, None)
    return len(taught)


def _still(session: Session, taught: Mapping[int, str]) -> list[int]:
    rows = session.execute(
        select(CorrectionRow.inbox_id, CorrectionRow.intent).where(
            CorrectionRow.inbox_id.in_(taught)
        )
    )
    return [inbox_id for inbox_id, intent in rows if taught[inbox_id] == intent]


def _mark(session: Session, messages: Collection[int], taught: bool | None) -> None:
    session.execute(
        update(CorrectionRow)
        .where(CorrectionRow.inbox_id.in_(messages))
        .values(taught=taught)
        .execution_options(synchronize_session=False)
    )
