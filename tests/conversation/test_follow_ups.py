"""One gentle second question: who gets it, how often, and what it leaves as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation
from bot.consultation.question import FOLLOW_UP
from bot.consultation.state import State
from bot.conversation import answering, moving, revisions
from bot.conversation.follow_ups import MOST, follow_up_to
from bot.conversation.place import Place, Step
from bot.conversation.progress import progress_of
from bot.settings import ROOT
from bot.storage.database.session import Database
from tests.support.people import People

HARBOUR = load_consultation(ROOT / "tests" / "consultations" / "harbour-town-buses.yml")
OPEN = HARBOUR.by_id["late_buses.views"]
IDS = [question.id for question in HARBOUR.questions]
SECOND = OPEN.id + FOLLOW_UP
ANSWERS = yaml.safe_load(Path(__file__).with_name("follow_ups.yml").read_text(encoding="utf-8"))


def followed(text: str) -> bool:
    asked = follow_up_to(HARBOUR, OPEN, text, {OPEN.id})
    assert asked in (None, HARBOUR.by_id[SECOND])
    return asked is not None


def test_a_short_answer_without_a_reason_gets_one() -> None:
    assert [text for text in ANSWERS["followed"] if not followed(text)] == []


def test_an_answer_that_says_enough_or_nothing_gets_none() -> None:
    long = "word " * 400
    assert [text for text in [*ANSWERS["left_alone"], long] if followed(text)] == []


def test_it_is_open_too_and_may_be_left_out_and_has_none_of_its_own() -> None:
    second = HARBOUR.by_id[SECOND]
    assert (second.kind, second.optional, second.follow_up) == (OPEN.kind, True, None)
    assert second.wording == OPEN.follow_up
    assert follow_up_to(HARBOUR, second, "wifi", {OPEN.id}) is None


def test_there_is_none_when_they_are_off_or_not_in_the_file() -> None:
    off = replace(HARBOUR, asks_follow_ups=False)
    assert follow_up_to(off, off.by_id[OPEN.id], "wifi", {OPEN.id}) is None
    for question in HARBOUR.questions[:-1]:
        assert follow_up_to(HARBOUR, question, "wifi", {question.id}) is None


def test_it_is_asked_once_for_each_question_and_three_times_in_all(
    consultation: Consultation,
) -> None:
    having = [question for question in consultation.questions if question.follow_up]
    assert len(having) > MOST == 3
    done: set[str] = set()
    for number, question in enumerate(having):
        asked = follow_up_to(consultation, question, "wifi", done | {question.id})
        assert (asked is not None) is (number < MOST)
        done |= {question.id} | ({asked.id} if asked else set())
        assert follow_up_to(consultation, question, "wifi", done) is None


def here(**more: object) -> Place:
    """The place of someone who is asked the last question, which has a follow-up."""
    place = Place(State.STARTED, OPEN.id, frozenset(IDS[:-1]))
    return replace(place, **more)  # type: ignore[arg-type]


def walk(place: Place, moves: str) -> list[Step]:
    """Take the moves one after another, with the words themselves as what is said."""
    known = {
        "back": moving.go_back,
        "skip": moving.skip,
        "pause": moving.pause,
        "stop": moving.opt_out,
        "start": moving.start,
        "change": revisions.change,
    }
    taken: list[Step] = []
    for move in moves.split():
        words = "the last one" if move == "change" else move
        taken.append(known.get(move, answering.answer)(HARBOUR, place, words, None))
        place = taken[-1].place
    return taken


MOVES: list[tuple[str, str, str, str]] = [
    # moves -> what the last did, what is open after, which of the two is answered or skipped
    ("wifi", "answered", SECOND, "a-"),
    ("wifi parks", "answered", "", "aa"),
    ("wifi skip", "skipped", "", "as"),
    ("wifi back", "went_back", OPEN.id, "a?"),
    ("wifi back skip", "answer_kept", "", "a?"),
    ("wifi stop", "stopped", SECOND, "a-"),
    ("wifi stop start", "resumed", SECOND, "a-"),
    ("wifi stop start parks", "answered", "", "aa"),
    ("wifi pause", "paused", SECOND, "a-"),
    ("wifi pause parks", "answered", "", "aa"),
    ("wifi pause start", "resumed", SECOND, "a-"),
    ("wifi start", "already_started", SECOND, "a-"),
    ("wifi change", "changing", OPEN.id, "a?"),
    ("wifi parks back", "went_back", OPEN.id, "aa"),
    ("wifi parks back wifi", "answered", "", "aa"),
    ("wifi parks change trams", "answered", "", "aa"),
    ("wifi skip back wifi", "answered", "", "as"),
    # Asked once, it is not asked again: they have gone past it.
    ("wifi back trams", "answered", "", "a?"),
    ("wifi change trams", "answered", "", "a?"),
    ("skip back wifi", "answered", SECOND, "a-"),
    ("skip back wifi parks", "answered", "", "aa"),
]


@pytest.mark.parametrize(("moves", "did", "open_after", "both"), MOVES)
def test_moving_about_while_it_is_open(moves: str, did: str, open_after: str, both: str) -> None:
    last = walk(here(), moves)[-1]
    assert (last.did.value, last.place.open_question or "") == (did, open_after)
    assert last.place.state is {
        "stopped": State.STOPPED,
        "paused": State.PAUSED,
    }.get(did, State.STARTED if open_after else State.COMPLETED)
    for question, expected in zip((OPEN.id, SECOND), both, strict=True):
        if expected != "?":
            assert (question in last.place.answered) is (expected == "a"), question
            # A question that was skipped and then answered stays in a place's skips.
            if expected == "s":
                assert question in last.place.skipped


def test_an_answer_that_was_perhaps_a_command_is_not_asked_about() -> None:
    """They are offered to take it back; an example of it would be too much."""
    step = revisions.doubted("skip_question")(HARBOUR, here(), "move on please", None)
    assert (step.did.value, step.opened) == ("answered", None)


def test_the_words_to_it_are_an_answer_of_their_own() -> None:
    first, second = walk(here(), "wifi parks")
    assert (first.question, second.question) == (OPEN.id, SECOND)
    assert (first.opened, second.opened) == (SECOND, None)
    assert first.withdraw == second.withdraw == ()


def test_a_paused_person_answers_both_and_comes_to_the_end() -> None:
    step = walk(here(state=State.PAUSED), "wifi")[-1]
    assert (step.place.state, step.opened) == (State.STARTED, SECOND)


def test_progress_names_the_main_question_and_counts_nothing_more() -> None:
    def told(open_question: str | None, answered: list[str], skipped: tuple[str, ...] = ()) -> list:
        progress = progress_of(
            HARBOUR,
            state=State.STARTED if open_question else State.COMPLETED,
            open_question=open_question,
            answered=answered,
            skipped=skipped,
        )
        assert progress.section == "late_buses"
        return [progress.question, progress.follow_up, progress.asked] + [
            progress.answered,
            progress.done,
            progress.total,
        ]

    assert told(OPEN.id, IDS[:-1]) == [OPEN.id, False, OPEN.id, 4, 4, 5]
    assert told(SECOND, IDS) == [OPEN.id, True, SECOND, 5, 5, 5]
    assert told(None, [*IDS, SECOND]) == [None, False, None, 5, 5, 5]
    assert told(None, IDS, (SECOND,)) == [None, False, None, 5, 5, 5]


@pytest.mark.parametrize("state", [State.NEW, State.STOPPED, State.COMPLETED, State.CLOSED])
def test_nothing_is_asked_in_a_state_where_nothing_is_open(state: State) -> None:
    progress = progress_of(HARBOUR, state=state, open_question=SECOND, answered=IDS, skipped=())
    assert (progress.question, progress.follow_up, progress.asked) == (None, False, None)


@pytest.fixture()
def people(any_database: Database) -> People:
    return People(any_database, HARBOUR)


def test_both_parts_are_exported_as_they_were_said(people: People) -> None:
    person = people.new()
    people.start(person)
    for text in ("never", "work", "3", "yes", "  wifi \n", "In the  parks, mate"):
        assert people.answer(person, text).did.value == "answered"
    rows = [(r["question"], r["kind"], r["text"], r["status"]) for r in people.export("answers")]
    assert rows[-2:] == [
        (OPEN.id, "open", "  wifi \n", "current"),
        (SECOND, "open", "In the  parks, mate", "current"),
    ]
    # The first part is said anew; the second stays as it is, and is not asked for again.
    people.step(people.send(person, "change question 5"), revisions.change)
    assert people.answer(person, "trams").opened is None
    rows = [(r["question"], r["kind"], r["text"], r["status"]) for r in people.export("answers")]
    assert rows[-3:] == [
        (OPEN.id, "open", "  wifi \n", "replaced"),
        (SECOND, "open", "In the  parks, mate", "current"),
        (OPEN.id, "open", "trams", "current"),
    ]
    assert [r["state"] for r in people.export("respondents")] == ["completed"]
