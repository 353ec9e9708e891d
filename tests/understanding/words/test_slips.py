"""Slips of the finger in commands, and what is none."""

from __future__ import annotations

from bot.understanding.words.segments import segments
from bot.understanding.words.slips import slipped_command, sounds_like_stop


def test_one_slip_in_a_command_word_is_read() -> None:
    for text, intent in (
        ("repaet", "repeat_question"),
        ("skpi", "skip_question"),
        ("strat", "start"),
        ("reastart", "start_over"),
        ("go bakc", "go_back"),
        ("chagne my answer", "change_answer"),
        ("Sorry, hlep pls", "explain_question"),
    ):
        assert slipped_command(text) == intent, text


def test_a_word_of_the_language_is_no_slip() -> None:
    for text in ("pack", "skin", "past", "stark", "halt", "shop", "black", "paper", "lather"):
        assert slipped_command(text) is None, text


def test_a_stop_is_never_made_out_of_something_else() -> None:
    for text in ("stpo", "sotp", "unsubscrbe"):
        assert slipped_command(text) is None and sounds_like_stop(text), text
    for text in ("shop", "step", "top", "stop it", "bus stpo"):
        assert not sounds_like_stop(text), text


def test_a_message_is_cut_into_what_it_says_one_after_the_other() -> None:
    for text, parts in (
        ("skip", ("skip",)),
        ("Free wifi please. Who reads this?", ("Free wifi please.", "Who reads this?")),
        ("one\n\ntwo", ("one", "two")),
        ("Buses - can you ring me", ("Buses", "can you ring me")),
        ("jobs for all, and what happens next", ("jobs for all", "and what happens next")),
        ("...", ("...",)),
    ):
        assert segments(text) == parts, text
