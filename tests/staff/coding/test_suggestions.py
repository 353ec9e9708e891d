"""Suggestions on the workbench: learnt from people's codes, shown, and counted only when taken."""

from __future__ import annotations

import re

import numpy as np
from flask.testing import FlaskClient

from bot.staff.coding.suggestions import EVERY, Suggestions
from bot.storage.coding import codebook, codes
from bot.storage.staff.rows import Role
from tests.staff.coding.test_coding_pages import PAGE, VIEWS, ids, shown, writer
from tests.staff.desk import START, Desk

ANN = {"staff": "ann@example.org", "now": START}


def by_word(texts: list[str]) -> np.ndarray:
    return np.array([[1.0, 0.0] if "bench" in text else [0.0, 1.0] for text in texts])


def desk_with(desk: Desk, number: int) -> Suggestions:
    """Code some answers, and leave two without a code."""
    for at in range(number):
        writer(desk, f"bench {at}" if at % 2 else f"shade {at}")
    with desk.database.writing() as session:
        bench = codebook.add_theme(session, VIEWS, "Bench", **ANN)
        shade = codebook.add_theme(session, VIEWS, "Shade", **ANN)
        for answer_id, _, text in codes.texts_of(session, VIEWS)[2:]:
            theme = bench if "bench" in text else shade
            codes.set_codes(session, VIEWS, [answer_id], [theme], **ANN)
    made = Suggestions(desk.database, by_word)
    desk.app.extensions["suggestions"] = made
    return made


def told(client: FlaskClient, answer: int) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", shown(client, f"{PAGE}?answer={answer}")).split())


def test_what_was_learnt_is_shown_and_nothing_is_counted(desk: Desk) -> None:
    made = desk_with(desk, EVERY + 2)
    client = desk.signed_in(Role.ANALYST)
    assert "data-suggested" not in shown(client)
    made.learn(VIEWS)
    first, second = ids(desk)[:2]
    words = told(client, first)
    assert re.search(r"Shade 10 suggested, \d+ % sure; right so far: F1 1.00", words)
    words = told(client, second)
    assert re.search(r"Bench 10 suggested", words) and "20 of 22 coded" in words
    coded = shown(client, f"{PAGE}?answer={ids(desk)[5]}")
    assert "data-suggested" not in coded  # a person has said what it is


def test_it_is_learnt_after_every_twenty_codes_and_not_before(desk: Desk) -> None:
    made, learnt = desk_with(desk, EVERY + 2), []
    made._try = learnt.append  # type: ignore[method-assign]
    for coded in (1, EVERY - 1, EVERY, EVERY + 1):
        made.learn_beside(VIEWS, coded)
    assert learnt == [VIEWS, VIEWS]
    made.learn(VIEWS)
    made.learn_beside(VIEWS, 2 * EVERY - 1)
    assert len(learnt) == 2


def test_an_error_suggests_nothing_and_stops_nothing(desk: Desk) -> None:
    def broken(texts: list[str]) -> np.ndarray:
        raise OSError

    desk_with(desk, 4)
    made = Suggestions(desk.database, broken)
    made._try(VIEWS)
    assert made.of(VIEWS, ids(desk)[0]) == {}
    made._try(VIEWS)  # and may be tried again
