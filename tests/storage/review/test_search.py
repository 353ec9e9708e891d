"""Finding residents' words on both engines, and leaving nothing of them behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.consultation.model import Consultation
from bot.settings import Settings
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Database
from bot.storage.database.tables import InboxRow
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.respondents import Respondent
from bot.storage.review import finding, search
from bot.storage.review.conditions import Filters
from bot.storage.review.finding import count_found, page_of
from bot.storage.review.search import pieces_of, places_of, words_of
from bot.understanding.personal_data import without_personal
from tests.support.people import People

CONSULTATION_ID = "manchester-digital-strategy"
RARE = "ꙮꙮꙮ"  # three letters that no other text has: the index keeps them in one piece


def found(database: Database, typed: str) -> set[str]:
    """Return who is found, after making sure that the counts and the pages agree with it."""
    place, lines, counts = None, [], set()
    with database.reading() as session:
        while True:
            filters = Filters(words=tuple(words_of(typed)))
            page = page_of(
                session, CONSULTATION_ID, filters, limit=2, shown=without_personal, after=place
            )
            lines += page.found
            counts.add(count_found(session, page, most=99))
            assert len(page.found) == 2 or page.older is None
            place = page.older
            if place is None:
                break
    assert counts == {len(lines)}
    return {line.id for line in lines}


SAID = 'Free WiFi in every library, 100% of_the time: CAFÉ \\ it\'s "Ok" naïve'
FOUND = [
    "librar*",
    "free* of_the",
    "FR* wifi",
    "wifi",
    "LIBRARY free",
    "café",
    "100%",
    "it's",
    '"ok"',
    "of_the",
    "ifi in",
]
NOT_FOUND = [
    "brary*",
    "wif* bus*",
    "wifi bus",
    "100_",
    "offthe",
    "libr%ry",
    "zzz",
    "inf",
    "' OR 1=1",
]


@pytest.mark.parametrize("many", [False, True], ids=["rare words", "common words"])
def test_a_conversation_is_found_by_all_its_words(
    people: People, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "A_FEW", 1 if many else 5_000)
    person = people.new()
    people.turn(person, SAID)
    people.turn(people.new(), "something else")
    # Among many, SQLite compares letters with accents only as they are written.
    typed = [word.upper() if many and word == "café" else word for word in FOUND]
    expected = {**dict.fromkeys(typed, {person.id}), **dict.fromkeys(NOT_FOUND, set())}
    assert {word: found(people.database, word) for word in expected} == expected


CROWD = [
    "the 9 and the 7",
    "9",
    "The 97 bus",
    "seven the",
    "not 7, nor nine",
    "ask a@b.example",
    "the café at 9",
    "The 07700 900 999",
    "what is @ the end",
    "9% of them",
    "the (9)",
]
SHORT = ["the 9", "the 9 7", "9 the", "@ the", "the zq", "9 é the", "the 9% of", "them 9", "the (9"]


@pytest.mark.parametrize("many", [False, True], ids=["rare words", "common words"])
def test_short_words_beside_others_are_found_as_reading_everything_would(
    people: People, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "A_FEW", 1 if many else 5_000)
    shown = {}
    for said in CROWD:
        person = people.new()
        people.turn(person, said)
        shown[person.id] = without_personal(said)
    for typed in SHORT:
        words = words_of(typed)
        read = {who for who, said in shown.items() if search.has_all(said, words)}
        assert found(people.database, typed) == read, typed


PERSONAL = "The library, ask bob@mail.example or 07700 900 999, in M14 5GT. Was M61 in 1999?"
# Guesses at what is hidden, and words that stand beside it.
HIDDEN = [
    "0770*",
    "bo*  the*",
    "07700",
    "the 0",
    "900 999",
    "the 9 0",
    "bob",
    "mail",
    "M14",
    "M14 5GT",
    "the 5g",
    "libraryask",
]
SHOWN = ["library", "ask in", "M61", "1999", "the 6"]


@pytest.mark.parametrize("many", [False, True], ids=["rare words", "common words"])
def test_what_is_hidden_on_pages_cannot_be_found(
    people: People, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "A_FEW", 1 if many else 5_000)
    monkeypatch.setattr(finding, "A_STEP", 2)
    everybody = [people.new() for _ in range(5)]
    for number, person in enumerate(everybody):
        people.turn(person, PERSONAL if number != 2 else "something else")
    shown = {person.id for person in everybody if person is not everybody[2]}
    expected = {**dict.fromkeys(HIDDEN, set()), **dict.fromkeys(SHOWN, shown)}
    assert {typed: found(people.database, typed) for typed in expected} == expected


def test_hits_are_not_lost_among_many_that_are_hidden(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "A_FEW", 1)
    monkeypatch.setattr(finding, "A_STEP", 2)
    plain = [people.new() for _ in range(3)]
    for person in plain:
        for text_said in ("ask bob", "nothing") if person is plain[1] else ("ask bob",):
            people.turn(person, text_said)
        for _ in range(4):
            people.turn(people.new(), "ask bob@mail.example")
    assert found(people.database, "bob") == {person.id for person in plain}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", []),
        ("a b", []),
        ("to the", ["to", "the"]),
        ("x\0yz", ["xyz"]),
        ("w " * 30 + "abc", []),
        ("* ** ab*", []),
        ("abc** *", ["abc**"]),
    ],
)
def test_one_word_must_have_three_letters(typed: str, words: list[str]) -> None:
    assert words_of(typed) == words


PLACES = [
    ("Libraries, and a library", ["librar*"], ["Libraries", "library"]),
    ("Libraries, and a library", ["librar"], ["Librar", "librar"]),
    ("a prelibrary", ["librar*"], []),
    ("free wifi, free buses", ["wifi", "bus*"], ["wifi", "buses"]),
    ("(a+b)* costs 100%", ["(a+b)", "100%"], ["(a+b)", "100%"]),
    ("nothing", ["x*"], []),
]


@pytest.mark.parametrize(("said", "words", "marked"), PLACES)
def test_the_places_of_words_are_known(said: str, words: list[str], marked: list[str]) -> None:
    assert [said[start:end] for start, end in places_of(said, words)] == marked


def test_frequent_words_are_counted_exactly_among_few_people(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "A_FEW", 1)
    for n in range(5):
        person = people.new(channel="sms" if n < 3 else "webchat")
        people.turn(person, "more libraries")
    with people.database.reading() as session:
        filters = Filters(words=("librar*",), channel="sms")
        page = page_of(session, CONSULTATION_ID, filters, limit=2, shown=without_personal)
        assert count_found(session, page, most=2) == 3
        assert set(page.said.values()) == {"more libraries"}


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
