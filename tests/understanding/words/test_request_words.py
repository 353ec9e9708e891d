"""What is said of a request that was sent: a detail told anew, and that it is not wanted."""

from __future__ import annotations

import pytest

from bot.understanding.words.request_words import amends, takes_it_back


@pytest.mark.parametrize(
    "text",
    [
        "sorry, my mobile is 07700 900456 now",
        "I put the wrong number, ring 0161 496 0188",
        "use the landline instead, 0161 496 0188",
        "my email's changed, it's denise@hall.example",
        "the postcode should be M14 5RX",
        "can you change the email on that",
        "update my phone number please",
        "07700 900456, evenings",
    ],
)
def test_a_detail_is_told_anew_or_is_to_be_changed(text: str) -> None:
    assert amends(text)
    assert not takes_it_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "change my answer about jobs",
        "the number of buses should be doubled",
        "they should update the website",
        "I have no email and no phone",
        "we need 1,500,000 pounds for it",
    ],
)
def test_what_is_an_answer_changes_no_request(text: str) -> None:
    assert not amends(text)


@pytest.mark.parametrize(
    "text",
    [
        "don't ring me after all",
        "actually, you don't need to call me any more",
        "no need to phone now thanks",
        "forget the call back",
        "never mind about the workshop",
        "I no longer want a copy",
    ],
)
def test_a_request_is_taken_back_in_words(text: str) -> None:
    assert takes_it_back(text)


@pytest.mark.parametrize(
    "text",
    ["don't ring me before ten", "please call me", "don't put phone boxes back on Any Road",
     "we don't need a call centre, we need people"],
)  # fmt: skip
def test_a_wish_or_an_opinion_takes_nothing_back(text: str) -> None:
    assert not takes_it_back(text)
