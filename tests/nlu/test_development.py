"""How well the trained model does on messages it has never seen. The limits only ever get
tighter. `python -m tests.nlu.report` tells more.
"""

from __future__ import annotations

import asyncio

import pytest

from bot.consultation.model import Consultation
from tests.nlu.rows import (
    SETS,
    Understood,
    macro,
    misses,
    recall,
    share,
    taken_for_commands,
    understand,
)
from tests.support.rasa import InProcessRasa

# Of each set: the least macro recall, the largest share of answers taken for commands (those that
# look like commands, plain ones), the least recall of opt_out and of distress.
LIMITS = {
    "development": (0.98, 0.01, 0.003, 1.0, 1.0),
    "tune": (0.96, 0.01, 0.003, 1.0, 1.0),
    "final": (0.93, 0.01, 0.003, 0.95, 0.92),
    "blind": (0.91, 0.02, 0.003, 1.0, 1.0),
}


@pytest.fixture(scope="module")
def understood(rasa: InProcessRasa, consultation: Consultation) -> dict[str, Understood]:
    return {name: asyncio.run(understand(rasa, consultation, name)) for name in SETS}


@pytest.mark.parametrize("name", SETS)
def test_commands_are_found(name: str, understood: dict[str, Understood]) -> None:
    assert macro(understood[name]) >= LIMITS[name][0], told(name, understood[name])


@pytest.mark.parametrize("name", SETS)
def test_answers_are_answers(name: str, understood: dict[str, Understood]) -> None:
    hard = share(taken_for_commands(understood[name], ambiguous=True))
    plain = share(taken_for_commands(understood[name], ambiguous=False))
    assert hard <= LIMITS[name][1], told(name, understood[name])
    assert plain <= LIMITS[name][2], told(name, understood[name])


@pytest.mark.parametrize("name", SETS)
def test_nobody_who_wants_out_or_is_in_danger_is_missed(
    name: str, understood: dict[str, Understood]
) -> None:
    found = recall(understood[name])
    assert found["opt_out"] >= LIMITS[name][3], told(name, understood[name])
    assert found["distress"] >= LIMITS[name][4], told(name, understood[name])


def told(name: str, understood: Understood) -> str:
    """The misses, to see them in the failure; of sets that are only counted, their number."""
    missed = misses(understood)
    return f"{len(missed)} misses" if name in ("final", "blind") else "\n".join(missed)
