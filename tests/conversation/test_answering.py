"""What each step does in every state and at every time, and what holds after any steps at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.consultation.dates import Phase
from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation
from bot.consultation.state import State
from bot.conversation import answering, moving
from bot.conversation.did import Did
from bot.conversation.place import Place, Step, StepFunction
from bot.settings import ROOT

WITH_FOLLOW_UPS = load_consultation(ROOT / "tests" / "consultations" / "harbour-town-buses.yml")
HARBOUR = replace(WITH_FOLLOW_UPS, asks_follow_ups=False)  # follow-ups have tests of their own
IDS = [question.id for question in HARBOUR.questions]  # scale, multi_choice, number, yes_no, open
STEPS: dict[str, StepFunction] = {
    "answer": answering.answer,
    "skip": moving.skip,
    "go_back": moving.go_back,
    "start": moving.start,
    "greet": moving.greet,
    "pause": moving.pause,
    "opt_out": moving.opt_out,
}
# The first question is answered and the second one is open, wherever one can be.
PLACES = {
    "new": Place(State.NEW, None),
    "started": Place(State.STARTED, IDS[1], frozenset(IDS[:1])),
    "paused": Place(State.PAUSED, IDS[1], frozenset(IDS[:1])),
    "completed": Place(State.COMPLETED, None, frozenset(IDS)),
    "stopped": Place(State.STOPPED, IDS[1], frozenset(IDS[:1])),
}
# Each cell: what it did, the state after, and the number of the question open after (- for none).
GRID = """
phase  step    | new                        | started                   | paused              | completed                     | stopped
open   answer  | kept_and_started started 1 | answered started 3        | answered started 3  | kept_after_end completed -    | is_stopped stopped 2
open   skip    | nothing_open started 1     | skipped started 3         | skipped started 3   | nothing_open completed -      | is_stopped stopped 2
open   go_back | started started 1          | went_back started 1       | went_back started 1 | went_back started 5           | is_stopped stopped 2
open   start   | started started 1          | already_started started 2 | resumed started 2   | already_completed completed - | resumed started 2
open   greet   | started started 1          | already_started started 2 | resumed started 2   | already_completed completed - | is_stopped stopped 2
open   pause   | paused new -               | paused paused 2           | paused paused 2     | paused completed -            | is_stopped stopped 2
open   opt_out | stopped stopped -          | stopped stopped 2         | stopped stopped 2   | stopped stopped -             | is_stopped stopped 2
before answer  | early new -                | early started 2           | early paused 2      | early completed -             | is_stopped stopped 2
before skip    | early new -                | early started 2           | early paused 2      | early completed -             | is_stopped stopped 2
before go_back | early new -                | early started 2           | early paused 2      | early completed -             | is_stopped stopped 2
before start   | early new -                | early started 2           | early paused 2      | early completed -             | early stopped 2
before greet   | early new -                | early started 2           | early paused 2      | early completed -             | is_stopped stopped 2
before pause   | early new -                | early started 2           | early paused 2      | early completed -             | is_stopped stopped 2
before opt_out | stopped stopped -          | stopped stopped 2         | stopped stopped 2   | stopped stopped -             | is_stopped stopped 2
after  answer  | late new -                 | late started 2            | late paused 2       | late completed -              | is_stopped stopped 2
after  skip    | late new -                 | late started 2            | late paused 2       | late completed -              | is_stopped stopped 2
after  go_back | late new -                 | late started 2            | late paused 2       | late completed -              | is_stopped stopped 2
after  start   | late new -                 | late started 2            | late paused 2       | late completed -              | late stopped 2
after  greet   | late new -                 | late started 2            | late paused 2       | late completed -              | is_stopped stopped 2
after  pause   | late new -                 | late started 2            | late paused 2       | late completed -              | is_stopped stopped 2
after  opt_out | stopped stopped -          | stopped stopped 2         | stopped stopped 2   | stopped stopped -             | is_stopped stopped 2
"""  # noqa: E501


def cells() -> dict[tuple[str, str, str], str]:
    """Return {(phase, step, state): what it does} for each cell of the grid."""
    head, *rows = GRID.strip().splitlines()
    states = [column.strip() for column in head.split("|")[1:]]
    table = {}
    for row in rows:
        name, *columns = (column.strip() for column in row.split("|"))
        phase, step = name.split()
        table |= {(phase, step, state): told for state, told in zip(states, columns, strict=True)}
    return table


def told(phase: str, step: str, state: str) -> str:
    done = STEPS[step](HARBOUR, replace(PLACES[state], phase=Phase(phase)), "friends", None)
    after = done.place.open_question
    return f"{done.did.value} {done.place.state.value} {IDS.index(after) + 1 if after else '-'}"


def test_every_step_does_what_the_grid_says() -> None:
    assert {cell: told(*cell) for cell in cells()} == cells()


def test_the_grid_names_every_step_state_and_phase() -> None:
    assert len(cells()) == len(STEPS) * len(PLACES) * len(Phase)


def at(number: int, *, answered: str = "", skipped: str = "", tries: int = 0) -> Place:
    """Return the place of someone who is asked question `number`; others by their numbers."""
    return Place(
        State.STARTED,
        IDS[number - 1],
        frozenset(IDS[int(n) - 1] for n in answered),
        frozenset(IDS[int(n) - 1] for n in skipped),
        tries,
    )


def numbers(ids: frozenset[str]) -> str:
    return "".join(str(n) for n, name in enumerate(IDS, 1) if name in ids)


def test_the_first_unreadable_answer_is_asked_again_and_the_second_is_kept_as_it_is() -> None:
    first = answering.answer(HARBOUR, at(1), "purple", None)
    assert (first.did.value, first.place.tries, first.reading) == ("unreadable", 1, None)
    second = answering.answer(HARBOUR, first.place, "very purple", None)
    assert (second.did.value, second.reading.value, second.joins) == ("kept_as_said", None, True)
    assert (second.opened, numbers(second.place.answered)) == (IDS[1], "1")
    assert (second.place.tries, second.pending) == (0, None)


RATED = "smart_people.agree"
OFFERED = [
    # what is said to "Do you mean Agree or Strongly agree?", and what it is taken for
    ("1", "answered", "agree"), ("2", "answered", "strongly_agree"),
    ("b", "answered", "strongly_agree"), ("the second one", "answered", "strongly_agree"),
    ("strongly agree", "answered", "strongly_agree"), ("agree", "answered", "agree"),
    ("disagree", "answered", "disagree"), ("5", "answered", "strongly_disagree"),
    ("3", "kept_as_said", None), ("neither", "kept_as_said", None), ("no", "kept_as_said", None),
    ("something in between please", "kept_as_said", None), ("green bananas", "kept_as_said", None),
    ("what does that mean?", "asked_back", None),
]  # fmt: skip


def offered(consultation: Consultation, *values: str) -> Place:
    pending = {"kind": "nearest", "question": RATED, "values": list(values)}
    return Place(State.STARTED, RATED, tries=1, pending=pending)


@pytest.mark.parametrize(("said", "did", "value"), OFFERED)
def test_one_of_the_options_that_are_offered_is_picked_by_its_new_number(
    consultation: Consultation, said: str, did: str, value: str | None
) -> None:
    step = answering.answer(
        consultation, offered(consultation, "agree", "strongly_agree"), said, None
    )
    assert (step.did.value, step.reading and step.reading.value) == (did, value)
    assert (step.pending is not None) is (did == "asked_back")


def test_what_is_nearest_is_offered_and_not_stored(consultation: Consultation) -> None:
    step = answering.answer(consultation, Place(State.STARTED, RATED), "5 out of 5", None)
    assert (step.did.value, step.reading) == ("unreadable", None)
    assert step.pending is not None and step.pending["kind"] == "nearest"
    assert set(step.pending["values"]) == {"strongly_agree", "strongly_disagree"}


@pytest.mark.parametrize(
    ("said", "value"), [("yes", "agree"), ("yeah please", "agree"), ("no", None)]
)
def test_a_single_offer_takes_a_yes_or_a_no(
    consultation: Consultation, said: str, value: str | None
) -> None:
    step = answering.answer(consultation, offered(consultation, "agree"), said, None)
    assert step.reading is not None and step.reading.value == value


def test_the_button_for_something_else_keeps_the_words(consultation: Consultation) -> None:
    button = {"question": RATED, "value": answering.SOMETHING_ELSE}
    step = answering.answer(
        consultation, offered(consultation, "agree", "neither"), "Something else", button
    )
    assert (step.did.value, step.joins, step.stands_in) == ("kept_as_said", True, True)


def test_a_question_asked_back_is_not_counted_as_an_unreadable_answer() -> None:
    place = at(1)
    for _ in range(5):
        step = answering.answer(HARBOUR, place, "what do you mean by often?", None)
        assert (step.did.value, step.reading, step.place.tries) == ("asked_back", None, 0)
        place = step.place


BUTTONS = [
    # open question, button pressed -> did, value stored
    (1, {"question": IDS[0], "value": "weekly"}, "answered", "weekly"),
    (2, {"question": IDS[1], "value": "work"}, "answered", ["work"]),
    (4, {"question": IDS[3], "value": "yes"}, "answered", "yes"),
    (2, {"question": IDS[0], "value": "weekly"}, "stale_button", None),
    (5, {"question": IDS[3], "value": "yes"}, "stale_button", None),
    (1, {"question": "gone.question", "value": "weekly"}, "stale_button", None),
    (1, {"question": IDS[0], "value": "gone"}, "unreadable", None),
    (1, {"question": IDS[0], "value": None}, "unreadable", None),
    (1, {"title": "Weekly", "command": "start"}, "stale_button", None),
]


@pytest.mark.parametrize(("number", "button", "did", "value"), BUTTONS)
def test_a_button_answers_its_own_question_and_no_other(
    number: int, button: dict[str, Any], did: str, value: Any
) -> None:
    step = answering.answer(HARBOUR, at(number), "Every day", button)
    assert (step.did.value, step.reading.value if step.reading else None) == (did, value)
    if did != "answered":
        assert step.place == replace(at(number), tries=step.place.tries)


def test_a_stale_button_wakes_a_paused_conversation_but_stores_nothing() -> None:
    paused = replace(at(2), state=State.PAUSED)
    step = answering.answer(HARBOUR, paused, "x", {"question": IDS[0], "value": "weekly"})
    assert (step.did.value, step.place.state, step.reading) == ("stale_button", State.STARTED, None)


MOVES = [
    # place -> moves -> open, answered, skipped
    (at(1), "back", 1, "", ""),
    (at(3, answered="12"), "back", 2, "12", ""),
    (at(3, answered="12"), "back back", 1, "12", ""),
    (at(3, answered="12"), "back skip", 3, "12", ""),
    (at(3, answered="12"), "back back skip", 3, "12", ""),
    (at(2, answered="1"), "skip", 3, "1", "2"),
    (at(2, answered="1"), "skip back", 2, "1", "2"),
    (at(2, answered="1"), "skip back skip", 3, "1", "2"),
    (at(2, answered="1"), "skip back work", 3, "12", "2"),
    (at(3, answered="1", skipped="2"), "back back never", 3, "1", "2"),
    (at(5, answered="1234"), "more_please", None, "12345", ""),
    (at(5, answered="1234"), "skip", None, "1234", "5"),
    (at(5, answered="1234"), "skip back", 5, "1234", "5"),
    (at(5, answered="1234"), "skip back more_please", None, "12345", "5"),
    (at(5, answered="1234"), "more_please back skip", None, "12345", ""),
    (at(2, answered="1345"), "work", None, "12345", ""),
    (at(4, answered="1", skipped="23"), "back back back never", 4, "1", "23"),
]


@pytest.mark.parametrize(("place", "moves", "number", "answered", "skipped"), MOVES)
def test_back_and_skip_lose_nothing_that_was_done(
    place: Place, moves: str, number: int | None, answered: str, skipped: str
) -> None:
    for move in moves.split():
        step = {"back": moving.go_back, "skip": moving.skip}.get(move, answering.answer)
        place = step(HARBOUR, place, move, None).place
    assert place.open_question == (IDS[number - 1] if number else None)
    assert (numbers(place.answered), numbers(place.skipped)) == (answered, skipped)
    assert place.state is (State.STARTED if number else State.COMPLETED)


def test_a_question_that_left_the_file_while_it_was_open_holds_nobody_up() -> None:
    place = Place(State.STARTED, "gone.question", frozenset(IDS[:2]))
    step = answering.answer(HARBOUR, place, "my words", None)
    assert (step.did.value, step.reading, step.opened) == ("kept_and_started", None, IDS[2])
    assert moving.start(HARBOUR, place, "continue", None).opened == IDS[2]
    assert moving.skip(HARBOUR, place, "skip", None).opened == IDS[2]


TEXTS = st.sampled_from(
    ["never", "1", "1 and 3", "work", "yes", "no", "12", "purple", "what?", "", "all of them", "/x"]
) | st.text(max_size=20)
PRESSED = st.none() | st.fixed_dictionaries(
    {
        "question": st.sampled_from([*IDS, "gone.question"]),
        "value": st.sampled_from(["never", "work", "yes", "no", "gone"]),
    }
)


class AnySteps(RuleBasedStateMachine):
    """Someone who does anything at all, in any order, on any day."""

    place: Place
    before: Place
    step: Step | None

    @initialize()
    def begin(self) -> None:
        self.place = self.before = Place(State.NEW, None)
        self.step = None

    @rule(name=st.sampled_from(sorted(STEPS)), text=TEXTS, button=PRESSED)
    def move(self, name: str, text: str, button: dict[str, Any] | None) -> None:
        self.take(STEPS[name], text, button)

    @rule(text=TEXTS)
    def write(self, text: str) -> None:
        self.take(answering.answer, text, None)

    @rule(phase=st.sampled_from([Phase.OPEN, Phase.OPEN, Phase.BEFORE, Phase.AFTER]))
    def another_day(self, phase: Phase) -> None:
        self.place = self.before = replace(self.place, phase=phase)
        self.step = None

    def take(self, step: StepFunction, text: str, button: dict[str, Any] | None) -> None:
        self.before, self.step = self.place, step(HARBOUR, self.place, text, button)
        self.place = self.step.place

    @invariant()
    def while_started_a_question_is_open(self) -> None:
        if self.place.state in (State.STARTED, State.PAUSED):
            assert self.place.open_question in IDS

    @invariant()
    def what_is_done_stays_done(self) -> None:
        assert self.place.answered >= self.before.answered
        assert self.place.skipped >= self.before.skipped

    @invariant()
    def completed_means_that_all_is_done_and_nothing_is_open(self) -> None:
        all_done = self.place.done >= set(IDS)
        if self.place.state is State.COMPLETED:
            assert all_done and self.place.open_question is None
        if all_done and self.place.state in (State.STARTED, State.PAUSED):
            # Only a question that is looked at again, or kept unread, can still be open.
            assert self.place.open_question in self.place.done

    @invariant()
    def only_the_open_question_is_answered_or_skipped(self) -> None:
        if self.step is None:
            return
        if self.step.reading is not None:
            assert self.step.question == self.before.open_question
            assert self.step.question in self.place.answered
        if self.step.skip is not None:
            assert self.step.skip == self.before.open_question
            assert self.step.skip not in self.place.answered

    @invariant()
    def outside_the_dates_nothing_moves_but_a_stop(self) -> None:
        if self.place.phase is not Phase.OPEN and self.step and self.step.did.value != "stopped":
            assert self.place == self.before

    @invariant()
    def a_new_question_is_met_with_a_clean_count(self) -> None:
        if self.place.open_question != self.before.open_question:
            assert self.place.tries == 0


TestAnySteps = AnySteps.TestCase
TestAnySteps.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, derandomize=True
)


def test_a_question_that_must_be_answered_is_not_skipped(consultation: Consultation) -> None:
    must = replace(consultation.by_id["role"], optional=False)
    first, *others = consultation.sections
    strict = replace(consultation, sections=(replace(first, questions=(must,)), *others))
    here = Place(State.STARTED, "role")
    assert moving.skip(strict, here, "skip", None).did.value == "must_answer"
    assert (
        moving.skip(strict, replace(here, answered=frozenset({"role"})), "", None).did.value
        == "answer_kept"
    )


def test_words_that_cannot_be_read_never_take_the_place_of_an_answer(
    consultation: Consultation,
) -> None:
    here = Place(State.STARTED, "role", answered=frozenset({"role"}), tries=5)
    step = answering.answer(consultation, here, "purple herons dance at night", None)
    assert (step.did.value, step.reading) == ("moved_on", None)  # and nobody is trapped


def test_an_end_takes_one_real_answer() -> None:
    place = at(5, skipped="1234")
    step = moving.skip(HARBOUR, place, "skip", None)
    assert (step.did, step.place.state) == (Did.NOTHING_ANSWERED, State.PAUSED)
    assert (step.place.open_question, step.skip) == (IDS[0], IDS[4])
    nothing = replace(step.place, skipped=frozenset(IDS))
    back = replace(nothing, state=State.STARTED)
    assert moving.skip(HARBOUR, back, "skip", None).place.state is State.PAUSED  # nobody is kept
    after = answering.answer(HARBOUR, nothing, "never", None)
    assert after.place.state is State.COMPLETED or after.place.detour
