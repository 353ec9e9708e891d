"""What is suggested to be taken out, and taking it out."""

from __future__ import annotations

import pytest

from bot.staff.publishing.redaction import REASONS, capitals_of, suggest, take_out

KNOWN = capitals_of(["Manchester Digital Strategy"])
SUGGESTED = [
    ("Mrs Patel of 3 Oak Road runs it", ["Mrs Patel", "3 Oak Road"]),
    ("my name is jane doe", ["jane doe"]),
    ("I live at flat 2, 14 oak tree lane", ["flat 2, 14 oak tree lane"]),
    ("My son Ali and I love it", ["Ali"]),
    ("More trees on Market Street please", ["Market Street"]),
    ("Ring 07700 900123 or a@example.org, M14 5AA", ["07700 900123", "a@example.org", "M14 5AA"]),
    ("councillor o'neill and dr Grey", ["councillor o'neill", "dr Grey"]),
    ("It is José who helps", ["José"]),
    # Not names
    ("More benches. Libraries are great on Monday, says Manchester", []),
    ("I walk to the park and use the way home", []),
    ("WE NEED MORE BUSES", []),
    ("[name removed] and [place removed] are out", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "words"), SUGGESTED)
def test_names_streets_and_contact_details_are_suggested(text: str, words: list[str]) -> None:
    assert [one.words for one in suggest(text, KNOWN)] == words


def test_every_reason_that_is_suggested_can_be_given() -> None:
    found = [one for text, _ in SUGGESTED for one in suggest(text)]
    assert {one.reason for one in found} == {"name", "place", "contact"} <= REASONS.keys()


@pytest.mark.parametrize(
    ("words", "left", "times"),
    [
        ("Ali", "[name removed] and [name removed], not Alison", 2),
        ("ali", "[name removed] and [name removed], not Alison", 2),
        ("and  Ali", "Ali [name removed], not Alison", 1),
        ("(.*)", "Ali and Ali, not Alison", 0),
        ("", "Ali and Ali, not Alison", 0),
    ],
)
def test_whole_words_are_taken_out_wherever_they_stand(words: str, left: str, times: int) -> None:
    assert take_out("Ali and Ali, not Alison", words, "name") == (left, times)
