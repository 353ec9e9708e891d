"""Texts in, texts out: what the bot says fits its channel, and not a word of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.consultation.model import Consultation
from bot.consultation.question import Question
from bot.consultation.text_parts import sms_parts
from bot.turns.rendering import MOST_PARTS, is_short, numbered, split_long, split_short

LETTERS = st.characters(blacklist_categories=("Cs",))
TEXTS = st.text(st.one_of(st.sampled_from("ab €.!?\n😀ŵ"), LETTERS), max_size=900)
SAYINGS = st.lists(
    st.sampled_from(["Thank you.", "How far do you agree?", "Yes!", "dydd da ŵ", "a" * 200, "😀"]),
    max_size=60,
).map(" ".join)


def words(text: str) -> str:
    """Return a text without any white space: all that a cut may take away."""
    return "".join(text.split())


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def questions(consultation: Consultation) -> list[Question]:
    return [q for section in consultation.sections for q in section.questions]


def test_options_are_numbered_lines_under_the_text() -> None:
    assert numbered("Which?", ["Agree", "Don't know"]) == "Which?\n1 Agree\n2 Don't know"
    assert numbered("Why?", []) == "Why?"


PARTS = {
    "one part": ("a" * 160, True),
    "two parts": ("a" * 306, True),
    "a third part": ("a" * 307, False),
    "signs that count twice": ("€" * 153, False),
    "two parts of other letters": ("ŵ" * 134, True),
    "a third part of other letters": ("ŵ" * 135, False),
    "emoji": ("😀" * 66, True),
    "too many emoji": ("😀" * 67, False),
    "nothing": ("", True),
}


@pytest.mark.parametrize(("text", "short"), PARTS.values(), ids=PARTS.keys())
def test_a_short_text_has_two_parts_at_most(text: str, short: bool) -> None:
    assert is_short(text) == short
    assert (split_short(text) == [text]) == short


SENTENCE = "This sentence has some fifty letters, or even more. "


def test_a_long_text_is_cut_between_its_sentences() -> None:
    text = (SENTENCE * 12).strip()
    messages = split_short(text)
    assert " ".join(messages) == text
    assert len(messages) == 3 and all(message.endswith("more.") for message in messages)


def test_as_few_texts_as_possible_are_sent() -> None:
    # A text message has room for five of these sentences and not for six.
    assert [message.count("This") for message in split_short(SENTENCE * 12)] == [5, 5, 2]


@pytest.mark.parametrize("end", ["۔", "।", ".", "؟"])
def test_a_text_in_other_letters_is_cut_between_its_sentences(end: str) -> None:
    sentence = "ہمیں مزید کتب خانے چاہییں " * 3 + end
    assert split_short(f"{sentence} {sentence}") == [sentence, sentence]


def test_lines_are_not_cut_where_whole_lines_fit() -> None:
    text = numbered("a" * 250 + ".", [f"option {n}, and some words" for n in range(9)])
    messages = split_short(text)
    assert [line for message in messages for line in message.split("\n")] == text.split("\n")


def test_a_sentence_that_is_too_long_is_cut_between_words_and_a_word_between_letters() -> None:
    text = "word " * 100 + "x" * 700
    messages = split_short(text)
    assert words("".join(messages)) == words(text) and all(is_short(m) for m in messages)
    assert messages[0].endswith("word") and messages[0].startswith("word")


def test_an_emoji_is_never_cut_in_two() -> None:
    for text in ("😀" * 1000, "x" + "😀" * 1000):
        for messages in (split_short(text), split_long(text, 101)):
            assert "".join(messages) == text


def test_what_has_no_words_is_no_message() -> None:
    assert split_long(" \n" * 5000, 4096) == []
    assert split_short(" \n" * 500) == []


@settings(max_examples=150, deadline=None)
@given(st.one_of(TEXTS, SAYINGS))
def test_no_letter_is_lost_and_every_text_fits(text: str) -> None:
    messages = split_short(text)
    assert words("".join(messages)) == words(text)
    assert all(sms_parts(message) <= MOST_PARTS for message in messages)
    assert messages == [text] or all(message.strip() for message in messages)


@settings(max_examples=150, deadline=None)
@given(st.one_of(TEXTS, SAYINGS), st.integers(2, 200))
def test_no_letter_is_lost_and_every_long_message_fits(text: str, longest: int) -> None:
    messages = split_long(text, longest)
    assert words("".join(messages)) == words(text)
    assert all(units(message) <= longest for message in messages)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["Thank you.", "Is that so?", "All saved!"]), max_size=120))
def test_no_sentence_is_cut_that_fits_by_itself(sentences: list[str]) -> None:
    joined = " ".join(split_short(" ".join(sentences)))
    assert joined == " ".join(sentences)
    for message in split_short(" ".join(sentences)):
        assert not message or message.endswith((".", "?", "!"))


LONGEST = {
    "4,096 letters": ("x" * 4096, 1),
    "4,097 letters": ("x" * 4097, 2),
    "2,048 emoji": ("😀" * 2048, 1),
    "2,049 emoji": ("😀" * 2049, 2),
    "a long text": ("Some words. " * 1000, 3),
}


@pytest.mark.parametrize(("text", "messages"), LONGEST.values(), ids=LONGEST.keys())
def test_telegram_takes_4096_utf_16_units(text: str, messages: int) -> None:
    split = split_long(text, 4096)
    assert len(split) == messages and words("".join(split)) == words(text)
    assert all(units(message) <= 4096 for message in split)


def test_every_question_of_the_consultation_goes_out_as_one_text(
    consultation: Consultation,
) -> None:
    asked = questions(consultation)
    assert asked
    for question in asked:
        titles = [option.wording.sms for option in question.options]
        assert is_short(numbered(question.wording.sms, titles)), question.id


FAMILY = "👩‍👩‍👧‍👦"
WHOLE = {
    "a family": FAMILY,
    "a flag": "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "two letters for a flag": "🇵🇱",
    "a colour of skin": "👍🏽",
    "an accent of its own": "e\u0301",
    "many marks": "a" + "\u0301" * 12,
    "Hangul in pieces": "\u1112\u1161\u11ab",
    "Devanagari": "नि",
}


@pytest.mark.parametrize("letter", WHOLE.values(), ids=WHOLE.keys())
def test_what_reads_as_one_letter_is_never_cut(letter: str) -> None:
    text = letter * 400
    for messages in (split_short(text), split_long(text, 101)):
        assert "".join(messages) == text
        assert all(message.replace(letter, "") == "" for message in messages)


def test_one_letter_that_no_message_can_hold_is_cut_all_the_same() -> None:
    text = "a" + "\u0301" * 500
    messages = split_long(text, 101)
    assert "".join(messages) == text and all(units(message) <= 101 for message in messages)
