"""Taking a consent back in one's own words, and what only sounds like it."""

from __future__ import annotations

import pytest

from bot.consultation.question import Consent
from bot.understanding.consent_withdrawal import consents_taken_back

BOTH = set(Consent)
PLAIN = [
    ("please don't publish my story", {Consent.PUBLISH}),
    ("I don't want my story put online any more", {Consent.PUBLISH}),
    ("dont use our case study in the plan", {Consent.PUBLISH}),
    ("my story should not be published", {Consent.PUBLISH}),
    ("keep my story private please", {Consent.PUBLISH}),
    ("i withdraw my permission to publish it", {Consent.PUBLISH}),
    ("I no longer consent to you publishing my story", {Consent.PUBLISH}),
    ("don’t contact me about my story", {Consent.CONTACT}),
    ("please do not ring me about the workshop", {Consent.CONTACT}),
    ("changed my mind about my permission to contact me", {Consent.CONTACT}),
]
BY_THE_WAY = [
    ("don't publish it", {Consent.PUBLISH}),
    ("keep it private", {Consent.PUBLISH}),
    ("please dont call me about it", {Consent.CONTACT}),
    ("I withdraw my consent", BOTH),
]
NEITHER = [
    "don't contact me",
    "stop texting me",
    "papers should not publish false news",
    "don't share my data with anyone",
    "never use it, waste of money",
    "withdraw my consent and delete my data",
    "yes you can publish it",
    "",
    "do not publish my story " * 20,
]


@pytest.mark.parametrize(("text", "meant"), PLAIN)
def test_a_consent_is_taken_back_anywhere(text: str, meant: set[Consent]) -> None:
    for by_the_way in (True, False):
        assert consents_taken_back(text, by_the_way=by_the_way) == meant


@pytest.mark.parametrize(("text", "meant"), BY_THE_WAY)
def test_it_is_their_story_only_where_nothing_else_is_meant(text: str, meant: set[Consent]) -> None:
    assert consents_taken_back(text, by_the_way=True) == meant
    assert consents_taken_back(text, by_the_way=False) == set()


@pytest.mark.parametrize("text", NEITHER)
def test_other_words_take_nothing_back(text: str) -> None:
    assert consents_taken_back(text, by_the_way=True) == set()
