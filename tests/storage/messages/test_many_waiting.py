"""What is done for one message reads no more where very many wait. Nothing is timed: SQLite's steps
and the rows that PostgreSQL looks at are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from sqlalchemy import text

from bot.consultation.model import Consultation
from bot.storage.database.session import Database, Session
from bot.storage.messages.claims import (
    claim,
    give_back_expired,
)
from bot.storage.messages.inbox import said_since
from bot.storage.messages.turn_claims import claim_turn
from bot.storage.messages.unsent import anything_queued, respondents_to_tell
from bot.storage.messages.waiting import (
    anything_waits,
    next_turn,
    oldest_waiting,
    respondents_waiting,
)
from tests.support.crowds import Crowd
from tests.support.people import NOON, People

MANY = 2000  # of each kind
MOST = 500  # who looks at all that wait, or at all of one person, does far more
ROWS = text("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables")
Reading = Callable[[Session, str], object]
READINGS: dict[str, Reading] = {
    "claim a turn": claim_turn,
    "read the next turn": next_turn,
    "look whether a message waits": anything_waits,
    "look who waits": lambda session, _: respondents_waiting(session, 3),
    "look what came since": lambda session, who: said_since(session, who, NOON),
    "look for the oldest": lambda session, _: oldest_waiting(session),
    "claim a reply": claim,
    "look whether a reply waits": anything_queued,
    "look whose replies wait": lambda session, _: respondents_to_tell(session, "sms", 3),
    "free what was cut off": lambda session, _: give_back_expired(session),
}


def work(database: Database, reading: Reading, who: str) -> int:
    """Return how much an engine does for a reading, and leave everything as it was."""
    with database.reading() as session:
        if database.engine.dialect.name == "postgresql":
            before = session.execute(ROWS).scalar_one()
            reading(session, who)
            return int(session.execute(ROWS).scalar_one() - before)
        steps, connection = count(), session.connection().connection
        connection.set_progress_handler(lambda: next(steps) < 0, 1)
        reading(session, who)
        connection.set_progress_handler(None, 1)
        return next(steps)


def test_where_very_many_wait_only_a_few_are_looked_at(
    any_database: Database, consultation: Consultation
) -> None:
    crowd = Crowd(People(any_database, consultation), others=10)
    crowd.write(others=MANY, busy=MANY, over=MANY)
    whose = {"busy": crowd.busy, "old": crowd.old, "other": crowd.others[0]}
    did = {
        (what, name): work(any_database, reading, who)
        for what, reading in READINGS.items()
        for name, who in whose.items()
    }
    most = {"look what came since": 5 * MOST}  # the newest hundred, of any resident
    too_much = {about: n for about, n in did.items() if n > most.get(about[0], MOST)}
    assert too_much == {}
    assert did["claim a turn", "busy"] and did["claim a reply", "old"]  # it is counted


LOOKS: dict[str, Callable[[Session], list[str]]] = {
    "who waits": lambda session: respondents_waiting(session, 5),
    "whose replies wait": lambda session: respondents_to_tell(session, "sms", 5),
}
EACH = {"postgresql": 1.2, "sqlite": 20}  # rows or steps for one row that waits; before 2 and 25


def test_where_all_the_oldest_are_of_one_person_each_is_passed_once(
    any_database: Database, consultation: Consultation
) -> None:
    crowd = Crowd(People(any_database, consultation), others=10)
    crowd.write(others=0, busy=MANY, over=0)
    crowd.write(others=20, busy=0, over=0)
    did: dict[str, float] = {}
    for what, look in LOOKS.items():
        with any_database.reading() as session:
            assert look(session) == [crowd.busy, crowd.old, *crowd.others[:3]]
        much = work(any_database, lambda session, _, look=look: look(session), crowd.busy)
        did[what] = round(much / MANY, 1)
    most = EACH[any_database.engine.dialect.name]
    assert {what: much for what, much in did.items() if much > most} == {}
