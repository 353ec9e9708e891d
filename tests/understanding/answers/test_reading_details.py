"""Email, phone, postcode, number, web address, and the kinds that take any words."""

from __future__ import annotations

import pytest

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Consultation
from bot.consultation.question import Kind, Option, Question
from bot.consultation.texts import Wording
from bot.understanding.answers import REASONS, Reading, read_answer
from tests.support.tables import table

REFUSE = Option("refuse", Wording("Prefer not to say", "Prefer not to say"))


def question(
    kind: Kind,
    *options: Option,
    minimum: int | None = None,
    maximum: int | None = None,
) -> Question:
    said = Wording("A question", "A question")
    return Question(
        "a.question", kind, said, said, options=options, minimum=minimum, maximum=maximum
    )


def read(asked: Question, text: str) -> object:
    """The value, or the reason why there is none."""
    try:
        return read_answer(asked, text).value
    except UnreadableAnswer as error:
        assert error.reason in REASONS
        return error.reason


ADDRESS = "jo@example.org"
FICTION = "+447700900123"
KINDS = {
    "email": question(Kind.EMAIL),
    "phone": question(Kind.PHONE),
    "either": question(Kind.EMAIL_OR_PHONE),
    "postcode": question(Kind.POSTCODE),
    "district": question(Kind.POSTCODE_DISTRICT, REFUSE),
    "number": question(Kind.NUMBER, minimum=1, maximum=200),
    "url": question(Kind.URL),
}
TABLE = table("details")


@pytest.mark.parametrize("kind", KINDS)
def test_a_detail_is_read_as_it_was_meant(kind: str) -> None:
    rows = {text: value for value, texts in TABLE[kind].items() for text in texts}
    found = {text: read(KINDS[kind], text) for text in rows}
    assert {text: said for text, said in found.items() if said != rows[text]} == {}


@pytest.mark.parametrize(
    ("kind", "text", "reading"),
    [
        (Kind.EMAIL, "my email is jo@example.org", Reading(ADDRESS)),
        (Kind.EMAIL, "jo@example.org thanks", Reading(ADDRESS, "thanks")),
        (Kind.EMAIL, "jo at example dot org", Reading(ADDRESS, exact=False)),
        (Kind.PHONE, "call me on 07700 900123 after 6", Reading(FICTION, "after 6")),
        (Kind.PHONE, "o7700 9oo123", Reading(FICTION, exact=False)),
        (
            Kind.EMAIL_OR_PHONE,
            "jo@example.org or 07700 900123",
            Reading(ADDRESS, "or 07700 900123"),
        ),
        (Kind.POSTCODE, "my postcode is m14 5rx", Reading("M14 5RX")),
        (Kind.POSTCODE, "M14 5RX near the park", Reading("M14 5RX", "near the park")),
        (Kind.NUMBER, "20 people", Reading(20, "people")),
        (Kind.NUMBER, "about twenty", Reading(20, "about")),
        (Kind.NUMBER, "20ish", Reading(20, "20ish")),
        (
            Kind.NUMBER,
            "between 10 and 15 people",
            Reading(15, "between 10 and 15 people", exact=False),
        ),
        (Kind.NUMBER, "twelv", Reading(12, exact=False)),
    ],
)
def test_it_keeps_the_words_beside_the_value(kind: Kind, text: str, reading: Reading) -> None:
    assert read_answer(question(kind), text) == reading


@pytest.mark.parametrize("text", ["M14 5RX", "12 High Street M14 5RX", "m145rx thanks", "M14 5"])
def test_a_district_keeps_nothing_that_finds_a_street(text: str) -> None:
    assert read_answer(question(Kind.POSTCODE_DISTRICT, REFUSE), text) == Reading("M14")


@pytest.mark.parametrize("text", ["anything", "", "?", "/restart", "{slot}", "4\x00", "\ud800"])
def test_any_words_answer_an_open_question(text: str) -> None:
    assert read_answer(question(Kind.OPEN), text) == Reading(None)


@pytest.mark.parametrize("kind", [Kind.NAME, Kind.ADDRESS])
@pytest.mark.parametrize("text", ["", " 1 High Street,\nManchester ", "\tDr. O’Neill-Ó Sé\n", "?"])
def test_names_and_addresses_are_kept_as_typed(kind: Kind, text: str) -> None:
    assert read_answer(question(kind), text) == Reading(text.strip())


def test_a_number_without_bounds_may_be_nought_or_less() -> None:
    assert read(question(Kind.NUMBER), "0") == 0
    assert read(question(Kind.NUMBER), "-3") == -3


def test_a_number_of_endless_digits_is_too_big() -> None:
    assert read(question(Kind.NUMBER), "9" * 100_000) == "too_big"
    assert read(question(Kind.NUMBER), "٩" * 100_000) == "too_big"


def test_what_is_asked_beside_a_name_is_no_name(consultation: Consultation) -> None:
    asked = consultation.by_id["callback.name"]
    assert read_answer(asked, "Grace. What's it for?").value == "Grace"
    for text in ("What do you need it for?", "It says my name here. why do you need it"):
        with pytest.raises(UnreadableAnswer):
            read_answer(asked, text)
