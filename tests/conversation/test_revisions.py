"""People who think again: what every step does in every place, what is waited for, and UNDO."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.consultation.dates import Phase
from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation
from bot.consultation.question import FOLLOW_UP
from bot.consultation.state import State
from bot.consultation.waits import CARE, CONFIRMATIONS, DOUBT, ERASE, PICK, START_OVER
from bot.conversation import answering, confirmations, moving, revisions
from bot.conversation.changes import changes
from bot.conversation.did import Did
from bot.conversation.place import Place, Step, StepFunction
from bot.settings import ROOT
from bot.storage.database.tables import SkipRow
from tests.support.people import People

HARBOUR = load_consultation(ROOT / "tests" / "consultations" / "harbour-town-buses.yml")
IDS = [question.id for question in HARBOUR.questions]  # scale, multi_choice, number, yes_no, open
SECOND = IDS[4] + FOLLOW_UP
STEPS: dict[str, StepFunction] = {
    "answer": answering.answer,
    "doubted": revisions.doubted("skip_question"),
    "skip": moving.skip,
    "go_back": moving.go_back,
    "start": moving.start,
    "greet": moving.greet,
    "pause": moving.pause,
    "stay": moving.stay,
    "opt_out": moving.opt_out,
    "revise": revisions.revise(IDS[0]),
    "change": revisions.change,
    "start_over": confirmations.start_over,
    "erase": confirmations.erase,
    "affirm": confirmations.affirm,
    "deny": confirmations.deny,
    "care": moving.care,
}
PLACES = {
    "new": Place(State.NEW, None),
    "started": Place(State.STARTED, IDS[1], frozenset(IDS[:1])),
    "paused": Place(State.PAUSED, IDS[1], frozenset(IDS[:1])),
    "completed": Place(State.COMPLETED, None, frozenset(IDS)),
    "stopped": Place(State.STOPPED, IDS[1], frozenset(IDS[:1])),
}
# Each cell: what it did, the state after, and the number of the question open after (- for none).
GRID = """
phase  step       | new                         | started                    | paused                    | completed                    | stopped
open   change     | nothing_to_change new -     | picking started 2          | picking paused 2          | picking completed -          | is_stopped stopped 2
open   start_over | started started 1           | asked_start_over started 2 | asked_start_over paused 2 | asked_start_over completed - | is_stopped stopped 2
open   erase      | asked_erase new -           | asked_erase started 2      | asked_erase paused 2      | asked_erase completed -      | asked_erase stopped 2
open   affirm     | started started 1           | agreed started 2           | agreed paused 2           | agreed completed -           | agreed stopped 2
open   deny       | disagreed new -             | disagreed started 2        | disagreed paused 2        | disagreed completed -        | disagreed stopped 2
open   care       | cared new -                 | cared started 2            | cared paused 2            | cared completed -            | cared stopped 2
open   stay       | stayed new -                | stayed started 2           | stayed paused 2           | stayed completed -           | stayed stopped 2
before change     | early new -                 | early started 2            | early paused 2            | early completed -            | is_stopped stopped 2
before start_over | early new -                 | early started 2            | early paused 2            | early completed -            | is_stopped stopped 2
before erase      | asked_erase new -           | asked_erase started 2      | asked_erase paused 2      | asked_erase completed -      | asked_erase stopped 2
before affirm     | early new -                 | agreed started 2           | agreed paused 2           | agreed completed -           | agreed stopped 2
before deny       | disagreed new -             | disagreed started 2        | disagreed paused 2        | disagreed completed -        | disagreed stopped 2
before care       | cared new -                 | cared started 2            | cared paused 2            | cared completed -            | cared stopped 2
before stay       | stayed new -                | stayed started 2           | stayed paused 2           | stayed completed -           | stayed stopped 2
after  change     | late new -                  | late started 2             | late paused 2             | late completed -             | is_stopped stopped 2
after  start_over | late new -                  | late started 2             | late paused 2             | late completed -             | is_stopped stopped 2
after  erase      | asked_erase new -           | asked_erase started 2      | asked_erase paused 2      | asked_erase completed -      | asked_erase stopped 2
after  affirm     | late new -                  | agreed started 2           | agreed paused 2           | agreed completed -           | agreed stopped 2
after  deny       | disagreed new -             | disagreed started 2        | disagreed paused 2        | disagreed completed -        | disagreed stopped 2
after  care       | cared new -                 | cared started 2            | cared paused 2            | cared completed -            | cared stopped 2
after  stay       | stayed new -                | stayed started 2           | stayed paused 2           | stayed completed -           | stayed stopped 2
"""  # noqa: E501


def cells(grid: str) -> dict[tuple[str, str, str], str]:
    """Return {(first, second, state): what is done} for each cell of a grid."""
    head, *rows = grid.strip().splitlines()
    states = [column.strip() for column in head.split("|")[1:]]
    table = {}
    for row in rows:
        name, *columns = (column.strip() for column in row.split("|"))
        one, other = name.split()
        table |= {(one, other, state): told for state, told in zip(states, columns, strict=True)}
    return table


def told(step: Step) -> str:
    asked = step.place.open_question
    return f"{step.did.value} {step.place.state.value} {IDS.index(asked) + 1 if asked else '-'}"


def test_every_step_does_what_the_grid_says() -> None:
    done = {}
    for cell in cells(GRID):
        phase, step, state = cell
        before = replace(PLACES[state], phase=Phase(phase))
        taken = STEPS[step](HARBOUR, before, "change that", None)
        nothing_lost = taken.place.done == before.done and not taken.withdraw
        assert nothing_lost and taken.reading is None and taken.skip is None, cell
        done[cell] = told(taken)
    assert done == cells(GRID)


def test_an_option_that_is_named_at_once_takes_the_place_of_the_old_one() -> None:
    before = replace(PLACES["started"], answered=frozenset(IDS[:1]), open_question=IDS[1])
    done = revisions.change(HARBOUR, before, "change that to 2", None)
    assert told(done) == "answered started 2"
    assert (done.question, done.reading.value if done.reading else None) == (IDS[0], "weekly")
    asked = revisions.change(HARBOUR, before, "change that to often", None)
    assert (asked.did.value, asked.question, asked.reading) == ("changing", IDS[0], None)


# What is waited for -> a yes and a no in each state: what it did, the state and what is open.
CONFIRMED = """
pending    said   | new                    | started                 | paused                 | completed                 | stopped
erase      affirm | erasing erased -       | erasing erased -        | erasing erased -       | erasing erased -          | erasing erased -
erase      erase  | erasing erased -       | erasing erased -        | erasing erased -       | erasing erased -          | erasing erased -
erase      deny   | left_as_it_is new -    | left_as_it_is started 2 | left_as_it_is paused 2 | left_as_it_is completed - | left_as_it_is stopped 2
start_over affirm | started_over started 1 | started_over started 1  | started_over started 1 | started_over started 1    | is_stopped stopped 2
start_over deny   | left_as_it_is new -    | left_as_it_is started 2 | left_as_it_is paused 2 | left_as_it_is completed - | left_as_it_is stopped 2
pick       deny   | left_as_it_is new -    | left_as_it_is started 2 | left_as_it_is paused 2 | left_as_it_is completed - | left_as_it_is stopped 2
pick       affirm | agreed new -           | agreed started 2        | agreed paused 2        | agreed completed -        | agreed stopped 2
doubt      affirm | agreed new -           | agreed started 2        | agreed paused 2        | agreed completed -        | agreed stopped 2
doubt      deny   | disagreed new -        | disagreed started 2     | disagreed paused 2     | disagreed completed -     | disagreed stopped 2
"""  # noqa: E501


def waiting_for(kind: str) -> dict[str, Any]:
    if kind != DOUBT:
        return {"kind": kind}
    return {"kind": DOUBT, "question": IDS[0], "other": "show_progress"}


def test_a_yes_and_a_no_answer_what_the_bot_has_asked() -> None:
    done = {}
    for cell in cells(CONFIRMED):
        kind, said, state = cell
        before = replace(PLACES[state], pending=waiting_for(kind))
        taken = STEPS[said](HARBOUR, before, "yes" if said == "affirm" else "no", None)
        over = taken.did.value == "started_over"
        assert taken.pending is None, cell
        assert set(taken.withdraw) == (before.done if over else set()), cell
        assert taken.place.done == (frozenset() if over else before.done), cell
        done[cell] = told(taken)
    assert done == cells(CONFIRMED)


@pytest.mark.parametrize(("phase", "did"), [(Phase.BEFORE, "early"), (Phase.AFTER, "late")])
def test_nobody_starts_over_when_it_has_closed_meanwhile_and_they_are_told(
    phase: Phase, did: str
) -> None:
    before = replace(PLACES["started"], phase=phase, pending={"kind": START_OVER})
    done = confirmations.affirm(HARBOUR, before, "yes", None)
    assert (done.did.value, done.withdraw, done.place.done) == (did, (), before.done)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("state", sorted(PLACES))
def test_everything_can_be_deleted_at_any_date_and_in_any_state(state: str, phase: Phase) -> None:
    asked = confirmations.erase(HARBOUR, replace(PLACES[state], phase=phase), "delete", None)
    assert (asked.did.value, asked.pending) == ("asked_erase", {"kind": ERASE})
    done = confirmations.affirm(HARBOUR, replace(asked.place, pending=asked.pending), "y", None)
    assert (done.did.value, done.place.state, done.place.open_question) == (
        "erasing",
        State.ERASED,
        None,
    )


SETS = {
    "erase": {"kind": ERASE},
    "start_over": {"kind": START_OVER},
    "change": {"kind": PICK},
    "care": {"kind": CARE},
    "doubted": {"kind": DOUBT, "question": IDS[1], "other": "skip_question"},
}
# A pending is kept by these: by `stay` always, by an edit unless it was about that answer, and
# care by all that is not a wish to go on.
KEEPS = {"stay": {ERASE, START_OVER, PICK, CARE, DOUBT}, "revise": {ERASE, START_OVER, PICK, CARE}}
KEEPS |= {"answer": {CARE}, "doubted": {CARE}, "deny": {CARE}, "pause": {CARE}}


@pytest.mark.parametrize("kind", [None, ERASE, START_OVER, PICK, CARE, DOUBT])
@pytest.mark.parametrize("name", sorted(STEPS))
def test_every_other_step_ends_the_waiting(name: str, kind: str | None) -> None:
    waits = waiting_for(kind) if kind else None
    text = "friends" if name in ("answer", "doubted") else "something"
    if name in ("answer", "doubted") and kind in CONFIRMATIONS:
        text = "friends, friends, friends, I see friends and then more friends"  # no hesitation
    done = STEPS[name](HARBOUR, replace(PLACES["started"], pending=waits), text, None)
    if kind in KEEPS.get(name, ()):
        assert done.pending == waits
    elif (name, kind) == ("erase", ERASE):
        assert (done.did.value, done.pending) == ("erasing", None)
    else:
        expected = dict(SETS[name]) if name in SETS else None
        kept = dict(done.pending) if done.pending else None
        assert kept is None or expected is not None
        assert {**(kept or {}), **(expected or {})} == (kept or {})


# While they are in need nothing they say is an answer, until they want to go on.
IN_CARE = [
    ("answer", "friends", "kept_in_care", True),
    ("answer", "", "kept_in_care", True),
    ("answer", "no", "kept_in_care", True),
    ("doubted", "leave it for now", "kept_in_care", True),
    ("stay", "you are useless", "stayed", True),
    ("care", "I want to die", "cared", True),
    ("deny", "no", "disagreed", True),
    ("pause", "not now", "paused", True),
    ("start", "go on", "already_started", False),
    ("greet", "hello", "already_started", False),
    ("affirm", "yes let us go on", "agreed", False),
    ("skip", "skip", "skipped", False),
    ("go_back", "back", "went_back", False),
    ("opt_out", "stop", "stopped", False),
]


@pytest.mark.parametrize(("name", "text", "did", "rests"), IN_CARE)
def test_after_distress_nothing_is_an_answer_until_they_want_to_go_on(
    name: str, text: str, did: str, rests: bool
) -> None:
    cared = moving.care(HARBOUR, PLACES["started"], "I cannot go on", None)
    before = replace(cared.place, pending=cared.pending)
    done = STEPS[name](HARBOUR, before, text, None)
    assert (done.did.value, done.reading) == (did, None)
    assert (done.pending == {"kind": CARE}) is rests
    if rests:
        assert done.place.done == before.done and done.place.tries == before.tries


def test_a_button_pressed_while_they_rest_is_no_answer_either() -> None:
    before = replace(PLACES["started"], pending={"kind": CARE})
    button = {"question": IDS[1], "value": "work"}
    assert answering.answer(HARBOUR, before, "To go to work", button).did.value == "kept_in_care"


@pytest.mark.parametrize("state", sorted(PLACES))
def test_care_moves_nothing_in_any_state(state: str) -> None:
    done = moving.care(HARBOUR, PLACES[state], "x", None)
    assert done.place == PLACES[state] and done.withdraw == ()


CHANGES = [
    # place, pending, said -> did, open, state
    ("started", None, "the first one", "changing", 1, State.STARTED),
    ("started", None, "bananas", "picking", 2, State.STARTED),
    ("started", None, "1", "picking", 2, State.STARTED),
    ("started", PICK, "1", "changing", 1, State.STARTED),
    ("started", PICK, "2", "picking", 2, State.STARTED),
    ("paused", PICK, "1", "changing", 1, State.STARTED),
    ("paused", None, "the first one", "changing", 1, State.STARTED),
    ("completed", None, "question 4", "changing", 4, State.STARTED),
    ("completed", PICK, "5", "changing", 5, State.STARTED),
    ("completed", None, "the last one", "changing", 5, State.STARTED),
    ("new", PICK, "1", "nothing_to_change", None, State.NEW),
]


@pytest.mark.parametrize(("state", "kind", "said", "did", "number", "after"), CHANGES)
def test_changing_opens_the_question_that_is_meant(
    state: str, kind: str | None, said: str, did: str, number: int | None, after: State
) -> None:
    before = replace(PLACES[state], tries=1, pending={"kind": kind} if kind else None)
    done = revisions.change(HARBOUR, before, said, None)
    asked = IDS[number - 1] if number else None
    assert (done.did.value, done.place.open_question, done.place.state) == (did, asked, after)
    assert done.place.done == before.done and done.withdraw == ()
    assert done.pending == ({"kind": PICK} if did == "picking" else None)
    assert done.place.tries == (0 if did == "changing" else 1)


def test_who_has_answered_nothing_starts_over_at_once() -> None:
    for state, did in ((State.STARTED, "already_started"), (State.PAUSED, "resumed")):
        done = confirmations.start_over(HARBOUR, Place(state, IDS[0]), "restart", None)
        assert (done.did.value, done.pending, done.place.open_question) == (did, None, IDS[0])


def test_starting_over_also_clears_what_was_left_out_and_follow_ups() -> None:
    place = Place(State.COMPLETED, None, frozenset([IDS[0], IDS[4], SECOND]), frozenset(IDS[1:4]))
    waits = replace(place, pending={"kind": START_OVER}, tries=1)
    done = confirmations.affirm(HARBOUR, waits, "yes", None)
    assert set(done.withdraw) == {*IDS, SECOND}
    assert (done.place.answered, done.place.skipped, done.place.tries) == (set(), set(), 0)
    assert (done.did.value, done.opened) == ("started_over", IDS[0])


# A press of a button that stands under an older question is not a yes to a newer one.
STALE = [
    (START_OVER, ERASE, "asked_start_over"),
    (ERASE, START_OVER, "asked_erase"),
    (ERASE, None, "asked_erase"),
    (START_OVER, None, "asked_start_over"),
    (ERASE, CARE, "asked_erase"),
]


@pytest.mark.parametrize(("pressed", "waits", "did"), STALE)
def test_a_yes_pressed_under_an_older_question_is_asked_again(
    pressed: str, waits: str | None, did: str
) -> None:
    from actions.asking import yes_or_no

    button = yes_or_no(pressed)[0]
    before = replace(PLACES["started"], pending={"kind": waits} if waits else None)
    done = confirmations.affirm(HARBOUR, before, str(button["title"]), button)
    assert (done.did.value, done.pending) == (did, {"kind": pressed})


@pytest.mark.parametrize("pressed", [ERASE, START_OVER])
def test_a_yes_pressed_under_the_question_itself_is_a_yes(pressed: str) -> None:
    from actions.asking import yes_or_no

    button = yes_or_no(pressed)[0]
    before = replace(PLACES["started"], pending={"kind": pressed})
    done = confirmations.affirm(HARBOUR, before, str(button["title"]), button)
    assert done.did.value == {ERASE: "erasing", START_OVER: "started_over"}[pressed]


# UNDO: what an answer was perhaps meant to do -> did, state, number of the question open after.
# They answered question 2, so question 3 is open; at the end they answered the fifth, the last.
UNDONE = """
other            | in the middle             | at the end
skip_question    | took_back_skipped 3       | took_back_skipped -
go_back          | took_back_went_back 1     | took_back_went_back 4
pause            | took_back_paused 2        | took_back_paused 5
goodbye          | took_back_paused 2        | took_back_paused 5
opt_out          | took_back_stopped 2       | took_back_stopped 5
change_answer    | took_back 2               | took_back 5
explain_question | took_back 2               | took_back 5
repeat_question  | took_back 2               | took_back 5
show_progress    | took_back 2               | took_back 5
show_my_answers  | took_back 2               | took_back 5
start_over       | took_back 2               | took_back 5
delete_my_data   | took_back 2               | took_back 5
ask_human        | took_back 2               | took_back 5
request_callback | took_back 2               | took_back 5
complain         | took_back 2               | took_back 5
off_topic        | took_back 2               | took_back 5
faq_privacy      | took_back 2               | took_back 5
greet            | took_back 2               | took_back 5
thank            | took_back 2               | took_back 5
start            | took_back 2               | took_back 5
resume           | took_back 2               | took_back 5
nobody_knows     | took_back 2               | took_back 5
"""
STATE_AFTER = {"took_back_paused": State.PAUSED, "took_back_stopped": State.STOPPED}


def undone() -> list[Any]:
    _, *rows = UNDONE.strip().splitlines()
    table = []
    for row in rows:
        other, *columns = (column.strip() for column in row.split("|"))
        for number, expected in zip((2, 5), columns, strict=True):
            table.append(pytest.param(other, number, expected, id=f"{other}-{number}"))
    return table


OFF = replace(HARBOUR, asks_follow_ups=False)


@pytest.mark.parametrize(("other", "number", "expected"), undone())
def test_undo_takes_the_answer_back_and_does_what_was_meant(
    other: str, number: int, expected: str
) -> None:
    before = Place(State.STARTED, IDS[number - 1], frozenset(IDS[: number - 1]))
    words = {2: "work", 5: "move on please"}[number]
    doubted = revisions.doubted(other)(OFF, before, words, None)
    assert (doubted.did.value, doubted.reason) == ("answered", other)
    done = moving.go_back(OFF, replace(doubted.place, pending=doubted.pending), "Undo.", None)
    did, asked = expected.split()
    assert (done.did.value, done.withdraw, done.pending) == (did, (IDS[number - 1],), None)
    assert done.place.open_question == (None if asked == "-" else IDS[int(asked) - 1])
    state = State.COMPLETED if asked == "-" else STATE_AFTER.get(did, State.STARTED)
    assert done.place.state is state
    assert IDS[number - 1] not in done.place.answered
    assert (done.skip == IDS[number - 1]) is (other == "skip_question")
    # Whatever it was, they can go on and answer it.
    again = moving.start(OFF, done.place, "go on", None).place
    if asked == str(number):
        assert answering.answer(OFF, again, words, None).did.value == "answered"


def doubted_at(number: int, other: str = "show_progress", text: str = "work") -> Place:
    before = Place(State.STARTED, IDS[number - 1], frozenset(IDS[: number - 1]))
    done = revisions.doubted(other)(OFF, before, text, None)
    return replace(done.place, pending=done.pending)


def test_undo_twice_goes_back_but_takes_nothing_more_away() -> None:
    once = moving.go_back(OFF, doubted_at(2), "undo", None)
    twice = moving.go_back(OFF, once.place, "undo", None)
    assert (twice.did.value, twice.withdraw) == ("went_back", ())
    assert twice.place.answered == once.place.answered


def test_back_after_a_doubted_answer_is_back_and_takes_nothing_away() -> None:
    for text, button in (("back", None), ("go back", None), ("undo that bus", None)):
        done = moving.go_back(OFF, doubted_at(2), text, button)
        assert (done.did.value, done.withdraw, done.place.open_question) == (
            "went_back",
            (),
            IDS[1],
        )


@pytest.mark.parametrize("name", ["answer", "skip", "pause", "start", "greet", "change"])
def test_undo_after_another_step_takes_nothing_away(name: str) -> None:
    moved = STEPS[name](OFF, doubted_at(2), "3", None)
    done = moving.go_back(OFF, replace(moved.place, pending=moved.pending), "undo", None)
    assert done.withdraw == () and done.place.answered >= moved.place.answered


def test_undo_after_a_complaint_still_takes_back() -> None:
    stayed = moving.stay(OFF, doubted_at(2), "this is rubbish", None)
    done = moving.go_back(OFF, replace(stayed.place, pending=stayed.pending), "undo", None)
    assert (done.did.value, done.withdraw) == ("took_back", (IDS[1],))


@pytest.mark.parametrize(
    ("phase", "state", "did"),
    [
        (Phase.AFTER, State.STARTED, "late"),
        (Phase.BEFORE, State.STARTED, "early"),
        (Phase.OPEN, State.STOPPED, "is_stopped"),
    ],
)
def test_undo_is_too_late_when_nothing_may_move(phase: Phase, state: State, did: str) -> None:
    place = replace(doubted_at(2), phase=phase, state=state)
    done = moving.go_back(OFF, place, "undo", None)
    assert (done.did.value, done.withdraw, done.place.answered) == (did, (), place.answered)


def test_an_undo_button_belongs_to_its_own_answer() -> None:
    """Pressed twice, or an older one pressed, it must not take back or move anything else."""
    first = doubted_at(2)
    button = {"title": "I did not mean it", "command": "go_back", "undo": IDS[0]}
    done = moving.go_back(OFF, first, "I did not mean it", button)
    assert (done.did.value, done.withdraw) == ("stale_button", ())
    right = {**button, "undo": IDS[1]}
    taken = moving.go_back(OFF, first, "I did not mean it", right)
    assert taken.did.value == "took_back"
    again = moving.go_back(OFF, taken.place, "I did not mean it", right)
    assert (again.did.value, again.place.open_question) == ("stale_button", IDS[1])


@pytest.mark.parametrize("place", ["new", "completed", "stopped"])
def test_what_is_not_stored_as_an_answer_is_not_in_doubt(place: str) -> None:
    done = revisions.doubted("skip_question")(OFF, PLACES[place], "move on", None)
    assert done.did.value != "answered" and done.pending is None and done.reason is None


def test_an_answer_that_cannot_be_read_is_not_in_doubt() -> None:
    done = revisions.doubted("skip_question")(OFF, Place(State.STARTED, IDS[2]), "purple", None)
    assert (done.did.value, done.pending) == ("unreadable", None)


def rows(people: People) -> list[tuple[str, str, str]]:
    return [(r["question"], r["text"], r["status"]) for r in people.export("answers")]


def skips(people: People) -> list[str]:
    with people.database.reading() as session:
        return [row.question for row in session.query(SkipRow).order_by(SkipRow.question)]


def test_starting_over_keeps_the_old_rows_as_withdrawn_and_clears_the_skips(
    people: People,
) -> None:
    person = people.new()
    people.start(person)
    people.answer(person, "resident")
    people.step(people.send(person, "skip"), moving.skip)
    people.answer(person, "wifi")
    people.answer(person, "In the parks")
    assert people.step(people.send(person, "restart"), confirmations.start_over).did.value == (
        "asked_start_over"
    )
    inbox_id = people.send(person, "yes")
    first = people.step(inbox_id, confirmations.affirm)
    assert (first.did.value, first.opened) == ("started_over", "role")
    assert people.step(inbox_id, confirmations.affirm) == first
    assert skips(people) == []
    old = [
        ("role", "resident", "withdrawn"),
        ("smart_people.views", "wifi", "withdrawn"),
        ("smart_people.views.follow_up", "In the parks", "withdrawn"),
    ]
    assert rows(people) == old
    people.answer(person, "business")
    assert rows(people) == [*old, ("role", "business", "current")]
    # A second time does not touch the rows of the first.
    people.step(people.send(person, "restart"), confirmations.start_over)
    people.step(people.send(person, "yes"), confirmations.affirm)
    assert rows(people) == [*old, ("role", "business", "withdrawn")]


def at_an_open_question(people: People) -> Any:
    person = people.new()
    people.start(person)
    people.answer(person, "resident")
    people.answer(person, "agree")
    return person


def test_a_doubted_answer_is_stored_and_withdrawn_by_undo(people: People) -> None:
    person = at_an_open_question(people)
    people.step(people.send(person, "move on please"), revisions.doubted("skip_question"))
    assert rows(people)[-1] == ("smart_people.views", "move on please", "current")
    inbox_id = people.send(person, "undo")
    done = people.step(inbox_id, moving.go_back)
    assert (done.did.value, done.opened) == ("took_back_skipped", "jobs_prosperity.agree")
    assert people.step(inbox_id, moving.go_back) == done
    assert rows(people)[-1] == ("smart_people.views", "move on please", "withdrawn")
    assert skips(people) == ["smart_people.views"]


@pytest.mark.parametrize(
    ("other", "did"),
    [("skip_question", "took_back_answer_kept"), ("show_progress", "took_back")],
)
def test_undo_of_a_changed_answer_brings_back_the_one_before(
    people: People, other: str, did: str
) -> None:
    """They were told that SKIP keeps it: what was no answer cannot have replaced it."""
    person = at_an_open_question(people)
    people.answer(person, "Classes, because my nan needs them")
    people.step(people.send(person, "change question 3"), revisions.change)
    people.step(people.send(person, "leave it as is"), revisions.doubted(other))
    done = people.step(people.send(person, "undo"), moving.go_back)
    assert done.did.value == did
    assert rows(people)[-2:] == [
        ("smart_people.views", "Classes, because my nan needs them", "current"),
        ("smart_people.views", "leave it as is", "withdrawn"),
    ]
    assert skips(people) == []


def test_a_pending_is_kept_with_the_respondent_until_the_next_step(people: People) -> None:
    from bot.storage.respondents.places import place_of

    def pending() -> Mapping[str, Any] | None:
        with people.database.reading() as session:
            return place_of(session, person.id, Phase.OPEN).pending

    person = at_an_open_question(people)
    for step, kind in (
        (revisions.change, PICK),
        (confirmations.start_over, START_OVER),
        (moving.stay, START_OVER),
        (confirmations.erase, ERASE),
        (moving.start, None),
        (moving.care, CARE),
        (answering.answer, CARE),
        (moving.start, None),
    ):
        people.step(people.send(person, "hm"), step)
        assert (pending() or {}).get("kind") == kind
    assert [status for *_, status in rows(people)] == ["current", "current"]


OTHERS = ["skip_question", "go_back", "pause", "goodbye", "opt_out", "show_progress", "x"]
TEXTS = st.sampled_from(
    ["never", "1", "work", "yes", "no", "12", "purple", "what?", "", "undo", "Undo.", "wifi"]
    + ["the last one", "question 2", "bananas", "because of my nan", "/x"]
) | st.text(max_size=20)
BUTTONS = (
    st.none()
    | st.fixed_dictionaries(
        {
            "question": st.sampled_from([*IDS, SECOND, "gone"]),
            "value": st.sampled_from(["never", "work", "yes", "gone"]),
        }
    )
    | st.sampled_from([{"command": "go_back", "undo": True}, {"command": "affirm"}])
)
EVERY = sorted({*STEPS} - {"revise"})


class AnyThoughts(RuleBasedStateMachine):
    """Someone who does anything at all and thinks again, in any order, on any day."""

    place: Place
    before: Place
    step: Step | None

    @initialize()
    def begin(self) -> None:
        self.place = self.before = Place(State.NEW, None)
        self.step = None

    @rule(name=st.sampled_from(EVERY), text=TEXTS, button=BUTTONS)
    def move(self, name: str, text: str, button: dict[str, Any] | None) -> None:
        self.take(STEPS[name], text, button)

    @rule(text=TEXTS)
    def write(self, text: str) -> None:
        self.take(answering.answer, text, None)

    @rule(other=st.sampled_from(OTHERS), undone=st.booleans())
    def end_in_doubt(self, other: str, undone: bool) -> None:
        if self.place.phase is Phase.OPEN:
            self.place = Place(State.STARTED, IDS[-1], frozenset(IDS[:-1]))
            self.take(revisions.doubted(other), "because of my nan", None)
            if undone:
                self.take(moving.go_back, "undo", None)

    @rule(text=TEXTS, other=st.sampled_from(OTHERS))
    def write_in_doubt(self, text: str, other: str) -> None:
        self.take(revisions.doubted(other), text, None)

    @rule()
    def undo(self) -> None:
        self.take(moving.go_back, "UNDO", None)

    @rule(text=TEXTS, question=st.sampled_from([None, *IDS, SECOND, "gone"]))
    def edit(self, text: str, question: str | None) -> None:
        if question in self.place.answered or question is None:
            self.take(revisions.revise(question), text, None)

    @rule(phase=st.sampled_from([Phase.OPEN, Phase.OPEN, Phase.BEFORE, Phase.AFTER]))
    def another_day(self, phase: Phase) -> None:
        self.place = self.before = replace(self.place, phase=phase)
        self.step = None

    def take(self, step: StepFunction, text: str, button: dict[str, Any] | None) -> None:
        if self.place.state is State.ERASED:
            self.begin()  # they would be a new respondent
        self.before, self.step = self.place, step(HARBOUR, self.place, text, button)
        self.place = replace(self.step.place, pending=self.step.pending)

    @invariant()
    def while_started_a_question_is_open(self) -> None:
        if self.place.state in (State.STARTED, State.PAUSED):
            assert self.place.open_question in HARBOUR.by_id

    @invariant()
    def completed_means_that_all_is_done_and_nothing_is_open(self) -> None:
        if self.place.state is State.COMPLETED:
            assert self.place.open_question is None
            assert self.place.done >= set(IDS)

    @invariant()
    def what_is_done_only_loses_what_was_withdrawn(self) -> None:
        gone = set(self.step.withdraw) if self.step else set()
        assert self.place.answered >= self.before.answered - gone
        assert self.place.skipped >= self.before.skipped - gone
        if not (self.before.pending or {}).get("again"):  # nothing was replaced, nothing comes back
            assert not self.place.answered & gone

    @invariant()
    def a_reading_and_a_skip_are_of_questions_that_exist(self) -> None:
        if self.step and self.step.reading is not None:
            assert self.step.question in HARBOUR.by_id
            assert self.step.question in self.place.answered
        if self.step and self.step.skip is not None:
            assert self.step.skip in self.place.skipped

    @invariant()
    def outside_the_dates_nothing_moves_but_a_stop_and_erasing(self) -> None:
        if self.place.phase is not Phase.OPEN and self.step:
            assert self.step.reading is None and not self.step.withdraw
            if self.step.did.value not in ("stopped", "erasing"):
                assert replace(self.place, pending=self.before.pending) == self.before

    @invariant()
    def nobody_is_erased_who_was_not_asked(self) -> None:
        if self.place.state is State.ERASED:
            assert (self.before.pending or {}).get("kind") == ERASE
            assert self.place.open_question is None

    @invariant()
    def an_answer_in_doubt_is_an_answer(self) -> None:
        if (self.place.pending or {}).get("kind") == DOUBT:
            assert self.place.pending["question"] in self.place.answered

    @invariant()
    def a_new_question_is_met_with_a_clean_count(self) -> None:
        if self.place.open_question != self.before.open_question:
            assert self.place.tries == 0 or self.place.open_question is None


TestAnyThoughts = AnyThoughts.TestCase
TestAnyThoughts.settings = settings(
    max_examples=80, stateful_step_count=30, deadline=None, derandomize=True
)


@pytest.mark.parametrize("kind", [ERASE, START_OVER])
def test_a_hesitation_is_asked_once_more_and_then_left(kind: str) -> None:
    place = replace(PLACES["started"], pending=waiting_for(kind))
    first = answering.answer(HARBOUR, place, "not sure", None)
    assert (first.did.value, first.reading) == ("unclear", None)
    assert first.pending and first.pending["kind"] == kind
    second = answering.answer(HARBOUR, replace(place, pending=first.pending), "hmm", None)
    assert (second.did.value, second.pending, second.reading) == ("left_as_it_is", None, None)


@pytest.mark.parametrize("words", ["delete my last answer", "take back my answer 1"])
def test_one_answer_is_taken_back_and_is_not_asked_again(words: str) -> None:
    step = revisions.change(HARBOUR, PLACES["started"], words, None)
    assert (step.did.value, step.withdraw, step.skip) == ("taken_out", (IDS[0],), IDS[0])
    assert (step.place.answered, step.place.skipped) == (frozenset(), frozenset(IDS[:1]))
    assert step.place.open_question == IDS[1]


def test_what_was_said_to_the_second_question_goes_with_it() -> None:
    over = replace(PLACES["completed"], answered=frozenset([*IDS, SECOND]))
    step = revisions.change(HARBOUR, over, "delete my last answer", None)
    assert set(step.withdraw) == {IDS[4], SECOND} and step.place.state is State.COMPLETED


def test_where_it_is_not_clear_which_they_are_listed_and_the_one_picked_goes() -> None:
    listed = revisions.change(HARBOUR, PLACES["completed"], "take back what I said", None)
    assert (listed.did.value, listed.pending) == ("picking", {"kind": PICK, "removes": True})
    here = replace(listed.place, pending=listed.pending)
    picked = revisions.change(HARBOUR, here, "3", None)
    assert (picked.did.value, picked.withdraw) == ("taken_out", (IDS[2],))


def test_an_answer_that_was_open_to_be_changed_is_closed_when_it_is_taken_back() -> None:
    changing = replace(PLACES["completed"], state=State.STARTED, open_question=IDS[1])
    step = revisions.change(HARBOUR, changing, "take back my answer 2", None)
    assert (step.withdraw, step.place.open_question) == ((IDS[1],), None)


ADDED = [
    # question, words -> what it did, whether it is an answer, whether the words are added
    (0, "never", Did.ANSWERED, True, False),
    (0, "because it is far", Did.KEPT_BESIDE, False, False),
    (4, "and trains", Did.ADDED, True, True),
]


@pytest.mark.parametrize(("number", "text", "did", "answers", "adds"), ADDED)
def test_what_is_about_an_earlier_question_moves_nobody(
    number: int, text: str, did: Did, answers: bool, adds: bool
) -> None:
    waits = {"kind": PICK}
    for place in (
        replace(PLACES["completed"], pending=waits),
        Place(State.STARTED, IDS[1], frozenset((IDS[0], IDS[4])), pending=waits),
    ):
        step = revisions.added_to(IDS[number])(HARBOUR, place, text, None)
        assert (step.did, step.question, step.adds) == (did, IDS[number], adds)
        assert (step.reading is not None, step.pending, step.place) == (answers, waits, place)
    assert revisions.added_to(IDS[0])(HARBOUR, PLACES["stopped"], text, None).did is Did.IS_STOPPED


ANEW = {
    "change the one about jobs to disagree": ("jobs_prosperity.agree", "disagree"),
    "make the jobs one disagree": ("jobs_prosperity.agree", "disagree"),
    "can I go back to the rating, I want to say agree": ("tech_for_people.agree", "agree"),
    "jobs is agree, not strongly agree": ("jobs_prosperity.agree", "agree"),
    "change my agree/disagree answer for aim 1 to disagree": ("smart_people.agree", "disagree"),
    "I meant strongly disagree for the first one": ("smart_people.agree", "strongly_disagree"),
}
OPINIONS = [
    "I agree jobs matter but not everyone can travel", "make jobs local, I agree",
    "I want jobs for all, I agree", "we should agree to make skills free",
    "make it easier to disagree with the council about jobs", "set up classes, I agree with that",
    "it should agree with the jobs centre", "I do not agree with jobs going abroad",
]  # fmt: skip


def in_the_middle(consultation: Consultation) -> Place:
    done = [q.id for q in consultation.questions][:6]
    return Place(State.STARTED, "tech_for_people.views", frozenset(done))


@pytest.mark.parametrize(("words", "becomes"), ANEW.items())
def test_a_rating_is_changed_in_passing_and_the_open_question_stays(
    consultation: Consultation, words: str, becomes: tuple[str, str]
) -> None:
    here = in_the_middle(consultation)
    assert changes(consultation, words, here)
    done = revisions.change(consultation, here, words, None)
    assert done.reading and (done.question, done.reading.value) == becomes
    assert done.place.open_question == here.open_question


def test_which_rating_is_asked_where_several_can_be_meant(consultation: Consultation) -> None:
    here, words = in_the_middle(consultation), "put disagree for the skills one"  # aims 1 and 2
    assert changes(consultation, words, here)
    done = revisions.change(consultation, here, words, None)
    assert (done.did.value, done.reading) == ("picking", None)


@pytest.mark.parametrize("words", OPINIONS)
def test_an_opinion_with_an_option_in_it_changes_nothing(
    consultation: Consultation, words: str
) -> None:
    assert not changes(consultation, words, in_the_middle(consultation))


SAID = {
    "smart_people.views": "Free classes in every library, and my nan needs patience",
    "jobs_prosperity.views": "More apprenticeships for women over 50",
}


@pytest.mark.parametrize(
    ("words", "did", "question"),
    [
        ("take back what I said about libraries", "taken_out", "smart_people.views"),
        ("delete what I wrote about apprenticeships", "taken_out", "jobs_prosperity.views"),
        ("remove the bit about patience", "changing", "smart_people.views"),
        ("take back what I said about buses", "picking", None),
    ],
)
def test_an_answer_is_found_by_what_was_said_in_it(
    consultation: Consultation, words: str, did: str, question: str | None
) -> None:
    here = in_the_middle(consultation)
    assert changes(consultation, words, here)
    done = revisions.changing(SAID)(consultation, here, words, None)
    assert (done.did.value, done.question) == (did, question)
