"""Whole messages that are commands, however they are typed; everything else is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.understanding.words.commands import decorated_command, exact_command, is_stop
from bot.understanding.words.language import FOLDER, english
from bot.understanding.words.normalise import plain

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("commands.yml").read_text("utf-8"))


def test_a_command_is_known_however_it_is_typed() -> None:
    for intent, texts in TABLE["commands"].items():
        assert {text: exact_command(text) for text in texts} == dict.fromkeys(texts, intent)


def test_every_command_is_known_by_itself_shouted_and_with_a_full_stop() -> None:
    for phrase, intent in english().commands.items():
        for text in (phrase, phrase.upper(), f" {phrase}.\r\n", f"“{phrase}”"):
            assert exact_command(text) == intent, text


def test_a_sentence_with_a_command_word_in_it_is_no_command() -> None:
    texts = [*TABLE["answers"], "skip" * 30, "skip" + " " * 200]
    assert [text for text in texts if exact_command(text)] == []


def test_every_stop_word_stops_however_it_is_typed() -> None:
    for word in english().stop_words:
        for text in (word, word.upper(), word.title(), f"{word} ", f"{word}.", f"'{word}'"):
            assert is_stop(text), text
    for text in ("ＳＴＯＰ", "Stop!", "stop ", "STOP.", "\tstop\r\n", "“STOP”"):
        assert is_stop(text), text


def test_nobody_is_misheard_as_saying_stop() -> None:
    assert [text for text in TABLE["not_stop"] if is_stop(text)] == []
    assert [t for t in TABLE["not_stop"] if decorated_command(t) == "opt_out"] == []


def test_decoration_does_not_hide_a_command() -> None:
    for intent, texts in TABLE["decorated"].items():
        assert {text: decorated_command(text) for text in texts} == dict.fromkeys(texts, intent)
    texts = TABLE["not_decorated"]
    assert {text: decorated_command(text) for text in texts} == dict.fromkeys(texts)


def test_no_phrase_stands_for_two_commands() -> None:
    told = yaml.safe_load((FOLDER / "en.yml").read_text("utf-8"))["commands"]
    meanings = {(plain(p), intent) for intent, said in told.items() for p in said}
    assert len(meanings) == len({phrase for phrase, _ in meanings})
    assert all(phrase == plain(phrase) for phrase, _ in meanings)
