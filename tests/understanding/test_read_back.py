"""What is meant when a request has been read back: only a plain yes sends it."""

from __future__ import annotations

import pytest

from bot.consultation.waits import SEND
from bot.understanding.open import Open
from bot.understanding.settled.without_doubt import settled
from tests.support.understanding import heard, meant

READ_BACK = Open(state="started", pending=SEND, run="request")


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("yes", "affirm"),
        ("Yes please", "affirm"),
        ("send it", "affirm"),
        ("yes send it", "affirm"),
        ("yep, all correct, send it please", "affirm"),
        ("that's right thanks", "affirm"),
        ("yes, but no name", "affirm"),
        ("go ahead, just keep it anonymous", "affirm"),
        ("good", None),
        ("yes but after 3pm", "affirm"),
        ("yes, just by email please", "affirm"),
        ("send it, but make sure they ring after 3", "affirm"),
        ("yes but is it after 3pm?", None),
        ("Yes. When will they ring?", "affirm"),
        ("Yes, send it. It will do.", "affirm"),
        ("YES send it, and my dad says thank you very much", "affirm"),
        ("Yes, and thanks but not the number", None),
        ("yes please. who sees it?", "affirm"),
        ("Yes? what is this", None),
        ("yes but not yet", None),
        ("Oh send it then, yes. I'm worn out", "affirm"),
        ("Yes. My son will be in", "affirm"),
        ("Yes. It should be my son's name", None),
        ("Yes. The postcode is wrong though", None),
        ("Yes. M14 5RX", None),
        ("yes but call 07700 900123 after 3", "give_answer"),  # puts the number right
        # The condition is shown with the consent before anything is sent.
        ("yes but leave out her surname", "give_answer"),
        ("OK, as long as my road isn't in it", "give_answer"),
        ("yes except the photo", "give_answer"),
        ("ok then no", None),
        ("I don't want an envelope", "deny"),
        ("no", "deny"),
        ("cancel", "deny"),
        ("drop", "deny"),
        ("never mind", "deny"),
        ("2", "change_answer"),
        ("change", "change_answer"),
        ("stop", "opt_out"),
        ("skip", "skip_question"),
        ("hm", None),
        ("what was my reference", "show_progress"),
    ],
)
def test_only_a_plain_yes_sends_it(words: str, intent: str | None) -> None:
    found = settled(words, READ_BACK, {})
    assert (found.intent if found else None) == intent


@pytest.mark.parametrize(
    "words",
    [
        "the name",
        "wrong postcode",
        "the address is wrong",
        "Number 3 is wrong, it should be the story about the diary and the online booking",
        'CHANGE. The "about" is wrong. It should be: a complaint about how it is run, and a visit',
    ],
)
def test_a_field_is_named_in_words(words: str) -> None:
    found = settled(words, Open(state="started", pending=SEND, run="request", picks=True), {})
    assert found and found.intent == "change_answer"


def test_what_only_sounds_like_a_yes_sends_nothing() -> None:
    for words in ("hm", "that will be as it should be", "ok but do not send it yet"):
        assert meant(words, READ_BACK, heard("affirm", 0.99)).intent == "give_answer"
    no_name = Open(state="started", kind="name", run="request")
    assert meant("Denise but don't print it", no_name, heard("affirm")).intent == "give_answer"
