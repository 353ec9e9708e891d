"""Delivering the outbox: which reply is next for whom, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.database.leases import LEASE, Fenced, is_over, seconds_now
from bot.storage.database.tables import AddressRow, InboxRow, OutboxRow, RespondentRow, unsent
from bot.storage.messages.outbox import opt_out
from bot.storage.messages.unsent import asked_for
from bot.storage.privacy.erasure import forget_address

_OUTBOX = OutboxRow.__table__
_RENEW = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("outbox"), _OUTBOX.c.claim_no == bindparam("mine"))
    .values(claimed_until=seconds_now() + LEASE)
)
# A report that comes late or twice never takes a reply back to an earlier state.
RANK = {"queued": 0, "sending": 1, "sent": 2, "delivered": 3, "failed": 3}


@dataclass(frozen=True)
class Claimed:
    """A reply that is being sent. Nobody else sends it until it is settled."""

    id: int
    respondent_id: str
    channel: str
    seq: int
    text: str
    buttons: Sequence[Mapping[str, Any]]
    created_at: datetime
    hidden_address: bytes
    doubtful: bool = False
    sealed: bytes | None = None  # what it really says, where `text` is masked
    fence: int | None = None  # who claims it later has a higher one
    unasked: bool = False
    ours: str | None = None  # the number of ours that they wrote to


# Takes (session, channel, number of ours, text), and raises what lets this one wait.
Gate = Callable[[Session, str, "str | None", str], None]


def claim(
    session: Session, respondent_id: str, *, quiet: bool = False, gate: Gate | None = None
) -> Claimed | None:
    """Take a respondent's next reply, or None when there is none or it is being sent already. The
    claim holds for LEASE seconds. While it is `quiet`, what they did not ask for waits. `gate` is
    asked first; it raises while others send.
    """
    row = session.execute(
        select(OutboxRow)
        .where(
            OutboxRow.respondent_id == respondent_id,
            unsent(),
            *asked_for(quiet),
        )
        .order_by(OutboxRow.seq)
        .limit(1)
        .with_for_update()
    ).scalar()
    if row is None or row.delivery == "sending":
        return None
    address = session.execute(
        select(AddressRow.encrypted, AddressRow.ours).where(
            AddressRow.respondent_id == respondent_id, AddressRow.encrypted.is_not(None)
        )
    ).first()
    if address is None:
        return None  # nobody knows any more where it was to go
    if gate:
        gate(session, row.channel, address.ours, row.text)
    fence = row.claim_no + 1
    row.delivery, row.claim_no, row.claimed_until = "sending", fence, seconds_now() + LEASE
    return Claimed(
        id=row.id,
        respondent_id=row.respondent_id,
        channel=row.channel,
        seq=row.seq,
        text=row.text,
        buttons=row.buttons,
        created_at=row.created_at,
        hidden_address=address.encrypted,
        doubtful=row.doubtful,
        sealed=row.sealed,
        fence=fence,
        unasked=row.unasked,
        ours=address.ours,
    )


def channel_of(session: Session, respondent_id: str) -> str:
    return session.execute(
        select(RespondentRow.channel).where(RespondentRow.id == respondent_id)
    ).scalar_one()


def unknown_of(session: Session, provider_ids: Sequence[str]) -> list[str]:
    """Return those of a provider's ids that no reply of ours has."""
    known = session.execute(
        select(OutboxRow.provider_id).where(OutboxRow.provider_id.in_(provider_ids))
    )
    taken = set(known.scalars())
    return [provider_id for provider_id in provider_ids if provider_id not in taken]


def settle(
    session: Session,
    outbox_id: int,
    delivery: str,
    *,
    provider_id: str | None = None,
    error: str | None = None,
    proven: bool = False,
    now: datetime | None = None,
    fence: int | None = None,
) -> None:
    """Write down how sending ended, unless a report has told more already. `proven`: it turned out
    that the provider had it, once. Raises Fenced if it was claimed again after `fence`."""
    row = _held(session, outbox_id, fence)
    row.provider_id = provider_id or row.provider_id
    row.error = error or row.error
    row.doubtful = row.doubtful and not proven
    if delivery == "sent":
        row.sent_at = row.sent_at or now
    if RANK.get(row.delivery, 9) <= RANK[delivery]:
        row.delivery = delivery


