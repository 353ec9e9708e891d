"""What the audit knows of considering: each judgement and each code has an entry there."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.storage.database.tables import AuditRow

JUDGED, CODED, IMPORTED = "judged", "answer coded", "codes imported"
APART = timedelta(minutes=1)  # at most, between an entry and what is written after it


@dataclass(frozen=True)
class Deed:
    """What a person did with a response: JUDGED or CODED, `detail` being the judgement or the
    theme. `entry` is the number of the audit's entry about it, None where there is none.
    """

    at: datetime
    who: str
    what: str
    detail: str
    entry: int | None


@dataclass(frozen=True)
class Deeds:
    """The audit's entries: {(who, what, about): [(when, number)], the oldest first}."""

    entries: dict[tuple[str, str, str | None], list[tuple[datetime, int]]]

    def entry(self, who: str, what: str, about: str, at: datetime) -> int | None:
        """Return the number of the last entry about it that was written by then."""
        found = self.entries.get((who, what, about), [])
        place = bisect_right(found, (at, 2**63))
        if not place or at - found[place - 1][0] > APART:
            return None
        return found[place - 1][1]


def recorded_deeds(session: Session, reference: str | None = None) -> Deeds:
    """Return the entries about judging and coding, of all or of one response."""
    kinds = or_(AuditRow.what.in_((CODED, IMPORTED)), AuditRow.what.startswith("considered: "))
    query = select(AuditRow.who, AuditRow.what, AuditRow.about, AuditRow.at, AuditRow.id)
    query = query.where(kinds).order_by(AuditRow.id)
    if reference:
        query = query.where(or_(AuditRow.about == reference, AuditRow.what == IMPORTED))
    found = defaultdict(list)
    for who, what, about, at, number in session.execute(query):
        found[who, what, about].append((at, number))
    return Deeds({key: sorted(entries) for key, entries in found.items()})
