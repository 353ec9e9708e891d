"""Made-up conversations leave the very rows that the product leaves of the same messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from bench.seeding import talk as talking
from bench.seeding.bulk import Rows, add_conversations
from bench.seeding.crowd import Person, crowd
from bench.seeding.lines import Said
from bench.seeding.seed import Plan, fill, has_conversations
from bench.seeding.thread import FAILED, Row, Thread
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation
from bot.consultation.utterances import Words, load_words
from bot.settings import ROOT, Settings
from bot.storage.database.keys import Keys, load_keys
from bot.storage.database.session import Database
from bot.storage.database.tables import (
    AnswerRow,
    Base,
    EqualityAnswerRow,
    EqualityCountRow,
    FlagRow,
    InboxRow,
    OutboxRow,
    RespondentRow,
    SkipRow,
)
from bot.storage.messages.inbox import Incoming, accept
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.messages.transcripts import mark_seen
from bot.storage.respondents.respondents import create_respondent
from bot.storage.review.flags import FLAGS, flag
from bot.turns.apply import take_step
from bot.turns.ending import finish_turn
from bot.turns.services import Understood

# What is drawn by chance, what a provider says later, and what two encryptions differ in.
NOT_COMPARED = {
    RespondentRow: {"id", "reference"},
    InboxRow: {"id", "respondent_id", "provider_id", "sealed", "attempts"},
    OutboxRow: {"id", "respondent_id", "provider_id", "error", "doubtful", "delivery"},
    AnswerRow: {"id", "inbox_id", "respondent_id"},
    SkipRow: {"respondent_id"},
    FlagRow: {"id", "inbox_id", "respondent_id"},
    EqualityAnswerRow: {"respondent_id"},
}
PEOPLE = 30


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words(ROOT / "domain.yml")


@pytest.fixture()
def keys(settings: Settings) -> Keys:
    return load_keys(settings.secrets_dir)


@pytest.fixture()
def plan(consultation: Consultation, words: Words, keys: Keys) -> Plan:
    return Plan(consultation, words, keys, PEOPLE, 7)


class Product:
    """Has the same messages done by the product."""

    def __init__(self, database: Database, plan: Plan) -> None:
        self.database, self.consultation, self.keys = database, plan.consultation, plan.keys
        self.ids: dict[str, str] = {}

    def meet(self, person: Person) -> None:
        with self.database.writing() as session:
            made = create_respondent(
                session,
                self.consultation,
                channel=person.channel,
                address_hash=person.id,
                now=person.begins,
                language=person.language,
            )
        self.ids[person.id] = made.id

    def replay(self, thread: Thread, heard: list[tuple[Said, Row]]) -> None:
        who, channel = self.ids[thread.respondent["id"]], thread.respondent["channel"]
        told = {id(message): [] for _, message in heard}
        for row in thread.outbox:
            reply = Reply(row["text"], row["buttons"], row["question"])
            told.setdefault(id(row["reply_to"]), []).append((reply, row["created_at"]))
        with self.database.writing() as session:
            for reply, at in told.get(id(None), []):
                add_replies(session, who, [reply], reply_to=None, delivery="sent", now=at)
        for said, message in heard:
            replies = [reply for reply, _ in told[id(message)]]
            self._turn(who, channel, said, message, replies)

    def _turn(self, who: str, channel: str, said: Said, message: Row, replies: list[Reply]) -> None:
        incoming = Incoming(who, channel, message["provider_id"], said.text, said.button)
        with self.database.writing() as session:
            if channel == "webchat":
                mark_seen(session, who, message["seq"])
            inbox_id, _ = accept(session, incoming, phase=Phase.OPEN, now=message["received_at"])
        at = message["done_at"]
        with self.database.writing() as session:
            if said.step:
                take_step(session, self.consultation, inbox_id, said.step, now=at, keys=self.keys)
            if said.intent in FLAGS:
                flag(session, inbox_id, FLAGS[said.intent], at)
        failed = said.intent == FAILED
        understood = None if failed else Understood(said.intent, said.confidence)
        with self.database.writing() as session:
            finish_turn(
                session, self.consultation, inbox_id, replies, understood,
                delivery="sent", now=at, state="failed" if failed else "done",
            )  # fmt: skip


@pytest.fixture()
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[Said, Row]]]:
    """What every made-up person says, as it is written down."""
    messages: dict[str, list[tuple[Said, Row]]] = {}
    hear = Thread.hear

    def listening(thread: Thread, said: Said, provider_id: str, at: Any) -> Row:
        row = hear(thread, said, provider_id, at)
        messages.setdefault(thread.respondent["id"], []).append((said, row))
        return row

    monkeypatch.setattr(Thread, "hear", listening)
    return messages


def rows_of(database: Database, table: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (whose, the row) in the order of the conversation."""
    columns = [c for c in table.__table__.columns if c.name not in NOT_COMPARED[table]]
    owner = table.id if table is RespondentRow else table.respondent_id
    order = {InboxRow: InboxRow.seq, OutboxRow: OutboxRow.seq}.get(table)
    if table in (AnswerRow, FlagRow):
        order = table.inbox_id
    order = order if order is not None else table.question if table is not RespondentRow else owner
    with database.reading() as session:
        for row in session.execute(select(owner, *columns).order_by(owner, order)):
            cells = dict(row._mapping)
            cells["reply_to"] = bool(cells.get("reply_to"))
            yield row[0], cells


