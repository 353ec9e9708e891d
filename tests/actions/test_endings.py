"""What is said when a request is sent, with and without something that happens next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import turn as turn_module
from actions.endings import say_what_ended
from actions.turn import Services, Turn
from bot.consultation.dates import Phase
from bot.consultation.file.read import load_consultation
from bot.consultation.state import State
from bot.consultation.texts import Wording
from bot.consultation.utterances import load_words
from bot.conversation.did import Did, Ends
from bot.conversation.place import Place
from bot.settings import ROOT
from bot.storage.requests.requests import Sent
from bot.turns.effect import Effect
from tests.support.keys import KEYS

HARBOUR = load_consultation(ROOT / "tests" / "consultations" / "harbour-town-buses.yml")
WORDS = load_words(ROOT / "domain.yml")


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (None, ["Thank you, that's sent.\n\nYour", "that's sent. To cancel it"]),
        ("By post.", ["that's sent. By post.\n\nYour", "that's sent. By post. To cancel it"]),
    ],
    ids=["nothing next", "something next"],
)
def test_a_sent_request_has_one_blank_between_its_sentences(
    after: str | None, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    *others, timetable = HARBOUR.sections
    timetable = replace(timetable, next_steps=Wording(after, after) if after else None)
    file = replace(HARBOUR, sections=(*others, timetable))
    nothing: Any = None
    monkeypatch.setattr(turn_module, "made", Services(file, nothing, KEYS))
    sent = Sent("REQ-TEST-0001", "timetable", may_contact=None, reachable=True)
    monkeypatch.setattr("actions.endings.last_sent", lambda *_: sent)
    place = Place(State.STARTED, None)
    for short, words in enumerate(said):
        turn = Turn(nothing, 1, "", Phase.OPEN, bool(short), 0, "give_answer", 1.0, place)
        say = CollectingDispatcher()
        say_what_ended(turn, say, Effect(Did.NOTHING, ends=Ends.SENT), place, "")
        [message] = say.messages
        facts = {name: message[name] for name in ("next_steps", "request")}
        assert words in WORDS.say(message["response"], short=bool(short), **facts)