def _held(session: Session, outbox_id: int, fence: int | None) -> OutboxRow:
    row = session.get(OutboxRow, outbox_id, with_for_update=True)
    if fence is not None and row.claim_no != fence:
        raise Fenced
    return row


def give_back(
    session: Session, outbox_id: int, *, doubtful: bool, fence: int | None = None
) -> None:
    """Put a claimed reply back into the queue, unless its reader has opted out meanwhile. Raises
    Fenced if it was claimed again after `fence`.
    """
    row = _held(session, outbox_id, fence)
    if row.delivery != "sending":
        return  # a report came in: the provider has it after all
    person = session.get(RespondentRow, row.respondent_id, with_for_update=True)
    heard = session.get(InboxRow, row.reply_to) if row.reply_to else None
    confirms = heard is not None and heard.intent == "opt_out"  # they are told that it was heard
    out = person.opted_out and not confirms
    row.delivery = "cancelled" if out else "queued"
    row.error = "opted out" if out else row.error
    row.doubtful = row.doubtful or doubtful
    forget_address(session, row.respondent_id)  # if that was the last word to one who was erased


def doubt(session: Session, outbox_id: int, provider_id: str | None) -> None:
    """Count a reply as perhaps sent twice, which one sent whose claim was over. It was not where
    the other found this very message at the provider.
    """
    row = _held(session, outbox_id, None)
    row.doubtful = row.doubtful or provider_id is None or row.provider_id != provider_id


def give_back_expired(session: Session, but: Collection[int] = ()) -> int:
    """Free the replies whose sender died or hangs: they may have gone out or not; return how many.
    `but`: those that the caller is sending itself.
    """
    expired = select(OutboxRow.id).where(
        OutboxRow.delivery == "sending",
        is_over(OutboxRow.claimed_until),
        OutboxRow.id.not_in(but),
    )
    ids = list(session.execute(expired.with_for_update(skip_locked=True)).scalars())
    for outbox_id in ids:
        give_back(session, outbox_id, doubtful=True)
    return len(ids)


def renew_replies(session: Session, held: Mapping[int, int]) -> None:
    """Hold claims for longer; those that were passed meanwhile stay with who has them."""
    for outbox_id, fence in sorted(held.items()):
        session.execute(_RENEW, {"outbox": outbox_id, "mine": fence})


def report(
    session: Session,
    provider_id: str,
    outbox_id: int | None,
    delivery: str,
    error: str | None,
) -> bool:
    """Take a provider's report of what became of a reply; say whether the reply is known."""
    named = OutboxRow.provider_id == provider_id
    if outbox_id is not None:
        named = or_(named, (OutboxRow.id == outbox_id) & OutboxRow.provider_id.is_(None))
    row = session.execute(select(OutboxRow).where(named).with_for_update()).scalar()
    if row is None:
        return False
    row.provider_id = provider_id
    if RANK.get(row.delivery, 9) < RANK[delivery]:
        row.delivery = delivery
        row.error = error or row.error
    forget_address(session, row.respondent_id)  # of one who was erased not even its id is kept
    return True


def learn_opt_out(session: Session, respondent_id: str) -> None:
    """The provider says that a person wants no more messages: as if they had said STOP."""
    opt_out(session, respondent_id)
    session.execute(
        update(RespondentRow)
        .where(RespondentRow.id == respondent_id, RespondentRow.state != State.ERASED.value)
        .values(state=State.STOPPED.value)
    )


def heard_since(session: Session, respondent_id: str, moment: datetime) -> bool:
    """Say whether a respondent has written after a moment."""
    newest = session.execute(
        select(func.max(InboxRow.received_at)).where(InboxRow.respondent_id == respondent_id)
    ).scalar()
    return newest is not None and newest > moment


def counts(session: Session) -> dict[str, int]:
    """Return how many replies wait, and how many may have been sent twice."""
    waiting = select(func.count()).where(unsent())
    doubtful = select(func.count()).where(_OUTBOX.c.doubtful.is_(True))
    return {
        "waiting": session.execute(waiting).scalar_one(),
        "perhaps_twice": session.execute(doubtful).scalar_one(),
    }
