"""Why a conversation should be read, with the words that say so."""

from __future__ import annotations

from typing import Any

import pytest

from bot.staff.conversations.quotes import LONGEST, quote
from bot.staff.conversations.why import reasons_to_read
from bot.storage.messages.transcripts import Turn
from tests.staff.desk import START


def _turn(text: str, seq: int = 1, **more: Any) -> Turn:
    given = {"intent": "give_answer", "confidence": 0.9, "delivery": "done", **more}
    return Turn(seq=seq, direction="in", text=text, at=START, question=None, **given)


DANGER, PERSON = "May be in danger or despair", "Wants to talk to a person"
WHY: list[tuple[Turn, list[tuple[str, str]]]] = [
    (_turn("more benches"), []),
    (_turn("I cannot go on", intent="distress"), [(DANGER, "I cannot go on")]),
    (_turn("it is too much", flags=("distress",)), [(DANGER, "it is too much")]),
    (_turn("useless lot", flags=("complaint",)), [("Complaint", "useless lot")]),
    (_turn("hm", confidence=0.2), [("May have been misunderstood", "hm")]),
    (_turn("x", delivery="failed"), [("The bot could not deal with a message", "x")]),
    (_turn("ring 07700 900123"), [("Personal details in the text", "ring [number hidden]")]),
    (_turn("a person please", flags=("callback",)), [(PERSON, "a person please")]),
    (_turn("look", flags=("distress", "staff")),
     [(DANGER, "look"), ("Flagged by staff", "look")]),
]  # fmt: skip


@pytest.mark.parametrize(("turn", "told"), WHY)
def test_every_reason_quotes_the_words_it_stands_on(
    turn: Turn, told: list[tuple[str, str]]
) -> None:
    found = reasons_to_read([turn])
    assert [(why.title, "".join(bit.text for bit in why.quoted[0].bits)) for why in found] == told
    assert all(why.danger is (why.title == DANGER) for why in found)


def test_what_a_person_has_checked_is_not_unsure() -> None:
    assert reasons_to_read([_turn("hm", 3, confidence=0.2)], checked={3}) == []


def test_danger_comes_first_and_what_repeats_is_counted() -> None:
    turns = [_turn(f"wrong {n}", n, intent="complain") for n in (1, 2, 3, 4)]
    found = reasons_to_read([*turns, _turn("help", 9, intent="distress")])
    assert [(why.title, [one.number for one in why.quoted], why.more) for why in found] == [
        (DANGER, [9], 0),
        ("Complaint", [1, 2], 2),
    ]


LONG = "One sentence here. Then the trees. " + "word " * 100
QUOTES = [
    ("short words", (), "short words"),
    ("two\n\nlines", (), "two lines"),
    ("First. Second has trees in it.", (18, 23), "…Second has <trees> in it."),
    ("", (), ""),
    ("word " * 100, (250, 254), None),
    (LONG, (28, 33), None),
    ("x" * 500, (400, 410), None),
]


@pytest.mark.parametrize(("text", "mark", "shown"), QUOTES)
def test_a_quote_is_the_sentence_around_the_mark(
    text: str, mark: tuple[int, int] | tuple[()], shown: str | None
) -> None:
    bits = quote(text, [mark] if mark else [])
    said = "".join(f"<{bit.text}>" if bit.marked else bit.text for bit in bits)
    assert len(said) <= LONGEST + 4
    if mark:
        assert [bit.text for bit in bits if bit.marked] == [text[slice(*mark)]]
    if shown is not None:
        assert said == shown
