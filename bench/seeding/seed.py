"""Filling an empty database with made-up conversations, to see how the product bears a crowd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bench.seeding.bulk import Rows, add_conversations, add_equality_counts, analyze, go_on_counting
from bench.seeding.crowd import Person, crowd
from bench.seeding.talk import talk
from bench.seeding.thread import Thread
from bot.consultation.model import Consultation
from bot.consultation.utterances import Words
from bot.storage.database.keys import Keys
from bot.storage.database.session import Database, Session
from bot.storage.privacy.erasure import erase
from bot.storage.requests.requests import begin_request, fill_request, send_request
from bot.storage.respondents.respondents import count_respondents

A_BATCH = 1000
ERASED = 0.003  # of all; they asked for it


@dataclass(frozen=True)
class Plan:
    """What is to be made. The same seed makes the same people, words and moments."""

    consultation: Consultation
    words: Words
    keys: Keys
    conversations: int
    seed: int


def has_conversations(database: Database) -> bool:
    with database.reading() as session:
        return count_respondents(session) > 0


def fill(database: Database, plan: Plan) -> Iterator[int]:
    """Store conversations; yield how many at a time."""
    rng = Random(plan.seed)
    with database.reading() as session:
        before = count_respondents(session)
    people = crowd(rng, plan.consultation, plan.conversations, before)
    for start in range(0, len(people), A_BATCH):
        some = people[start : start + A_BATCH]
        _store(database, plan, rng, some)
        yield len(some)
    with database.writing() as session:
        go_on_counting(session)
        analyze(session)


def _store(database: Database, plan: Plan, rng: Random, people: list[Person]) -> None:
    threads = [talk(rng, plan.consultation, plan.words, person) for person in people]
    ids = [thread.respondent["id"] for thread in threads]
    gone = rng.sample(ids, round(len(ids) * ERASED))
    counts: Counter[tuple[str, str]] = Counter()
    for thread in threads:
        counts.update(thread.counted.items())
        for message, text in thread.sealed:
            message["sealed"] = plan.keys.hide(text)
    with database.writing() as session:
        add_conversations(session, _rows(plan, people, threads))
        add_equality_counts(session, plan.consultation.id, counts)
        for thread in threads:
            _store_requests(session, plan, thread)
        for respondent_id in gone:
            erase(session, plan.keys, respondent_id, last_words=False)


def _store_requests(session: Session, plan: Plan, thread: Thread) -> None:
    who, about = thread.respondent["id"], (session, plan.keys, plan.consultation)
    for asked in thread.requests:
        begin_request(*about, who, asked.kind, {}, asked.begun)
        for told, at in asked.told:
            fill_request(*about, who, told, at)
        if asked.sent:
            send_request(*about, who, asked.sent)


def _rows(plan: Plan, people: list[Person], threads: list[Thread]) -> Rows:
    return Rows(
        respondents=[thread.respondent for thread in threads],
        addresses=[_address(plan, person) for person in people],
        inbox=[row for thread in threads for row in thread.inbox],
        outbox=[row for thread in threads for row in thread.outbox],
        answers=[row for thread in threads for row in thread.answers],
        skips=[row for thread in threads for row in thread.skips.values()],
        flags=[row for thread in threads for row in thread.flags],
        equality_answers=[
            {"respondent_id": thread.respondent["id"], "question": question, "value": value}
            for thread in threads
            for question, value in thread.about_herself.items()
        ],
    )


def _address(plan: Plan, person: Person) -> dict[str, object]:
    """Web sessions are known by the hash of a token; numbers are hidden, and found by a key."""
    web = person.channel == "webchat"
    keys = plan.keys
    return {
        "respondent_id": person.id,
        "consultation": plan.consultation.id,
        "channel": person.channel,
        "hash": person.address if web else keys.hash_of(person.channel, person.address),
        "encrypted": None if web else keys.hide(person.address),
    }
