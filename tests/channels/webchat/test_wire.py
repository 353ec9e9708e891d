"""Reading what the page posts, without a server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.http import read_json
from bot.channels.webchat.description import WEBCHAT
from bot.channels.webchat.wire import (
    LONGEST,
    Choice,
    MalformedMessage,
    WebMessage,
    bearer_token,
    button_id,
    read_message,
)

ID = "6f1c3b0e-9f0e-4c66-9d5b-0d8f5c1f7a10"

MESSAGES: list[tuple[dict[str, Any], WebMessage]] = [
    ({"text": "Buses"}, WebMessage(ID, "Buses", None, 0)),
    ({"text": "  as it is \n"}, WebMessage(ID, "  as it is \n", None, 0)),
    ({"text": "\ufeff"}, WebMessage(ID, "\ufeff", None, 0)),
    ({"text": "\0"}, WebMessage(ID, "\0", None, 0)),
    ({"text": "x" * LONGEST}, WebMessage(ID, "x" * LONGEST, None, 0)),
    ({"text": "😀" * LONGEST}, WebMessage(ID, "😀" * LONGEST, None, 0)),
    ({"text": "x", "seen": "12"}, WebMessage(ID, "x", None, 12)),
    ({"text": "x", "seen": 12}, WebMessage(ID, "x", None, 0)),
    ({"text": "x", "sender": "y"}, WebMessage(ID, "x", None, 0)),
    ({"choice": "12.3"}, WebMessage(ID, "", Choice(12, 3), 0)),
    ({"text": "x", "id": ID.upper()}, WebMessage(ID, "x", None, 0)),
]


@pytest.mark.parametrize(("said", "message"), MESSAGES, ids=range(len(MESSAGES)))
def test_a_message_is_read_word_for_word(said: dict[str, Any], message: WebMessage) -> None:
    assert read_message({"id": ID, **said}) == message


@given(st.integers(0, 999_999_999), st.integers(0, 999))
def test_a_button_id_leads_back_to_its_message_and_place(message: int, place: int) -> None:
    read = read_message({"id": ID, "choice": button_id(message, place)})
    assert read.choice == Choice(message, place)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["id", "text", "choice", "seen", "x"]), JSON))
def test_no_json_object_is_more_than_a_message_or_a_refusal(said: dict[str, Any]) -> None:
    try:
        message = read_message(said)
    except MalformedMessage as refused:
        assert refused.status in (400, 413) and refused.message.endswith(".")
    else:
        assert len(message.id) == 36 and (message.text or message.choice)


@given(st.binary(max_size=60))
def test_no_bytes_are_more_than_an_object_or_a_refusal(body: bytes) -> None:
    try:
        assert isinstance(read_json(body), dict)
    except MalformedMessage as refused:
        assert refused.status == 400


@given(st.dictionaries(st.text(st.characters(blacklist_categories=("Cs",)), max_size=5), JSON))
def test_json_without_fancy_numbers_is_read_as_it_is(value: dict[str, Any]) -> None:
    body = json.dumps(value)
    if "NaN" not in body and "Infinity" not in body:
        assert read_json(body.encode()) == value


TOKEN = "AZaz09_-" * 5 + "abc"
HEADERS = [
    (f"Bearer {TOKEN}", TOKEN),
    (f"bearer  {TOKEN} ", TOKEN),
    (f"Bearer {TOKEN}x", None),
    (f"Bearer {TOKEN[:-1]}", None),
    (f"Bearer {TOKEN[:-1]}é", None),
    (f"Bearer {TOKEN[:-1]}\n", None),
    (f"Bearer {TOKEN[:-1]}=", None),
    (f"Token {TOKEN}", None),
    (TOKEN, None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("header", "token"), HEADERS)
def test_a_token_is_taken_only_in_the_form_we_give_them(
    header: str | None, token: str | None
) -> None:
    assert bearer_token(header) == token


def test_the_page_fetches_its_replies_and_shows_real_buttons() -> None:
    web = WEBCHAT
    assert web.pulls and web.buttons and not web.short_texts and web.longest == 4000
