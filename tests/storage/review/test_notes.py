"""Notes, tags, corrections and saved views: what staff write."""

from __future__ import annotations

from functools import partial

import pytest

from bot.conversation import moving
from bot.settings import Settings
from bot.storage.database.keys import load_keys
from bot.storage.database.tables import InboxRow, RespondentRow
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.respondents import Respondent
from bot.storage.review import corrections, reviews
from bot.storage.review.corrections import (
    corrections_of,
)
from bot.storage.review.flags import flag_by_staff, flags_of
from bot.storage.review.notes import (
    add_note,
    add_tag,
    delete_note,
    known_tags,
    normal_tag,
    notes_of,
    remove_tag,
    tags_of,
)
from bot.storage.review.priority import reason_of
from bot.storage.review.saved_views import MOST, delete_view, save_view, saved_views_of
from bot.understanding.personal_data import holds_personal
from tests.support.people import NOON, People

ANN, BEA = "ann@example.org", "bea@example.org"
correct = partial(corrections.correct, is_personal=holds_personal)
consider = partial(reviews.consider, is_personal=holds_personal)
reconsider = partial(reviews.reconsider, is_personal=holds_personal)


def test_a_note_is_its_writers_to_delete(people: People) -> None:
    person, other = people.new(), people.new()
    for _ in range(3):
        people.send(person, "hello")
    with people.database.writing() as session:
        add_note(session, person.id, seq=0, staff=ANN, text=" about\0 all ", now=people.now())
        add_note(session, person.id, seq=3, staff=BEA, text="about one", now=people.now())
        notes = notes_of(session, person.id)
        assert [(n.seq, n.staff, n.text) for n in notes] == [
            (0, ANN, "about\ufffd all"),
            (3, BEA, "about one"),
        ]
        assert not delete_note(session, person.id, notes[0].id, staff=BEA)
        assert not delete_note(session, other.id, notes[0].id, staff=ANN)
        assert delete_note(session, person.id, notes[0].id, staff=ANN)
        assert [n.staff for n in notes_of(session, person.id)] == [BEA]


def test_a_tag_is_put_once_and_offered_again(people: People) -> None:
    person, other = people.new(), people.new()
    for _ in range(2):
        people.send(person, "hello")
    with people.database.writing() as session:
        for seq, name in ((0, "parks"), (0, "parks"), (2, "parks"), (2, "benches")):
            add_tag(session, person.id, seq=seq, name=name, staff=ANN, now=people.now())
        add_tag(session, other.id, seq=0, name="wifi", staff=BEA, now=people.now())
        assert known_tags(session) == ["benches", "parks", "wifi"]
        assert known_tags(session, most=1) == ["parks"]
        remove_tag(session, person.id, seq=2, name="parks")
        assert [(t.seq, t.name) for t in tags_of(session, person.id)] == [
            (2, "benches"),
            (0, "parks"),
        ]


@pytest.mark.parametrize(
    ("typed", "tag"), [("  Free  WiFi ", "free wifi"), ("", ""), ("x" * 99, "x" * 60)]
)
def test_tags_are_written_one_way(typed: str, tag: str) -> None:
    assert normal_tag(typed) == tag


def test_nothing_is_written_about_a_message_that_is_not_there(people: People) -> None:
    person, other = people.new(), people.new()
    inbox_id = people.send(person, "hello")
    people.send(other, "hello")
    people.send(other, "hello again")
    with people.database.writing() as session:
        add_replies(session, person.id, [Reply("Hi")], reply_to=inbox_id, delivery="sent", now=NOON)
    written = {}
    with people.database.writing() as session:
        for seq in (0, 1, 2, 3, 999):
            added = {"seq": seq, "staff": ANN, "now": people.now()}
            note = add_note(session, person.id, text="look", **added)
            written[seq] = (note, add_tag(session, person.id, name="look", **added))
        assert {note.seq for note in notes_of(session, person.id)} == {0, 1, 2}
        assert {tag.seq for tag in tags_of(session, person.id)} == {0, 1, 2}
    assert written == {seq: (seq < 3, seq < 3) for seq in written}


def test_nothing_is_written_about_who_was_erased(people: People, settings: Settings) -> None:
    person = people.new()
    with people.database.writing() as session:
        erase(session, load_keys(settings.secrets_dir), person.id, last_words=False)
        add_note(session, person.id, seq=0, staff=ANN, text="late", now=people.now())
        add_tag(session, person.id, seq=0, name="late", staff=ANN, now=people.now())
        assert (notes_of(session, person.id), tags_of(session, person.id)) == ([], [])


