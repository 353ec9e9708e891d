"""Finding residents' words on both engines, and leaving nothing of them behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.consultation.model import Consultation
from bot.settings import Settings
from bot.storage import search
from bot.storage.erasure import erase
from bot.storage.keys import load_keys
from bot.storage.respondents import Respondent
from bot.storage.search import pieces_of, said, words_of
from bot.storage.session import Database
from bot.storage.tables import InboxRow, RespondentRow
from tests.support.people import People

RARE = "ꙮꙮꙮ"  # three letters that no other text has: the index keeps them in one piece


@pytest.fixture()
def people(any_database: Database, consultation: Consultation) -> People:
    return People(any_database, consultation)


def found(database: Database, typed: str) -> set[str]:
    with database.reading() as session:
        query = select(RespondentRow.id).where(said(session, words_of(typed)))
        return set(session.execute(query).scalars())


SAID = 'Free WiFi in every library, 100% of_the time: CAFÉ \\ it\'s "Ok" naïve'
FOUND = ["wifi", "LIBRARY free", "café", "100%", "it's", '"ok"', "of_the", "ifi in"]
NOT_FOUND = ["wifi bus", "100_", "offthe", "libr%ry", "zzz", "inf", "' OR 1=1"]


@pytest.mark.parametrize("many", [False, True], ids=["rare words", "common words"])
@pytest.mark.parametrize("typed", [*FOUND, *NOT_FOUND])
def test_a_conversation_is_found_by_all_its_words(
    people: People, typed: str, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "A_FEW", 1 if many else 5_000)
    person = people.new()
    people.turn(person, SAID)
    people.turn(people.new(), "something else")
    if many and typed == "café":
        typed = "CAFÉ"  # then SQLite compares letters with accents only as they are written
    expected = {person.id} if typed.lower() in FOUND + ["library free"] else set()
    assert found(people.database, typed) == expected


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", []), ("a b", []), ("to the", ["to", "the"]), ("x\0yz", ["xyz"]), ("w " * 30 + "abc", [])],
)
def test_one_word_must_have_three_letters(typed: str, words: list[str]) -> None:
    assert words_of(typed) == words


def test_the_pieces_of_words_are_quoted() -> None:
    assert pieces_of(['a"bc', "to"]) == '"""bc" AND "a""b"'


def test_a_message_is_found_once_its_turn_is_over_and_as_it_is_now(people: People) -> None:
    person = people.new()
    inbox_id = people.send(person, "first words")
    with people.database.writing() as session:
        session.get(InboxRow, inbox_id).state = "failed"
    assert found(people.database, "first") == {person.id}
    with people.database.writing() as session:
        session.get(InboxRow, inbox_id).text = "second words"
    assert not found(people.database, "first")
    assert found(people.database, "second") == {person.id}
    with people.database.writing() as session:
        session.get(InboxRow, inbox_id).text = ""
    assert not found(people.database, "words")
    with people.database.writing() as session:
        session.delete(session.get(InboxRow, inbox_id))
    assert not found(people.database, "words")


def test_what_is_sealed_before_its_turn_ends_is_never_in_the_index(people: People) -> None:
    inbox_id = people.send(people.new(), f"ring {RARE}")
    with people.database.writing() as session:
        session.get(InboxRow, inbox_id).text = ""
    with people.database.writing() as session:
        session.get(InboxRow, inbox_id).state = "done"
    if people.database.engine.dialect.name == "sqlite":
        assert RARE.encode() not in _index(people.database)


def _index(database: Database) -> bytes:
    with database.reading() as session:
        return b"".join(session.execute(text("SELECT block FROM inbox_words_data")).scalars())


def _files(database: Database) -> bytes:
    path = Path(database.engine.url.database)
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


def _erase(database: Database, settings: Settings, person: Respondent) -> None:
    with database.writing() as session:
        erase(session, load_keys(settings.secrets_dir), person.id, last_words=False)
    database.scrub()


def test_an_erasure_leaves_no_byte_in_the_file(
    database: Database, consultation: Consultation, settings: Settings
) -> None:
    people = People(database, consultation)
    person, other = people.new(), people.new()
    for _ in range(30):  # enough for several segments of the index
        people.turn(person, RARE, None)
        people.turn(other, "keeps her words", None)
    people.turn(person, "zyxwvut", None)
    assert RARE.encode() in _index(database)
    _erase(database, settings, person)
    left = _files(database)
    for trace in (RARE, "zyxwvut"):
        assert trace.encode() not in left
    assert found(database, "keeps") == {other.id}


def test_an_erasure_works_where_there_is_no_index(
    database: Database, consultation: Consultation, settings: Settings
) -> None:
    people = People(database, consultation)
    with database.writing() as session:
        for name in ("added", "gone", "taken", "put"):
            session.execute(text(f"DROP TRIGGER inbox_words_{name}"))
        session.execute(text("DROP TABLE inbox_words"))
    person = people.new()
    people.turn(person, f"zyxwvut {RARE}")
    assert found(database, "zyxwvut") == {person.id}
    _erase(database, settings, person)
    assert RARE.encode() not in _files(database)
