"""A cry for help is heard with each kind of question open; what only sounds like one is not."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.consultation.model import Consultation
from bot.understanding.signals import in_danger
from tests.nlu.rows import metadata
from tests.support.rasa import InProcessRasa

OPEN = ("open", "scale", "choice", "multi_choice", "contact")
BY_RULES = 0.85  # of the cries that are heard, without the model


@cache
def rows(name: str) -> tuple[str, ...]:
    return tuple(yaml.safe_load(Path(__file__).with_name("distress.yml").read_text("utf-8"))[name])


def alarms(
    rasa: InProcessRasa, consultation: Consultation, text: str, kinds: tuple[str, ...]
) -> list[str]:
    """Return the kinds of question with which a text is taken for distress."""

    async def heard(kind: str) -> bool:
        row = {"text": text, "kind": kind, "intent": "distress"}
        return (await rasa.parse(text, metadata(row, consultation)))[0] == "distress"

    return [kind for kind in kinds if asyncio.run(heard(kind))]


def test_cries_are_heard_everywhere(rasa: InProcessRasa, consultation: Consultation) -> None:
    kinds = (*OPEN, "none")
    heard = {text: alarms(rasa, consultation, text, kinds) for text in rows("heard")}
    assert {text for text, at in heard.items() if len(at) < len(kinds)} == set()


def test_no_figure_of_speech_is_a_cry(rasa: InProcessRasa, consultation: Consultation) -> None:
    taken = {text: alarms(rasa, consultation, text, OPEN) for text in rows("answers")}
    assert {text: at for text, at in taken.items() if at} == {}


def test_the_rules_alone_hear_most_cries() -> None:
    heard = [in_danger(text) for text in rows("heard")]
    assert sum(heard) >= BY_RULES * len(heard)


@pytest.mark.parametrize("text", rows("answers") + rows("alarms"))
def test_the_rules_alone_raise_no_alarm(text: str) -> None:
    assert not in_danger(text)