def test_staff_flag_a_message_and_take_it_back(people: People) -> None:
    person = people.new()
    people.send(person, "hello")
    with people.database.writing() as session:
        for _ in range(2):
            assert flag_by_staff(session, person.id, 1, on=True, now=people.now())
        assert flags_of(session, person.id) == ["staff"]
        assert not flag_by_staff(session, person.id, 2, on=True, now=people.now())
        assert flag_by_staff(session, person.id, 1, on=False, now=people.now())
        assert flags_of(session, person.id) == []


def test_corrections_are_exported_with_what_they_correct(people: People) -> None:
    person = people.new()
    people.turn(person, "start", moving.start, intent="start")
    people.turn(person, "resident", intent="give_answer")
    secret = people.turn(person, "07700 900123", None)
    with people.database.writing() as session:
        session.get(InboxRow, secret).private = "contact"
        for intent in ("greet", "pause"):
            assert correct(session, person.id, 2, intent=intent, staff=ANN, now=people.now())
        assert not correct(session, person.id, 3, intent="pause", staff=ANN, now=people.now())
        assert not correct(session, person.id, 9, intent="pause", staff=ANN, now=people.now())
        (corrected,) = corrections_of(session, person.id).items()
        assert (corrected[0], corrected[1].intent) == (2, "pause")
    (row,) = people.export("corrections")
    assert row.pop("at").startswith("2021-03-01T")
    assert row == {
        "text": "resident",
        "intent": "pause",
        "was": "give_answer",
        "question_kind": "choice",
        "question": "role",
        "value": None,
        "was_value": "resident",
        "sureness": 0.9,
        "asked": "",
    }


@pytest.mark.parametrize(
    ("intent", "flags", "reason"),
    [
        ("distress", ["distress"], "distress"),
        ("complain", ["complaint"], "complaint"),
        ("pause", [], None),
    ],
)
def test_distress_that_staff_see_counts_as_if_the_bot_had(
    people: People, intent: str, flags: list[str], reason: str | None
) -> None:
    person = people.new()
    people.turn(person, "it is all too much", None)
    now = people.now()
    with people.database.writing() as session:
        assert correct(session, person.id, 1, intent=intent, staff=ANN, now=now)
    assert standing(people, person) == (flags, reason)
    with people.database.writing() as session:
        seen = {"judgement": "none", "seq": 1, "readers": 1, "now": now}
        consider(session, person.id, staff=ANN, **seen)
        assert correct(session, person.id, 1, intent=intent, staff=BEA, now=now)
    assert standing(people, person) == (flags, None)  # it has been considered
    with people.database.writing() as session:
        reconsider(session, person.id, staff=ANN, readers=1)
        assert correct(session, person.id, 1, intent="pause", staff=ANN, now=now)
    assert standing(people, person) == (flags, reason)  # a flag stays


def standing(people: People, person: Respondent) -> tuple[list[str], str | None]:
    with people.database.reading() as session:
        need = session.get(RespondentRow, person.id).need
        return flags_of(session, person.id), reason_of(need)


def test_exported_corrections_hide_what_pages_hide(people: People) -> None:
    person = people.new()
    people.turn(person, "ring 07700 900 999 or jo@example.org, M14 5RX", None)
    with people.database.writing() as session:
        correct(session, person.id, 1, intent="pause", staff=ANN, now=people.now())
    (row,) = people.export("corrections")
    assert row["text"] == "ring [number hidden] or [email hidden], [postcode hidden]"


def test_saved_views_are_ones_own(people: People) -> None:
    with people.database.writing() as session:
        for who, query in ((ANN, "state=new"), (BEA, "read=no"), (ANN, "state=paused")):
            assert save_view(session, who, "mine", query)
        (view,) = saved_views_of(session, ANN)
        assert (view.name, view.query) == ("mine", "state=paused")
        assert not delete_view(session, BEA, view.id)
        assert delete_view(session, ANN, view.id)
        assert saved_views_of(session, ANN) == []
        for number in range(MOST):
            assert save_view(session, ANN, f"view {number}", "")
        assert not save_view(session, ANN, "one more", "")
