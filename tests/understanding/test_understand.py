"""What a message means, given what is open and what the model hears."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.care import Care, Strength
from bot.understanding.known_questions import Found
from bot.understanding.meaning import ANSWER
from bot.understanding.open import Open
from bot.understanding.words.commands import is_stop
from bot.understanding.words.normalise import strip_decoration
from tests.support.understanding import heard, meant

TABLES = Path(__file__).with_name("tables")
VIEWS, AGREE, NOTHING = Open(kind="open"), Open(kind="scale"), Open()


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((TABLES / name).read_text("utf-8"))
    return found


def test_what_leaves_no_doubt_is_taken_for_what_it_is() -> None:
    wrong = []
    for row in rows("settled.yml"):
        meaning = meant(row["text"], Open(**row["open"]), heard(*row["heard"]))
        if (meaning.intent, meaning.other) != (row["means"], row.get("offers")):
            wrong.append((row["text"], row["open"], meaning.intent, meaning.other))
    assert wrong == []


def test_the_more_an_answer_could_be_meant_the_surer_a_command_must_be() -> None:
    for sure, opened, intent in (
        (0.98, VIEWS, "skip_question"),
        (0.8, VIEWS, ANSWER),
        (0.95, AGREE, "skip_question"),
        (0.3, NOTHING, "skip_question"),
    ):
        assert meant("can we move on", opened, heard("skip_question", sure)).intent == intent


def test_what_is_in_doubt_is_kept_and_offered() -> None:
    meaning = meant("can we move on", VIEWS, heard("skip_question", 0.6))
    assert (meaning.intent, meaning.other) == (ANSWER, "skip_question")


def test_nobody_is_misheard_as_saying_stop() -> None:
    meaning = meant("no more of this", VIEWS, heard("opt_out", 0.8))
    assert (meaning.intent, meaning.other) == (ANSWER, "opt_out")
    assert (
        meant("please never write to me again", VIEWS, heard("opt_out", 0.99)).intent == "opt_out"
    )


def test_an_answer_with_a_question_is_both() -> None:
    text = "Free bus wifi please. Who gets to see what I put?"
    parts = {
        "Free bus wifi please.": heard(ANSWER, 0.95),
        "Who gets to see what I put?": heard("faq_privacy", 0.9),
    }
    found = Found("faq_who_reads", 0.8)
    meaning = meant(text, VIEWS, heard("faq_privacy", 0.99), parts=parts, found=found)
    assert (meaning.intent, meaning.other, meaning.asks) == (ANSWER, None, ("faq_who_reads",))


def test_an_answer_with_a_command_is_kept_and_the_command_offered() -> None:
    text = "More charging points please. Would you send me the plan by post?"
    parts = {
        "More charging points please.": heard(ANSWER, 0.95),
        "Would you send me the plan by post?": heard("request_print_copy", 0.95),
    }
    meaning = meant(text, VIEWS, heard("request_print_copy", 0.99), parts=parts)
    assert (meaning.intent, meaning.other) == (ANSWER, "request_print_copy")


def test_a_question_gets_the_answer_that_is_most_like_it() -> None:
    asked = heard("ask_question", 0.99)
    near, far = Found("faq_text_cost", 0.7), Found("faq_text_cost", 0.1)
    assert meant("do i pay for these", VIEWS, asked, found=near).asks == ("faq_text_cost",)
    assert meant("do i pay for these", VIEWS, asked, found=far).asks == ("ask_question",)
    who = heard("faq_who", 0.99)
    assert meant("who are you", VIEWS, who, found=None).asks == ("faq_who",)


def test_a_plain_cry_comes_before_everything() -> None:
    meaning = meant("skip. I want to die", VIEWS, heard("skip_question", 0.99))
    assert meaning.intent == "distress" and meaning.care.strength is Strength.HARD


def test_a_soft_one_stands_beside_the_answer() -> None:
    low = heard(ANSWER, 0.9, any=0.6)
    meaning = meant("I lost my job and have been very low", AGREE, low)
    assert meaning.intent == ANSWER and meaning.care.strength is Strength.SOFT


def test_an_option_and_nothing_else_is_no_cry() -> None:
    opened = Open(state="started", kind="choice", reads="named")
    sounds = heard("distress", 0.9, hard=0.9, any=0.9)
    assert meant("another way", opened, sounds).care == Care()
    assert meant("99", AGREE, sounds).intent == ANSWER
    assert meant("999", AGREE, sounds).intent == "distress"


@settings(deadline=None)  # the first text waits for the list of English words
@given(
    text=st.text(max_size=60),
    kind=st.sampled_from([None, "open", "scale", "yes_no", "name"]),
    reads=st.sampled_from([None, "exact", "close", "nearly", "asks_back"]),
    intent=st.sampled_from([ANSWER, "opt_out", "skip_question", "greet"]),
    share=st.floats(0, 1),
)
def test_it_always_decides_and_stops_only_when_told_or_very_sure(
    text: str, kind: str | None, reads: str | None, intent: str, share: float
) -> None:
    meaning = meant(text, Open(kind=kind, reads=reads), heard(intent, share))
    assert meaning.intent and 0 <= meaning.sure <= 1
    told = is_stop(text) or is_stop(strip_decoration(text))
    if meaning.intent == "opt_out" and not told and kind:
        assert intent == "opt_out" and share >= 0.8


def test_what_is_open_is_what_the_gateway_sends() -> None:
    for metadata, opened in (
        (None, Open()),
        ({"inbox_id": 1, "phase": "open", "short": False}, Open()),
        ({"kind": "scale", "reads": "close", "answer": False}, Open(kind="scale", reads="close")),
        ({"state": "stopped"}, Open(state="stopped")),
    ):
        assert Open.from_metadata(metadata) == opened


def test_a_language_goes_with_the_meaning_and_a_guess_at_its_words_does_not() -> None:
    text = "moja mama nie umie korzystać z komputera"
    for opened in (VIEWS, AGREE, NOTHING):
        meaning = meant(text, opened, heard("goodbye", 0.5))
        assert (meaning.intent, meaning.other, meaning.language) == (ANSWER, None, "pl")
    assert meant("do widzenia, dziękuję", AGREE, heard("goodbye", 0.95)).intent == "goodbye"
    assert meant(text, AGREE, heard("distress", hard=0.99)).language == "pl"
    assert meant("no computer at home", AGREE, heard("give_answer")).language is None


def test_a_name_a_button_and_what_tells_about_a_person_are_in_no_language() -> None:
    for opened in (
        Open(kind="name"),
        Open(kind="address"),
        Open(answer=True),
        Open(command="skip"),
        Open(run="equality", kind="choice"),
    ):
        assert meant("Łukasz Żółtowski z Gdańska", opened, heard("give_answer")).language is None


def test_a_question_where_a_name_is_to_be_given_is_answered_and_is_no_name() -> None:
    name = Open(state="started", kind="name", run="request")
    audio, vague = Found("faq_audio", 0.8), Found("faq_audio", 0.5)
    heard_as = heard(ANSWER, 0.9)
    asked = meant("Do you do audio or not?", name, heard_as, found=audio)
    assert (asked.intent, asked.asks) == ("ask_question", ("faq_audio",))
    for words, found in (("Do you do audio or not?", vague), ("Jo Lim", audio)):
        assert meant(words, name, heard_as, found=found).asks == ()
    dropped = meant("Do you do audio? Cancel this request.", name, heard_as, found=audio)
    assert dropped.intent == "deny"


def test_a_second_person_who_wants_a_turn_hears_how() -> None:
    found = Found("faq_shared_phone", 1.0)
    for opened in (VIEWS, AGREE, NOTHING):
        meaning = meant("now my wife wants to have a go", opened, heard(ANSWER), found=found)
        assert (meaning.intent, meaning.asks) == ("ask_question", ("faq_shared_phone",))


@pytest.mark.parametrize("text", ["cancel", "END", "quit", "quit 🚌"])
def test_where_no_network_stops_its_other_words_are_asked_not_obeyed(text: str) -> None:
    for kind in ("open", "scale", None):
        asked = meant(text, Open(kind=kind), heard(ANSWER, 0.9))
        assert (asked.intent, asked.other) == (ANSWER, "opt_out")
        obeyed = meant(text, Open(kind=kind, network_stops=True), heard(ANSWER, 0.9))
        assert obeyed.intent == "opt_out"
    assert meant("STOP", Open(kind="open"), heard(ANSWER, 0.9)).intent == "opt_out"


def test_a_name_that_sounds_like_a_greeting_is_a_name() -> None:
    name = Open(state="started", kind="name", run="request")
    for text, intent in (("Yusuf", "greet"), ("14 Harbour Road", "off_topic")):
        assert meant(text, name, heard(intent, 0.95)).intent == ANSWER
    assert meant("who are you?", name, heard("faq_who", 0.95)).intent != ANSWER


def test_a_question_in_a_greeting_is_not_passed_over() -> None:
    asked, new = "Can I say what I think of these forms as well?", Open(state="new")
    parts = {asked: heard("ask_question", 0.9)}
    found = meant(f"Good morning. {asked}", new, heard("greet"), parts=parts)
    assert (found.intent, found.asks) == ("greet", ("ask_question",))
    assert meant("Good morning. Are you there?", new, heard("greet")).asks == ()
