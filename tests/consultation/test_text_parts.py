"""How many parts a text message is paid as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.text_parts import is_gsm7, sms_parts

PARTS = [
    ("", 0),
    ("a", 1),
    ("a" * 160, 1),
    ("a" * 161, 2),
    ("a" * 306, 2),
    ("a" * 307, 3),
    ("€" * 80, 1),
    ("€" * 81, 2),
    ("{" * 80, 1),
    ("a" * 159 + "€", 2),  # the euro sign counts two
    ("a" * 152 + "€" + "a" * 152, 3),  # and is not cut in two at the end of a part
    ("a" * 152 + "€" + "a" * 151, 2),
    ("ŵ" * 70, 1),
    ("ŵ" * 71, 2),
    ("😀" * 35, 1),
    ("😀" * 36, 2),
    ("😀" * 33 + "a" + "😀" * 33, 2),
    ("😀" * 34 + "a" + "😀" * 34, 3),  # 67 units hold 33 of them: a pair is not cut in two
    ("’" + "a" * 69, 1),
    ("’" + "a" * 70, 2),
    ("\n" * 160, 1),
    ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ", 1),
]


@pytest.mark.parametrize(("text", "parts"), PARTS)
def test_parts_are_counted_as_they_are_paid(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


@pytest.mark.parametrize("letter", ["’", "–", "…", "ŵ", "ŷ", "`", "😀", "\t", "\0", "ç", "\u00a0"])
def test_a_letter_outside_the_alphabet_makes_the_whole_text_dear(letter: str) -> None:
    assert not is_gsm7("a" + letter)
    assert sms_parts("a" * 100 + letter) == 2


@given(st.text(max_size=400))
def test_a_longer_text_never_takes_fewer_parts(text: str) -> None:
    assert sms_parts(text) <= sms_parts(text + "a") <= sms_parts(text) + 1
