"""Failed turns that wait again, on both kinds of database."""

from __future__ import annotations

from sqlalchemy import update

from bot.consultation.model import Consultation
from bot.storage.database.session import Database
from bot.storage.database.tables import RespondentRow
from bot.storage.messages.waiting import next_waiting, try_again
from tests.support.people import People


def test_failed_turns_wait_again_unless_their_sender_was_erased(
    any_database: Database, consultation: Consultation
) -> None:
    people = People(any_database, consultation)
    one, two, erased = people.new(), people.new(), people.new()
    for person in (one, two, erased):
        people.turn(person, "hangs", step=None, state="failed")
    with any_database.writing() as session:
        session.execute(
            update(RespondentRow).where(RespondentRow.id == erased.id).values(state="erased")
        )
    with any_database.writing() as session:
        assert try_again(session, "another") == 0
        assert try_again(session, consultation.id, one.id) == 1
        assert try_again(session, consultation.id) == 1
    with any_database.reading() as session:
        found = [next_waiting(session, person.id) for person in (one, two, erased)]
    assert [waiting and (waiting.text, waiting.attempts) for waiting in found] == [
        ("hangs", 0),
        ("hangs", 0),
        None,
    ]
