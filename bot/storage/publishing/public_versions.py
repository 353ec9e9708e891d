"""Public versions: what of an answer or a story may be published, made by one person and approved
by another. A source is named by a key: quote-12 for an answer, REQ-… for a story.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import AnswerRow, PublicVersionRow, RequestRow, RespondentRow
from bot.storage.messages.inbox import storable

QUOTE = "quote-"
LONGEST = 4000  # letters of one text
CHANGED = "A colleague changed this version while your page was open. Check it and try again"
OWN = "You made this version. A colleague has to approve it"


class VersionError(ValueError):
    """A public version cannot be changed or approved so; the message is for the page."""


@dataclass(frozen=True)
class Version:
    """The public version of a source. It is approved when `approved_by` is there."""

    key: str
    texts: Mapping[str, str]
    taken_out: Sequence[str]
    revision: int
    made_by: str
    made_at: datetime
    approved_by: str | None
    approved_at: datetime | None


def quote_key(answer_id: int) -> str:
    return f"{QUOTE}{answer_id}"


def versions_of(session: Session, consultation_id: str) -> dict[str, Version]:
    """Return every public version by the key of its source, approved or not."""
    rows = session.execute(
        select(PublicVersionRow, RequestRow.reference)
        .outerjoin(RequestRow, RequestRow.id == PublicVersionRow.request_id)
        .outerjoin(AnswerRow, AnswerRow.id == PublicVersionRow.answer_id)
        .outerjoin(RespondentRow, RespondentRow.id == AnswerRow.respondent_id)
        .where(
            or_(
                RequestRow.consultation == consultation_id,
                RespondentRow.consultation == consultation_id,
            )
        )
    )
    found = [_version(row, reference) for row, reference in rows]
    return {version.key: version for version in found}


def approved_quotes(session: Session, consultation_id: str) -> dict[int, str]:
    """Return {answer: its public words} of the quotes that were approved."""
    return {
        int(version.key[len(QUOTE) :]): " ".join(version.texts.values())
        for version in versions_of(session, consultation_id).values()
        if version.approved_by and version.key.startswith(QUOTE)
    }


def save_version(
    session: Session,
    key: str,
    texts: Mapping[str, str],
    *,
    revision: int,
    staff: str,
    now: datetime,
    reasons: Sequence[str] = (),
) -> None:
    """Keep a public version; what was approved has to be approved again. `revision` is of the
    version that was changed, 0 if there was none; `reasons` say why words were taken out now.
    Raises VersionError.
    """
    row = _row(session, key)
    if (row.revision if row else 0) != revision:
        raise VersionError(CHANGED)
    kept = {question: storable(text).strip()[:LONGEST] for question, text in texts.items()}
    if row is None:
        answer_id, request_id = _source(session, key)
        row = PublicVersionRow(answer_id=answer_id, request_id=request_id, taken_out=[])
        session.add(row)
    row.texts, row.taken_out = kept, [*row.taken_out, *reasons]
    row.revision, row.made_by, row.made_at = revision + 1, staff, now
    row.approved_by = row.approved_at = None
    session.flush()


def approve_version(
    session: Session, key: str, *, revision: int, staff: str, now: datetime
) -> None:
    """Let a version be published. Raises VersionError for the person who made it, and when it is
    not the one that they have seen.
    """
    row = _row(session, key)
    if row is None or row.revision != revision:
        raise VersionError(CHANGED)
    if row.made_by == staff:
        raise VersionError(OWN)
    row.approved_by, row.approved_at = staff, now
    session.flush()


def take_back_approval(session: Session, key: str) -> bool:
    """Say whether it was approved until now."""
    row = _row(session, key)
    if row is None or row.approved_by is None:
        return False
    row.approved_by = row.approved_at = None
    session.flush()
    return True


def delete_versions_of(session: Session, respondent_id: str) -> None:
    """Delete the public versions of everything that a person said."""
    for column, table in (
        (PublicVersionRow.answer_id, AnswerRow),
        (PublicVersionRow.request_id, RequestRow),
    ):
        theirs = select(table.id).where(table.respondent_id == respondent_id)
        gone = delete(PublicVersionRow).where(column.in_(theirs))
        session.execute(gone.execution_options(synchronize_session=False))


def _version(row: PublicVersionRow, reference: str | None) -> Version:
    return Version(
        key=reference or quote_key(row.answer_id),
        texts=row.texts,
        taken_out=row.taken_out,
        revision=row.revision,
        made_by=row.made_by,
        made_at=row.made_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
    )


def _source(session: Session, key: str) -> tuple[int | None, int | None]:
    """Return (answer, request), one of them None. Raises VersionError where there is neither."""
    if key.startswith(QUOTE):
        return int(key[len(QUOTE) :]), None
    found = session.execute(select(RequestRow.id).where(RequestRow.reference == key)).scalar()
    if found is None:
        raise VersionError("This story is not there any more")
    return None, found


def _row(session: Session, key: str) -> PublicVersionRow | None:
    """Return the row, locked."""
    answer_id, request_id = _source(session, key)
    mine = PublicVersionRow.answer_id == answer_id
    if answer_id is None:
        mine = PublicVersionRow.request_id == request_id
    return session.execute(select(PublicVersionRow).where(mine).with_for_update()).scalar()
