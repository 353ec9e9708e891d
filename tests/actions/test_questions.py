"""What residents ask is answered from the file, also where it has no `faqs` entry for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import questions
from actions import turn as turn_module
from actions.questions import answer_faq
from actions.turn import Services, Turn
from bot.consultation.dates import Phase
from bot.consultation.file.read import load_consultation
from bot.consultation.model import TOLD_BY_FIELDS, Consultation
from bot.consultation.state import State
from bot.consultation.utterances import load_words
from bot.conversation.place import Place
from bot.settings import ROOT
from tests.support.keys import KEYS

HARBOUR = load_consultation(ROOT / "tests" / "consultations" / "harbour-town-buses.yml")
WITHOUT = replace(HARBOUR, faqs=())
WORDS = load_words(ROOT / "domain.yml")
UNKNOWN = "Sorry, I don't know that."


def said(
    asked: str, file: Consultation, monkeypatch: pytest.MonkeyPatch, *, short: bool = False
) -> str:
    """Return what a resident reads who asked that."""
    nothing: Any = None
    made = Services(file, nothing, KEYS, home="https://say.example")
    monkeypatch.setattr(turn_module, "made", made)
    turn = Turn(nothing, 1, "", Phase.OPEN, short, 0, asked, 1.0, Place(State.STARTED, None))
    say = CollectingDispatcher()
    answer_faq(asked, turn, say)
    [message] = say.messages
    known = {key: value for key, value in message.items() if isinstance(value, str)}
    return WORDS.say(known.pop("response"), short=short, **known)


ASKED = [
    ("faq_strategy", "may run buses later at night", "may run buses later at night"),
    ("faq_aims", "1. Later buses: Buses run until two in the morning.", "1. Later buses"),
    ("faq_who", "by Harbour Town Council", "buses@harbourtown.example"),
    ("faq_after", "Then we will choose", "Then we will choose"),
    ("faq_privacy", "Our staff read your answers.", "https://say.example/privacy"),
    ("faq_close_date", "until the end of Sunday 15 June 2031", "Sunday 15 June 2031"),
]


@pytest.mark.parametrize(("asked", "screen", "sms"), ASKED, ids=[row[0] for row in ASKED])
def test_a_file_without_an_entry_answers_from_its_other_fields(
    asked: str, screen: str, sms: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert screen in said(asked, WITHOUT, monkeypatch)
    assert sms in said(asked, WITHOUT, monkeypatch, short=True)


def test_each_question_of_that_kind_is_tried() -> None:
    assert {asked for asked, *_ in ASKED} == TOLD_BY_FIELDS


@pytest.mark.parametrize(("before", "end"), [
    (False, "15 June 2031."),
    (True, "15 June 2031.\n\nThat's all I know about it, but staff will read what you asked."),
])  # fmt: skip
def test_an_entry_of_the_file_comes_first_and_again_with_whom_to_ask(
    before: bool, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "answered_before", lambda *_: before)
    assert said("faq_close_date", HARBOUR, monkeypatch) == f"It closes at the end of {end}"


@pytest.mark.parametrize("asked", ["faq_aims", "faq_nobody_knows"])
def test_what_no_field_tells_is_not_known(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert UNKNOWN in said(asked, replace(WITHOUT, aims=()), monkeypatch)
