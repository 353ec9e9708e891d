"""Telegram without a gateway: what an update tells, whom to believe, and how sending can end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.errors import MalformedMessage
from bot.channels.telegram.bot_api import TelegramSender, make_bot
from bot.channels.telegram.settings import Telegram
from bot.channels.telegram.update import (
    ALLOWED_UPDATES,
    BUTTON,
    COMMANDS,
    LONGEST,
    Blocked,
    InGroup,
    Pressed,
    Written,
    is_secret,
    read_update,
)
from bot.turns.delivery.sending import Held, Later, NotSent, OptedOut, Refused, ToSend
from tests.providers.telegram import MEDIA, TelegramStandIn
from tests.support.postgres import free_port

USER, GROUP, UPDATE = 700900321, -1002003004005, 870_000_001
SENDER = {"id": USER, "is_bot": False, "first_name": "Resident", "language_code": "cy"}
PRIVATE = {"id": USER, "first_name": "Resident", "type": "private"}
AT = datetime(2021, 3, 1, 12, 0, tzinfo=timezone.utc)
WRITTEN = Written(UPDATE, USER, 7, "Buses", False, None, edited=False, language="cy", written_at=AT)
MARK = "0123456789abcdef01234567"
CONFIGURED = Telegram("123456:" + "a" * 35, ("new-secret", "old_secret"), "http://127.0.0.1:1")


def message(**parts: Any) -> dict[str, Any]:
    return {"message_id": 7, "from": SENDER, "chat": PRIVATE, "date": 1614600000, **parts}


def update(kind: str, content: Any) -> dict[str, Any]:
    return {"update_id": UPDATE, kind: content}


def member(chat: dict[str, Any], status: str) -> dict[str, Any]:
    return {"chat": chat, "from": SENDER, "date": 1614600000, "new_chat_member": {"status": status}}


def query(**parts: Any) -> dict[str, Any]:
    return {"id": "4382", "from": SENDER, "chat_instance": "-38", **parts}


def group(kind: str) -> dict[str, Any]:
    return {"id": GROUP, "title": "A group", "type": kind}


TOLD: dict[str, tuple[dict[str, Any], Any]] = {
    "words": (update("message", message(text="Buses")), WRITTEN),
    "an edit": (
        update("edited_message", message(text="Buses", edit_date=1614600001)),
        replace(WRITTEN, edited=True, written_at=None),
    ),
    "a reply": (
        update("message", message(text="Buses", reply_to_message=message(message_id=5))),
        replace(WRITTEN, replies_to=5),
    ),
    "a reply to what is gone": (
        update("message", message(text="Buses", reply_to_message={"message_id": None})),
        WRITTEN,
    ),
    "no date that can be read": (
        update("message", message(text="Buses", date="soon")),
        replace(WRITTEN, written_at=None),
    ),
    "a picture with words": (
        update("message", message(photo=MEDIA["photo"], caption="Buses")),
        replace(WRITTEN, media=True),
    ),
    "a picture": (
        update("message", message(photo=MEDIA["photo"])),
        replace(WRITTEN, media=True, text=""),
    ),
    "no language": (
        update("message", message(text="Buses", **{"from": {"id": USER, "is_bot": False}})),
        replace(WRITTEN, language=None),
    ),
    "a language with a NUL": (
        update("message", message(text="Buses", **{"from": {**SENDER, "language_code": "c\0y"}})),
        replace(WRITTEN, language=None),
    ),
    "a language with half a letter": (
        update("message", message(text="Buses", **{"from": {**SENDER, "language_code": "\ud800"}})),
        replace(WRITTEN, language=None),
    ),
    "a language of no sense": (
        update("message", message(text="Buses", **{"from": {**SENDER, "language_code": 44}})),
        replace(WRITTEN, language=None),
    ),
    "another bot": (
        update("message", message(text="x", **{"from": {**SENDER, "is_bot": True}})),
        None,
    ),
    "a press": (
        update("callback_query", query(data=f"12.3.{MARK}")),
        Pressed(UPDATE, USER, "4382", 12, 3, f"12.3.{MARK}", "cy"),
    ),
    "a press of a game": (
        update("callback_query", query(game_short_name="x")),
        Pressed(UPDATE, USER, "4382", None, None, "", "cy"),
    ),
    "a block": (update("my_chat_member", member(PRIVATE, "kicked")), Blocked(USER, AT)),
    "an unblock": (update("my_chat_member", member(PRIVATE, "member")), None),
    "C25 group": (update("message", message(chat=group("group"), text="x")), InGroup(GROUP, False)),
    "C25 supergroup": (
        update("message", message(chat=group("supergroup"), text="x")),
        InGroup(GROUP, False),
    ),
    "C25 edit in a group": (
        update("edited_message", message(chat=group("group"), text="x")),
        InGroup(GROUP, False),
    ),
    "C25 anonymous in a group": (
        update("message", {"message_id": 7, "chat": group("group"), "date": 1, "text": "x"}),
        InGroup(GROUP, False),
    ),
    "C25 added to a group": (
        update("my_chat_member", member(group("supergroup"), "member")),
        InGroup(GROUP, False),
    ),
    "C25 added to a channel": (
        update("my_chat_member", member(group("channel"), "administrator")),
        InGroup(GROUP, True),
    ),
    "a live location": (
        update("edited_message", message(location=MEDIA["location"], edit_date=1614600001)),
        None,
    ),
    "C25 channel post": (update("channel_post", message(chat=group("channel"), text="x")), None),
    "C25 inline query": (update("inline_query", query(query="x", offset="")), None),
    "a kind of next year": (update("hologram", {"id": "1"}), None),
    "nothing but its number": ({"update_id": UPDATE}, None),
}  # fmt: skip


@pytest.mark.parametrize(("given_", "told"), TOLD.values(), ids=TOLD.keys())
def test_an_update_tells_one_thing(given_: dict[str, Any], told: Any) -> None:
    assert read_update(given_) == told


@pytest.mark.parametrize("kind", MEDIA)
def test_nothing_of_a_picture_or_recording_is_taken(kind: str) -> None:
    told = read_update(update("message", message(**{kind: MEDIA[kind]})))
    assert told == replace(WRITTEN, media=True, text="")


@pytest.mark.parametrize("text", ["x" * LONGEST, "😀" * LONGEST, "\u0627" * LONGEST])
def test_a_message_may_be_as_long_as_telegram_lets_it(text: str) -> None:
    assert read_update(update("message", message(text=text))) == replace(WRITTEN, text=text)
    with pytest.raises(MalformedMessage) as refused:
        read_update(update("message", message(text=text + "x")))
    assert (refused.value.status, refused.value.code) == (413, "too_long")


MENU = {
    "/start": "start",
    "/start abc": "start",
    "/start ref-17_x": "start",
    "/start@consultation_bot": "start",
    "/help": "explain_question",
    "/skip": "skip_question",
    "/skip@consultation_bot": "skip_question",
    " /skip ": "skip_question",
    "/back": "go_back",
    "/progress": "show_progress",
    "/pause": "pause",
    "/privacy": "faq_privacy",
    "/stop": "opt_out",
    "/Stop": "opt_out",
    "/STOP@Consultation_Bot": "opt_out",
}
ONLY_TEXT = [
    "skip", "/skip it", "/skipping", "/ skip", "//skip", "/skip/back", "/skip\n/back",
    "/stop buses",
    "/restart", "/session_start", '/any_intent{"slot":"x"}', '/start{"slot":"x"}', "/skip@", "/",
    "/opt_out", "/skip_question", "/delete_all", "EXTERNAL: restart", "/ski\u0440",
    "\uff0fskip", "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "command"), MENU.items())
def test_a_word_of_the_menu_is_a_command(text: str, command: str) -> None:
    told = read_update(update("message", message(text=text)))
    assert told == replace(WRITTEN, text=text, command=command)


@pytest.mark.parametrize("text", ONLY_TEXT)
def test_anything_else_with_a_slash_is_only_text(text: str) -> None:  # C38
    assert read_update(update("message", message(text=text))) == replace(WRITTEN, text=text)


def test_every_word_of_the_menu_can_be_put_there() -> None:
    for word, (_, told) in COMMANDS.items():
        assert word.islower() and word.isascii() and 3 <= len(told) <= 256


SECRETS = {
    "the new one": ("new-secret", True),
    "the old one": ("old_secret", True),
    "C22 none": (None, False),
    "C22 empty": ("", False),
    "C22 another": ("new-secreT", False),
    "C22 shorter": ("new-secre", False),
    "C22 longer": ("new-secrett", False),
    "C22 both": ("new-secret,old_secret", False),
    "C22 not ascii": ("new-secr\xe9t", False),
    "C22 no letter at all": ("new-secret\udcff", False),
    "C22 very long": ("new-secret" * 1000, False),
}


@pytest.mark.parametrize(("shown", "believed"), SECRETS.values(), ids=SECRETS.keys())
def test_only_our_own_secrets_are_believed(shown: str | None, believed: bool) -> None:
    assert is_secret(CONFIGURED, shown) is believed


NO_BUTTONS = [
    f"12.3.{MARK}\n", f"12.3.{MARK}0", f"12.3.{MARK.upper()}", f"12.3.{MARK[:-1]}", f"12.{MARK}",
    f"٤.٠.{MARK}", f"1234567890.0.{MARK}", f"12.1234.{MARK}", f"-1.0.{MARK}", "x" * 65,
    "12.3.", "\0",
]  # fmt: skip


@pytest.mark.parametrize("data", NO_BUTTONS)
def test_what_cannot_be_a_button_of_ours_has_no_place(data: str) -> None:
    told = read_update(update("callback_query", query(data=data)))
    assert told == Pressed(UPDATE, USER, "4382", None, None, data, "cy")


def test_a_button_fits_into_what_telegram_carries() -> None:
    longest = f"{'9' * 9}.{'9' * 3}.{MARK}"
    assert BUTTON.fullmatch(longest) and len(longest.encode()) <= 64


KEYS = (
    "update_id", "message", "edited_message", "callback_query", "my_chat_member", "chat", "type",
    "id", "from", "text", "caption", "data", "date", "message_id", "new_chat_member", "status",
    "is_bot", "language_code", "location",
)  # fmt: skip
keys = st.sampled_from(KEYS)
words = st.sampled_from(
    ["", "private", "group", "kicked", "7", "x" * 5000, "\ud800", f"1.0.{MARK}"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
# What the webhook takes for "an update of a shape that is not known".
KNOWN = (LookupError, TypeError, ValueError, AttributeError, OverflowError, MalformedMessage)


@settings(deadline=None)
@given(st.dictionaries(keys, json_values))
def test_an_update_of_any_shape_is_refused_or_read_for_what_it_says(found: dict[str, Any]) -> None:
    broken = [{"update_id": 1, **found}]
    for like, _ in TOLD.values():
        kind, content = list(like.items())[-1]
        content = {**content, **found} if isinstance(content, dict) else found
        broken.append({"update_id": 1, kind: content})
    for given_ in broken:
        try:
            told = read_update(given_)
        except KNOWN:
            continue
        content = next((given_[kind] for kind in ALLOWED_UPDATES if kind in given_), None)
        assert content is not None or told is None, "a kind that is not for us tells nothing"
        says_so(told, content)


def says_so(told: Any, content: Any) -> None:
    """Nothing is made up: every part of what was read stands in the update."""
    if isinstance(told, Written):
        assert content["chat"]["type"] == "private" and not content["from"].get("is_bot")
        assert told.text in (content.get("text"), content.get("caption"), "")
        assert len(told.text) <= LONGEST and told.media == ("text" not in content)
        assert told.user == int(content["from"]["id"])
    elif isinstance(told, Pressed):
        known = BUTTON.fullmatch(told.data)
        assert told.data == (content.get("data") or "") and told.user == int(content["from"]["id"])
        assert (told.seq is not None) == (told.place is not None) == bool(known)
    elif isinstance(told, Blocked):
        assert content["chat"]["type"] == "private"
        assert content["new_chat_member"]["status"] in ("kicked", "left")
    elif isinstance(told, InGroup):
        assert content["chat"]["type"] != "private" and told.chat == int(content["chat"]["id"])


@pytest.fixture(scope="module")
def serving() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(secret="new-secret").running() as stand_in:
        yield stand_in


@pytest.fixture()
def stand_in(serving: TelegramStandIn) -> Iterator[TelegramStandIn]:
    serving.sent.clear()
    serving.calls.clear()
    serving.left_chats.clear()
    serving.blocked.clear()
    serving.meet(USER)
    yield serving
    serving._failures.clear()


def send(
    stand_in: TelegramStandIn, to_send: ToSend, *, seconds: float = 10.0, **changed: Any
) -> str:
    """Send one message; return its id, or raise."""
    api = {"bot_token": stand_in.token, "api_url": stand_in.url, **changed}

    async def sending() -> str:
        sender = TelegramSender(replace(CONFIGURED, **api))
        sender._bot = make_bot(replace(CONFIGURED, **api), read_seconds=seconds)
        try:
            return await sender.send(str(USER), to_send)
        finally:
            await sender.close()

    return asyncio.run(sending())


def test_a_message_goes_out_as_plain_words_without_a_picture_of_its_links(
    stand_in: TelegramStandIn,
) -> None:
    text = "*Not bold* <b>nor this</b> _www.manchester.gov.uk_ [x](javascript:alert(1)) \\u00e9"
    provider_id = send(stand_in, ToSend(1, text))
    (sent,) = stand_in.sent
    assert (sent.text, str(sent.message_id), sent.buttons) == (text, provider_id, [])
    assert "parse_mode" not in sent.raw and "reply_markup" not in sent.raw
    assert sent.raw["link_preview_options"] == '{"is_disabled": true}'


def test_every_button_has_a_row_of_its_own(stand_in: TelegramStandIn) -> None:
    buttons = (("4.0." + MARK, "Strongly agree"), ("4.1." + MARK, "Don't know"))
    send(stand_in, ToSend(1, "How far?", buttons))
    assert stand_in.sent[0].buttons == [(title, data) for data, title in buttons]
    assert stand_in.sent[0].raw["reply_markup"].count("[{") == 2


ENDINGS: dict[str, tuple[Any, type[NotSent]]] = {
    "C17 token refused": (401, Held),
    "C17 no such bot": (404, Held),
    "C27 blocked": (403, OptedOut),
    "C27 account gone": ((403, "Forbidden: user is deactivated"), OptedOut),
    "C17 bad request": ((400, "Bad Request: chat not found"), Refused),
    "C17 too many": ((429, 7), Later),
    "C17 conflict": ((409, "Conflict: x"), Later),
    "C17 broken": (500, Later),
    "C17 behind a proxy": (502, Later),
    "C17 cut off": ("drop", Later),
}


@pytest.mark.parametrize(("failure", "kind"), ENDINGS.values(), ids=ENDINGS.keys())
def test_every_refusal_says_what_is_to_be_done_and_never_the_token(
    stand_in: TelegramStandIn, failure: Any, kind: type[NotSent]
) -> None:
    stand_in.fail_next(failure)
    with pytest.raises(NotSent) as problem:
        send(stand_in, ToSend(1, "Hello"))
    assert type(problem.value) is kind
    assert problem.value.__suppress_context__ and problem.value.__cause__ is None
    assert stand_in.token not in repr(problem.value)
    assert len(problem.value.code) <= 40  # what the outbox has room for


def test_telegram_says_how_long_to_wait(stand_in: TelegramStandIn) -> None:
    stand_in.fail_next((429, 7))
    with pytest.raises(Later) as problem:
        send(stand_in, ToSend(1, "Hello"))
    assert (problem.value.seconds, problem.value.doubtful) == (7.0, False)


def test_what_never_reached_telegram_is_not_in_doubt(stand_in: TelegramStandIn) -> None:
    with pytest.raises(Later) as problem:
        send(stand_in, ToSend(1, "Hello"), api_url=f"http://127.0.0.1:{free_port()}")
    assert not problem.value.doubtful


@pytest.mark.parametrize("failure", ["accept_and_drop", "accept_and_hang"])
def test_what_may_have_reached_telegram_is_in_doubt(
    stand_in: TelegramStandIn, failure: Any
) -> None:
    stand_in.fail_next(failure)
    with pytest.raises(Later) as problem:
        send(stand_in, ToSend(1, "Hello"), seconds=0.3)
    assert problem.value.doubtful


@pytest.mark.parametrize("may_write", [True, False])
def test_a_group_is_left_whether_or_not_it_can_be_told_why(
    stand_in: TelegramStandIn, may_write: bool
) -> None:
    stand_in.chats[GROUP] = group("group")
    if not may_write:
        stand_in.fail_next((400, "Bad Request: not enough rights to send text messages"))

    async def leaving() -> None:
        sender = TelegramSender(replace(CONFIGURED, bot_token=stand_in.token, api_url=stand_in.url))
        await sender.leave(GROUP, "Please write to me directly.")
        await sender.close()

    asyncio.run(leaving())
    assert stand_in.left_chats == [GROUP] and len(stand_in.sent) == may_write
