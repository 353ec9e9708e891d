"""How fast our numbers send: each has a moment from which its next text may go out. All processes
move that moment on in the database, so together they are never faster than one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select, text, update
from sqlalchemy.orm import Session

from bot.channels.registry import all_channels, pace_of
from bot.consultation.text_parts import sms_parts
from bot.storage.database.leases import is_over, seconds_now
from bot.storage.database.tables import AddressRow, OutboxRow, PaceRow, unsent

BEHIND = 0.5  # seconds that are made up for, when who is next looks a moment late
MOST = 600.0  # seconds for which a number can be taken; more is a clock that was set back
_PACE = PaceRow.__table__
_ADD = text("INSERT INTO pace (sender, free_at) VALUES (:number, 0) ON CONFLICT DO NOTHING")
_LATEST = case(
    (is_over(_PACE.c.free_at + BEHIND, MOST), seconds_now() - BEHIND), else_=_PACE.c.free_at
)
_PUSH = (
    update(_PACE)
    .where(_PACE.c.sender == bindparam("number"))
    .values(free_at=_LATEST + bindparam("seconds"))
)
_TAKE = _PUSH.where(is_over(_PACE.c.free_at, MOST))
_LEFT = select(_PACE.c.free_at - seconds_now()).where(_PACE.c.sender == bindparam("number"))


class NotYet(Exception):
    """A number sends others now. Nothing of this transaction may be stored."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds  # to wait at least


@dataclass(frozen=True)
class Queue:
    """What waits to be sent from one number of ours, and how long that takes."""

    number: str
    messages: int
    minutes: int | None  # None: nobody knows, as the provider paces


def take_number(session: Session, number: str, seconds: float, *, ahead: bool = False) -> None:
    """Take a number for so many seconds. Raises NotYet while others have it, unless this goes
    `ahead` of them.
    """
    about = {"number": number, "seconds": seconds}
    session.execute(_ADD, {"number": number})
    if session.execute(_PUSH if ahead else _TAKE, about).rowcount:
        return
    left = session.execute(_LEFT, {"number": number}).scalar_one()
    raise NotYet(max(0.0, left))


def number_of(session: Session, respondent_id: str) -> str | None:
    """Return the number of ours that a respondent wrote to last."""
    return session.execute(
        select(AddressRow.ours).where(
            AddressRow.respondent_id == respondent_id, AddressRow.encrypted.is_not(None)
        )
    ).scalar()


def queues(session: Session, channels: Mapping[str, Any]) -> list[Queue]:
    """Return what waits for each number of ours. `channels`: the settings of those that are on.
    What nobody asked for is not in it: it waits for others, and for the day.
    """
    found = []
    for channel in all_channels():
        if pace := pace_of(channel.name, channels):
            waiting: dict[str, list[tuple[int, int]]] = {number: [] for number in pace.numbers}
            for ours, words, many in session.execute(_waiting(channel.name)):
                waiting[pace.number(ours)].append((many, many * sms_parts(words)))
            for number, rows in waiting.items():
                parts, rate = sum(parts for _, parts in rows), pace.parts_per_second
                minutes = math.ceil(parts / rate / 60) if rate else None
                found.append(Queue(number, sum(many for many, _ in rows), minutes))
    return found


def minutes_until_sent(found: Sequence[Queue]) -> int:
    """Return how long the longest queue takes; 0 where nobody knows."""
    return max((queue.minutes or 0 for queue in found), default=0)


def unconfirmed(session: Session, channels: Mapping[str, Any], since: datetime) -> int:
    """Return how many texts since a moment the provider has taken, and not reported any more of."""
    paced = [channel.name for channel in all_channels() if pace_of(channel.name, channels)]
    if not paced:
        return 0  # the database would read every text to find none
    query = select(func.count()).where(
        OutboxRow.channel.in_(paced),
        OutboxRow.created_at >= since,
        OutboxRow.delivery == "sent",
        OutboxRow.provider_id.is_not(None),
    )
    return int(session.execute(query).scalar_one())


def _waiting(channel: str) -> Any:
    return (
        select(AddressRow.ours, OutboxRow.text, func.count())  # most is said many times
        .join(AddressRow, AddressRow.respondent_id == OutboxRow.respondent_id)
        .where(
            OutboxRow.channel == channel,
            unsent(),
            OutboxRow.unasked.is_(False),
            AddressRow.encrypted.is_not(None),
        )
        .group_by(AddressRow.ours, OutboxRow.text)
    )
