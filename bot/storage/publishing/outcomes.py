"""You said, we did: what was decided about what people said. A draft is made by one person and
approved by another; only then is it public. While it is changed the public reads it as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import OutcomeRow, ThemeRow
from bot.storage.messages.inbox import storable
from bot.storage.publishing.public_versions import CHANGED, VersionError

# How a decision is headed on the public page.
DECISIONS = {
    "changed": "We changed the plan",
    "doing": "We are doing this",
    "not": "We did not change this",
}
TEXTS = {"title": 80, "said": 1000, "did": 2000, "before": 2000, "after": 2000, "brief": 160}
NEEDED = {"title": "a heading", "said": "what people said", "did": "what was decided",
          "brief": "the line for messages"}  # fmt: skip
OWN = "You wrote this last. A colleague has to approve it"


@dataclass(frozen=True)
class Outcome:
    """What was decided about a theme, a question, or (with neither) the whole. `public` are the
    texts as they were approved last. `theme` is its name in the codebook.
    """

    id: int
    question: str | None
    theme_id: int | None
    title: str
    said: str
    decision: str
    did: str
    before: str
    after: str
    brief: str
    revision: int
    made_by: str
    made_at: datetime
    public: Mapping[str, Any] | None
    approved_revision: int | None
    approved_by: str | None
    approved_at: datetime | None
    theme: str | None = None

    @property
    def heading(self) -> str:
        return DECISIONS[self.decision]

    @property
    def is_approved(self) -> bool:
        """Say whether the public reads it as it stands."""
        return self.public is not None and self.revision == self.approved_revision


def outcomes_of(session: Session, consultation_id: str) -> list[Outcome]:
    """Return all, drafts too, in the order of the page."""
    rows = session.execute(
        select(OutcomeRow, ThemeRow.name)
        .outerjoin(ThemeRow, ThemeRow.id == OutcomeRow.theme_id)
        .where(OutcomeRow.consultation == consultation_id)
        .order_by(OutcomeRow.position, OutcomeRow.id)
    )
    named = Outcome.__dataclass_fields__.keys() - {"theme"}
    return [Outcome(**{name: getattr(row, name) for name in named}, theme=theme)
            for row, theme in rows]  # fmt: skip


def published_outcomes(session: Session, consultation_id: str) -> list[Outcome]:
    """Return those on the public page, in the words that were approved."""
    every = outcomes_of(session, consultation_id)
    return [replace(one, **one.public) for one in every if one.public is not None]


def save_outcome(
    session: Session,
    consultation_id: str,
    outcome_id: int | None,
    texts: Mapping[str, str],
    *,
    question: str | None,
    theme_id: int | None,
    revision: int,
    staff: str,
    now: datetime,
) -> int:
    """Keep a draft, a new one where there is no id, and return its id; what is public stays so
    until this is approved too. `texts` are those of TEXTS, and the decision. Raises VersionError.
    """
    kept = {name: storable(texts.get(name, "")).strip()[:most] for name, most in TEXTS.items()}
    if missing := [what for name, what in NEEDED.items() if not kept[name]]:
        raise VersionError(f"Enter {' and '.join(missing)}")
    if texts.get("decision") not in DECISIONS:
        raise VersionError("Choose what was decided")
    if theme_id is not None:
        question = _question_of(session, consultation_id, theme_id)
    if outcome_id is not None:
        row = _seen(session, consultation_id, outcome_id, revision)
    else:
        row = OutcomeRow(consultation=consultation_id, position=_after(session, consultation_id))
        session.add(row)
    for name, text in kept.items():
        setattr(row, name, " ".join(text.split()) if name in ("title", "brief") else text)
    row.decision, row.question, row.theme_id = texts["decision"], question, theme_id
    row.revision, row.made_by, row.made_at = revision + 1, staff, now
    session.flush()
    return int(row.id)


def approve_outcome(
    session: Session,
    consultation_id: str,
    outcome_id: int,
    *,
    revision: int,
    staff: str,
    now: datetime,
) -> None:
    """Make it public. Raises VersionError for the person who wrote it last, and when it is not the
    one that they have seen.
    """
    row = _seen(session, consultation_id, outcome_id, revision)
    if row.made_by == staff:
        raise VersionError(OWN)
    row.public = {name: getattr(row, name) for name in (*TEXTS, "decision")}
    row.approved_revision, row.approved_by, row.approved_at = row.revision, staff, now
    session.flush()


def take_back_outcome(session: Session, consultation_id: str, outcome_id: int) -> None:
    """Take it off the public page; it is a draft again."""
    row = _row(session, consultation_id, outcome_id)
    row.public = row.approved_revision = row.approved_by = row.approved_at = None
    session.flush()


def put_back_outcome(session: Session, consultation_id: str, outcome_id: int) -> None:
    """Throw a change away: it says again what the public reads. Raises VersionError for a draft."""
    row = _row(session, consultation_id, outcome_id)
    if row.public is None:
        raise VersionError("This is not public")
    for name, text in row.public.items():
        setattr(row, name, text)
    row.approved_revision = row.revision = row.revision + 1
    session.flush()


def remove_outcome(session: Session, consultation_id: str, outcome_id: int) -> None:
    """Throw a draft away. Raises VersionError for one that is public."""
    row = _row(session, consultation_id, outcome_id)
    if row.public is not None:
        raise VersionError("This is public. Take it off the page first")
    session.delete(row)
    session.flush()


def move_outcome(session: Session, consultation_id: str, outcome_id: int, places: int) -> None:
    """Move it up (-1) or down (1) on the page."""
    rows = list(
        session.execute(
            select(OutcomeRow)
            .where(OutcomeRow.consultation == consultation_id)
            .order_by(OutcomeRow.position, OutcomeRow.id)
            .with_for_update()
        ).scalars()
    )
    at = rows.index(_row(session, consultation_id, outcome_id))
    rows.insert(max(0, at + places), rows.pop(at))
    for position, row in enumerate(rows):
        row.position = position


def _question_of(session: Session, consultation_id: str, theme_id: int) -> str:
    row = session.get(ThemeRow, theme_id)
    if row is None or row.consultation != consultation_id or row.control:
        raise VersionError("That theme is not there any more. Choose another")
    return str(row.question)


def _after(session: Session, consultation_id: str) -> int:
    last = select(func.max(OutcomeRow.position)).where(OutcomeRow.consultation == consultation_id)
    found = session.execute(last).scalar()
    return 0 if found is None else int(found) + 1


def _seen(session: Session, consultation_id: str, outcome_id: int, revision: int) -> OutcomeRow:
    row = _row(session, consultation_id, outcome_id)
    if row.revision != revision:
        raise VersionError(CHANGED)
    return row


def _row(session: Session, consultation_id: str, outcome_id: int) -> OutcomeRow:
    mine = (OutcomeRow.id == outcome_id) & (OutcomeRow.consultation == consultation_id)
    row: OutcomeRow | None = session.execute(
        select(OutcomeRow).where(mine).with_for_update()
    ).scalar()
    if row is None:
        raise VersionError("This is not there any more")
    return row
