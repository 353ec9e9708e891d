"""What is hidden in free text, and what is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import personal_data
from bot.understanding.personal_data import EMAIL, NUMBER, POSTCODE, holds_personal, pieces_of

HIDDEN = [
    ("ring +447700900123 please", NUMBER, "+447700900123"),
    ("ring 07700 900 123", NUMBER, "07700 900 123"),
    ("(0161) 496-0123 is mine", NUMBER, "(0161) 496-0123"),
    ("call 0 7 7 0 0 9 0 0 1 2 3", NUMBER, "0 7 7 0 0 9 0 0 1 2 3"),
    ("07700\u200b900123", NUMBER, "07700\u200b900123"),
    ("٠٧٧٠٠٩٠٠١٢٣", NUMBER, "٠٧٧٠٠٩٠٠١٢٣"),
    ("account 12345678.", NUMBER, "12345678"),
    ("DP-2026-118, ring 07700 900123", NUMBER, "07700 900123"),
    ("UK-2079-460-0123", NUMBER, "2079-460-0123"),
    ("DP-2026-1234567", NUMBER, "2026-1234567"),
    ("tel-07700900123", NUMBER, "07700900123"),
    ("NHS 943 476 5919", NUMBER, "943 476 5919"),
    ("write to jo.o'neil+x@mail.example.org!", EMAIL, "jo.o'neil+x@mail.example.org"),
    ("jo @ example.org", EMAIL, "jo @ example.org"),
    ("jo (at) example (dot) org", EMAIL, "jo (at) example (dot) org"),
    ("jo at example dot org", EMAIL, "jo at example dot org"),
    ("jürgen@exämple.example", EMAIL, "jürgen@exämple.example"),
    ("I live in M14 5RX", POSTCODE, "M14 5RX"),
    ("at sw1a1aa now", POSTCODE, "sw1a1aa"),
    ("EC1A  1BB", POSTCODE, "EC1A  1BB"),
    ("M14,5RX", POSTCODE, "M14,5RX"),
    ("M14-5RX", POSTCODE, "M14-5RX"),
    ("postcodeM14 5RX", POSTCODE, "M14 5RX"),
    ("tel07700900123", NUMBER, "07700900123"),
    ("07700,900,123", NUMBER, "07700,900,123"),
    ("07700/900/123", NUMBER, "07700/900/123"),
    ("⓪⑦⑦⓪⓪⑨⓪⓪①②③", NUMBER, "⓪⑦⑦⓪⓪⑨⓪⓪①②③"),
    ("0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣", NUMBER, "0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0"),
    ("jo＠example.com", EMAIL, "jo＠example.com"),
    ("jo@example,com", EMAIL, "jo@example,com"),
    ("it is jo at example.org", EMAIL, "jo at example.org"),
    *(
        (f"ring {text} now", NUMBER, text)
        for text in (
            "07700 / 900 / 123",
            "07700, 900, 123",
            "07700;900;123",
            "07700|900|123",
            "07700:900:123",
            "07700     900     123",
            "07,700,900,123",
            "o77oo 9oo123",
            "QQ 12 34 56 C",
            "QQ123456C",
        )
    ),
    *(
        (f"write: {text}!", EMAIL, text)
        for text in (
            "jane@example .com",
            "jane @ example . com",
            "jane@localhost",
            "jane dot doe at example dot com",
        )
    ),
    *(
        (f"I live at {text}.", POSTCODE, text)
        for text in (
            "M 14 5RT",
            "M14  5 RT",
            "M14/5RT",
            "M14_5RT",
            "M14:5RT",
            "GIR 0AA",
        )
    ),
]
SHOWN = [
    "",
    "I agree, 5 out of 5",
    "In 2021 and 2026, 20,000 people paid £1,500,000.",
    "on 01/03/2021 at 10:30",
    "I live in M14",
    "see DP-2026-118",
    "FOI/2026/00412 and SAR-2021-7, please",
    "the X50 and the 192 bus",
    "look at the library",
    "It cost £1,234,567,890 or 12,000,000",
    "ring 999 or 111 or 116 123",
    "follow @haveyoursay",
    "MP3 players",
    "I live in M14, 5 people are in the flat",
    "2019, 2020, 2021 and 0, 10, 20",
    "at 10:30, 11:45, 12:00",
    "meet me @ home. Then we go.",
    "oh no oo o o o o o o o o o o",
    "o" * 3000,
    "a dot " * 800,
    "w" * 3000,
]


@pytest.mark.parametrize(("text", "kind", "found"), HIDDEN)
def test_numbers_addresses_and_postcodes_are_found(text: str, kind: str, found: str) -> None:
    pieces = pieces_of(text)
    assert [(piece.kind, piece.text) for piece in pieces if piece.kind] == [(kind, found)]
    assert "".join(piece.text for piece in pieces) == text
    assert holds_personal(text)


@pytest.mark.parametrize("text", SHOWN, ids=lambda text: text[:20])
def test_other_words_are_left_alone(text: str) -> None:
    assert not holds_personal(text)
    assert [piece.text for piece in pieces_of(text)] == ([text] if text else [])


LONG = ["1 " * 2000, "a@" * 2000, "a at " * 2000, "a.b-c." * 1000]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:6])
def test_long_odd_texts_end(text: str) -> None:
    assert "".join(piece.text for piece in pieces_of(text)) == text


BITS = (
    "07700 900123", "M1", "M1 2AB", "gir 0aa", "code", "HYS-2026-118", "QQ 12 34 56 C", "o", "0",
    "1,500,000", "at", " at ", "(at)", "@", "AT", "dot", "example.com", "jane", "bett 5 street",
    "7", " ", "-", "\u200b", "\u0667", "\uff20", "\u212a1 1aa", "\n", "sw1a", "1aa", "cat 9 7bb",
)  # fmt: skip


@given(st.lists(st.sampled_from(BITS), max_size=8).map("".join))
def test_what_is_looked_for_in_turn_is_what_is_looked_for_at_once(text: str) -> None:
    slow = personal_data._ANY.pattern.replace(r"(?=[A-Z]{1,2}\s?\d)", "")
    assert slow != personal_data._ANY.pattern
    plain = personal_data._plain(text)
    found = [one for one in re.finditer(slow, plain, re.I) if one.lastgroup != "known"]
    pieces = [(piece.text, piece.kind) for piece in pieces_of(text) if piece.kind]
    assert pieces == [(text[one.start() : one.end()], one.lastgroup) for one in found]
