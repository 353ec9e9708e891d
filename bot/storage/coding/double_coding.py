"""A second coder: a share of the answers is coded by another person too, who does not see what the
first one chose. What they did not agree on is settled, and both choices are kept.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.storage.coding.codes import set_codes
from bot.storage.coding.scope import Scope
from bot.storage.database.tables import (
    AnswerRow,
    CodeRow,
    DoubleCodeRow,
    DoubleShareRow,
    RespondentRow,
    SettledCodeRow,
    ThemeRow,
)

PERCENT = 10  # until another share is set
FIRST, SECOND = 1, 2


@dataclass(frozen=True)
class Doubled:
    """An answer that two people coded: the themes of each, and who settled it when."""

    answer_id: int
    reference: str
    text: str
    first: frozenset[int]
    second: frozenset[int]
    coders: tuple[str, str]
    settled_by: str | None
    settled_at: datetime | None
    now: frozenset[int]

    @property
    def agrees(self) -> bool:
        return self.first == self.second


def share_of(session: Session, scope: Scope) -> int:
    """Return how many of a hundred answers are to be coded twice."""
    row = session.get(DoubleShareRow, (scope.consultation, scope.question))
    return PERCENT if row is None else row.percent


def set_share(session: Session, scope: Scope, percent: int, *, staff: str, now: datetime) -> None:
    keys = {"consultation": scope.consultation, "question": scope.question}
    session.merge(DoubleShareRow(**keys, percent=percent, staff=staff, at=now))


def chosen_answers(session: Session, scope: Scope) -> list[int]:
    """Return the answers to be coded twice. Chance chooses them, by their numbers alone: the same
    ones each time, and with a larger share these and more.
    """
    below = share_of(session, scope) / 100
    every = scope.only_current(session, select(AnswerRow.id))
    drawn = (row.id for row in session.execute(every) if _drawn(scope, row.id) < below)
    return sorted(drawn)


def _drawn(scope: Scope, answer_id: int) -> float:
    """Return a number from 0 to 1 that has nothing to do with the answer."""
    digest = sha256(f"{scope.question}:{answer_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def waiting_for(session: Session, scope: Scope, staff: str) -> list[int]:
    """Return the chosen answers that wait for this person as their second coder: those that only
    others have coded.
    """
    coded: dict[int, set[str]] = {}
    statement = select(CodeRow.answer_id, CodeRow.staff)
    statement = statement.join(AnswerRow, AnswerRow.id == CodeRow.answer_id)
    for answer_id, who in session.execute(scope.only_current(session, statement)):
        coded.setdefault(answer_id, set()).add(who)
    below = share_of(session, scope) / 100
    done = set(session.execute(select(DoubleCodeRow.answer_id)).scalars())
    chosen = (answer_id for answer_id in sorted(coded) if _drawn(scope, answer_id) < below)
    return [one for one in chosen if staff not in coded[one] and one not in done]


def code_again(
    session: Session,
    scope: Scope,
    answer_id: int,
    themes: Collection[int],
    *,
    staff: str,
    now: datetime,
) -> bool:
    """Keep what a second coder chose, beside what the first one had chosen by then. Say whether it
    was kept: not without a theme, nor for an answer that does not wait for this person.
    """
    wanted = _of_codebook(session, scope, themes)
    if not wanted or answer_id not in waiting_for(session, scope, staff):
        return False
    first = select(CodeRow).where(CodeRow.answer_id == answer_id)
    for code in session.execute(first).scalars():
        session.add(_row(answer_id, code.theme_id, FIRST, code.staff, code.at))
    for theme_id in wanted:
        session.add(_row(answer_id, theme_id, SECOND, staff, now))
    session.flush()
    return True


def settle_codes(
    session: Session,
    scope: Scope,
    answer_id: int,
    themes: Collection[int],
    *,
    staff: str,
    now: datetime,
) -> bool:
    """Let these themes count for an answer on which two coders differ, and say whether they do."""
    differing = (one.answer_id for one in doubled_answers(session, scope) if not one.agrees)
    if not _of_codebook(session, scope, themes) or answer_id not in set(differing):
        return False
    set_codes(session, scope, [answer_id], themes, staff=staff, now=now)
    session.merge(SettledCodeRow(answer_id=answer_id, staff=staff, at=now))
    return True


def doubled_answers(session: Session, scope: Scope) -> list[Doubled]:
    """Return the answers that count and were coded twice, the oldest first."""
    twice = select(DoubleCodeRow.answer_id)
    chose: dict[tuple[int, int], set[int]] = {}
    who: dict[tuple[int, int], str] = {}
    for row in session.execute(select(DoubleCodeRow).order_by(DoubleCodeRow.at)).scalars():
        chose.setdefault((row.answer_id, row.coder), set()).add(row.theme_id)
        who[row.answer_id, row.coder] = row.staff
    now: dict[int, set[int]] = {}
    codes = select(CodeRow.answer_id, CodeRow.theme_id).where(CodeRow.answer_id.in_(twice))
    for answer_id, theme_id in session.execute(codes):
        now.setdefault(answer_id, set()).add(theme_id)
    statement = (
        select(
            AnswerRow.id, RespondentRow.reference, AnswerRow.text,
            SettledCodeRow.staff, SettledCodeRow.at,
        )
        .join(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .outerjoin(SettledCodeRow, SettledCodeRow.answer_id == AnswerRow.id)
        .where(
            RespondentRow.consultation == scope.consultation,
            AnswerRow.question == scope.question,
            AnswerRow.status == "current",
            AnswerRow.id.in_(twice),
        )
        .order_by(AnswerRow.id)
    )  # fmt: skip
    return [
        Doubled(
            answer_id=answer_id,
            reference=reference,
            text=text,
            first=frozenset(chose.get((answer_id, FIRST), ())),
            second=frozenset(chose.get((answer_id, SECOND), ())),
            coders=(who.get((answer_id, FIRST), ""), who.get((answer_id, SECOND), "")),
            settled_by=settled_by,
            settled_at=settled_at,
            now=frozenset(now.get(answer_id, ())),
        )
        for answer_id, reference, text, settled_by, settled_at in session.execute(statement)
    ]


def move_double_codes(session: Session, gone_id: int, kept_id: int) -> None:
    """Give what coders chose another theme, when two are merged; of two that would be the same one
    stays.
    """
    for coder in (FIRST, SECOND):
        those = (DoubleCodeRow.theme_id == gone_id, DoubleCodeRow.coder == coder)
        both = select(DoubleCodeRow.answer_id).where(
            DoubleCodeRow.theme_id == kept_id, DoubleCodeRow.coder == coder
        )
        for statement in (
            delete(DoubleCodeRow).where(*those, DoubleCodeRow.answer_id.in_(both)),
            update(DoubleCodeRow).where(*those).values(theme_id=kept_id),
        ):
            session.execute(statement.execution_options(synchronize_session=False))


def _of_codebook(session: Session, scope: Scope, themes: Collection[int]) -> list[int]:
    mine = select(ThemeRow.id).where(
        ThemeRow.consultation == scope.consultation,
        ThemeRow.question == scope.question,
        ThemeRow.id.in_(list(themes)),
    )
    return sorted(session.execute(mine).scalars())


def _row(answer_id: int, theme_id: int, coder: int, staff: str, at: datetime) -> DoubleCodeRow:
    return DoubleCodeRow(answer_id=answer_id, theme_id=theme_id, coder=coder, staff=staff, at=at)
