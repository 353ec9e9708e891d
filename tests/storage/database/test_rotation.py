"""A new key: everything is hidden with it, nothing is lost, and running processes follow."""

from __future__ import annotations

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select

from bot.consultation.model import Consultation
from bot.conversation import answering
from bot.conversation.requests import request
from bot.storage.database.keys import load_keys
from bot.storage.database.rotation import rotate_keys
from bot.storage.database.session import Database
from bot.storage.database.tables import AddressRow, InboxRow, OutboxRow, RequestRow
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.respondents.respondents import create_respondent
from bot.turns.apply import take_step
from tests.support.people import People


def test_everything_is_hidden_with_the_new_key(
    any_database: Database, consultation: Consultation, tmp_path: Path
) -> None:
    folder = tmp_path / "secrets"
    running = load_keys(folder)  # a process that has started before
    first = key_file(folder)[0]
    people = People(any_database, consultation)
    with any_database.writing() as session:
        person = create_respondent(
            session,
            consultation,
            channel="sms",
            address_hash=running.hash_of("sms", "+447700900123"),
            hidden_address=running.hide("+447700900123"),
            now=people.now(),
        )
    for words, step in (("call me", request("callback")), ("jobs", None), ("Sam", None)):
        inbox_id = people.send(person, words)
        with any_database.writing() as session:
            how = step or answering.answer
            take_step(session, consultation, inbox_id, how, now=people.now(), keys=running)
    with any_database.writing() as session:
        reply = Reply("You said: Sam.", personal=("Sam",))
        when = people.now()
        add_replies(
            session, person.id, [reply], reply_to=None, delivery="sent", now=when, keys=running
        )
    assert rotate_keys(any_database, folder) == 4
    assert len(key_file(folder)) == 2 and key_file(folder)[1] == first
    new = Fernet(key_file(folder)[0])
    hidden = all_hidden(any_database)
    assert [new.decrypt(one).decode() for one in hidden[:2]] == ["+447700900123", "Sam"]
    assert b"jobs" in new.decrypt(hidden[2])
    assert new.decrypt(hidden[3]) == b"You said: Sam."
    assert Fernet(first) and not opens(Fernet(first), hidden[0])
    assert running.reveal(hidden[0]) == "+447700900123"
    assert new.decrypt(running.hide("new")) == b"new", "it hides with the new key at once"
    rotate_keys(any_database, folder)
    assert first not in key_file(folder) and len(key_file(folder)) == 2
    assert load_keys(folder).reveal(all_hidden(any_database)[1]) == "Sam"


def test_the_hash_key_stays_so_that_people_are_found(
    any_database: Database, tmp_path: Path
) -> None:
    before = load_keys(tmp_path).hash_of("sms", "+447700900123")
    assert rotate_keys(any_database, tmp_path) == 0
    assert load_keys(tmp_path).hash_of("sms", "+447700900123") == before


def key_file(folder: Path) -> list[str]:
    return (folder / "address.keys").read_text().split()


def all_hidden(database: Database) -> list[bytes]:
    """Return the number, the name as it was sent, the request and the reply."""
    with database.reading() as session:
        return [
            bytes(session.execute(select(column).where(column.is_not(None))).scalar_one())
            for column in (
                AddressRow.encrypted,
                InboxRow.sealed,
                RequestRow.fields,
                OutboxRow.sealed,
            )
        ]


def opens(key: Fernet, hidden: bytes) -> bool:
    try:
        return bool(key.decrypt(hidden))
    except InvalidToken:
        return False
