"""After an erasure no byte of the person is left in the database's own files, on either engine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.consultation.model import Consultation
from bot.conversation import answering, confirmations, moving, revisions
from bot.conversation.place import StepFunction
from bot.conversation.requests import request
from bot.storage.database.scrubbing import OneAtATime, empty_log, rewrite
from bot.storage.database.session import BUSY_TIMEOUT_MS, Database
from bot.storage.database.tables import NoteRow, RequestRow
from bot.storage.messages.outbox import Reply
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.respondents import Respondent, create_respondent
from bot.turns.finish import finish_turn
from bot.turns.services import Understood
from tests.support.keys import KEYS
from tests.support.people import People

NAME, STREET = "Zébedee Quillfeather", "Flat 7, 19 Umbrella Row"
EMAIL, NUMBER = "zebedee.quillfeather@example.org", "+447700900777"
WORDS = 'my "nan" never learned the interweb\nbut adores her tablet'
STAFF = "Quillfeather rang about the marmalade"
THEIRS = (NAME, STREET, EMAIL, NUMBER, WORDS, STAFF, "M14 5RX")


def test_what_is_looked_for_is_found_before_the_erasure(
    any_database: Database, consultation: Consultation, tmp_path: Path
) -> None:
    converse(any_database, consultation)
    checkpoint(any_database)
    found = {piece for piece in THEIRS for file in files(any_database) if holds(file, piece)}
    assert WORDS in found and STAFF in found


def test_nothing_of_theirs_is_left_in_the_files(
    any_database: Database, consultation: Consultation
) -> None:
    person = converse(any_database, consultation)
    with any_database.writing() as session:
        erase(session, KEYS, person.id, last_words=False)
    any_database.scrub()
    assert not any_database.rewrite()
    left = {
        (piece, file.name) for file in files(any_database) for piece in THEIRS if holds(file, piece)
    }
    assert left == set()


def test_an_erasure_waits_for_nobody_who_reads(any_database: Database) -> None:
    with any_database.reading() as reader:
        reader.execute(select(NoteRow)).all()
        any_database.scrub()  # with a lock on a table it would stand here for ever


def test_at_night_what_is_being_read_stays_and_is_named(any_database: Database) -> None:
    engine = any_database.engine
    if engine.dialect.name == "sqlite":
        pytest.skip("it has no locks on tables")
    with any_database.reading() as reader:
        reader.execute(select(NoteRow)).all()
        assert rewrite(engine, tries=2, pause=0) == ["note"]
    assert rewrite(engine, tries=1) == []
    with engine.connect() as connection:  # what was set for it goes back to the pool as it was
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "0"
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "15s"


def test_the_log_of_sqlite_is_emptied_unless_it_is_being_read(
    any_database: Database, consultation: Consultation
) -> None:
    engine = any_database.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("about the files of SQLite")
    converse(any_database, consultation)
    with any_database.reading() as reader:
        reader.execute(select(NoteRow)).all()
        converse(any_database, consultation, "+447700900778")
        assert not empty_log(engine, patient=False)
    assert empty_log(engine, patient=False)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == BUSY_TIMEOUT_MS


def test_what_is_asked_for_while_it_runs_is_done_once_more() -> None:
    runs, once = list[int](), OneAtATime()

    def what() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            for _ in range(3):
                once.run(what)  # as three other threads would

    once.run(what)
    assert len(runs) == 2
    once.run(what)
    assert len(runs) == 3


def converse(database: Database, consultation: Consultation, number: str = NUMBER) -> Respondent:
    """Leave their words, their number, a request of each kind of detail, and what staff wrote."""
    people = People(database, consultation)
    with database.writing() as session:
        person = create_respondent(
            session,
            consultation,
            channel="sms",
            address_hash=KEYS.hash_of("sms", number),
            hidden_address=KEYS.hide(number),
            now=people.now(),
        )
    said = [
        ("start", moving.start),
        ("resident", answering.answer),
        ("agree", answering.answer),
        (WORDS, answering.answer),
        ("changed: " + WORDS, revisions.change),
        ("a copy please", request("print_copy")),
        (NAME, answering.answer),
        (STREET, answering.answer),
        ("M14 5RX", answering.answer),
        ("large print", answering.answer),
        ("2", answering.answer),
        ("yes", confirmations.affirm),
        ("call me", request("callback")),
        (WORDS, answering.answer),
        (NAME, answering.answer),
        (EMAIL, answering.answer),
        ("yes", confirmations.affirm),
    ]
    for words, step in said:
        turn(database, people, person, words, step)
    with database.writing() as session:
        note = NoteRow(respondent_id=person.id, staff="a@example.org", text=STAFF, at=people.now())
        session.add(note)
        mine = select(RequestRow).where(RequestRow.respondent_id == person.id)
        assert len(session.execute(mine).all()) == 2
    return person


def turn(
    database: Database, people: People, person: Respondent, words: str, step: StepFunction
) -> None:
    inbox_id = people.send(person, words)
    people.step(inbox_id, step)
    with database.writing() as session:
        understood = Understood("give_answer", 0.5)
        replies = [Reply("Thank you.")]
        finish_turn(
            session,
            people.consultation,
            inbox_id,
            replies,
            understood,
            delivery="queued",
            now=people.now(),
        )


def files(database: Database) -> list[Path]:
    """Return every file in which the engine keeps anything."""
    if database.engine.dialect.name == "sqlite":
        path = Path(str(database.engine.url.database))
        return [file for file in path.parent.glob(f"{path.name}*") if file.is_file()]
    with database.engine.connect() as connection:
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        number = connection.execute(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        ).scalar_one()
    logs = (folder / "pg_wal").glob("*")
    return [f for f in (*(folder / "base" / str(number)).iterdir(), *logs) if f.is_file()]


def checkpoint(database: Database) -> None:
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))


def holds(file: Path, piece: str) -> bool:
    content = file.read_bytes()
    return any(form in content for form in forms(piece))


def forms(piece: str) -> Iterator[bytes]:
    """Yield a text as it can lie in a file."""
    plain = piece.encode()
    yield plain
    yield json.dumps(piece)[1:-1].encode()
    yield json.dumps(piece, ensure_ascii=False)[1:-1].encode()
    yield piece.encode("utf-16-le")
    yield piece.encode("utf-16-be")
    for shift in range(3):  # what comes before moves the letters of base64
        coded = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
        core = coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]
        if len(core) >= 8:  # less stands anywhere by chance
            yield core
