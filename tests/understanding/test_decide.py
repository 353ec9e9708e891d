"""Answer or command: by what is open, how the message reads, and what the model guesses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.commands import COMMANDS, is_stop
from bot.understanding.decide import decide
from bot.understanding.meaning import ANSWER, Context, Thresholds
from bot.understanding.signals import wants_to_leave

THRESHOLDS = Thresholds()
OPEN, SCALE, NOTHING = Context(kind="open"), Context(kind="scale"), Context()
EXACT = Context(kind="scale", reads="exact")
CLOSE = Context(kind="scale", reads="close")
NEARLY = Context(kind="scale", reads="nearly")
ASKS = Context(kind="scale", reads="asks_back")

TABLE: list[tuple[str, Context, tuple[str, float], str]] = [
    # text, context, the model's guess -> intent
    # Whole-message commands are exact, whatever the model thinks.
    ("skip", OPEN, (ANSWER, 0.99), "skip_question"),
    ("skip", SCALE, (ANSWER, 0.99), "skip_question"),
    ("Skip.", NOTHING, ("greet", 0.99), "skip_question"),
    ("STOP", OPEN, (ANSWER, 0.99), "opt_out"),
    # What reads exactly as an option is an answer, also when it is a command word; but not STOP.
    ("next", EXACT, ("skip_question", 0.99), ANSWER),
    ("stop", EXACT, (ANSWER, 0.99), "opt_out"),
    ("I agree", EXACT, ("affirm", 0.99), ANSWER),
    # What reads as an option by guessing gives way to a command word, not to the model's guess.
    ("next", CLOSE, (ANSWER, 0.99), "skip_question"),
    ("mostly agree", CLOSE, ("greet", 0.99), ANSWER),
    ("agree or disagree", NEARLY, ("explain_question", 0.99), ANSWER),
    # A question about the options is explained, unless the model surely hears something else.
    ("what is agree?", ASKS, (ANSWER, 0.99), "explain_question"),
    ("what is agree?", ASKS, ("repeat_question", 0.69), "explain_question"),
    ("what is agree?", ASKS, ("repeat_question", 0.89), "repeat_question"),
    # The model's guess needs more the more an answer could be meant.
    ("can we move on", OPEN, ("skip_question", 0.91), ANSWER),
    ("can we move on", OPEN, ("skip_question", 0.92), "skip_question"),
    ("can we move on", SCALE, ("skip_question", 0.88), ANSWER),
    ("can we move on", SCALE, ("skip_question", 0.89), "skip_question"),
    ("can we move on", NOTHING, ("skip_question", 0.14), ANSWER),
    ("can we move on", NOTHING, ("skip_question", 0.15), "skip_question"),
    ("can we move on", Context(kind="name"), ("skip_question", 0.79), ANSWER),
    ("can we move on", Context(kind="address"), ("skip_question", 0.79), ANSWER),
    # Nobody is misheard as saying stop.
    ("no more of this", OPEN, ("opt_out", 0.54), ANSWER),
    ("no more of this", SCALE, ("opt_out", 0.54), ANSWER),
    ("no more of this", SCALE, ("opt_out", 0.55), "opt_out"),
    ("no more of this", NOTHING, ("opt_out", 0.54), ANSWER),
    # Nobody wraps a command in a speech or in several lines.
    (" ".join(["go"] * 24), OPEN, ("go_back", 0.95), "go_back"),
    (" ".join(["go"] * 25), OPEN, ("go_back", 0.99), ANSWER),
    ("take me\nback there", OPEN, ("go_back", 0.99), ANSWER),
    ("take me back there\n", OPEN, ("go_back", 0.99), "go_back"),
    ("/restart", OPEN, ("start", 0.99), ANSWER),
    ("\u2215restart", NOTHING, ("start", 0.99), ANSWER),
    ("{skip}", SCALE, ("skip_question", 0.99), ANSWER),
    ("skip <b>", OPEN, ("skip_question", 0.99), ANSWER),
    # A "yes" to the welcome begins; an "ok" while resting is no answer; a guess undoes no STOP.
    ("Yes please", Context(state="new"), (ANSWER, 0.9), "start"),
    ("yes please", Context(state="started", kind="open"), (ANSWER, 0.9), ANSWER),
    ("ok", Context(state="paused", kind="open"), (ANSWER, 0.9), "thank"),
    ("no", Context(state="paused", kind="yes_no", reads="exact"), (ANSWER, 0.9), ANSWER),
    ("ok", Context(state="completed"), (ANSWER, 0.9), "thank"),
    ("ok", Context(state="started", kind="open"), (ANSWER, 0.9), ANSWER),
    # An "ok" chooses none of the options; where it is an option, it does.
    *(
        (text, Context(state="started", kind=kind), (ANSWER, 0.9), "resume")
        for text in ("ok", "Right then.", "ok thanks", "got it")
        for kind in ("scale", "choice")
    ),
    ("ok", Context(state="started", kind="scale", reads="exact"), (ANSWER, 0.9), ANSWER),
    # A bare number is no cry for help, but for the one that is called in need.
    *((text, SCALE, ("distress", 0.99), ANSWER) for text in ("99", "101", " 11.")),
    ("999", SCALE, ("distress", 0.99), "distress"),
    # "Bus stop" stops nobody, however sure the model is; if that was meant, she is told how.
    *(
        (text, OPEN, ("opt_out", 0.99), ANSWER)
        for text in (
            "pit stop",
            "don't stop",
            "never stop!",
            "no stop",
            "cancel it",
            "texts",
            "the tram stop",
            "non-stop",
            "we must never stop learning",
        )
    ),
    *((text, OPEN, ("opt_out", 0.95), ANSWER) for text in ("please stop ULEZ", "oh stop HS2")),
    *(
        (text, OPEN, ("opt_out", 0.8), "opt_out")
        for text in (
            "stop it",
            "please stop this",
            "will you stop",
            "leave me alone",
            "unsub",
            "dont message me again",
            "I said stop",
            "S.T.O.P",
        )
    ),
    # What is like nothing known has a small share of every command.
    ("my view 1", OPEN, ("skip_question", 0.3), ANSWER),
    ("my views on this", Context(state="started", kind="open"), ("start", 0.8), ANSWER),
    ("hello there, this is a long answer", OPEN, ("greet", 0.99), ANSWER),
    ("hello there", OPEN, ("greet", 0.99), "greet"),
    ("get me off your database", OPEN, ("delete_my_data", 0.99), "opt_out"),
    ("take my details off and delete me", OPEN, ("delete_my_data", 0.99), "delete_my_data"),
    # An option and nothing else is an answer, whatever the model hears in its words.
    (
        "another way",
        Context(state="started", kind="choice", reads="named"),
        ("distress", 0.9),
        ANSWER,
    ),
    (
        "4 so what",
        Context(state="started", kind="choice", reads="exact"),
        ("distress", 0.9),
        "distress",
    ),
    ("ok", Context(state="started", kind="yes_no", reads="nearly"), (ANSWER, 0.9), ANSWER),
    ("carry me on", Context(state="stopped"), ("resume", 0.54), ANSWER),
    ("carry me on", Context(state="stopped"), ("resume", 0.55), "resume"),
    # Answers.
    ("more wifi", OPEN, (ANSWER, 0.3), ANSWER),
    ("", OPEN, (ANSWER, 0.0), ANSWER),
    ("/skip_question", OPEN, (ANSWER, 0.9), ANSWER),
    # A pressed button says what it is, whatever its title looks like.
    ("Stop", Context(command="start"), (ANSWER, 0.9), "start"),
    ("Skip", Context(kind="scale", answer=True), ("skip_question", 0.99), ANSWER),
    ("stop", Context(kind="scale", answer=True), ("opt_out", 0.99), ANSWER),
]


def ranking(intent: str, confidence: float) -> dict[str, float]:
    other = ANSWER if intent != ANSWER else "greet"
    return {intent: confidence, other: 1 - confidence if intent != ANSWER else 0.0}


def test_commands_that_are_alike_are_sure_together() -> None:
    """What was that? It repeats or explains, and is no answer."""
    shares = {ANSWER: 0.05, "repeat_question": 0.5, "explain_question": 0.45}
    assert decide("what was that", OPEN, shares, THRESHOLDS).intent == "repeat_question"


def test_to_stop_the_model_must_be_sure_of_just_that() -> None:
    shares = {ANSWER: 0.1, "opt_out": 0.5, "pause": 0.4}
    assert decide("no more now", OPEN, shares, THRESHOLDS).intent == ANSWER


@pytest.mark.parametrize(("text", "context", "guess", "intent"), TABLE)
def test_a_message_is_taken_for_what_it_is(
    text: str, context: Context, guess: tuple[str, float], intent: str
) -> None:
    decision = decide(text, context, ranking(*guess), THRESHOLDS)
    assert decision.intent == intent
    assert 0 <= decision.confidence <= 1


@given(
    text=st.text(max_size=60) | st.sampled_from(sorted(COMMANDS)),
    kind=st.sampled_from([None, "open", "scale", "yes_no", "name"]),
    reads=st.sampled_from([None, "exact", "close", "nearly", "asks_back"]),
    intent=st.sampled_from([ANSWER, "opt_out", "skip_question", "greet"]),
    confidence=st.floats(0, 1),
)
def test_it_always_decides_and_stops_only_when_told_or_very_sure(
    text: str, kind: str | None, reads: str | None, intent: str, confidence: float
) -> None:
    context = Context(kind=kind, reads=reads)
    decision = decide(text, context, ranking(intent, confidence), THRESHOLDS)
    assert decision.intent and 0 <= decision.confidence <= 1
    if decision.intent == "opt_out" and not is_stop(text) and kind:
        assert intent == "opt_out" and confidence >= (0.25 if wants_to_leave(text) else 0.55)


METADATA: list[tuple[Any, Context]] = [
    (None, Context()),
    ({}, Context()),
    ({"inbox_id": 1, "phase": "open", "short": False}, Context()),
    (
        {"kind": "scale", "reads": "close", "command": None, "answer": False},
        Context(kind="scale", reads="close"),
    ),
    ({"kind": None, "command": "start", "answer": False}, Context(command="start")),
    ({"kind": "scale", "answer": True}, Context(kind="scale", answer=True)),
    ({"state": "stopped"}, Context(state="stopped")),
]


@pytest.mark.parametrize(("metadata", "context"), METADATA)
def test_the_context_is_what_the_gateway_sends(metadata: Any, context: Context) -> None:
    assert Context.from_metadata(metadata) == context
