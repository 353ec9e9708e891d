"""What a message is while the bot waits to hear something first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.waits import CARE, CONFIRMATIONS, DOUBT, ERASE, PICK, START_OVER
from bot.understanding.commands import COMMANDS, NO_WORDS, STOP_WORDS, YES_WORDS, is_stop
from bot.understanding.decide import decide
from bot.understanding.meaning import ANSWER, Context, Thresholds

THRESHOLDS = Thresholds()
KINDS = [None, "open", "scale", "yes_no", "name"]
PENDING = [None, ERASE, START_OVER, PICK, CARE, DOUBT]


def decided(text: str, context: Context, guess: str = ANSWER, share: float = 0.9) -> str:
    other = ANSWER if guess != ANSWER else "greet"
    return decide(text, context, {guess: share, other: 1 - share}, THRESHOLDS).intent


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pending", sorted(CONFIRMATIONS))
def test_a_yes_and_a_no_to_what_was_asked_are_heard_whatever_is_open(
    pending: str, kind: str | None
) -> None:
    for reads in (None, "exact", "close", "nearly", "asks_back"):
        context = Context(state="started", kind=kind, reads=reads, pending=pending)
        for word in YES_WORDS:
            assert decided(word, context) == "affirm", word
            assert decided(f"  {word.upper()}!! ", context) == "affirm", word
        for word in NO_WORDS - STOP_WORDS:
            assert decided(word, context) == "deny", word


@pytest.mark.parametrize("state", ["new", "started", "paused", "completed", "stopped", "closed"])
@pytest.mark.parametrize("pending", sorted(CONFIRMATIONS))
def test_a_yes_and_a_no_are_heard_in_every_state(pending: str, state: str) -> None:
    context = Context(state=state, pending=pending)
    assert decided("yes", context) == "affirm"
    assert decided("ok", context) == "affirm"
    assert decided("no", context) == "deny"


TABLE: list[tuple[str, str | None, str | None, tuple[str, float], str]] = [
    # text, what is waited for, kind of the open question, the model's guess -> intent
    # The model hears a yes or a no in other words.
    ("yeah get rid of it", ERASE, "open", ("affirm", 0.5), "affirm"),
    ("yeah get rid of it", ERASE, "scale", ("affirm", 0.5), "affirm"),
    ("go on do it", START_OVER, "open", ("affirm", 0.7), "affirm"),
    ("I think so", ERASE, "open", ("affirm", 0.49), ANSWER),
    ("nah leave it", ERASE, "open", ("deny", 0.92), "deny"),
    ("nah leave it", START_OVER, "scale", ("deny", 0.92), "deny"),
    ("no don't", ERASE, "open", ("deny", 0.6), "deny"),
    # Saying it again with a yes is a yes.
    ("yes delete it", ERASE, "open", ("delete_my_data", 0.95), "delete_my_data"),
    ("yes delete it", ERASE, "scale", ("delete_my_data", 0.95), "delete_my_data"),
    ("delete my data", ERASE, "open", ("delete_my_data", 1.0), "delete_my_data"),
    ("please delete everything now", ERASE, None, ("delete_my_data", 0.9), "delete_my_data"),
    # Saying that it is not wanted is a no, however much it sounds like the wish: these are the
    # guesses of the trained model.
    ("don't delete my data", ERASE, "open", ("delete_my_data", 0.99), "deny"),
    ("dont delete my data", ERASE, "open", ("delete_my_data", 0.99), "deny"),
    ("don’t delete it", ERASE, "open", ("delete_my_data", 0.99), "deny"),
    ("no don't delete my data", ERASE, "scale", ("delete_my_data", 0.94), "deny"),
    ("I don't want you to delete my answers", ERASE, "open", ("delete_my_data", 1.0), "deny"),
    ("please do not delete anything", ERASE, None, ("delete_my_data", 0.93), "deny"),
    ("no, keep my answers", ERASE, "scale", ("delete_my_data", 0.7), "deny"),
    ("I did not mean delete", ERASE, "open", ("delete_my_data", 0.97), "deny"),
    ("delete nothing", ERASE, "open", ("delete_my_data", 0.9), "deny"),
    ("never delete that", ERASE, "open", ("delete_my_data", 0.9), "deny"),
    ("wait, don't do that", ERASE, "open", ("affirm", 0.6), "deny"),
    # Other things may be said first; the wait is the step's to end.
    ("who sees this", ERASE, "open", ("faq_privacy", 0.95), "faq_privacy"),
    ("skip", ERASE, "open", (ANSWER, 0.9), "skip_question"),
    ("more jobs", ERASE, "open", (ANSWER, 0.99), ANSWER),
    ("I am happy with the plan", START_OVER, "open", (ANSWER, 0.99), ANSWER),
    # A whole-message command is that, whatever the model thinks.
    ("back", ERASE, "open", ("deny", 0.9), "go_back"),
    ("help", START_OVER, "open", ("affirm", 0.9), "explain_question"),
    ("restart", START_OVER, "open", ("start_over", 0.9), "start_over"),
    # Without a question from the bot a yes or a no is an answer to what is open.
    ("yes", None, "yes_no", ("affirm", 0.99), ANSWER),
    ("yes", None, "open", ("affirm", 0.99), ANSWER),
    ("no", None, "open", ("deny", 0.99), ANSWER),
    ("no", DOUBT, "open", ("deny", 0.99), ANSWER),
    ("yes", DOUBT, "open", ("affirm", 0.99), ANSWER),
    ("undo", DOUBT, "open", (ANSWER, 0.99), "go_back"),
    ("undo", None, "open", (ANSWER, 0.99), "go_back"),
    # After distress a yes goes on, and nothing else is guessed to.
    ("yes", CARE, None, (ANSWER, 0.9), ANSWER),
    ("Ok", CARE, None, (ANSWER, 0.9), ANSWER),
    ("yes", CARE, "open", (ANSWER, 0.9), ANSWER),
    ("go on", CARE, None, (ANSWER, 0.9), "resume"),
    ("I am scared", CARE, None, (ANSWER, 0.9), ANSWER),
    ("I'm ok now", CARE, None, ("resume", 0.99), "resume"),
    # With the list before her.
    ("no", PICK, "open", (ANSWER, 0.9), "deny"),
    ("never mind", PICK, "scale", (ANSWER, 0.9), "deny"),
    ("leave it", PICK, None, (ANSWER, 0.9), "deny"),
    ("none of them", PICK, "open", (ANSWER, 0.9), "deny"),
    ("bananas", PICK, "open", (ANSWER, 0.9), ANSWER),
]


@pytest.mark.parametrize(("text", "pending", "kind", "guess", "intent"), TABLE)
def test_a_message_is_taken_for_what_is_waited_for(
    text: str, pending: str | None, kind: str | None, guess: tuple[str, float], intent: str
) -> None:
    context = Context(state="started", kind=kind, pending=pending)
    assert decided(text, context, *guess) == intent


def test_what_names_an_answer_is_a_pick_also_when_it_reads_as_an_option() -> None:
    for kind, reads in ((None, None), ("open", None), ("scale", "exact"), ("choice", "close")):
        context = Context(state="started", kind=kind, reads=reads, pending=PICK, picks=True)
        for text in ("2", "the one about jobs", "last one"):
            assert decided(text, context) == "change_answer"


@pytest.mark.parametrize("pending", [None, ERASE, START_OVER, CARE, DOUBT])
def test_a_number_is_a_pick_only_while_the_list_is_before_her(pending: str | None) -> None:
    context = Context(state="started", kind="scale", reads="exact", pending=pending, picks=True)
    assert decided("4", context) == ANSWER


SPEECHES = [
    "I think there should be more jobs for young people in the city, that is what I would like",
    "more jobs\nand more training",
    "we need jobs {now}",
]


@pytest.mark.parametrize("text", SPEECHES)
def test_a_speech_that_names_a_topic_is_an_answer_and_not_a_pick(text: str) -> None:
    """She was shown the list and answers the open question all the same: nothing is lost."""
    context = Context(state="started", kind="open", pending=PICK, picks=True)
    assert decided(text, context) == ANSWER


def test_a_pressed_button_is_what_it_says_whatever_is_waited_for() -> None:
    for pending in PENDING:
        for command in ("affirm", "deny", "go_back", "start"):
            context = Context(kind="open", pending=pending, command=command, picks=True)
            assert decided("No, keep it", context, "distress", 0.2) == command
        pressed = Context(kind="scale", pending=pending, answer=True, picks=True)
        assert decided("Yes", pressed) == ANSWER


@pytest.mark.parametrize("pending", PENDING)
def test_stop_and_distress_always_win(pending: str | None) -> None:
    for kind in KINDS:
        for picks in (False, True):
            context = Context(state="started", kind=kind, pending=pending, picks=picks)
            for word in STOP_WORDS:
                assert decided(word.upper(), context, "affirm", 0.99) == "opt_out", word
            for text in ("yes", "no", "I want to die"):
                assert decided(text, context, "distress", 0.6) == "distress"


@given(
    text=st.text(max_size=60)
    | st.sampled_from(sorted({*COMMANDS, *YES_WORDS, *NO_WORDS}))
    | st.sampled_from(["no don't", "yes delete it", "do not delete", "2"]),
    kind=st.sampled_from(KINDS),
    reads=st.sampled_from([None, "exact", "close", "nearly", "asks_back"]),
    state=st.sampled_from(["new", "started", "paused", "completed", "stopped", "erased", "closed"]),
    pending=st.sampled_from(PENDING),
    picks=st.booleans(),
    intent=st.sampled_from([ANSWER, "opt_out", "affirm", "deny", "delete_my_data", "distress"]),
    share=st.floats(0, 1),
)
def test_it_always_decides_and_agrees_only_to_what_was_asked(
    text: str,
    kind: str | None,
    reads: str | None,
    state: str,
    pending: str | None,
    picks: bool,
    intent: str,
    share: float,
) -> None:
    context = Context(state=state, kind=kind, reads=reads, pending=pending, picks=picks)
    found = decide(text, context, {intent: share, "greet": 1 - share}, THRESHOLDS)
    assert found.intent and 0 <= found.confidence <= 1
    if is_stop(text):
        assert found.intent == "opt_out"
    elif intent == "distress" and share >= THRESHOLDS.distress:
        assert found.intent == "distress"
    elif found.intent in ("affirm", "deny") and kind is not None:
        assert pending in CONFIRMATIONS | {PICK} or state == "completed"


def test_an_empty_ranking_or_metadata_decides_too() -> None:
    for pending in PENDING:
        assert decide("", Context(pending=pending), {}, THRESHOLDS).intent == ANSWER
    told = Context.from_metadata({"pending": ERASE, "picks": 1})
    assert (told.pending, told.picks) == (ERASE, True)
    assert Context.from_metadata(None) == Context()


@pytest.mark.parametrize(
    ("text", "short", "intent"),
    [
        ("1", False, "affirm"),
        ("2", False, "deny"),
        ("1", True, "give_answer"),
        ("2.", False, "deny"),
    ],
)
def test_the_numbers_of_the_yes_and_the_no_are_theirs_where_they_are_shown(
    text: str, short: bool, intent: str
) -> None:
    asked = Context(state="started", kind="scale", reads="exact", pending=ERASE, short=short)
    assert decide(text, asked, {}, Thresholds()).intent == intent


CARE_WORDS = [
    ("sorry", "repeat_question", "distress"),
    ("help me", "explain_question", "distress"),
    ("what should i do?", "faq_after", "distress"),
    ("who do i call", "ask_human", "distress"),
    ("yes", "affirm", "give_answer"),
    ("yes i did", "affirm", "give_answer"),
    ("no im not ok", "deny", "give_answer"),
    ("ok", "affirm", "give_answer"),
    ("i feel better", "give_answer", "give_answer"),
    ("continue", "resume", "resume"),
    ("lets carry on with it then", "resume", "resume"),
    ("thank you", "thank", "thank"),
    ("stop", "opt_out", "opt_out"),
]


@pytest.mark.parametrize(("text", "guess", "intent"), CARE_WORDS)
def test_after_distress_only_a_plain_wish_goes_on(text: str, guess: str, intent: str) -> None:
    assert decided(text, Context(state="started", pending=CARE), guess, 0.95) == intent


def test_a_number_that_is_not_in_the_list_is_no_answer_to_something_else() -> None:
    listed = Context(state="started", kind="scale", reads="exact", pending=PICK)
    assert decided("5", listed) == "change_answer"
