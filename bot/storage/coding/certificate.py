"""The certificate that responses were read by people, and the whole path of one response."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.storage.coding.evidence import Considered
from bot.storage.database.tables import AuditRow, InboxRow, RespondentRow
from bot.storage.staff.audit import Chain

MANY_PEOPLE, MANY_ENTRIES = 5_000, 20_000  # to count more takes longer than a page may


@dataclass(frozen=True)
class Certificate:
    """How many responses were read by a person, and by two. `by_person`: {who: how many}. `unread`
    and `unproved` are references: of the latter the audit lacks an entry.
    """

    responses: int
    read: int
    by_two: int
    cited: int
    by_person: dict[str, int]
    unread: tuple[str, ...]
    unproved: tuple[str, ...]
    chain: Chain

    @property
    def sentence(self) -> str:
        whole = f"{self.read:,} of {self.responses:,} responses were read by a person"
        return f"{whole}; {self.by_two:,} by two."

    @property
    def is_whole(self) -> bool:
        """Whether the audit is unbroken and knows of all that is counted."""
        chain = self.chain
        unbroken = chain.broken is None and chain.begun and chain.reaches_head
        return unbroken and not self.unproved


@dataclass(frozen=True)
class Response:
    """A response as an auditor sees it: where it came from and when, none of its words."""

    reference: str
    channel: str
    state: str
    began: datetime
    last_heard: datetime
    messages: int


def certify(responses: Iterable[Considered], chain: Chain) -> Certificate:
    """Count who read what."""
    found = list(responses)
    read = [one for one in found if one.is_read]
    return Certificate(
        responses=len(found),
        read=len(read),
        by_two=sum(len(one.readers) >= 2 for one in read),
        cited=sum(one.cited for one in found),
        by_person=dict(Counter(who for one in read for who in one.readers).most_common()),
        unread=tuple(one.reference for one in found if not one.is_read),
        unproved=tuple(one.reference for one in found if not one.is_in_audit),
        chain=chain,
    )


def takes_long(session: Session) -> bool:
    """Say whether there is so much that a certificate takes seconds: many people, or many entries
    of the audit.
    """
    last = select(AuditRow.id).order_by(AuditRow.id.desc()).limit(1)
    if (session.execute(last).scalar() or 0) > MANY_ENTRIES:
        return True
    another = select(RespondentRow.id).offset(MANY_PEOPLE).limit(1)
    return session.execute(another).first() is not None


def response_of(session: Session, consultation_id: str, reference: str) -> Response | None:
    """Return a response by its reference, an erased one too."""
    person = session.execute(
        select(RespondentRow).where(
            RespondentRow.consultation == consultation_id, RespondentRow.reference == reference
        )
    ).scalar_one_or_none()
    if person is None:
        return None
    said = select(func.count()).where(InboxRow.respondent_id == person.id)
    return Response(
        person.reference,
        person.channel,
        person.state,
        person.started_at,
        person.last_message_at,
        session.execute(said).scalar_one(),
    )
