"""Messages that are composed of training lines."""

from __future__ import annotations

from bot.understanding.model.composition import ANSWER, EACH_WISH, Line, said_in_passing

LINES = [
    Line("skip this one", "skip_question"),
    Line("read it again", "repeat_question"),
    Line("more buses at night please", ANSWER),
    Line("I cannot go on", "distress", "hard"),
]


def test_a_wish_has_a_lead_in_and_behind_an_answer_it_is_an_answer() -> None:
    told = said_in_passing(LINES, ["oh,"], [" ta"])
    led = [line for line in told if line.intent != ANSWER]
    both = [line for line in told if line.intent == ANSWER]
    assert len(led) == len(both) == 2 * EACH_WISH
    assert "oh, skip this one ta" in {line.text for line in led}
    assert any(line.text.startswith("more buses at night please") for line in both)
    assert {line.intent for line in told} == {"skip_question", "repeat_question", ANSWER}


def test_it_is_the_same_each_time_and_needs_lead_ins_and_answers() -> None:
    assert said_in_passing(LINES, ["oh,"], [""]) == said_in_passing(LINES, ["oh,"], [""])
    assert said_in_passing(LINES, [], [""]) == []
    assert said_in_passing(LINES[:2], ["oh,"], [""]) == []
