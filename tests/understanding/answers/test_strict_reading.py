"""What is read, what is offered, and what is never guessed, by kind of reply."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Question
from bot.understanding.answers import Reading, read_answer
from tests.support.tables import table
from tests.understanding.answers.test_reading_options import AGREE, PUBLISH, ROLE, question

TABLE = table("strict")
# The question, what was typed, what was meant, and what was read or is nearest.
Row = tuple[str, str, str, Reading | tuple[str, ...]]


def tried(
    consultation: Consultation, part: str
) -> list[tuple[str, str, str, Reading | tuple[str, ...]]]:
    """Return each row of a part with its reading, or with the options that are nearest."""
    return [
        (asked, text, meant, reading_of(consultation.by_id[asked], text))
        for asked, rows in TABLE[part].items()
        for meant, texts in rows.items()
        for text in texts
    ]


def reading_of(asked: Question, text: str) -> Reading | tuple[str, ...]:
    try:
        return read_answer(asked, text)
    except UnreadableAnswer as unread:
        return unread.nearest


def options(reading: Reading | tuple[str, ...]) -> set[str] | None:
    """Return what was read, if anything was."""
    if not isinstance(reading, Reading):
        return None
    return set(reading.value) if isinstance(reading.value, list) else {str(reading.value)}


def test_an_answer_is_read(consultation: Consultation) -> None:
    rows = tried(consultation, "read")
    assert [row for row in rows if options(row[3]) != {*row[2].split("+")}] == []


def test_what_is_not_plain_is_offered(consultation: Consultation) -> None:
    rows = tried(consultation, "offered")
    assert [row for row in rows if isinstance(row[3], Reading) or not row[3]] == []
    assert [row for row in rows if not {*row[3]} <= {*row[2].split()}] == []


def test_nothing_is_guessed(consultation: Consultation) -> None:
    assert [row for row in tried(consultation, "not_read") if options(row[3])] == []


WORDS = ["bridge", "kettle", "ladder", "saucer", "window", "carpet", "pillow", "candle"]
lists = st.lists(st.sampled_from(WORDS), min_size=2, max_size=8, unique=True)


@settings(max_examples=100, deadline=None)
@given(texts=lists, data=st.data())
def test_a_number_alone_is_always_that_option(texts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))
    asked = question(Kind.CHOICE, {text: text for text in texts})
    for typed in (f"{place + 1}", f" {place + 1}.", f"({place + 1})", f"number {place + 1}"):
        assert read_answer(asked, typed).value == texts[place]


DENIALS = st.sampled_from(
    ["not {}", "not the {}", "never {}", "isn't {}", "nothing {}", "without {}"]
)
AROUND = st.sampled_from(["{}", "well, {}", "{} please", "i'd say {}", "{}, thanks"])


@settings(max_examples=150, deadline=None)
@given(denial=DENIALS, around=AROUND, data=st.data())
def test_an_option_that_is_denied_is_never_read(
    denial: str, around: str, data: st.DataObject
) -> None:
    asked = data.draw(st.sampled_from([AGREE, ROLE, PUBLISH]))
    options = asked.options[:1] if asked is PUBLISH else asked.options  # "never no" is a no
    option = data.draw(st.sampled_from(options))
    texts = [option.wording.text.lower(), str(asked.options.index(option) + 1)]
    typed = around.format(denial.format(data.draw(st.sampled_from(texts))))
    with contextlib.suppress(UnreadableAnswer):
        assert read_answer(asked, typed).value != option.value, typed


@pytest.mark.parametrize("side", ["agree", "disagree"])
@pytest.mark.parametrize(
    "beside", ["{0}, well {1}", "{0} but really {1}", "{1} no {0}", "{0}. no, {1}", "{0} or {1}"]
)
def test_the_opposite_beside_an_option_is_never_passed_over(side: str, beside: str) -> None:
    other = {"agree": "disagree", "disagree": "agree"}[side]
    with pytest.raises(UnreadableAnswer):
        read_answer(AGREE, beside.format(side, other))
