"""Email, phone, postcode, number, web address, and the kinds that take any words."""

from __future__ import annotations

import pytest

from bot.consultation.errors import UnreadableAnswer
from bot.consultation.model import Kind, Option, Question, Wording
from bot.understanding.answers import REASONS, Reading, read_answer

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
EMAIL_CASES = [
    ("jo@example.org", ADDRESS),
    (" jo@example.org\n", ADDRESS),
    ("jo@EXAMPLE.Org", ADDRESS),
    ("Jo.Smith+news@example.org", "Jo.Smith+news@example.org"),
    ("jo@mail.example.co.uk", "jo@mail.example.co.uk"),
    ("jo@example.org.", ADDRESS),
    ("jo@example.org, thanks", ADDRESS),
    ("jo@example.org. Thanks", ADDRESS),
    ("my email is jo@example.org", ADDRESS),
    ("It's jo@example.org if you need it", ADDRESS),
    ("<jo@example.org>", ADDRESS),
    ("Jo <jo@example.org>", ADDRESS),
    ("mailto:jo@example.org", ADDRESS),
    ("jo @ example.org", ADDRESS),
    ("jo@ example.org", ADDRESS),
    ("jo @ example . org", ADDRESS),
    ("jo@example. org", ADDRESS),
    ("jo@example,org", ADDRESS),
    ("jo at example.org", ADDRESS),
    ("jo at example dot org", ADDRESS),
    ("JO AT EXAMPLE DOT ORG", "JO@example.org"),
    ("jo (at) example (dot) org", ADDRESS),
    ("jo[at]example[dot]org", ADDRESS),
    ("my email is jo at example dot org", ADDRESS),
    ("jo dot lee at example dot co dot uk", "jo.lee@example.co.uk"),
    ("ｊｏ＠ｅｘａｍｐｌｅ．ｏｒｇ", ADDRESS),
    ("jo\u200b@example.org", ADDRESS),
    ("o'neill@example.org", "o'neill@example.org"),
    ("jo_lee@example.org", "jo_lee@example.org"),
    ("jo@bücher.example", "jo@bücher.example"),
    ("'jo@example.org'", ADDRESS),
    ("*jo@example.org*", ADDRESS),
    ("jo@example", "not_email"),
    ("jo..lee@example.org", "not_email"),
    ("jo.@example.org", "not_email"),
    ("jo@example..org", "not_email"),
    ("jo@host.local", "not_email"),
    ("jo@10.0.0.1", "not_email"),
    ("a" * 65 + "@example.org", "not_email"),
    ("jo@example.1", "not_email"),
    ("jo@", "not_email"),
    ("@example.org", "not_email"),
    ("jo@@example.org", "not_email"),
    ("jo@-example.org", "not_email"),
    ("example.org", "not_email"),
    ("no", "not_email"),
    ("", "not_email"),
    ("@" * 50, "not_email"),
    ("why do you need it?", "asks_back"),
]
FICTION = "+447700900123"
PHONE_CASES = [
    ("07700 900123", FICTION),
    ("07700 900 123", FICTION),
    ("07700900123", FICTION),
    ("07700-900-123", FICTION),
    ("07700.900.123", FICTION),
    ("(07700) 900123", FICTION),
    ("+447700900123", FICTION),
    ("+44 7700 900123", FICTION),
    ("+44 (0)7700-900123", FICTION),
    ("+44(0) 7700 900123", FICTION),
    ("0044 7700 900123", FICTION),
    ("447700900123", FICTION),
    ("7700900123", FICTION),
    ("o7700 9oo123", FICTION),
    ("O77OO 9OO123", FICTION),
    ("０７７００ ９００１２３", FICTION),
    ("٠٧٧٠٠٩٠٠١٢٣", FICTION),
    ("call me on 07700 900123 after 6", FICTION),
    ("my number is 07700900123.", FICTION),
    ("07700 900123 2pm", FICTION),
    ("tel: 07700 900123", FICTION),
    ("0161 496 0000", "+441614960000"),
    ("0161 496 0000 ext 12", "+441614960000"),
    ("020 7946 0000", "+442079460000"),
    ("+353 85 012 3456", "+353850123456"),
    ("+1 202 555 0123", "+12025550123"),
    ("07700 900123 10-12", FICTION),
    ("07700 900123 2 Acacia Road", FICTION),
    ("0800 1111", "+448001111"),
    ("016977 2345", "+44169772345"),
    # One digit is missing.
    ("07700 90012", "not_phone"),
    ("0770090012", "not_phone"),
    ("+44 7700 90012", "not_phone"),
    ("0161 496 000", "not_phone"),
    ("020 7946 000", "not_phone"),
    # One is too many.
    ("07700 9001234", "not_phone"),
    ("0161 496 00000", "not_phone"),
    ("943 476 5919", "not_phone"),
    ("12345", "not_phone"),
    ("1234567", "not_phone"),
    ("0770", "not_phone"),
    ("9" * 40, "not_phone"),
    ("no phone", "not_phone"),
    ("", "not_phone"),
    ("M14 5RX", "not_phone"),
    ("what will you do with it?", "asks_back"),
]
EITHER_CASES = [
    ("jo@example.org", ADDRESS),
    ("07700 900123", FICTION),
    ("07700 900123 or jo@example.org", ADDRESS),
    ("text me on 07700 900 123", FICTION),
    ("jo at example dot org", ADDRESS),
    ("neither", "not_contact"),
    ("12", "not_contact"),
    ("", "not_contact"),
    ("which is better?", "asks_back"),
]
POSTCODE_CASES = [
    ("M14 5RX", "M14 5RX"),
    ("m14 5rx", "M14 5RX"),
    ("m145rx", "M14 5RX"),
    ("M14  5RX.", "M14 5RX"),
    ("M 14 5RX", "M14 5RX"),
    ("m1 4 5 rx", "M14 5RX"),
    ("M14-5RX", "M14 5RX"),
    ("M14 5 R X", "M14 5RX"),
    ("Ｍ１４　５ＲＸ", "M14 5RX"),
    ("my postcode is M14 5RX thanks", "M14 5RX"),
    ("1 High Street, Manchester M14 5RX", "M14 5RX"),
    ("M1 1AE", "M1 1AE"),
    ("sw1a 1aa", "SW1A 1AA"),
    ("W1A 0AX", "W1A 0AX"),
    ("EC1A 1BB", "EC1A 1BB"),
    ("cr0 2yr", "CR0 2YR"),
    ("OL1 1AA", "OL1 1AA"),
    ("MI4 5RX", "not_postcode"),
    ("0L1 1AA", "not_postcode"),
    ("OLI 1AA", "not_postcode"),
    ("CRO 2YR", "not_postcode"),
    ("M1O 5RX", "not_postcode"),
    ("M20 ORX", "not_postcode"),
    ("S014 3AB", "not_postcode"),
    ("GIR 0AA", "GIR 0AA"),
    ("M14", "not_postcode"),
    ("M14 5", "not_postcode"),
    ("QQ1 1AA", "not_postcode"),
    ("M14 5CK", "not_postcode"),
    ("90210", "not_postcode"),
    ("Manchester", "not_postcode"),
    ("it is so far", "not_postcode"),
    ("", "not_postcode"),
    ("M14 5RX or M15 6AA", "two_options"),
    ("why do you want my postcode", "asks_back"),
]
DISTRICT_CASES = [
    ("M14", "M14"),
    ("m14", "M14"),
    ("M 14", "M14"),
    ("M-14", "M14"),
    ("M14.", "M14"),
    ("MI4", "not_postcode"),
    ("M14 5", "M14"),
    ("M14 5RX", "M14"),
    ("m145rx", "M14"),
    ("I live in M14", "M14"),
    ("M14 (Fallowfield)", "M14"),
    ("SW1A", "SW1A"),
    ("sw1a 1aa", "SW1A"),
    ("OL9", "OL9"),
    ("OL 9", "OL9"),
    ("0L9", "not_postcode"),
    ("Fallowfield", "not_postcode"),
    ("A4", "not_postcode"),
    ("14", "not_postcode"),
    ("M", "not_postcode"),
    ("M014", "not_postcode"),
    ("Ml4", "not_postcode"),
    ("ML4", "ML4"),
    ("ml4", "ML4"),
    ("so", "not_postcode"),
    ("", "not_postcode"),
    ("M14 or M15", "two_options"),
    ("prefer not to say", "refuse"),
    ("I'd rather not say", "refuse"),
    ("Prefer not", "refuse"),
    ("1", "refuse"),
    ("what is a district?", "asks_back"),
]
NUMBER_CASES = [
    ("20", 20),
    (" 20. ", 20),
    ("２０", 20),
    ("٢٠", 20),
    ("20 people", 20),
    ("twenty", 20),
    ("about twenty", 20),
    ("About 20 I think", 20),
    ("20ish", 20),
    ("20-ish", 20),
    ("twentyish", 20),
    ("20+", 20),
    ("x20", 20),
    ("~20", 20),
    ("twenty five", 25),
    ("twenty-five", 25),
    ("Twenty Five people", 25),
    ("a hundred", 100),
    ("one hundred and fifty", 150),
    ("one hundred and twelve", 112),
    ("a hundred and ten", 110),
    ("a dozen", 12),
    ("half a dozen", 6),
    ("two dozen", 24),
    ("2 dozen", 24),
    ("a couple", 2),
    ("a couple of copies", 2),
    ("just the one", 1),
    ("one please", 1),
    ("fourty", 40),
    ("twelv", 12),
    ("sevnteen", 17),
    ("between 10 and 15", 15),
    ("10 to 15", 15),
    ("10-15", 15),
    ("10 – 15", 15),
    ("10 or 12", 12),
    ("between ten and fifteen", 15),
    ("can I have 3 please?", 3),
    ("we are 12", 12),
    ("1,00", "not_number"),
    ("200", 200),
    ("201", "too_big"),
    ("1,000", "too_big"),
    ("three hundred", "too_big"),
    ("9" * 20, "too_big"),
    ("0", "too_small"),
    ("none", "too_small"),
    ("zero", "too_small"),
    ("-3", "too_small"),
    ("minus 3", "too_small"),
    ("2.5", "not_number"),
    ("½", "not_number"),
    ("5²", "not_number"),
    ("1e2", "not_number"),
    ("10k", "not_number"),
    ("NaN", "not_number"),
    ("inf", "not_number"),
    ("infinity", "not_number"),
    ("0x10", "not_number"),
    ("lots", "not_number"),
    ("a few", "not_number"),
    ("no one", "not_number"),
    ("2 adults and 3 children", "not_number"),
    ("10:30", "not_number"),
    ("", "not_number"),
    ("how many can I have?", "asks_back"),
    ("what does 3 mean?", "asks_back"),
]
URL_CASES = [
    ("https://example.org", "https://example.org"),
    ("https://example.org/a/page?x=1#top", "https://example.org/a/page?x=1#top"),
    ("http://example.org/", "http://example.org/"),
    ("HTTPS://Example.ORG/Page", "https://example.org/Page"),
    ("example.org", "https://example.org"),
    ("www.example.org/page", "https://www.example.org/page"),
    ("example.org/page.", "https://example.org/page"),
    ("<https://example.org>", "https://example.org"),
    ("example.org:8080/x", "https://example.org:8080/x"),
    ("it's at www.example.org", "https://www.example.org"),
    ("our website: example.org thanks", "https://example.org"),
    ("bücher.example", "https://bücher.example"),
    ("javascript:alert(1)", "not_url"),
    ("javascript://example.org/%0aalert(1)", "not_url"),
    ("JavaScript:alert(1)//example.org", "not_url"),
    ("data:text/html,x", "not_url"),
    ("ftp://example.org", "not_url"),
    ("file:///etc/hosts", "not_url"),
    ("//example.org", "not_url"),
    ("https://bank.example@example.org", "not_url"),
    ("jo@example.org", "not_url"),
    ("example .org", "not_url"),
    ("https://example.org/my page", "not_url"),
    ("see example.org or example.com", "not_url"),
    ("https://", "not_url"),
    ("https://localhost/", "not_url"),
    ("https://127.0.0.1/", "not_url"),
    ("https://[::1/", "not_url"),
    ("https://example.org:99999/", "not_url"),
    ('https://example.org/"onclick', "not_url"),
    ("https://example.org/<b>", "not_url"),
    ("e.g", "not_url"),
    ("3.5", "not_url"),
    ("none", "not_url"),
    ("", "not_url"),
    ("https://example.org/" + "a" * 3000, "not_url"),
    ("do I need one?", "asks_back"),
]


