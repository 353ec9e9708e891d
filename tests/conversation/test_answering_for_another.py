"""Answering for another person: asked once, noted, and no hurdle."""

from __future__ import annotations

from dataclasses import replace

from bot.consultation.model import Consultation
from bot.consultation.state import State
from bot.conversation import answering, confirmations
from bot.conversation.did import Did
from bot.conversation.place import Place

WORDS = "I'm answering for my mum"


def test_it_is_asked_whose_views_they_are_and_then_it_goes_on(consultation: Consultation) -> None:
    first = consultation.questions[0].id
    for place in (Place(State.NEW, None), Place(State.STARTED, first)):
        asked = confirmations.for_another(consultation, place, WORDS, None)
        assert (asked.did, asked.behalf, asked.place.state) == (
            Did.ASKED_VIEWS, "mum", place.state,
        )  # fmt: skip
        waits = replace(asked.place, pending=asked.pending)
        yes = confirmations.affirm(consultation, waits, "yes", None)
        no = confirmations.deny(consultation, waits, "no", None)
        assert (yes.did, yes.views) == (Did.VIEWS_THEIRS, "theirs")
        assert (no.did, no.views) == (Did.VIEWS_OWN, "own")
        assert yes.place.open_question == no.place.open_question == first


def test_an_answer_to_the_open_question_is_taken_meanwhile(consultation: Consultation) -> None:
    first = consultation.questions[0]
    asked = confirmations.for_another(consultation, Place(State.STARTED, first.id), WORDS, None)
    waits = replace(asked.place, pending=asked.pending)
    done = answering.answer(consultation, waits, first.options[0].wording.text, None)
    assert done.did is Did.ANSWERED


def test_it_is_asked_only_once(consultation: Consultation) -> None:
    here = Place(State.STARTED, consultation.questions[0].id, behalf="mum")
    assert confirmations.for_another(consultation, here, WORDS, None).did is Did.BEHALF_KNOWN


def test_it_moves_nothing_for_who_has_stopped(consultation: Consultation) -> None:
    here = Place(State.STOPPED, None)
    assert confirmations.for_another(consultation, here, WORDS, None).did is Did.IS_STOPPED
