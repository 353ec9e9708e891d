"""What holds for any text and for any list of options."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.question import Kind, Option, Question
from bot.consultation.texts import Wording
from bot.understanding.answers import REASONS, Reading, read_answer


def listed(words: str) -> list[str]:
    return words.split()


ORDINALS = listed("first second third fourth fifth sixth seventh eighth")
NUMBERS = listed("one two three four five six seven eight")
TEXTS = [
    "Strongly agree",
    "Agree",
    "Neither agree nor disagree",
    "Disagree",
    "Strongly disagree",
    "Don't know",
]
HOSTILE = [
    "",
    "\x00",
    "4\x00",
    "\ud800",
    "agree \udfff",
    "\u202e4 eerga",
    "a\u0301\u0301\u0301gree",
    "½²³①🅰️🇬🇧",
    "4\u20e3",
    "{slot}",
    "{{7*7}}",
    "/restart",
    "'; DROP TABLE answer; --",
    "<script>alert(4)</script>",
    "٤" * 5000,
    "²" * 5000,
    "9" * 100_000,
    "agree " * 20_000,
    "a" * 100_000,
    "a@" * 50_000,
    "a." * 50_000,
    "@" * 100_000,
    "07700 " * 20_000,
    "M14 5RX " * 12_000,
    "1 and " * 20_000,
    "twenty " * 15_000,
    "one hundred and " * 7_000,
    "-" * 100_000,
    " " * 100_000,
    "?" * 100_000,
    "\u0301" * 100_000,
    "ﷺ" * 100_000,
    "i dont " * 15_000,
    "(" * 100_000,
    "my email is " * 9_000,
]
# Option texts of plain words, among which no number, letter, ordinal or small word is.
WORDS = listed(
    "river garden bridge market station harbour castle forest meadow village library museum "
    "theatre stadium orchard quarry lantern pebble thunder velvet marble copper silver walnut"
)


def question(kind: Kind, texts: list[str] | None = None) -> Question:
    options = tuple(
        Option(f"option_{place}", Wording(text, text)) for place, text in enumerate(texts or [])
    )
    said = Wording("A question", "A question")
    return Question("a.question", kind, said, said, options=options)


EVERY_KIND = [
    *(question(kind) for kind in Kind),
    *(question(kind, TEXTS) for kind in Kind),
    question(Kind.MULTI_CHOICE, ["Bus", "Tram", "16 to 24", "None of these", "👍"]),
    question(Kind.CHOICE, ["1", "2", "A", "B", "Yes", "No", "", "  "]),
]
PIECES = st.sampled_from(
    listed(
        "agree disagree dont not neither strongly 4 5 / , . - and or of all none yes no a b first "
        "last out one twenty dozen @ example.org 07700 900123 M14 5RX https:// ? what is the jobs "
        "½ ² ٤ 👍 ish except but both between"
    )
)
SENTENCES = st.builds(
    lambda pieces, glue: glue.join(pieces), st.lists(PIECES, max_size=9), st.sampled_from([" ", ""])
)
ANY_TEXT = st.one_of(st.text(), st.text(st.characters()), SENTENCES)


def read(asked: Question, text: str) -> Reading | str:
    try:
        return read_answer(asked, text)
    except UnreadableAnswer as error:
        return error.reason


@settings(max_examples=300, deadline=None)
@given(text=ANY_TEXT)
def test_any_text_is_read_or_refused_for_a_known_reason(text: str) -> None:
    for asked in EVERY_KIND:
        reading = read(asked, text)
        if isinstance(reading, str):
            assert reading in REASONS
        else:
            json.dumps(reading.value)
            assert reading.remark is None or reading.remark.strip()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_read_or_refused_at_once(text: str) -> None:
    for asked in EVERY_KIND:
        started = time.process_time()
        reading = read(asked, text)
        assert time.process_time() - started < 1, asked.kind  # no text takes longer and longer
        assert isinstance(reading, Reading) or reading in REASONS


option_lists = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    min_size=2,
    max_size=8,
    unique=True,
)


@settings(max_examples=150, deadline=None)
@given(texts=option_lists, kind=st.sampled_from([Kind.SCALE, Kind.CHOICE]), data=st.data())
def test_every_option_is_reached_by_text_number_letter_and_ordinal(
    texts: list[str], kind: Kind, data: st.DataObject
) -> None:
    asked = question(kind, texts)
    place = data.draw(st.integers(0, len(texts) - 1))
    ways = [texts[place], f"{place + 1}", NUMBERS[place], "abcdefgh"[place], ORDINALS[place]]
    before = data.draw(st.sampled_from(["", " ", "\n", "“", "(", "* "]))
    after = data.draw(st.sampled_from(["", " ", ".", "!", ")", "\n", "  ", " :)", "”"]))
    for way in ways:
        for typed in (way, way.upper(), way.title(), before + way + after):
            assert read(asked, typed) == Reading(f"option_{place}"), typed


@settings(max_examples=100, deadline=None)
@given(texts=option_lists, data=st.data())
def test_every_pair_of_options_is_reached_in_any_order(
    texts: list[str], data: st.DataObject
) -> None:
    asked = question(Kind.MULTI_CHOICE, texts)
    first, second = data.draw(
        st.lists(st.integers(0, len(texts) - 1), min_size=2, max_size=2, unique=True)
    )
    values = [f"option_{place}" for place in sorted((first, second))]
    assert read(asked, f"{first + 1} and {second + 1}") == Reading(values)
    assert read(asked, f"{first + 1},{second + 1}") == Reading(values)
    assert read(asked, f"{'abcdefgh'[first]}, {'abcdefgh'[second]}") == Reading(values)
    words = f"{texts[first]} {texts[second]}".split()
    assume(len(set(words)) == len(words) and " ".join(words) not in texts)
    assert read(asked, f"{texts[first]}, {texts[second]}") == Reading(values)


@settings(max_examples=200, deadline=None)
@given(text=SENTENCES)
def test_capitals_and_outer_space_change_nothing(text: str) -> None:
    for kind in (Kind.SCALE, Kind.MULTI_CHOICE, Kind.YES_NO, Kind.NUMBER, Kind.POSTCODE):
        asked = question(kind, TEXTS if kind in (Kind.SCALE, Kind.MULTI_CHOICE) else None)
        assert value_of(read(asked, text)) == value_of(read(asked, f"  {text.upper()} \n"))


def value_of(reading: Reading | str) -> object:
    return reading.value if isinstance(reading, Reading) else reading
