"""Parts of the crowd. Each is made in a database of its own, so that all processors can help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

from sqlalchemy import String, cast, literal, update

from bench.seeding.crowd import Person
from bench.seeding.product import Conversation, OneTransaction, product_for
from bench.seeding.talk import talk
from bot.settings import Settings
from bot.storage.database.session import Database, Session, open_database
from bot.storage.database.tables import Base, OutboxRow
from bot.storage.messages.transcripts import mark_seen

OUTBOX = OutboxRow.__table__
DELIVERED = {"sms": "delivered", "telegram": "sent"}
LOST, DOUBTFUL = 0.05, 0.006  # of conversations, one message


@dataclass(frozen=True)
class Part:
    """Some people, and the file into which their conversations go."""

    settings: Settings
    seed: str
    people: Sequence[Person]
    file: Path


@dataclass(frozen=True)
class Made:
    """A part that is made: its file, and whose conversations are in it, in the order of people."""

    file: Path
    respondents: Sequence[str]


def make_all(parts: Sequence[Part], workers: int) -> Iterator[Made]:
    """Make parts side by side; yield them in their order."""
    if workers == 1 or len(parts) == 1:
        yield from map(make, parts)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(make, parts)


def make(part: Part) -> Made:
    """Have the conversations of a part."""
    rng = Random(part.seed)
    with closing(opened(part.file)) as database:
        Base.metadata.create_all(database.engine)
        transaction, ids = OneTransaction(database), []
        with (
            transaction.writing_all() as session,
            product_for(part.settings, transaction) as product,
        ):
            for person in part.people:
                going = talk(rng, product, person)
                _deliver(rng, session, person.channel, going)
                ids.append(going.id)
    return Made(part.file, ids)


def opened(file: Path) -> Database:
    return open_database(f"sqlite:///{file}")


def _deliver(rng: Random, session: Session, channel: str, going: Conversation) -> None:
    """Note what the page has shown, or what the provider has said of each reply: nearly all
    arrived.
    """
    if channel not in DELIVERED:
        mark_seen(session, going.id, going.seen)
        return
    mine = update(OUTBOX).where(OUTBOX.c.respondent_id == going.id)
    arrived = mine.where(OUTBOX.c.delivery == "queued")
    known_as = literal(f"{going.id}:") + cast(OUTBOX.c.seq, String)
    session.execute(arrived.values(delivery=DELIVERED[channel], provider_id=known_as))
    one = mine.where(OUTBOX.c.delivery == DELIVERED[channel], OUTBOX.c.seq == rng.randint(1, 20))
    if channel == "sms" and rng.random() < LOST:
        session.execute(one.values(delivery="failed", error="30003"))
    elif rng.random() < DOUBTFUL:
        session.execute(one.values(doubtful=True))
