"""A detail of a request that was sent is told anew, or asked for; all else is something else."""

from __future__ import annotations

import pytest

from bot.consultation.model import Consultation
from bot.consultation.state import State
from bot.consultation.waits import AMEND
from bot.conversation.did import Did
from bot.conversation.place import Place, Step
from bot.conversation.revisions import change
from bot.conversation.sealing import CONTACT
from bot.conversation.withdrawals import amending

SENT = [("REQ-2", "print_copy"), ("REQ-1", "callback")]
OPEN = Place(State.STARTED, "smart_people.views", frozenset({"role"}))


def told(consultation: Consultation, text: str, place: Place = OPEN) -> Step:
    return amending(SENT, change)(consultation, place, text, None)


@pytest.mark.parametrize(
    ("text", "request_", "field", "value"),
    [
        ("my mobile is 07700 900456 now", "REQ-1", "callback.contact", "+447700900456"),
        ("use denise@hall.example instead", "REQ-1", "callback.contact", "denise@hall.example"),
        ("the postcode should be M14 5RX", "REQ-2", "print_copy.postcode", "M14 5RX"),
    ],
)
def test_it_changes_the_newest_request_that_has_it(
    consultation: Consultation, text: str, request_: str, field: str, value: str
) -> None:
    step = told(consultation, text)
    assert (step.did, step.reason, step.question) == (Did.AMENDED, request_, field)
    assert (step.told[field]["value"], step.private) == (value, CONTACT)
    assert (step.place, step.reading) == (OPEN, None), "it is no answer to the open question"


def test_a_detail_without_its_value_is_asked_for(consultation: Consultation) -> None:
    step = told(consultation, "can you change the email on that")
    assert step.did is Did.ASKED_AMEND
    waits = {"kind": AMEND, "request": "REQ-1", "question": "callback.contact"}
    assert step.pending == waits
    here = Place(State.STARTED, "smart_people.views", frozenset({"role"}), pending=waits)
    done = told(consultation, "denise@hall.example", here)
    assert (done.did, done.reason) == (Did.AMENDED, "REQ-1")
    assert told(consultation, "change my answer number 1", here).did is Did.CHANGING


def test_who_has_stopped_changes_nothing(consultation: Consultation) -> None:
    step = told(consultation, "my mobile is 07700 900456 now", Place(State.STOPPED, None))
    assert step.did is Did.IS_STOPPED
