"""Residents are asked, at the end and once, whether they want to hear what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.consultation.dates import Phase
from bot.consultation.question import Consent
from bot.consultation.texts import Wording
from bot.conversation import moving
from bot.conversation.answering import answer
from bot.conversation.confirmations import affirm, deny
from bot.conversation.did import Did
from bot.conversation.place import StepFunction
from bot.storage.database.session import Database
from bot.storage.database.tables import HearingRow
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.privacy.access_request import held_about, person_of
from bot.storage.privacy.erasure import erase
from bot.storage.respondents.consents import withdraw_consent
from bot.storage.respondents.places import place_of
from bot.storage.respondents.respondents import Respondent
from tests.staff.desk import CONSULTATION
from tests.support.keys import KEYS
from tests.support.people import NOON, People

ASK = "Do you want to hear what we decide?"
SMALL = replace(
    CONSULTATION, outcome={name: Wording(ASK, ASK) for name in ("ask", "yes", "no", "tell")}
)


@pytest.fixture()
def people(database: Database) -> People:
    return People(database, SMALL)


def at_the_end(people: People, channel: str = "sms") -> Respondent:
    one = people.new(channel=channel)
    for text in ("hello", "a shop", "More trees", "trees"):
        people.answer(one, text)
    return one


def says(people: People, one: Respondent, text: str = ASK) -> None:
    """Let the bot say something."""
    with people.database.writing() as session:
        add_replies(session, one.id, [Reply(text)], reply_to=None, delivery="sent", now=NOON)


def does(people: People, one: Respondent, step: StepFunction, **more: Any) -> Did:
    return people.step(people.send(one, "yes", **more), step).did


def waits(people: People, one: Respondent) -> Any:
    with people.database.reading() as session:
        return (place_of(session, one.id, Phase.OPEN).pending or {}).get("kind")


def wish(people: People, one: Respondent) -> Any:
    """Return their answer, or "not asked"."""
    with people.database.reading() as session:
        row = session.get(HearingRow, one.id)
        return row.given if row else "not asked"


@pytest.mark.parametrize(
    ("channel", "asked"), [("sms", True), ("telegram", True), ("webchat", False)]
)
def test_they_are_asked_where_they_can_be_written_to(
    people: People, channel: str, asked: bool
) -> None:
    one = at_the_end(people, channel)
    assert waits(people, one) == ("hear" if asked else None)
    assert wish(people, one) == (None if asked else "not asked")


@pytest.mark.parametrize(("step", "did", "given"), [
    (affirm, Did.HEARS, True), (deny, Did.HEARS_NOT, False),
])  # fmt: skip
def test_a_yes_and_a_no_are_noted_with_the_words_that_were_asked(
    people: People, step: StepFunction, did: Did, given: bool
) -> None:
    one = at_the_end(people)
    says(people, one, f"{ASK} Send YES or NO.")
    assert does(people, one, step) is did and wish(people, one) is given
    with people.database.reading() as session:
        held = held_about(session, KEYS, person_of(session, one.reference))
    (asked,) = held["asked to hear what came of it"]
    assert (asked["text"], asked["given"]) == (ASK, given)


def test_anything_else_passes_it_over_and_it_is_not_asked_again(people: People) -> None:
    one = at_the_end(people)
    says(people, one)
    people.answer(one, "And more bins")
    assert waits(people, one) is None and does(people, one, affirm) is Did.AGREED
    people.step(people.send(one, "back"), moving.go_back)
    people.answer(one, "trees")
    assert waits(people, one) is None and wish(people, one) is None


def test_a_yes_to_something_else_is_no_consent(people: People) -> None:
    one = at_the_end(people)
    says(people, one)
    says(people, one, "We keep it for a year.")
    assert does(people, one, affirm) is Did.AGREED and wish(people, one) is None


def test_its_own_button_counts_later_too(people: People) -> None:
    one = at_the_end(people, "telegram")
    says(people, one, "Something else.")
    button = {"title": "Yes", "command": "affirm", "confirms": "hear"}
    assert does(people, one, affirm, button=button) is Did.HEARS and wish(people, one) is True


def test_a_consent_that_is_taken_back_and_erasure_reach_it(people: People) -> None:
    first, second = at_the_end(people), at_the_end(people)
    for one in (first, second):
        says(people, one)
        does(people, one, affirm)
    with people.database.writing() as session:
        withdraw_consent(session, KEYS, SMALL, first.id, [Consent.CONTACT], NOON)
        erase(session, KEYS, second.id, last_words=False)
    assert wish(people, first) is False and wish(people, second) == "not asked"


def test_nobody_is_asked_where_the_file_has_no_words_for_it(database: Database) -> None:
    people = People(database, CONSULTATION)
    one = at_the_end(people)
    assert waits(people, one) is None and wish(people, one) == "not asked"
    assert people.step(people.send(one, "hm"), answer).did is Did.KEPT_AFTER_END
