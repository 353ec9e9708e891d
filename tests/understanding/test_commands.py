"""Whole messages that are commands, however they are typed; everything else is not."""

from __future__ import annotations

import pytest

from bot.understanding.commands import COMMANDS, STOP_WORDS, exact_command, is_stop, undressed

SPELLINGS = [
    ("skip", "skip_question"),
    ("SKIP", "skip_question"),
    ("Skip.", "skip_question"),
    ("  skip \n", "skip_question"),
    ("*skip*", "skip_question"),
    ("“Skip”", "skip_question"),
    ("‘skip’", "skip_question"),
    ("(skip)", "skip_question"),
    ("ＳＫＩＰ", "skip_question"),
    ("skip!!!", "skip_question"),
    ("skip…", "skip_question"),
    ("skip?", "skip_question"),
    ("skip   this\tone", "skip_question"),
    ("skip\u00a0this", "skip_question"),
    ("next question", "skip_question"),
    ("Go back", "go_back"),
    ("BACK!", "go_back"),
    ("I don't understand", "explain_question"),
    ("I don’t understand.", "explain_question"),
    ("i dont understand", "explain_question"),
    ("What does this mean?", "explain_question"),
    ("?", "explain_question"),
    ("???", "explain_question"),
    ("HELP", "explain_question"),
    ("I’ll finish later", "pause"),
    ("stop for now", "pause"),
    ("i'm back", "resume"),
    ("I’m Back!", "resume"),
    ("How far am I?", "show_progress"),
    ("start", "start"),
    ("Let’s start!", "start"),
    ("UNSTOP", "start"),
    ("Ta-ra", "goodbye"),
    ("Thanks", "thank"),
    ("good morning,", "greet"),
    ("Repeat the question", "repeat_question"),
]


@pytest.mark.parametrize(("text", "intent"), SPELLINGS)
def test_a_command_is_known_however_it_is_typed(text: str, intent: str) -> None:
    assert exact_command(text) == intent


@pytest.mark.parametrize("phrase", sorted(COMMANDS))
def test_every_command_is_known_by_itself_shouted_and_with_a_full_stop(phrase: str) -> None:
    for text in (phrase, phrase.upper(), f" {phrase}.\r\n", f"“{phrase}”"):
        assert exact_command(text) == COMMANDS[phrase], text


ANSWERS = [
    "Skip the queue at the library and go online instead",
    "Please help older people get online",
    "Help with broadband costs",
    "please go back to face to face services",
    "I want to start a business",
    "next year",
    "back in 2019 I had no internet",
    "what about people without phones",
    "Pause the roll-out of 5G",
    "hi-tech jobs",
    "thank you but I think it is a waste",
    "bye-laws should be online",
    "resume writing classes",
    "continue the free wifi",
    "repeat prescriptions online",
    "more progress on fibre",
    "/skip",
    "/stop",
    "/restart",
    "/session_start",
    '/skip_question{"a":"b"}',
    "skip/",
    "s k i p",
    "skipp",
    "skip 2",
    "skip\n\nand then some",
    "1. skip",
    "{skip}",
    "skip" * 30,
    "skip" + " " * 200,
    "",
    " ",
    "...",
    "!",
    "😀",
    "سكيب",
]


@pytest.mark.parametrize("text", ANSWERS)
def test_a_sentence_with_a_command_word_in_it_is_no_command(text: str) -> None:
    assert exact_command(text) is None


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
def test_every_stop_word_stops_however_it_is_typed(word: str) -> None:
    for text in (word, word.upper(), word.title(), f"{word} ", f"{word}.", f"{word}!", f"'{word}'"):
        assert is_stop(text), text


@pytest.mark.parametrize("text", ["ＳＴＯＰ", "Stop!", "stop ", "STOP.", "\tstop\r\n", "“STOP”"])
def test_the_providers_ways_of_typing_stop_are_known(text: str) -> None:
    assert is_stop(text)


NOT_STOP = [
    "please stop the buses idling",
    "stop the cuts",
    "stop spending money on this",
    "Stop wasting my time with silly questions",
    "non-stop",
    "bus stop",
    "the bus stop",
    "stop for now",
    "stop it going wrong",
    "stopping",
    "stopped",
    "don't stop",
    "Don’t stop!",
    "never stop",
    "stop?no",
    "in the end",
    "end of the road",
    "the end",
    "end digital exclusion",
    "the West End",
    "quit smoking apps",
    "cancel culture",
    "cancel the scheme",
    "unsubscribe me from the newsletter",
    "revoke the licence",
    "opt out of the data sharing",
    "start",
    "top",
    "st op",
    "/stop",
    "no",
    "",
]


@pytest.mark.parametrize("text", NOT_STOP)
def test_nobody_is_misheard_as_saying_stop(text: str) -> None:
    assert not is_stop(text)


DRESSED = {
    "opt_out": ["Stop\n\nSent from my iPhone", "S.T.O.P", "s-t-o-p", "S T O P", "ЅТОР",
                "st\u00adop", "STOP xx", "stop thanks", "Stop, please", "unsubscribe please",
                "stop all now"],
    "skip_question": ["skip\n\nGet Outlook for Android", "s k i p"],
    None: ["STOP - racism", "stop x100", "a b c", "/stop", "/s t o p", "end thanks", "в конце",
           "stop please the buses", "stop\nthe buses", "non-stop", "", "bus\nSent from my iPhone"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "intent"), [(text, intent) for intent, texts in DRESSED.items() for text in texts]
)
def test_a_command_is_known_in_any_dress(text: str, intent: str | None) -> None:
    assert exact_command(undressed(text)) == intent
    if intent and len(text) > 5:
        assert not is_stop(text) or text == "Stop, please"


def test_no_phrase_stands_for_two_commands() -> None:
    from bot.understanding.commands import _EXACT, plain

    phrases = [plain(p) for some in _EXACT.values() for p in some.split("|")]
    meanings = {(plain(p), intent) for intent, some in _EXACT.items() for p in some.split("|")}
    assert len(meanings) == len(set(phrases)) and "" not in phrases
