"""Cases: what opens one, one of a kind at a time, and what staff do with them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from bot.settings import Settings
from bot.storage.cases.alerts import (
    alert_state,
    alerts_waiting,
    note_alerted,
    note_not_alerted,
)
from bot.storage.cases.case_board import (
    NOBODY,
    Case,
    Wanted,
    case_counts,
    case_events,
    cases_about,
    count_cases,
    find_cases,
)
from bot.storage.cases.case_work import Standing, change_case, take_case
from bot.storage.cases.cases import AGAIN_AFTER, DONE, IN_PROGRESS, KINDS, OPEN, open_case
from bot.storage.database.keys import load_keys
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.respondents import Respondent
from bot.storage.review.corrections import correct
from bot.storage.review.flags import FLAGS, flag
from bot.storage.review.reviews import JUDGEMENTS, consider
from tests.support.people import People

ANN, BEA = "ann@example.org", "bea@example.org"
MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=timezone.utc)
FRIDAY = datetime(2021, 3, 5, 9, 0, tzinfo=timezone.utc)


def cases(people: People, person: Respondent) -> list[Case]:
    with people.database.reading() as session:
        return cases_about(session, person.id)


def kinds(people: People, person: Respondent) -> list[str]:
    return [one.kind for one in cases(people, person)]


def opened(people: People, kind: str = "action", at: datetime = MONDAY) -> tuple[Respondent, str]:
    person = people.new()
    with people.database.writing() as session:
        reference = open_case(session, person.id, kind, seq=1, who=ANN, now=at)
    assert reference
    return person, reference


BY_FLAG = {"distress": ["care"], "complaint": ["complaint"], "callback": ["person"]}


@pytest.mark.parametrize("kind", sorted({*FLAGS.values(), "staff"}))
def test_what_the_bot_flags_becomes_a_case_where_staff_must_act(people: People, kind: str) -> None:
    person = people.new()
    inbox_id = people.send(person, "words")
    for _ in range(2):  # the turn is done again after a crash
        with people.database.writing() as session:
            flag(session, inbox_id, kind, people.now())
    assert kinds(people, person) == BY_FLAG.get(kind, [])


@pytest.mark.parametrize(("care", "opens"), [("hard", ["care"]), ("soft", ["care"]), ("grief", [])])
def test_care_that_is_heard_in_a_turn_is_a_case(
    people: People, care: str, opens: list[str]
) -> None:
    person = people.new()
    people.turn(person, "words", None, intent="off_topic", care=care)
    assert kinds(people, person) == opens


@pytest.mark.parametrize("judgement", JUDGEMENTS)
def test_what_needs_action_is_a_case(people: People, judgement: str) -> None:
    person = people.new()
    people.turn(person, "words", None)
    with people.database.writing() as session:
        consider(
            session, person.id, staff=ANN, judgement=judgement, seq=1, readers=1,
            is_personal=lambda text: False, now=people.now(),
        )  # fmt: skip
    assert kinds(people, person) == (["action"] if judgement == "action" else [])


def test_what_staff_find_to_be_despair_is_a_case(people: People) -> None:
    person = people.new()
    people.turn(person, "words", None)
    with people.database.writing() as session:
        correct(
            session, person.id, 1, intent="distress", staff=ANN,
            is_personal=lambda text: False, now=people.now(),
        )  # fmt: skip
    (case,) = cases(people, person)
    with people.database.reading() as session:
        (event,) = case_events(session, case.reference)
    assert (case.kind, event.who) == ("care", ANN)


def test_one_of_a_kind_is_open_and_tells_that_it_was_called_for_again(people: People) -> None:
    person, reference = opened(people, "complaint")
    with people.database.writing() as session:
        for seq in (1, 3):
            open_case(session, person.id, "complaint", seq=seq, who="the bot", now=MONDAY)
    (case,) = cases(people, person)
    with people.database.reading() as session:
        happened = [event.what for event in case_events(session, reference)]
    assert (case.reference, case.seq, happened) == (reference, 3, ["opened", "again"])
    with people.database.writing() as session:
        change_case(session, reference, Standing(DONE, None, None), "", ANN, MONDAY)
        open_case(session, person.id, "complaint", seq=5, who="the bot", now=MONDAY)
    assert [case.status for case in cases(people, person)] == ["new", DONE]


@pytest.mark.parametrize(
    ("kind", "at", "due"),
    [
        ("care", FRIDAY + timedelta(days=1), date(2021, 3, 6)),  # a Saturday: at once
        ("person", MONDAY, date(2021, 3, 3)),
        ("person", FRIDAY, date(2021, 3, 9)),
        ("action", MONDAY, date(2021, 3, 8)),
        ("complaint", MONDAY, date(2021, 3, 15)),
        # In London it is the next day already.
        ("care", datetime(2021, 6, 1, 23, 30, tzinfo=timezone.utc), date(2021, 6, 2)),
    ],
)
def test_a_case_is_due_in_working_days(people: People, kind: str, at: datetime, due: date) -> None:
    person, _ = opened(people, kind, at)
    assert [case.due for case in cases(people, person)] == [due]


def test_it_is_taken_moved_on_and_all_of_it_is_in_its_history(people: People) -> None:
    person, reference = opened(people)
    with people.database.writing() as session:
        take_case(session, reference, ANN, MONDAY)
        wanted = Standing(DONE, BEA, date(2021, 3, 9))
        assert change_case(session, reference, wanted, "Rang them.", BEA, MONDAY)
        assert not change_case(session, reference, wanted, "", BEA, MONDAY)
    (case,) = cases(people, person)
    assert (case.status, case.owner, case.due) == (DONE, BEA, date(2021, 3, 9))
    assert case.ended_at == MONDAY
    with people.database.reading() as session:
        happened = [(e.who, e.what, e.detail) for e in case_events(session, reference)]
    assert happened == [
        (ANN, "opened", "1"),
        (ANN, "owner", ANN),
        (ANN, "status", IN_PROGRESS),
        (BEA, "owner", BEA),
        (BEA, "due", "2021-03-09"),
        (BEA, "status", DONE),
        (BEA, "note", "Rang them."),
    ]


def test_the_board_shows_the_most_pressing_first_and_counts_what_it_shows(people: People) -> None:
    about = people.consultation.id
    found = {kind: opened(people, kind)[1] for kind in reversed(KINDS)}
    with people.database.writing() as session:
        take_case(session, found["complaint"], ANN, MONDAY)
        take_case(session, found["action"], BEA, MONDAY)
    tuesday = date(2021, 3, 2)
    with people.database.reading() as session:
        everything = find_cases(session, about, Wanted(OPEN), limit=9)
        assert [case.kind for case in everything] == list(KINDS)
        for wanted, expected in (
            (Wanted(OPEN, owner=NOBODY), ["care", "person"]),
            (Wanted(OPEN, owner=ANN), ["complaint"]),
            (Wanted(due_before=tuesday), ["care"]),
            (Wanted(OPEN, kind="action"), ["action"]),
            (Wanted((DONE,)), []),
        ):
            shown = find_cases(session, about, wanted, limit=9)
            assert [case.kind for case in shown] == expected
            assert count_cases(session, about, wanted) == len(expected)
        counts = case_counts(session, about, ANN, tuesday)
    assert {kind: (c.open, c.unassigned, c.overdue, c.mine) for kind, c in counts.items()} == {
        "care": (1, 1, 1, 0),
        "complaint": (1, 0, 0, 1),
        "person": (1, 1, 0, 0),
        "action": (1, 0, 0, 0),
    }


def test_cases_go_with_the_person_and_do_not_come_back(people: People, settings: Settings) -> None:
    person, _ = opened(people)
    with people.database.writing() as session:
        erase(session, load_keys(settings.secrets_dir), person.id, last_words=False)
        assert open_case(session, person.id, "care", seq=9, who="x", now=MONDAY) is None
    assert cases(people, person) == []


def test_staff_are_told_of_care_until_they_were(people: People) -> None:
    about, (person, reference) = people.consultation.id, opened(people, "care")
    for other in set(KINDS) - {"care"}:
        opened(people, other)

    def waiting() -> list[str]:
        with people.database.reading() as session:
            return alerts_waiting(session, about)

    def called_again(seq: int, after: timedelta) -> None:
        with people.database.writing() as session:
            open_case(session, person.id, "care", seq=seq, who="x", now=MONDAY + after)

    assert waiting() == [reference]
    with people.database.writing() as session:
        note_not_alerted(session, [reference], "ConnectionRefusedError")
        state = alert_state(session, about)
    assert (state.waiting, state.error) == (1, "ConnectionRefusedError")
    assert waiting() == [reference]
    with people.database.writing() as session:
        note_alerted(session, [reference], MONDAY)
        state = alert_state(session, about)
    assert (waiting(), state.waiting, state.error) == ([], 0, None)
    called_again(3, timedelta(minutes=1))
    assert waiting() == []
    called_again(5, AGAIN_AFTER + timedelta(seconds=1))
    assert waiting() == [reference]
    with people.database.writing() as session:  # it was dealt with before an email went out
        change_case(session, reference, Standing(DONE, ANN, None), "", ANN, MONDAY)
    assert waiting() == []
