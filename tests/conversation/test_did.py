"""What a step did is stored by its value, with the message that did it."""

from __future__ import annotations

import json
from itertools import product

import pytest

from bot.consultation.file.read import load_consultation
from bot.consultation.state import State
from bot.consultation.waits import DOUBT
from bot.conversation.did import Did, Ends
from bot.conversation.moving import MEANT, take_back
from bot.conversation.place import Place
from bot.settings import ROOT
from bot.turns.effect import Effect

HARBOUR = load_consultation(ROOT / "tests" / "consultations" / "harbour-town-buses.yml")
STORED = [
    {"did": "answered", "question": "role", "value": "resident", "opened": "smart_people.agree"},
    {"did": "answered", "question": "map.link", "value": ["work", "shops"], "ends": "sent"},
    {"did": "asked_for", "opened": "map.format", "told": True},
    {"did": "took_back_stopped", "question": "role", "reason": "opt_out", "ends": "dropped"},
    {"did": "stayed"},
]


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: stored["did"])
def test_an_effect_is_read_as_it_was_stored(stored: dict[str, object]) -> None:
    effect = Effect.of(json.loads(json.dumps(stored)))
    assert isinstance(effect.did, Did)
    assert effect.ends is None or isinstance(effect.ends, Ends)
    assert effect.stored() == stored


def test_every_value_fits_where_it_is_stored_and_is_the_name() -> None:
    for member in (*Did, *Ends):
        assert member.value == member.name.lower()


@pytest.mark.parametrize(
    ("meant", "question", "again"),
    [*product(MEANT, [question.id for question in HARBOUR.questions], (False, True))],
)
def test_whatever_is_done_after_an_answer_was_taken_back_has_a_name(
    meant: str, question: str, again: bool
) -> None:
    pending = {"kind": DOUBT, "question": question, "other": meant, "again": again}
    place = Place(State.STARTED, None, frozenset({question}), pending=pending)
    done = take_back(HARBOUR, place)
    assert done.did.took_back and done.did.instead is not None
    assert done.did.instead.after_taking_back() is done.did


def test_only_what_was_done_instead_has_something_after_it() -> None:
    assert Did.TOOK_BACK.took_back and Did.TOOK_BACK.instead is None
    assert not Did.SKIPPED.took_back and Did.SKIPPED.instead is None
    assert Did.TOOK_BACK_SKIPPED.instead is Did.SKIPPED
