"""Coding: which answers have which themes, who said so, and which answers wait for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.consultation.question import FOLLOW_UP
from bot.storage.coding.scope import Scope
from bot.storage.database.tables import (
    AnswerRow,
    CitationRow,
    CodeRow,
    DoubleCodeRow,
    InboxRow,
    QuoteRow,
    RespondentRow,
    SettledCodeRow,
    ThemeRow,
)

PERSON, MACHINE = "person", "machine"
A_BATCH = 500


@dataclass(frozen=True)
class Answer:
    """An answer as it is coded. `themes` are the ids of its themes; `seq` is the message's place in
    the conversation; `others` are the values of the questions that were asked for.
    """

    id: int
    respondent_id: str
    reference: str
    channel: str
    seq: int
    text: str
    language: str | None
    answered_at: datetime
    follow_up: str | None
    others: dict[str, object]
    themes: tuple[int, ...]
    quoted: bool


def next_to_code(
    session: Session, scope: Scope, after: int = 0, but: Collection[int] = ()
) -> int | None:
    """Return the id of the first answer after another one that has no code; at the end, of the
    first there is. Those of `but` are being coded.
    """
    waiting = scope.current_answers().where(
        ~select(CodeRow.answer_id).where(CodeRow.answer_id == AnswerRow.id).exists(),
        AnswerRow.id.not_in(but),
    )
    for statement in (waiting.where(AnswerRow.id > after), waiting):
        found = session.execute(statement.order_by(AnswerRow.id).limit(1)).scalar()
        if found is not None:
            return int(found)
    return None


def neighbours(session: Session, scope: Scope, answer_id: int) -> tuple[int | None, int | None]:
    """Return the ids of the answers before and after one, coded or not."""
    every = scope.current_answers()
    before = every.where(AnswerRow.id < answer_id).order_by(AnswerRow.id.desc()).limit(1)
    after = every.where(AnswerRow.id > answer_id).order_by(AnswerRow.id).limit(1)
    return session.execute(before).scalar(), session.execute(after).scalar()


def answer_to_code(
    session: Session, scope: Scope, answer_id: int, others: Collection[str] = ()
) -> Answer | None:
    """Return an answer, with its sender's answers to other questions; None if it does not count."""
    row = session.execute(
        scope.current_answers()
        .where(AnswerRow.id == answer_id)
        .join(InboxRow, InboxRow.id == AnswerRow.inbox_id)
        .with_only_columns(
            AnswerRow.id, AnswerRow.text, AnswerRow.answered_at, AnswerRow.respondent_id,
            RespondentRow.reference, RespondentRow.channel, InboxRow.seq, InboxRow.language,
            maintain_column_froms=True,
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    more = scope.question + FOLLOW_UP
    beside = {
        question: (value, text)
        for question, value, text in session.execute(
            select(AnswerRow.question, AnswerRow.value, AnswerRow.text).where(
                AnswerRow.respondent_id == row.respondent_id,
                AnswerRow.question.in_([more, *others]),
                AnswerRow.status == "current",
            )
        )
    }
    return Answer(
        id=row.id,
        respondent_id=row.respondent_id,
        reference=row.reference,
        channel=row.channel,
        seq=row.seq,
        text=row.text,
        language=row.language,
        answered_at=row.answered_at,
        follow_up=beside[more][1] if more in beside else None,
        others={name: beside[name][0] for name in others if name in beside},
        themes=codes_of(session, answer_id),
        quoted=session.get(QuoteRow, answer_id) is not None,
    )


def codes_of(session: Session, answer_id: int) -> tuple[int, ...]:
    statement = select(CodeRow.theme_id).where(CodeRow.answer_id == answer_id)
    return tuple(session.execute(statement.order_by(CodeRow.theme_id)).scalars())


def set_codes(
    session: Session,
    scope: Scope,
    answers: Iterable[int],
    themes: Collection[int],
    *,
    staff: str,
    now: datetime,
    add: bool = False,
) -> list[int]:
    """Give answers exactly these themes, or with `add` these besides the others. The same twice
    changes nothing, so what a lost connection left open is sent again. Return the answers that it
    was done to: those that count.
    """
    mine = session.execute(
        select(ThemeRow.id).where(
            ThemeRow.consultation == scope.consultation,
            ThemeRow.question == scope.question,
            ThemeRow.id.in_(themes),
        )
    ).scalars()
    wanted = set(mine)
    counted = scope.current_answers().where(AnswerRow.id.in_(list(answers)))
    found = list(session.execute(counted).scalars())
    for answer_id in found:
        before = set(codes_of(session, answer_id))
        if gone := (set() if add else before - wanted):
            session.execute(
                delete(CodeRow).where(CodeRow.answer_id == answer_id, CodeRow.theme_id.in_(gone))
            )
        for theme_id in sorted(wanted - before):
            session.add(
                CodeRow(
                    answer_id=answer_id,
                    theme_id=theme_id,
                    assigned_by=PERSON,
                    staff=staff,
                    at=now,
                )
            )
    session.flush()
    return found


def set_quoted(
    session: Session, scope: Scope, answer_id: int, quoted: bool, *, staff: str, now: datetime
) -> bool:
    """Mark an answer as one to quote, or take the mark off; say whether the answer counts."""
    counted = scope.current_answers().where(AnswerRow.id == answer_id)
    if session.execute(counted).scalar() is None:
        return False
    if quoted:
        session.merge(QuoteRow(answer_id=answer_id, staff=staff, at=now))
    else:
        session.execute(delete(QuoteRow).where(QuoteRow.answer_id == answer_id))
    return True


def delete_codes(session: Session, respondent_id: str) -> None:
    """Delete what was said of a person's answers, those that were replaced too, and where frozen
    reports quote them.
    """
    answers = select(AnswerRow.id).where(AnswerRow.respondent_id == respondent_id)
    for table in (CodeRow, DoubleCodeRow, SettledCodeRow, QuoteRow, CitationRow):
        gone = delete(table).where(table.answer_id.in_(answers))
        session.execute(gone.execution_options(synchronize_session=False))


@dataclass(frozen=True)
class Coded:
    """A code as it is exported. `part` is the place in the answer that it was given to, as in
    "0-17" (letters, from and to before); "" is the whole.
    """

    reference: str
    question: str
    theme: str
    assigned_by: str
    checked_by: str
    at: datetime
    part: str

    def as_row(self) -> dict[str, object]:
        return asdict(self)


def every_code(session: Session, scope: Scope) -> Iterator[Coded]:
    """Yield the codes of the answers that count, by reference."""
    statement = (
        select(
            RespondentRow.reference,
            ThemeRow.name,
            CodeRow.assigned_by,
            CodeRow.staff,
            CodeRow.at,
            CodeRow.part_from,
            CodeRow.part_to,
        )  # fmt: skip
        .join(AnswerRow, AnswerRow.id == CodeRow.answer_id)
        .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .join(ThemeRow, ThemeRow.id == CodeRow.theme_id)
        .where(CodeRow.answer_id.in_(scope.current_answers()))
        .order_by(RespondentRow.reference, ThemeRow.name)
    )
    for row in session.execute(statement.execution_options(yield_per=A_BATCH)):
        part = "" if row.part_to is None else f"{row.part_from}-{row.part_to}"
        yield Coded(
            row.reference, scope.question, row.name, row.assigned_by, row.staff, row.at, part
        )


def texts_of(session: Session, scope: Scope) -> list[tuple[int, str, str]]:
    """Return (id, reference, words) of every answer that counts, the oldest first."""
    statement = scope.current_answers().with_only_columns(
        AnswerRow.id, RespondentRow.reference, AnswerRow.text, maintain_column_froms=True
    )
    return [tuple(row) for row in session.execute(statement.order_by(AnswerRow.id))]


def labels_of(session: Session, scope: Scope) -> dict[int, set[int]]:
    """Return the themes of each answer that a person has coded."""
    found: dict[int, set[int]] = {}
    for answer_id, theme_id in session.execute(
        select(CodeRow.answer_id, CodeRow.theme_id).where(
            CodeRow.answer_id.in_(scope.current_answers())
        )
    ):
        found.setdefault(answer_id, set()).add(theme_id)
    return found
