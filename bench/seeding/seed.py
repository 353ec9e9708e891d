"""Filling an empty database with made-up conversations, to see how the product bears a crowd."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import text

from bench.seeding.crowd import Person, crowd
from bench.seeding.merge import add, another
from bench.seeding.parts import Made, Part, make_all, opened
from bot.consultation.file.read import find_consultation
from bot.settings import Settings
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Database
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.respondents import count_respondents

A_PART = 200  # conversations
ERASED = 0.003  # of all; they asked for it


@dataclass(frozen=True)
class Plan:
    """What is to be made, for the deployment of some settings. The same seed makes the same words
    at the same moments. With copies, only one in so many is talked through, and stored so often.
    """

    settings: Settings
    conversations: int
    seed: int
    workers: int = os.cpu_count() or 1
    copies: int = 1


def has_conversations(database: Database) -> bool:
    with database.reading() as session:
        return count_respondents(session) > 0


def fill(database: Database, plan: Plan) -> Iterator[int]:
    """Store conversations; yield how many at a time."""
    rng, settings = Random(plan.seed), plan.settings
    consultation = find_consultation(settings.consultations, settings.consultation)
    with database.reading() as session:
        before = count_respondents(session)
    people = crowd(rng, consultation, plan.conversations // plan.copies, before)
    erased = set(rng.sample(range(len(people)), round(len(people) * ERASED)))
    with TemporaryDirectory(prefix="seeding-") as folder:
        parts = list(_parts(plan, people, Path(folder)))
        for start, made in enumerate(make_all(parts, plan.workers)):
            gone = [who for n, who in enumerate(made.respondents, start * A_PART) if n in erased]
            for copy in range(plan.copies):
                _store(database, plan, made, [another(who, copy) for who in gone], copy)
                yield len(made.respondents)
            made.file.unlink()
    with database.writing() as session:  # it is to plan for its new size
        session.execute(text("ANALYZE"))


def _parts(plan: Plan, people: Sequence[Person], folder: Path) -> Iterator[Part]:
    for start in range(0, len(people), A_PART):
        some, file = people[start : start + A_PART], folder / f"{start}.db"
        yield Part(plan.settings, f"{plan.seed} {start}", some, file)


def _store(database: Database, plan: Plan, made: Made, gone: Sequence[str], copy: int) -> None:
    keys = load_keys(plan.settings.secrets_dir)
    with closing(opened(made.file)) as part, database.writing() as session:
        with part.reading() as rows:
            add(rows, session, copy)
        for respondent_id in gone:
            erase(session, keys, respondent_id, last_words=False)