def grouped(database: Database, table: Any, names: dict[str, str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for owner, cells in rows_of(database, table):
        cells.pop("id", None)
        cells.pop("respondent_id", None)
        found.setdefault(names.get(owner, owner), []).append(cells)
    return found


def test_it_leaves_the_rows_that_the_product_leaves(
    any_database: Database,
    database: Database,
    plan: Plan,
    heard: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(talking, "ASKS", 0.5)  # with few people there would be few requests
    rng = Random(11)
    people = crowd(rng, plan.consultation, PEOPLE, 0)
    people = [replace(p, channel="webchat", language=None) if i % 2 else p
              for i, p in enumerate(people)]  # fmt: skip
    threads = [talking.talk(rng, plan.consultation, plan.words, person) for person in people]
    product = Product(database, plan)
    for person, thread in zip(people, threads, strict=True):
        product.meet(person)
        product.replay(thread, heard.get(person.id, []))
    rows = Rows(
        respondents=[thread.respondent for thread in threads],
        inbox=[row for thread in threads for row in thread.inbox],
        outbox=[row for thread in threads for row in thread.outbox],
        answers=[row for thread in threads for row in thread.answers],
        skips=[row for thread in threads for row in thread.skips.values()],
        flags=[row for thread in threads for row in thread.flags],
    )
    with any_database.writing() as session:
        add_conversations(session, rows)
    names = {real: made for made, real in product.ids.items()}
    for table in NOT_COMPARED:
        assert grouped(any_database, table, {}) == grouped(database, table, names), table
    with database.reading() as session:
        counted = {
            (row.question, row.value): row.count
            for row in session.execute(select(EqualityCountRow)).scalars()
        }
    told = [pair for thread in threads for pair in thread.counted.items()]
    assert counted == {pair: told.count(pair) for pair in set(told)}


ENCRYPTED = ("address", "inbox", "request")  # anew each time; requests have new references too


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading() as session:
        return {
            name: sorted(map(str, session.execute(select(table)).all()))
            for name, table in Base.metadata.tables.items()
            if name not in ENCRYPTED and name not in ("consent", "request_event")
        }


def test_the_same_seed_makes_the_same_people(
    any_database: Database, database: Database, plan: Plan
) -> None:
    assert sum(fill(database, plan)) == PEOPLE
    assert sum(fill(any_database, plan)) == PEOPLE
    assert everything(any_database) == everything(database)


def test_it_makes_every_channel_and_state_and_nobody_who_can_be_reached(
    database: Database, plan: Plan
) -> None:
    assert not has_conversations(database)
    list(fill(database, replace(plan, conversations=800)))
    assert has_conversations(database)
    with database.reading() as session:
        people = list(session.execute(select(RespondentRow)).scalars())
        hidden = session.execute(select(Base.metadata.tables["address"])).all()
        waiting = session.execute(
            select(OutboxRow.id).where(OutboxRow.delivery.in_(("queued", "sending")))
        ).all()
    assert {row.channel for row in people} == {"webchat", "sms", "telegram"}
    assert {row.state for row in people} >= {"new", "started", "paused", "completed", "stopped",
                                             "erased"}  # fmt: skip
    assert waiting == []
    for row in hidden:
        if row.channel == "sms" and row.encrypted:
            number = plan.keys.reveal(row.encrypted)
            assert number.startswith("+447700900") and len(number) > len("+447700900123") + 2


def test_it_goes_on_after_those_that_are_there(any_database: Database, plan: Plan) -> None:
    list(fill(any_database, plan))
    assert sum(fill(any_database, replace(plan, seed=8))) == PEOPLE
    with any_database.writing() as session:
        session.execute(
            InboxRow.__table__.insert().values(
                respondent_id=session.execute(select(RespondentRow.id).limit(1)).scalar(),
                channel="sms",
                provider_id="next",
                seq=9999,
                text="next",
                phase="open",
                received_at=plan_start(plan),
                state="done",
                attempts=0,
                repaired=False,
            )  # fmt: skip
        )


def plan_start(plan: Plan) -> Any:
    return crowd(Random(1), plan.consultation, 1, 0)[0].begins
