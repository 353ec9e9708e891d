"""Hearing that someone needs help: how plainly, and of which kind."""

from __future__ import annotations

from bot.understanding.care import Care, Strength, care_of, plainly_in_danger

BARS = {"hard": 0.7, "soft": 0.2, "grief": 0.3}
NOTHING = {"hard": 0.0, "any": 0.0, "grief": 0.0}


def cared(*parts: tuple[str, dict[str, float]]) -> Care:
    return care_of([(text, {**NOTHING, **heard}) for text, heard in parts], BARS)


def test_the_whole_and_one_part_of_a_message_tell_of_a_need() -> None:
    whole = ("Trams are late. I can't do this any more.", {"hard": 0.6, "any": 0.7})
    start, end = ("Trams are late.", {}), ("I can't do this any more.", {"hard": 0.9, "any": 0.9})
    assert cared(whole, start, end).strength is Strength.HARD
    assert cared(whole, start, ("It's a lot.", {"any": 0.01})).strength is Strength.NONE


def test_care_has_two_strengths_and_a_sentence_for_grief() -> None:
    assert cared(("some words", {"hard": 0.75, "any": 0.9})).strength is Strength.HARD
    assert cared(("some words", {"hard": 0.6, "any": 0.9})).strength is Strength.SOFT
    assert cared(("some words", {"any": 0.3, "grief": 0.6})).strength is Strength.GRIEF
    assert cared(("some words", {"any": 0.9, "grief": 0.4})).strength is Strength.SOFT


def test_the_words_tell_which_lines_belong_to_it() -> None:
    for text, kind in (
        ("there is smoke in the hall", "fire_gas"),
        ("he is unconscious", "medical"),
        ("my stepdad does things", "child"),
        ("my ex will not stop", "abuse"),
        ("nowhere to sleep tonight", "homeless"),
        ("I want it to be over", None),
    ):
        assert cared((text, {"hard": 0.9, "any": 0.9})).kind == kind, text


def test_what_cannot_be_mistaken_is_heard_without_the_model() -> None:
    for text in ("I want to die", "he hits me", "i can smell gas", "Call an ambulance!!"):
        assert plainly_in_danger(text), text
        assert cared((text, {})).strength is Strength.HARD, text


def test_what_is_told_of_others_or_of_the_past_is_no_plain_cry() -> None:
    for text in (
        "years ago I wanted to die and a helpline saved me",
        "people who say I want to die should find a number at once",
        "an app for anyone who feels like killing time",
        "I would rather die than use an app",
        "",
    ):
        assert not plainly_in_danger(text), text


def test_who_says_that_all_is_well_is_not_contradicted_by_a_guess() -> None:
    for text in (
        "Nobody's hurt, it was only the baby",
        "no one got hit. Agree",
        "No! Nobody is hurting me",
        "I'm not in danger",
    ):
        assert cared((text, {"hard": 0.9, "any": 0.9})).strength is Strength.NONE, text
    assert cared(("Eh? I'm fine, I meant the bus", {"any": 0.5})).strength is Strength.NONE
    assert cared(("I'm fine", {"hard": 0.75, "any": 0.9})).strength is Strength.HARD
    assert cared(("I'm not in danger. I've taken an overdose", {})).strength is Strength.HARD
