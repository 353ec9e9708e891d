"""Flags: once for each message and kind, the newest first, and gone with the person."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.conversation import confirmations
from bot.settings import Settings
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Conflict
from bot.storage.database.tables import FlagRow
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.respondents import Respondent
from bot.storage.review.flags import FLAGS, flag, flags_of
from tests.support.people import People, at_once


def raise_flag(people: People, inbox_id: int, kind: str) -> None:
    with people.database.writing() as session:
        flag(session, inbox_id, kind, people.now())


def flags(people: People, person: Respondent) -> list[str]:
    with people.database.reading() as session:
        return flags_of(session, person.id)


def count(people: People) -> int:
    with people.database.reading() as session:
        return session.execute(select(func.count()).select_from(FlagRow)).scalar_one()


def test_a_message_is_flagged_once_for_each_kind(people: People) -> None:
    person = people.new()
    inbox_id = people.send(person, "I am not happy, ring me")
    for kind in ("complaint", "callback", "complaint"):
        raise_flag(people, inbox_id, kind)
    assert count(people) == 2
    assert flags(people, person) == ["callback", "complaint"]


def test_the_kinds_are_told_once_each_and_the_newest_first(people: People) -> None:
    person, other = people.new(), people.new()
    assert flags(people, person) == []
    for kind in ("complaint", "distress", "callback", "complaint"):
        raise_flag(people, people.send(person, "words"), kind)
    raise_flag(people, people.send(other, "words"), "workshop")
    assert count(people) == 5
    assert flags(people, person) == ["complaint", "callback", "distress"]
    assert flags(people, other) == ["workshop"]


def test_four_turns_of_one_message_at_once_flag_it_once(people: People) -> None:
    inbox_id = people.send(people.new(), "help")

    def one(_: int) -> None:
        try:
            raise_flag(people, inbox_id, "distress")
        except Conflict:  # the turn is done again, and then sees it
            raise_flag(people, inbox_id, "distress")

    at_once(4, one)
    assert count(people) == 1


def test_flags_go_with_the_person_and_do_not_come_back(people: People, settings: Settings) -> None:
    person, other = people.new(), people.new()
    flagged = people.send(person, "I am in despair")
    raise_flag(people, flagged, "distress")
    raise_flag(people, people.send(other, "rubbish"), "complaint")
    people.step(people.send(person, "delete"), confirmations.erase)
    people.step(people.send(person, "yes"), confirmations.erase)
    with people.database.writing() as session:
        erase(session, load_keys(settings.secrets_dir), person.id, last_words=False)
    assert flags(people, person) == [] and flags(people, other) == ["complaint"]
    # The turn of an earlier message comes to its end only now.
    raise_flag(people, flagged, "distress")
    assert flags(people, person) == []


def test_every_kind_fits_its_column() -> None:
    assert max(map(len, FLAGS.values())) <= FlagRow.__table__.c.kind.type.length