@pytest.mark.parametrize(("text", "value"), EMAIL_CASES)
def test_it_reads_an_email_address(text: str, value: object) -> None:
    assert read(question(Kind.EMAIL), text) == value


@pytest.mark.parametrize(("text", "value"), PHONE_CASES)
def test_it_reads_a_telephone_number(text: str, value: object) -> None:
    assert read(question(Kind.PHONE), text) == value


@pytest.mark.parametrize(("text", "value"), EITHER_CASES)
def test_it_reads_either_way_to_be_reached(text: str, value: object) -> None:
    assert read(question(Kind.EMAIL_OR_PHONE), text) == value


@pytest.mark.parametrize(("text", "value"), POSTCODE_CASES)
def test_it_reads_a_postcode(text: str, value: object) -> None:
    assert read(question(Kind.POSTCODE), text) == value


@pytest.mark.parametrize(("text", "value"), DISTRICT_CASES)
def test_it_reads_a_postcode_district(text: str, value: object) -> None:
    assert read(question(Kind.POSTCODE_DISTRICT, REFUSE), text) == value


@pytest.mark.parametrize(("text", "value"), NUMBER_CASES)
def test_it_reads_a_number_from_1_to_200(text: str, value: object) -> None:
    assert read(question(Kind.NUMBER, minimum=1, maximum=200), text) == value


@pytest.mark.parametrize(("text", "value"), URL_CASES)
def test_it_reads_a_web_address(text: str, value: object) -> None:
    assert read(question(Kind.URL), text) == value


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
