"""YES, NO, STOP, START and HELP of other languages."""

from __future__ import annotations

import yaml

from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Question
from bot.consultation.texts import Wording
from bot.consultation.waits import ERASE
from bot.understanding.answers import read_answer
from bot.understanding.open import Open
from bot.understanding.words.commands import exact_command, is_stop
from bot.understanding.words.language import FOLDER
from bot.understanding.words.other_languages import INTENTS, language_of_word
from bot.understanding.words.slips import words_of_the_language
from tests.support.understanding import heard, meant

FILES = {
    file.stem: yaml.safe_load(file.read_text("utf-8"))
    for file in sorted(FOLDER.glob("*.yml"))
    if file.stem != "en"
}
PUBLISH = Question("publish", Kind.YES_NO, Wording("May we?", "May we?"), Wording("", ""))


def test_every_language_has_its_words_and_its_text(manchester: Consultation) -> None:
    assert set(FILES) | {"en"} == set(manchester.languages)
    assert {code: set(words) for code, words in FILES.items()} == dict.fromkeys(
        FILES, {*INTENTS, "yes", "no"}
    )


def test_every_command_is_known_however_it_is_typed() -> None:
    for code, words in FILES.items():
        for name, intent in INTENTS.items():
            for said in words[name]:
                for text in (
                    said,
                    said.upper(),
                    f" {said}. ",
                    f"«{said}»",
                    f"{said}！",
                    f"{said}۔",
                ):
                    assert exact_command(text) == intent, (code, text)


def test_a_stop_alone_stops_and_in_a_sentence_does_not() -> None:
    for words in FILES.values():
        for said in words["stop"]:
            assert is_stop(said)
            assert not is_stop(f"{said} 5G {said}")


def test_no_stop_of_another_language_is_english() -> None:
    known = words_of_the_language()
    taken = [
        said
        for words in FILES.values()
        for said in words["stop"]
        if all(word in known for word in said.split())
    ]
    assert taken == []


def test_yes_and_no_are_heard_where_they_are_asked_for() -> None:
    for code, words in FILES.items():
        for value, intent in (("yes", "affirm"), ("no", "deny")):
            for said in words[value]:
                assert meant(said, Open(pending=ERASE), heard("greet")).intent == intent, (
                    code,
                    said,
                )
                assert read_answer(PUBLISH, said.title()).value == value


def test_no_word_means_yes_in_one_language_and_no_in_another() -> None:
    yes, no = (
        {said for words in FILES.values() for said in words[value]} for value in ("yes", "no")
    )
    assert yes & no == set()


def test_a_word_that_one_language_alone_has_tells_the_language() -> None:
    for text, code in (
        ("Ayuda!", "es"),
        ("pomoc", "pl"),
        ("توقف", None),
        ("da", None),
        ("STOP", None),
    ):
        assert language_of_word(text) == code
