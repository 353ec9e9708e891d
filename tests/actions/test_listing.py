"""A person's answers as the bot plays them back: numbered, in order, in their own words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import turn as turn_module
from actions.listing import SHORT_WORDS, listing
from bot.consultation.dates import Phase
from bot.consultation.file.read import load_consultation
from bot.consultation.model import Consultation
from bot.consultation.question import FOLLOW_UP
from bot.conversation.changes import answered_questions
from bot.settings import ROOT
from bot.storage.database.session import Database
from bot.storage.respondents.answers import Said
from bot.understanding.which_answer import which_question
from tests.support.keys import KEYS
from tests.support.people import People

HARBOUR = load_consultation(ROOT / "tests" / "consultations" / "harbour-town-buses.yml")
OFTEN, WHY, STOPS, WANT, VIEWS = (question.id for question in HARBOUR.questions)
Answers = dict[str, tuple[Any, ...]]  # words, value, and what was said beside it
ALL: Answers = {
    OFTEN: ("1", "daily"),
    WHY: ("1 and 3", ["work", "shops"]),
    STOPS: ("about five", 5),
    WANT: ("aye", "yes"),
    VIEWS: ("wifi", None),
    VIEWS + FOLLOW_UP: ("In the parks", None),
}


def listed(answers: Answers, *skipped: str, short: bool = False, letters: int | None = None) -> str:
    return listing(HARBOUR, kept(answers), {*answers, *skipped}, short=short, letters=letters)


def kept(answers: Answers) -> dict[str, Said]:
    return {one: Said(*(*told, None)[:3]) for one, told in answers.items()}


def test_all_is_listed_by_section_with_options_in_their_wording_and_the_rest_as_said() -> None:
    assert listed(ALL) == (
        "How you travel\n"
        "1. Every day\n"
        "2. To go to work and To go to the shops\n"
        "3. about five\n"
        "\n"
        "Later buses\n"
        "4. Yes\n"
        "5. wifi / In the parks"
    )


def test_by_text_message_it_is_short_and_without_headings() -> None:
    assert listed(ALL, short=True) == (
        "1 Every day\n2 To go to work and To go to...\n3 about five\n4 Yes\n5 wifi / In the parks"
    )


def test_options_are_in_the_short_wording_by_text_message(consultation: Consultation) -> None:
    question = consultation.by_id["smart_people.agree"]
    answers: Answers = {question.id: ("3", "neither")}
    for short, said in ((False, "1. Neither agree nor disagree"), (True, "1 Neither")):
        lines = listing(consultation, kept(answers), answers, short=short).splitlines()
        assert lines[-1] == said


def test_an_answer_that_was_taken_back_is_not_called_skipped() -> None:
    told = listing(HARBOUR, {}, {OFTEN, WHY}, short=True, removed={WHY})
    assert told.splitlines() == ["1 (skipped)", "2 (removed)"]


def test_with_no_answer_there_is_no_list() -> None:
    assert listed({}) == "" and listed({}, short=True) == ""
    assert listed({"gone.question": ("x", None)}) == ""
    assert listed({"timetable.address": ("1 Any Street", None)}) == ""


SAID: list[tuple[str, Answers, tuple[str, ...], str]] = [
    ("left out", {}, (VIEWS,), "1. (skipped)"),
    ("the follow-up left out", {VIEWS: ("wifi", None)}, (VIEWS + FOLLOW_UP,), "1. wifi"),
    ("only the follow-up", {VIEWS + FOLLOW_UP: ("parks", None)}, (VIEWS,), "1. parks"),
    (
        "with a reason",
        {OFTEN: ("1, bar sundays", "daily", "bar sundays")},
        (),
        "1. Every day ('1, bar sundays')",
    ),
    ("kept unread", {OFTEN: ("purple", None)}, (), "1. purple"),
    ("an option that has left the file", {OFTEN: ("3", "hourly")}, (), "1. 3"),
    ("one of two has left", {WHY: ("1, 4", ["work", "gone"])}, (), "1. 1, 4"),
    ("none of them", {WHY: ("none of these", [])}, (), "1. none of these"),
    ("a number", {STOPS: ("12 or so", 12)}, (), "1. 12 or so"),
    (
        "with a remark",
        {WANT: ("yes but only at weekends", "yes", "but only at weekends")},
        (),
        "1. Yes ('yes but only at weekends')",
    ),
    ("said before", {OFTEN: ("1", "daily", "bar sundays")}, (), "1. Every day ('bar sundays')"),
    ("several lines", {VIEWS: ("one\n\n  two\tthree ", None)}, (), "1. one two three"),
    ("signs of a program", {VIEWS: ("{a} <b> %s", None)}, (), "1. {a} <b> %s"),
    ("other scripts", {VIEWS: ("公共汽车 🚌", None)}, (), "1. 公共汽车 🚌"),
]


@pytest.mark.parametrize(
    ("answers", "skipped", "line"), [row[1:] for row in SAID], ids=[row[0] for row in SAID]
)
def test_an_answer_is_told_as_it_was_given(
    answers: Answers, skipped: tuple[str, ...], line: str
) -> None:
    assert listed(answers, *skipped).splitlines()[1] == line


CUTS = [
    # letters of the answer, cut -> letters of what is shown
    (10, None, 10),
    (5000, None, 5000),
    (200, 200, 200),
    (201, 200, 200),
    (5000, 200, 200),
    (199, 200, 199),
]


@pytest.mark.parametrize(("long", "cut", "shown"), CUTS)
def test_a_long_answer_is_cut_only_where_it_is_asked_for(
    long: int, cut: int | None, shown: int
) -> None:
    line = listed({VIEWS: ("x" * long, None)}, letters=cut).splitlines()[1].removeprefix("1. ")
    assert len(line) == shown
    assert line.endswith("...") is (long > shown)


def test_by_text_message_every_answer_is_cut() -> None:
    for long in (SHORT_WORDS - 1, SHORT_WORDS, SHORT_WORDS + 1, 4000):
        line = listed({VIEWS: ("x" * long, None)}, short=True, letters=200).removeprefix("1 ")
        assert len(line) == min(long, SHORT_WORDS)
    both: Answers = {VIEWS: ("x" * 20, None), VIEWS + FOLLOW_UP: ("y" * 20, None)}
    assert listed(both, short=True) == "1 " + "x" * 20 + " / yyyy..."


def test_a_cut_leaves_no_space_before_the_dots() -> None:
    text = "x" * (SHORT_WORDS - 4) + " yyyyyy"
    assert listed({VIEWS: (text, None)}, short=True) == "1 " + "x" * (SHORT_WORDS - 4) + "..."


@pytest.mark.parametrize("done", [{OFTEN, VIEWS}, {WHY}, set(ALL), {STOPS, WANT, VIEWS}])
def test_the_number_before_an_answer_is_the_number_that_picks_it(done: set[str]) -> None:
    answers = {key: value for key, value in ALL.items() if key in done}
    lines = [line for line in listed(answers, short=True).splitlines() if line]
    for line in lines:
        number, _, _ = line.partition(" ")
        picked = which_question(
            HARBOUR, number, answered_questions(HARBOUR, done), None, picking=True
        )
        assert picked in done
    assert len(lines) == len(done - {VIEWS + FOLLOW_UP})


class Talk:
    """Someone for whom the real actions do the turns, without a model."""

    def __init__(self, people: People, *, short: bool = False) -> None:
        self.people, self.person, self.short = people, people.new(), short
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    def turn(self, action: str, text: str, intent: str = "x") -> list[Any]:
        inbox_id = self.people.send(self.person, text)
        metadata = {"inbox_id": inbox_id, "phase": Phase.OPEN.value, "short": self.short}
        message = {"text": text, "intent": {"name": intent}, "metadata": metadata}
        tracker = Tracker(self.person.id, {}, message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        asyncio.run(self._executor.actions[action](dispatcher, tracker, {}))
        return [m["response"] for m in dispatcher.messages if m["response"]]


@pytest.fixture()
def talk(
    database: Database, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Talk]:
    services = turn_module.Services(consultation, database, KEYS)
    monkeypatch.setattr(turn_module, "made", services)
    talk = Talk(People(database, consultation))
    talk.turn("action_start", "start")
    talk.turn("action_record_answer", "resident")
    yield talk


def test_who_asks_is_shown_their_answers(talk: Talk) -> None:
    assert talk.turn("action_show_my_answers", "my answers")[0] == "utter_my_answers"
    fresh = Talk(talk.people)
    assert fresh.turn("action_show_my_answers", "my answers")[0] == "utter_no_answers"


ASIDES = [
    ("action_answer_faq", "faq_privacy"),
    ("action_show_progress", "show_progress"),
    ("action_explain_question", "explain_question"),
    ("action_say_thanks", "thank"),
    ("action_ask_question", "repeat_question"),
    ("action_point_elsewhere", "off_topic"),
    ("action_hear_complaint", "complain"),
]


@pytest.mark.parametrize(("action", "intent"), ASIDES)
def test_while_a_number_picks_from_the_list_no_other_numbers_are_shown(
    talk: Talk, action: str, intent: str
) -> None:
    """Asked an aside after "change", they must not see a question whose options have numbers:
    what they then types would be taken for a place in the list."""
    from bot.storage.respondents.places import place_of

    assert talk.turn("action_change_answer", "change") == ["utter_pick_answer"]
    said = talk.turn(action, "an aside", intent)
    with talk.people.database.reading() as session:
        pending = place_of(session, talk.person.id, Phase.OPEN).pending
    assert ("utter_question" in said) is (pending is None)


@pytest.mark.parametrize(
    ("action", "response"),
    [("action_delete_my_data", "utter_ask_erase"), ("action_start_over", "utter_ask_start_over")],
)
def test_an_aside_does_not_answer_what_the_bot_has_asked_and_it_is_asked_again(
    talk: Talk, action: str, response: str
) -> None:
    assert talk.turn(action, "please") == [response]
    assert talk.turn("action_answer_faq", "who sees this", "faq_privacy")[-1] == response


def test_asides_ask_nothing_of_someone_in_distress(talk: Talk) -> None:
    assert talk.turn("action_care", "I want to die", "distress") == ["utter_care"]
    for action, intent in ASIDES:
        assert "utter_question" not in talk.turn(action, "an aside", intent)
    assert talk.turn("action_record_answer", "agree") == ["utter_kept_in_care"]
    assert "utter_question" not in talk.turn("action_deny", "no", "deny")
    assert talk.turn("action_start", "yes", "resume")[-1] == "utter_question"


def test_a_list_is_the_same_for_any_order_of_answers() -> None:
    assert listed(dict(reversed(ALL.items()))) == listed(ALL)
    off = replace(HARBOUR, asks_follow_ups=False)
    assert listing(off, kept(ALL), ALL, short=False) == listed(ALL)


def test_starting_over_leaves_an_empty_list(talk: Talk) -> None:
    talk.turn("action_start_over", "restart")
    talk.turn("action_affirm", "yes")
    assert talk.turn("action_show_my_answers", "my answers")[0] == "utter_no_answers"
