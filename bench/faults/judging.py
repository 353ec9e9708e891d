"""What a long run proved: from the ledger, from the tables, and from what providers were given."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select

from bench.faults.ledger import Ledger
from bot.storage.database.session import Database, Session
from bot.storage.database.tables import InboxRow, OutboxRow

SENT = ("sent", "delivered")


@dataclass
class Proof:
    """All but `messages`, `replies`, `twice` and `perhaps_twice` must be none."""

    messages: int = 0  # acknowledged
    replies: int = 0  # stored
    lost: int = 0  # acknowledged and not stored
    doubled: int = 0  # stored more than once
    not_done: int = 0  # stored, and their turn is not over
    failed: int = 0  # left to staff
    unanswered: int = 0  # without any reply
    stored_out_of_order: int = 0
    answered_out_of_order: int = 0
    not_sent: int = 0  # replies that were not handed over
    not_handed_over: int = 0  # noted as sent, and the provider has them not, or in another order
    twice: int = 0  # replies that a provider was given once too often
    perhaps_twice: int = 0  # replies that we count as perhaps given twice
    twice_not_counted: int = 0

    FREE = ("messages", "replies", "twice", "perhaps_twice")

    def sound(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(self) if one.name not in self.FREE)


def judge(
    database: Database, ledger: Ledger, handed_over: Mapping[str, Sequence[str]] | None
) -> Proof:
    """`handed_over`: what providers were given, by the tag of who wrote; none for whom it is not
    known, as at the page, which fetches its replies.
    """
    proof = Proof()
    with database.reading() as session:
        for tag, texts in ledger.texts.items():
            _judge_one(session, proof, texts, (handed_over or {}).get(tag))
    return proof


def _judge_one(
    session: Session, proof: Proof, texts: Sequence[str], handed_over: Sequence[str] | None
) -> None:
    whose = select(InboxRow.respondent_id).where(InboxRow.text.in_(texts))
    who = session.execute(whose.limit(1)).scalar()
    mine = InboxRow.respondent_id == who
    rows = session.execute(
        select(InboxRow.id, InboxRow.text, InboxRow.state, InboxRow.private)
        .where(mine)
        .order_by(InboxRow.seq)
    ).all()
    said = session.execute(
        select(OutboxRow.text, OutboxRow.delivery, OutboxRow.reply_to, OutboxRow.doubtful)
        .where(OutboxRow.respondent_id == who, OutboxRow.notice.is_(False))
        .order_by(OutboxRow.seq)
    ).all()
    stored = Counter(row.text for row in rows)
    answers = defaultdict(list)
    for reply in said:
        answers[reply.reply_to].append(reply)
    proof.messages += len(texts)
    proof.replies += len(said)
    # Contact details and answers about the person are kept sealed, without words: only how many.
    sealed = sum(row.private is not None and not row.text for row in rows)
    proof.lost += max(0, sum(not stored[text] for text in texts) - sealed)
    proof.doubled += sum(stored[text] > 1 for text in texts)
    proof.not_done += sum(row.state == "received" for row in rows)
    proof.failed += sum(row.state == "failed" for row in rows)
    proof.unanswered += sum(row.id not in answers for row in rows)
    proof.stored_out_of_order += _swaps(
        [texts.index(row.text) for row in rows if row.text in texts]
    )
    order = {row.id: place for place, row in enumerate(rows)}
    proof.answered_out_of_order += _swaps(
        [order[reply.reply_to] for reply in said if reply.reply_to in order]
    )
    proof.not_sent += sum(reply.delivery not in SENT for reply in said)
    if handed_over is not None:
        _judge_replies(session, proof, str(who), handed_over)


def _judge_replies(session: Session, proof: Proof, who: str, given: Sequence[str]) -> None:
    said = session.execute(
        select(OutboxRow.text, OutboxRow.doubtful)
        .where(OutboxRow.respondent_id == who, OutboxRow.delivery.in_(SENT))
        .order_by(OutboxRow.seq)
    ).all()
    doubtful = sum(row.doubtful for row in said)
    missing, extra = compare([row.text for row in said], given)
    proof.not_handed_over += missing
    proof.twice += extra
    proof.perhaps_twice += doubtful
    proof.twice_not_counted += max(0, extra - doubtful)


def compare(said: Sequence[str], given: Sequence[str]) -> tuple[int, int]:
    """Return how many were not given in the order that they were said in, and how many too many."""
    place = extra = 0
    for text in given:
        if place < len(said) and text == said[place]:
            place += 1
        else:
            extra += 1
    return len(said) - place, extra


def _swaps(places: Sequence[int]) -> int:
    return sum(later < earlier for earlier, later in zip(places, places[1:], strict=False))
