"""Telegram's webhook: believed only with its secret, stored once, answered in words alone."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from bot.channels.registry import channel_named
from bot.channels.telegram.settings import telegram_of
from bot.channels.telegram.update import LONGEST, LONGEST_BODY, SECRET_HEADER
from bot.channels.telegram.webhook import WEBHOOK_PATH
from bot.conversation import answering, moving
from bot.gateway.app import create_app
from bot.settings import Settings
from bot.storage.database.tables import AnswerRow, FlagRow, InboxRow, OutboxRow, RespondentRow
from bot.storage.messages.outbox import Reply
from bot.storage.privacy.exports import export_rows
from bot.turns.apply import take_step
from bot.turns.delivery import deliver
from bot.turns.services import Services, TryLater, TurnReply, Understood
from tests.conftest import Clock
from tests.providers.telegram import MEDIA, TelegramStandIn, as_telegram_writes, person, units
from tests.support.channels import Latest, with_channel, with_telegram, without_channel
from tests.support.gateway import CANARY, HOME, FakeRasa, reply, shorten_waits
from tests.support.people import at_once
from tests.support.processes import until
from tests.support.speakers import settle
from tests.support.tables import failing
from tests.support.texts import EXACT, REPAIRED

USER, OTHER, GROUP, CHANNEL = 700900321, 700900654, -1002003004005, -1002003004006
ROLE, AIM, VIEWS, PRIORITY = "role", "smart_people.agree", "smart_people.views", "overall.priority"
INSIDES = ("Traceback", 'File "', "Error(", "Exception", "sqlite", "json.decoder", "starlette")


@pytest.fixture(scope="module", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """Every client reads all of them, which takes longer than most tests here."""
    context = ssl.create_default_context()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", lambda *_, **__: context)
        yield


@pytest.fixture()
def telegram(api: tuple[Latest, str], clock: Clock) -> Iterator[TelegramStandIn]:
    stand_in = api[0].stand_in = TelegramStandIn(secret="tests-Secret_1")
    stand_in.url = api[1]
    stand_in.clock = lambda: clock.moment.timestamp()
    yield stand_in
    stand_in.close()


@pytest.fixture()
def services(services: Services, telegram: TelegramStandIn) -> Services:
    return replace(services, settings=with_telegram(services.settings, telegram))


@pytest.fixture(autouse=True)
def short_waits(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_waits(monkeypatch, 0.01)


def consulting(services: Services) -> Callable[[Mapping[str, Any]], TurnReply]:
    """Return a Rasa that takes the steps of the consultation and asks its questions."""
    commands = {"start": moving.start, "skip_question": moving.skip, "go_back": moving.go_back}

    def says(message: Mapping[str, Any]) -> TurnReply:
        step = commands.get(message["metadata"]["command"], answering.answer)
        with services.database.writing() as session:
            now = services.clock()
            effect = take_step(
                session, services.consultation, message["id"], step, now=now, keys=services.keys
            )
        asked = services.consultation.by_id.get(effect.opened or effect.question or "")
        if asked is None:
            return reply(f"did {effect.did.value}")
        buttons = [
            {"title": option.wording.text, "question": asked.id, "value": option.value}
            for option in asked.options
        ]
        question = Reply(f"{effect.did.value}: {asked.id}?", buttons, question=asked.id)
        return TurnReply((question,), Understood("give_answer", 0.9))

    return says


@dataclass
class Talk:
    """A gateway, Telegram and Rasa, as a test uses them."""

    services: Services
    telegram: TelegramStandIn
    rasa: FakeRasa
    client: TestClient

    def done(self, answers: list[httpx.Response]) -> None:
        """See that the webhook took what was brought, and wait until all is answered."""
        assert answers and {answer.status_code for answer in answers} == {200}, answers
        assert {answer.content for answer in answers} == {b""}
        self.settle()

    def settle(self) -> None:
        settle(self.services)
        chores = self.client.app.state.senders["telegram"].chores  # type: ignore[attr-defined]
        until(lambda: not chores._tasks)

    def say(self, text: str, user: int = USER, **more: Any) -> list[str]:
        """Write; return what the bot says to it."""
        before = len(self.texts(user))
        self.done(self.telegram.write(user, text, **more))
        return self.texts(user)[before:]

    def press(self, title: str, user: int = USER, **more: Any) -> None:
        self.done(self.telegram.press(user, title, **more))

    def edit(self, message_id: int, text: str, user: int = USER) -> list[str]:
        before = len(self.texts(user))
        self.done(self.telegram.edit(user, message_id, text))
        return self.texts(user)[before:]

    def bring(self, kind: str, content: Any, update_id: int = 1) -> None:
        """Deliver an update that no stand-in makes."""
        self.done([self.telegram.update({"update_id": update_id, kind: content})])

    def texts(self, user: int = USER) -> list[str]:
        return self.telegram.texts_to(user)

    def notices(self) -> list[str | None]:
        """What was written on the buttons that were pressed."""
        return [answer["text"] for answer in self.telegram.callback_answers]

    def called(self, method: str) -> int:
        return sum(name == method for name, _ in self.telegram.calls)

    def words(self, response: str) -> str:
        return self.services.say(response, "telegram").text

    def stored(self) -> list[str]:
        """What residents sent, as it is kept."""
        with self.services.database.reading() as session:
            return list(session.execute(select(InboxRow.text).order_by(InboxRow.id)).scalars())

    def answers(self) -> list[tuple[str, str, str]]:
        with self.services.database.reading() as session:
            rows = session.execute(select(AnswerRow).order_by(AnswerRow.id)).scalars()
            return [(row.question, row.text, row.status) for row in rows]

    def notes(self) -> list[str | None]:
        with self.services.database.reading() as session:
            return list(session.execute(select(InboxRow.note).order_by(InboxRow.id)).scalars())

    def rows(self) -> dict[str, int]:
        tables = (RespondentRow, InboxRow, OutboxRow, AnswerRow)
        with self.services.database.reading() as session:
            return {
                table.__tablename__: session.execute(
                    select(func.count()).select_from(table)
                ).scalar_one()
                for table in tables
            }

    def person(self) -> Any:
        (row,) = self.exported("respondents")
        return row

    def open_question(self) -> str:
        with self.services.database.reading() as session:
            return str(session.execute(select(RespondentRow.open_question)).scalar_one())

    def exported(self, what: str) -> list[Any]:
        with self.services.database.reading() as session:
            return list(export_rows(session, what, self.services.consultation.id))

    def ids(self) -> list[int]:
        """Return the ids of the messages that they see as their own."""
        with self.services.database.reading() as session:
            refs = session.execute(select(InboxRow.sender_ref).order_by(InboxRow.id)).scalars()
            return [int(ref) for ref in refs if ref]


@pytest.fixture()
def talk(services: Services, telegram: TelegramStandIn, rasa: FakeRasa, client: TestClient) -> Talk:
    telegram.client = client
    return Talk(services, telegram, rasa, client)


@pytest.fixture()
def asked(talk: Talk) -> Talk:
    """They have begun; the first question is open."""
    talk.rasa.says = consulting(talk.services)
    talk.say("/start")
    return talk


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text[:200]
    body = answer.json()
    assert set(body) == {"error", "message"} and body["error"] == code
    assert not [word for word in INSIDES if word in answer.text]


def update_of(text: str, update_id: int = 870_000_001, **more: Any) -> dict[str, Any]:
    message = {"message_id": 7, "from": person(USER), "date": 1614600000, "text": text}
    chat = {"id": USER, "first_name": "Resident", "type": "private"}
    return {"update_id": update_id, "message": {**message, "chat": chat, **more}}


def body_of(text: str, **more: Any) -> bytes:
    return as_telegram_writes(update_of(text, **more))


NO_ROWS = {"respondent": 0, "inbox": 0, "outbox": 0, "answer": 0}

# Who is believed


SHOWN: dict[str, bytes | None] = {
    "C22 missing": None,
    "C22 empty": b"",
    "C22 wrong": b"tests-Secret_2",
    "C22 shorter": b"tests-Secret_",
    "C22 longer": b"tests-Secret_11",
    "C22 other case": b"TESTS-SECRET_1",
    "C22 not ascii": "tests-Sécret_1".encode(),
    "C22 not utf-8": b"tests-Secret_\xff",
    "C22 very long": b"tests-Secret_1" * 500,
}


def test_who_does_not_know_the_secret_is_refused(talk: Talk) -> None:
    def check(secret: bytes | None) -> None:
        headers = [(SECRET_HEADER.encode(), secret)] if secret is not None else []
        for body in (body_of(CANARY), b"{", b"x" * 1000):
            refused(talk.client.post(WEBHOOK_PATH, content=body, headers=headers), 403, "forbidden")

    assert failing(SHOWN, check) == {}
    assert talk.rows() == NO_ROWS and talk.rasa.asked == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_is_taken_even_with_the_secret(talk: Talk, method: str) -> None:  # C22
    headers = {SECRET_HEADER: talk.telegram.secret}
    answer = talk.client.request(method, WEBHOOK_PATH, content=body_of(CANARY), headers=headers)
    refused(answer, 405, "method_not_allowed")
    assert talk.rows() == NO_ROWS


def test_two_secrets_are_believed_while_they_are_exchanged(
    services: Services, telegram: TelegramStandIn, rasa: FakeRasa
) -> None:
    both = replace(telegram_of(services.settings), webhook_secrets=("new", telegram.secret))
    only = replace(both, webhook_secrets=("new",))
    wanted = [
        (both, {"new": 200, telegram.secret: 200, "newer": 403, f"new,{telegram.secret}": 403})
    ]
    wanted.append((only, {"new": 200, telegram.secret: 403}))
    number = 0
    for configured, answers in wanted:
        settings = with_channel(services.settings, "telegram", configured)
        app = create_app(replace(services, settings=settings), rasa)
        with TestClient(app, base_url=HOME) as telegram.client:
            for secret, status in answers.items():
                number += 1
                answer = telegram.post(body_of(f"text {number}", update_id=number), secret=secret)
                assert answer.status_code == status
            settle(services)
    assert rasa.texts == ["text 1", "text 2", "text 5"]


def test_a_channel_that_is_off_has_no_address(
    settings: Settings, services: Services, rasa: FakeRasa, telegram: TelegramStandIn
) -> None:
    app = create_app(replace(services, settings=without_channel(settings, "telegram")), rasa)
    with TestClient(app, base_url=HOME) as client:
        headers = {SECRET_HEADER: telegram.secret}
        answer = client.post(WEBHOOK_PATH, content=body_of(CANARY), headers=headers)
        refused(answer, 404, "not_found")


# Once each


def test_the_same_update_five_times_at_once_is_one_message(talk: Talk) -> None:  # C23
    talk.telegram.meet(USER)
    answers = at_once(5, lambda _: talk.telegram.update(update_of(CANARY)))
    talk.done(answers)
    assert talk.stored() == talk.rasa.texts == [CANARY]
    assert talk.texts().count("Noted.") == 1 and talk.rows()["respondent"] == 1


def test_first_messages_of_one_person_at_once_make_one_person(talk: Talk) -> None:
    talk.telegram.meet(USER)
    updates = [update_of(f"text {n}", update_id=n) for n in range(5)]
    talk.done(at_once(5, lambda n: talk.telegram.update(updates[n])))
    assert sorted(talk.stored()) == sorted(talk.rasa.texts) == [f"text {n}" for n in range(5)]
    assert talk.rows()["respondent"] == 1


def test_ids_may_come_in_any_order_and_begin_again_lower(talk: Talk) -> None:  # C23
    ids = [870_000_010, 870_000_005, 870_000_011, 3, 0, 870_000_004, 2**31 - 1]
    for number in [*ids, *reversed(ids)]:
        talk.say(f"text {number}", update_id=number)
    assert talk.stored() == talk.rasa.texts == [f"text {number}" for number in ids]


def test_an_update_that_comes_again_with_other_words_changes_nothing(talk: Talk) -> None:
    talk.say("first", update_id=5)
    talk.say(CANARY, update_id=5)
    assert talk.stored() == talk.rasa.texts == ["first"]


def test_an_update_is_known_after_a_restart(
    services: Services, telegram: TelegramStandIn, rasa: FakeRasa
) -> None:
    telegram.meet(USER)
    for _ in range(2):
        with TestClient(create_app(services, rasa), base_url=HOME) as telegram.client:
            assert telegram.update(update_of(CANARY)).status_code == 200
            settle(services)
    assert rasa.texts == [CANARY] and telegram.texts_to(USER).count("Noted.") == 1


def test_each_bot_counts_its_own_updates(
    services: Services, telegram: TelegramStandIn, rasa: FakeRasa
) -> None:
    telegram.meet(USER)
    for token in (telegram.token, "654321:" + "b" * 35):
        telegram.token = token
        configured = replace(telegram_of(services.settings), bot_token=token)
        settings = with_channel(services.settings, "telegram", configured)
        app = create_app(replace(services, settings=settings), rasa)
        with TestClient(app, base_url=HOME) as telegram.client:
            assert telegram.update(update_of(f"to {token[:6]}")).status_code == 200
            settle(services)
    assert rasa.texts == ["to 123456", "to 654321"]


# Edits (C24): never a turn of Rasa; what was said first is kept


def test_an_edit_puts_new_words_in_place_of_the_first_ones(asked: Talk) -> None:
    asked.press("I live in Manchester")
    asked.say("agree")
    asked.say("Buses")
    turns, here = len(asked.rasa.asked), asked.open_question()
    views = asked.ids()[-1]
    assert asked.edit(views, "More buses") == [asked.words("utter_edit_saved")]
    assert asked.edit(views, "Many more buses") == [asked.words("utter_edit_saved")]
    assert asked.answers()[2:] == [
        (VIEWS, "Buses", "replaced"),
        (VIEWS, "More buses", "replaced"),
        (VIEWS, "Many more buses", "current"),
    ]
    assert len(asked.rasa.asked) == turns
    assert asked.open_question() == here


@dataclass(frozen=True)
class Edit:
    """Their messages, which of them they change to what, and their answers after that."""

    said: tuple[str, ...]
    number: int  # of their messages, the first is /start
    to: str
    saved: bool
    current: dict[str, str]


EDITS = {
    "C24 right after the answer": Edit(("1",), 1, "2", True, {ROLE: "2"}),
    "C24 before the question is closed": Edit(("1", "er"), 2, "agree", False, {ROLE: "1"}),
    "C24 when the question is long closed": Edit(
        ("1", "agree", "Buses", "agree"), 2, "disagree", True, {AIM: "disagree"}
    ),
    "C24 to what is no answer": Edit(("1", "agree"), 2, "banana", False, {AIM: "agree"}),
    "C24 of a replaced answer": Edit(
        ("1", "agree", "/back", "disagree"), 2, "strongly agree", False, {AIM: "disagree"}
    ),
    "C24 of the answer that replaced it": Edit(
        ("1", "agree", "/back", "disagree"), 4, "strongly agree", True, {AIM: "strongly agree"}
    ),
    "C24 of a message that was no answer": Edit(("1",), 0, "2", False, {ROLE: "1"}),
    "C24 of a skipped question": Edit(("/skip", "agree"), 1, "1", False, {AIM: "agree"}),
    "C24 to a word of the menu": Edit(("1", "agree"), 2, "/skip", False, {AIM: "agree"}),
}


def test_a_cry_for_help_in_an_edit_is_answered_at_once(asked: Talk) -> None:
    asked.press("I live in Manchester")
    asked.say("agree")
    asked.say("Buses")
    told = asked.edit(asked.ids()[-1], "I want to kill myself")
    assert "116 123" in told[0]
    assert told[1:] == [asked.words("utter_edit_saved")]
    with asked.services.database.reading() as session:
        kinds = set(session.execute(select(FlagRow.kind)).scalars())
    assert "distress" in kinds


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edit_is_a_revision_or_a_note_for_staff(asked: Talk, edit: Edit) -> None:
    for text in edit.said:
        asked.say(text)
    turns, before, asked_now = len(asked.rasa.asked), asked.answers(), asked.person()
    told = asked.words("utter_edit_saved" if edit.saved else "utter_edit_kept")
    assert asked.edit(asked.ids()[edit.number], edit.to) == [told]
    current = {question: text for question, text, status in asked.answers() if status == "current"}
    assert current.items() >= edit.current.items()
    assert [text for _, text, _ in asked.answers()][: len(before)] == [
        text for _, text, _ in before
    ]
    assert len(asked.answers()) == len(before) + edit.saved
    assert asked.stored()[-1] == edit.to and asked.notes()[-1] == "edit"
    assert len(asked.rasa.asked) == turns
    assert asked.person()["state"] == asked_now["state"] == "started"


def test_an_edit_of_a_message_that_nobody_knows_is_kept(asked: Talk) -> None:
    rows = asked.rows()["answer"]
    assert asked.edit(99_999, CANARY) == [asked.words("utter_edit_kept")]
    assert asked.stored()[-1] == CANARY and asked.rows()["answer"] == rows
    assert len(asked.rasa.asked) == 1


def test_an_edit_does_not_reach_the_same_message_of_another(asked: Talk) -> None:
    asked.say("1")
    theirs = asked.ids()[-1]
    asked.done(asked.telegram.edit(OTHER, theirs, "2"))
    assert asked.answers() == [(ROLE, "1", "current")]


def test_an_edit_by_someone_never_seen_is_kept(talk: Talk) -> None:
    assert talk.edit(7, CANARY)[-1] == talk.words("utter_edit_kept")
    assert (talk.stored(), talk.notes()) == ([CANARY], ["edit"])
    assert talk.rasa.asked == [] and talk.person()["state"] == "new"


def test_an_edit_after_the_consultation_has_closed_is_kept(asked: Talk, clock: Clock) -> None:
    asked.say("1")
    clock.moment += timedelta(days=60)
    assert asked.edit(asked.ids()[-1], "2") == [asked.words("utter_edit_kept")]
    assert asked.answers() == [(ROLE, "1", "current")] and asked.stored()[-1] == "2"


def test_an_edit_waits_for_the_message_that_it_changes(asked: Talk) -> None:
    says, awake = asked.rasa.says, threading.Event()
    asked.rasa.says = lambda message: says(message) if awake.is_set() else TryLater("away")
    assert asked.telegram.write(USER, "1", message_id=55)[0].status_code == 200
    assert asked.telegram.edit(USER, 55, "2")[0].status_code == 200
    assert asked.answers() == []
    awake.set()
    asked.settle()
    assert asked.answers() == [(ROLE, "1", "replaced"), (ROLE, "2", "current")]
    assert asked.rasa.texts[0] == "/start" and set(asked.rasa.texts[1:]) == {"1"}


def test_an_edit_that_comes_twice_is_one(asked: Talk) -> None:
    asked.say("1")
    message = {**update_of("2")["message"], "message_id": asked.ids()[-1]}
    for _ in range(3):
        asked.bring("edited_message", message, update_id=12)
    assert asked.answers() == [(ROLE, "1", "replaced"), (ROLE, "2", "current")]
    assert asked.texts().count(asked.words("utter_edit_saved")) == 1


def test_an_edit_to_stop_stops(asked: Talk) -> None:
    asked.say("1")
    asked.edit(asked.ids()[-1], "STOP")
    assert asked.person()["opted_out"] and asked.answers() == [(ROLE, "1", "current")]


def test_a_location_that_moves_is_not_a_change_of_words(asked: Talk) -> None:
    """A live location is edited by the app every few seconds."""
    sent, rows = len(asked.texts()), asked.rows()
    where = update_of("")["message"] | {"location": MEDIA["location"]}
    del where["text"]
    for number in range(3):
        asked.bring("edited_message", where, update_id=number)
    assert (len(asked.texts()), asked.rows()) == (sent, rows)


# What is not words (C25)


@pytest.mark.parametrize("kind", ["group", "supergroup"])
def test_a_group_is_told_once_and_left_once(talk: Talk, kind: str) -> None:
    talk.done(talk.telegram.add_to_group(GROUP, kind))
    for text in (CANARY, "/start", "STOP"):
        talk.done(talk.telegram.write_in_group(GROUP, USER, text))
    for update_id in range(3):
        talk.bring("my_chat_member", added(GROUP, kind), update_id)
    assert talk.texts(GROUP) == [talk.words("utter_no_groups")]
    assert talk.called("leaveChat") == 1 and talk.telegram.left_chats == [GROUP]
    assert talk.rows() == NO_ROWS and talk.rasa.asked == []


def added(chat: int, kind: str, status: str = "member") -> dict[str, Any]:
    group = {"id": chat, "title": "A group", "type": kind}
    member = {"user": {"id": 123456, "is_bot": True}, "status": status}
    return {"chat": group, "from": person(USER), "date": 1614600000, "new_chat_member": member}


def test_a_channel_is_left_without_a_word(talk: Talk) -> None:
    talk.done(talk.telegram.add_to_group(CHANNEL, "channel"))
    talk.done(talk.telegram.channel_post(CHANNEL, CANARY))
    talk.bring("my_chat_member", added(CHANNEL, "channel", "administrator"))
    assert talk.telegram.sent == [] and talk.called("leaveChat") == 1
    assert talk.rows() == NO_ROWS


def test_two_groups_are_both_left(talk: Talk) -> None:
    for group in (GROUP, GROUP - 1):
        talk.done(talk.telegram.add_to_group(group))
    assert sorted(talk.telegram.left_chats) == [GROUP - 1, GROUP]


def test_a_group_that_adds_the_bot_again_is_left_again(talk: Talk) -> None:
    for number in range(2):
        talk.done(talk.telegram.add_to_group(GROUP))
        assert talk.telegram.left_chats == [GROUP]
        talk.bring("my_chat_member", added(GROUP, "group", "left"), number)
    assert talk.called("leaveChat") == 2


def test_a_group_that_could_not_be_left_is_left_at_the_next_update(talk: Talk) -> None:
    talk.telegram.chats.clear()
    talk.bring("my_chat_member", added(GROUP, "group"))  # Telegram does not know it: refused
    assert talk.telegram.left_chats == []
    talk.done(talk.telegram.add_to_group(GROUP))
    assert talk.telegram.left_chats == [GROUP]


def test_an_inline_query_or_an_unknown_kind_is_taken_and_left(talk: Talk) -> None:
    talk.done(talk.telegram.inline_query(USER, CANARY))
    talk.bring("poll_answer", {"poll_id": "1", "user": person(USER), "option_ids": [0]})
    talk.bring("message_reaction", {"chat": {"id": USER, "type": "private"}, "message_id": 1})
    assert talk.rows() == NO_ROWS and talk.telegram.sent == []


KEPT_OUT = (
    "AgACAgQAAxkBAAIB", "AQADvrkxGw", "+447700900123", "53.479", "2.2484", "More buses?",
    "answers.pdf", "Thumbs", "audio/ogg", "5303949137437066",
)  # fmt: skip


@pytest.mark.parametrize("kind", MEDIA)
def test_of_a_picture_or_recording_nothing_is_kept(talk: Talk, kind: str, tmp_path: Path) -> None:
    talk.done(talk.telegram.send_media(USER, kind))
    assert talk.texts()[-1] == talk.words("utter_only_words")
    assert (talk.stored(), talk.notes()) == ([""], ["media"]) and talk.rasa.asked == []
    assert not in_files(tmp_path, talk, KEPT_OUT)


@pytest.mark.parametrize("kind", ["photo", "voice", "document"])
def test_the_words_under_a_picture_are_an_answer(asked: Talk, kind: str, tmp_path: Path) -> None:
    asked.done(asked.telegram.send_media(USER, kind, caption="1"))
    assert asked.answers() == [(ROLE, "1", "current")]
    assert asked.texts()[-2:] == [asked.words("utter_only_words"), f"answered: {AIM}?"]
    assert not in_files(tmp_path, asked, KEPT_OUT)


def in_files(folder: Path, talk: Talk, words: tuple[str, ...]) -> list[str]:
    """Return which words stand anywhere in what was written to disk."""
    talk.services.database.close()
    content = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b"SQLite format 3" in content
    forms = {word: (word, json.dumps(word)[1:-1]) for word in words}
    coded = ("utf-8", "utf-16-le")
    return [
        w for w, some in forms.items() if any(f.encode(c) in content for f in some for c in coded)
    ]


def test_another_bot_is_not_answered(talk: Talk) -> None:
    for kind in ("message", "edited_message"):
        message = update_of(CANARY)["message"]
        message["from"]["is_bot"] = True
        talk.bring(kind, message)
    assert talk.rows() == NO_ROWS and talk.telegram.sent == []


# Buttons (C26)


def test_pressing_answers_the_question(asked: Talk) -> None:
    asked.press("I live in Manchester")
    asked.press("Agree")
    assert asked.answers() == [(ROLE, "I live in Manchester", "current"), (AIM, "Agree", "current")]
    assert asked.notices() == [None, None]
    assert asked.exported("answers")[0]["value"] == "resident"
    assert [m["metadata"]["answer"] for m in asked.rasa.asked] == [False, True, True]


def test_pressing_start_starts(talk: Talk) -> None:
    talk.rasa.says = lambda _: reply("Ready?", buttons=[{"title": "Start", "command": "start"}])
    talk.say("hello")
    talk.rasa.says = consulting(talk.services)
    talk.press("Start")
    assert talk.rasa.asked[-1]["metadata"]["command"] == "start"
    assert talk.texts()[-1] == f"started: {ROLE}?" and talk.notices() == [None]


@pytest.mark.parametrize("how", [{"without_message": True}, {"inaccessible": True}], ids=str)
def test_a_button_works_when_telegram_does_not_show_its_message(
    asked: Talk, how: dict[str, Any]
) -> None:  # C26
    asked.press("I live in Manchester", **how)
    assert asked.answers() == [(ROLE, "I live in Manchester", "current")]


def test_a_press_that_telegram_has_forgotten_still_counts(asked: Talk) -> None:
    data = asked.telegram.buttons_of_last(USER)[0][1]
    asked.bring("callback_query", {"id": "1", "from": person(USER), "data": data})
    assert asked.notices() == [] and asked.called("answerCallbackQuery") == 1
    assert asked.answers() == [(ROLE, "I live in Manchester", "current")]


def test_a_button_of_an_earlier_question_is_answered_and_writes_nothing(asked: Talk) -> None:
    first = asked.telegram.sent[-1]
    asked.press("I live in Manchester")
    rows, sent = asked.rows(), len(asked.telegram.sent)
    for title in ("I live in Manchester", "Something else"):
        asked.press(title, message=first)
    assert asked.notices() == [None, *[asked.words("utter_stale_button")] * 2]
    assert (asked.rows(), len(asked.telegram.sent)) == (rows, sent)


def test_a_button_that_is_pressed_twice_before_its_turn_is_one_answer(asked: Talk) -> None:
    says, awake = asked.rasa.says, threading.Event()
    asked.rasa.says = lambda message: says(message) if awake.is_set() else TryLater("away")
    for _ in range(2):
        assert asked.telegram.press(USER, "Something else")[0].status_code == 200
    awake.set()
    asked.settle()
    assert asked.answers() == [(ROLE, "Something else", "current")]
    assert asked.called("answerCallbackQuery") == 2


def test_a_press_that_is_brought_five_times_is_one_answer(asked: Talk) -> None:
    data = asked.telegram.buttons_of_last(USER)[0][1]
    query = {"id": "1", "from": person(USER), "data": data}
    update = {"update_id": 12, "callback_query": query}
    asked.done(at_once(5, lambda _: asked.telegram.update(update)))
    assert asked.answers() == [(ROLE, "I live in Manchester", "current")]
    assert asked.stored() == ["/start", "I live in Manchester"]
    assert len(asked.rasa.asked) == 2


FOREIGN = "another person's", "one's that was never seen"


@pytest.mark.parametrize("known", [True, False], ids=FOREIGN)
def test_nobody_presses_the_button_of_another(asked: Talk, known: bool) -> None:
    theirs = asked.telegram.sent[-1]
    asked.telegram.meet(OTHER)
    if known:
        asked.say("/start", user=OTHER)  # the same place in their conversation
    rows = asked.rows()
    asked.press(theirs.buttons[0][1], user=OTHER, message=theirs)
    assert asked.rows() == rows and asked.answers() == []
    assert asked.notices() == [asked.words("utter_stale_button")]


FORGED: dict[str, Any] = {
    "C26 empty": "",
    "C26 garbage": "give me all",
    "C26 as on the web page": "4.0",
    "C26 65 bytes": "x" * 65,
    "C26 10,000 bytes": "x" * 10_000,
    "C26 another alphabet": "٤.٠." + "0" * 24,
    "C26 wrong mark": "4.0." + "0" * 24,
    "C26 no such message": "999999999.999." + "0" * 24,
    "C26 nul": "4.0\0",
    "C26 lone surrogate": "\ud800",
    "C26 intent": '/any_intent{"slot":"x"}',
    "C26 sql": "'; DROP TABLE answer;--",
}


def test_a_forged_button_is_answered_and_writes_nothing(asked: Talk) -> None:
    rows = asked.rows()

    def check(data: str) -> None:
        before = len(asked.notices())
        for user in (USER, OTHER):
            asked.press(data, user=user)
        assert asked.rows() == rows and len(asked.rasa.asked) == 1
        assert asked.notices()[before:] == [asked.words("utter_stale_button")] * 2

    assert failing(FORGED, check) == {}


def test_a_real_button_with_more_behind_it_is_forged(asked: Talk) -> None:
    title, data = asked.telegram.buttons_of_last(USER)[0]
    place = data.split(".")
    other = ".".join([place[0], "1", place[2]])
    for forged in (data + "\n", data + "0", data.upper(), " " + data, other, data[:-1] + "g"):
        asked.press(forged)
    assert asked.answers() == [] and len(asked.notices()) == 6
    assert set(asked.notices()) == {asked.words("utter_stale_button")}


def test_a_game_that_someone_made_of_it_is_answered(asked: Talk) -> None:
    query = {"id": "1", "from": person(USER), "game_short_name": "x"}
    asked.bring("callback_query", query)
    assert asked.called("answerCallbackQuery") == 1 and len(asked.rasa.asked) == 1


def test_options_of_which_several_may_be_chosen_have_numbers(asked: Talk) -> None:
    while PRIORITY not in asked.texts()[-1]:
        asked.say("/skip")
    options = asked.services.consultation.by_id[PRIORITY].options
    titles = [option.wording.text for option in options]
    shown = asked.telegram.sent[-1]
    assert shown.buttons == [] and "reply_markup" not in shown.raw
    assert shown.text.splitlines()[-len(titles) :] == [f"{n} {t}" for n, t in enumerate(titles, 1)]
    asked.say("1, 3")
    assert asked.exported("answers")[-1]["value"] == [options[0].value, options[2].value]


# Stopping and coming back (C27)


def test_who_blocks_the_bot_hears_no_more_until_they_start_again(asked: Talk) -> None:
    asked.press("I live in Manchester")
    asked.done(asked.telegram.block(USER))
    assert (asked.person()["opted_out"], asked.person()["state"]) == (True, "stopped")
    asked.done(asked.telegram.unblock(USER))
    assert asked.person()["opted_out"]  # unblocking alone says nothing
    assert asked.say("/start") == [f"resumed: {AIM}?"]
    assert (asked.person()["opted_out"], asked.person()["state"]) == (False, "started")


def test_a_block_takes_back_what_was_not_sent_yet(asked: Talk) -> None:
    sent = len(asked.telegram.sent)
    asked.rasa.says = lambda _: reply("One.", "Two.", "Three.")
    asked.telegram.fail_next(*[500] * 1000)
    assert asked.telegram.write(USER, "1")[0].status_code == 200
    until(lambda: len(asked.telegram._failures) < 1000)
    assert asked.telegram.block(USER)[0].status_code == 200
    asked.settle()
    assert [m["delivery"] for m in asked.exported("messages")[-3:]] == ["failed"] * 3
    assert asked.person()["opted_out"] and len(asked.telegram.sent) == sent


def test_a_block_by_someone_never_seen_is_nothing(talk: Talk) -> None:
    talk.done(talk.telegram.block(USER))
    assert talk.rows() == NO_ROWS


def test_a_block_in_the_second_of_their_last_message_counts(asked: Talk, clock: Clock) -> None:
    """Telegram tells whole seconds, so the block seems to be older than it is."""
    clock.moment += timedelta(seconds=60, milliseconds=400)
    asked.say("1")
    clock.moment += timedelta(milliseconds=400)
    asked.done(asked.telegram.block(USER))
    assert (asked.person()["opted_out"], asked.person()["state"]) == (True, "stopped")


def test_news_of_a_block_is_old_when_they_have_written_since(asked: Talk, clock: Clock) -> None:
    blocked_at = clock.moment.timestamp() + 60
    clock.moment += timedelta(minutes=10)
    asked.say("1")
    asked.telegram.clock = lambda: blocked_at
    asked.done(asked.telegram.block(USER))
    asked.telegram.blocked.clear()
    assert (asked.person()["opted_out"], asked.person()["state"]) == (False, "started")
    assert asked.say("agree") == [f"answered: {VIEWS}?"]


@pytest.mark.parametrize(
    "why", ["Forbidden: bot was blocked by the user", "Forbidden: user is deactivated"]
)
def test_a_refusal_at_sending_is_an_opt_out(asked: Talk, why: str) -> None:
    sent = len(asked.telegram.sent)
    asked.rasa.says = lambda _: reply("One.", "Two.", "Three.")
    asked.telegram.fail_next((403, why))
    asked.say("1")
    assert len(asked.telegram.sent) == sent
    assert (asked.person()["opted_out"], asked.person()["state"]) == (True, "stopped")
    assert [m["delivery"] for m in asked.exported("messages")[-3:]] == ["failed"] * 3
    asked.rasa.says = consulting(asked.services)
    assert asked.say("/start") == [f"resumed: {ROLE}?"]


# Words of the menu, and what only looks like them (C38)

MENU = {
    "/start": "start",
    "/start abc": "start",
    "/skip": "skip_question",
    "/skip@consultation_bot": "skip_question",
    "/help": "explain_question",
    "/privacy": "faq_privacy",
    "/back": "go_back",
    "/progress": "show_progress",
    "/pause": "pause",
}
ONLY_TEXT = [
    "/restart", "/session_start", '/any_intent{"slot":"x"}', '/start{"slot":"x"}', "EXTERNAL: x",
    "/skip the buses", "/stop the buses idling", "please stop the buses idling", "/unknown@x_bot",
]  # fmt: skip


def test_a_word_of_the_menu_is_its_command(talk: Talk) -> None:
    for text in MENU:
        talk.say(text)
    told = {message["text"]: message["metadata"] for message in talk.rasa.asked}
    assert {text: metadata["command"] for text, metadata in told.items()} == MENU
    assert not [metadata for metadata in told.values() if metadata["answer"]]
    assert talk.stored() == list(MENU)


def test_anything_else_with_a_slash_is_only_text(talk: Talk) -> None:  # C38
    for text in ONLY_TEXT:
        talk.say(text)
    told = [(message["text"], message["metadata"]["command"]) for message in talk.rasa.asked]
    assert told == [(text, None) for text in ONLY_TEXT]
    assert talk.stored() == ONLY_TEXT and not talk.person()["opted_out"]


@pytest.mark.parametrize(
    "text", ["/stop", "/stop@consultation_bot", "/Stop", "/STOP", "STOP", "Stop.", "unsubscribe"]
)
def test_stop_needs_no_model_and_is_confirmed(asked: Talk, text: str) -> None:
    assert asked.say(text) == [asked.words("utter_stopped")]
    assert (asked.person()["opted_out"], asked.person()["state"]) == (True, "stopped")
    assert len(asked.rasa.asked) == 1 and asked.stored()[-1] == text
    assert asked.say("/start") == [f"resumed: {ROLE}?"]
    assert not asked.person()["opted_out"]


def test_who_writes_first_is_greeted_first(talk: Talk) -> None:
    consultation = talk.services.consultation
    greeting = [consultation.welcome.text, consultation.privacy.wording.text]
    assert talk.say("hello") == [*greeting, "Noted."]
    assert talk.say("hello") == ["Noted."]


# Bad input (C31, C33) and hostile words (C34, C35)


TOO_MUCH = {
    "C31 10 MB": body_of("x" * 10_000_000),
    "C31 one byte too many": b" " * (LONGEST_BODY - len(body_of(CANARY)) + 1) + body_of(CANARY),
    "C31 deep and long": b"[" * 300_000,
    "C31 4,097 letters": body_of("x" * (LONGEST + 1)),
    "C31 4,097 emoji": body_of("😀" * (LONGEST + 1)),
    "C31 4,097 letters in an edit": as_telegram_writes(
        {"update_id": 1, "edited_message": update_of("x" * (LONGEST + 1))["message"]}
    ),
}


@pytest.mark.parametrize("body", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_is_too_long_is_refused(talk: Talk, body: bytes) -> None:
    refused(talk.telegram.post(body), 413, "too_long")
    assert talk.rows() == NO_ROWS


WRAPPED = b'{"update_id": 1, "message": %s}'
NOT_JSON = {
    "C33 nothing": b"",
    "C33 brace": b"{",
    "C33 list": b"[]",
    "C33 null": b"null",
    "C33 string": b'"x"',
    "C33 number": b"7",
    "C33 form": b"update_id=1&message=x",
    "C33 two values": body_of(CANARY) * 2,
    "C33 utf-16": body_of(CANARY).decode().encode("utf-16"),
    "C33 byte order mark": b"\xef\xbb\xbf" + body_of(CANARY),
    "C33 invalid utf-8": body_of(CANARY).replace(CANARY.encode(), b"\xff\xfe"),
    "C33 raw surrogate": body_of(CANARY).replace(CANARY.encode(), b"\xed\xa0\x80"),
    "C33 cut short": body_of(CANARY)[:-1],
    "C31 deep list": WRAPPED % (b"[" * 100_000 + b"]" * 100_000),
    "C31 deep object": WRAPPED % (b'{"a":' * 30_000 + b"1" + b"}" * 30_000),
    "C31 1e5 digits": b'{"update_id": ' + b"9" * 100_000 + b"}",
    "C31 nan": WRAPPED % b"NaN",
    "C31 infinity": b'{"update_id": -Infinity}',
}


def test_what_is_not_a_json_object_is_refused(talk: Talk) -> None:
    def check(body: bytes) -> None:
        refused(talk.telegram.post(body), 400, "malformed")

    assert failing(NOT_JSON, check) == {}
    assert talk.rows() == NO_ROWS


def test_what_calls_itself_a_form_is_refused(talk: Talk) -> None:
    kind = "application/x-www-form-urlencoded"
    headers = {SECRET_HEADER: talk.telegram.secret, "Content-Type": kind}
    answer = talk.client.post(WEBHOOK_PATH, content=b"update_id=1&text=x", headers=headers)
    refused(answer, 415, "unsupported_type")


def without(name: str) -> dict[str, Any]:
    update = update_of(CANARY)
    return {**update, "message": {k: v for k, v in update["message"].items() if k != name}}


def with_(**parts: Any) -> dict[str, Any]:
    update = update_of(CANARY)
    return {**update, "message": {**update["message"], **parts}}


def kind_of(kind: str, content: Any) -> dict[str, Any]:
    return {"update_id": 1, kind: content}


PRESS = {"id": "1", "from": person(USER), "data": "x"}
ADDED = added(USER, "private", "kicked")
STRANGE: dict[str, Any] = {
    "nothing": {},
    "no update_id": {"message": update_of(CANARY)["message"]},
    "update_id null": {**update_of(CANARY), "update_id": None},
    "update_id text": {**update_of(CANARY), "update_id": "x"},
    "update_id list": {**update_of(CANARY), "update_id": [1]},
    "update_id beyond any": {**update_of(CANARY), "update_id": "9" * 400},
    "update_id of a float": {**update_of(CANARY), "update_id": 1e308},
    "message_id beyond any": with_(message_id=2**80),
    "chat id beyond any": with_(chat={"id": 2**80, "type": "group"}),
    "from id beyond any": with_(**{"from": {"id": "9" * 400}}),
    "press by one beyond any": kind_of("callback_query", {**PRESS, "from": {"id": 2**80}}),
    "only update_id": {"update_id": 1},
    "message null": kind_of("message", None),
    "message list": kind_of("message", []),
    "message text": kind_of("message", CANARY),
    "message number": kind_of("message", 1),
    "message empty": kind_of("message", {}),
    "edit null": kind_of("edited_message", None),
    "no from": without("from"),
    "no chat": without("chat"),
    "no message_id": without("message_id"),
    "from null": with_(**{"from": None}),
    "from text": with_(**{"from": CANARY}),
    "from without id": with_(**{"from": {"is_bot": False}}),
    "from id text": with_(**{"from": {"id": CANARY}}),
    "chat null": with_(chat=None),
    "chat text": with_(chat=CANARY),
    "chat without type": with_(chat={"id": USER}),
    "message_id null": with_(message_id=None),
    "message_id object": with_(message_id={}),
    "text null": with_(text=None),
    "text number": with_(text=7),
    "text list": with_(text=[CANARY]),
    "text object": with_(text={"text": CANARY}),
    "text true": with_(text=True),
    "press null": kind_of("callback_query", None),
    "press without from": kind_of("callback_query", {"id": "1", "data": "x"}),
    "press without id": kind_of("callback_query", {"from": person(USER), "data": "x"}),
    "press with a number": kind_of("callback_query", {**PRESS, "data": 7}),
    "press with a list": kind_of("callback_query", {**PRESS, "data": ["x"]}),
    "member null": kind_of("my_chat_member", None),
    "member without status": kind_of("my_chat_member", {**ADDED, "new_chat_member": {}}),
    "member without chat": kind_of("my_chat_member", {"new_chat_member": {"status": "kicked"}}),
    "member with no date": kind_of("my_chat_member", {**ADDED, "date": None}),
    "member in the year 10,000": kind_of("my_chat_member", {**ADDED, "date": 10**15}),
    "member beyond time": kind_of("my_chat_member", {**ADDED, "date": 10**30}),
    "unknown kind": kind_of("hologram", {"from": person(USER), "text": CANARY}),
}


def test_an_update_of_a_shape_that_nobody_knows_is_taken_and_left(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    """Refused, it would come again for a day, and all that is behind it would wait."""

    def check(update: dict[str, Any]) -> None:
        talk.done([talk.telegram.post(as_telegram_writes(update))])
        assert talk.rows() == NO_ROWS and talk.rasa.asked == []
        assert not [record for record in caplog.records if record.exc_info]

    assert failing(STRANGE, check) == {}


def test_what_comes_after_bad_input_is_heard(talk: Talk) -> None:
    for body in (*TOO_MUCH.values(), *NOT_JSON.values()):
        assert talk.telegram.post(body).status_code in (400, 413)
    for update in (STRANGE["message null"], STRANGE["chat null"], STRANGE["press null"]):
        assert talk.telegram.update(update).status_code == 200
    assert talk.say(CANARY)[-1] == "Noted." and talk.stored() == [CANARY]


def test_the_longest_message_with_all_that_telegram_adds_is_taken(talk: Talk) -> None:
    text = "\u0627\u0644\u062e\u062f\u0645\u0627\u062a " * 512
    quoted = update_of("\u0628" * 4096)["message"]
    body = body_of(text[:4096], reply_to_message=quoted)
    assert 45_000 < len(body) < 60_000 and body.isascii()
    talk.done([talk.telegram.post(body)])
    assert talk.stored() == talk.rasa.texts == [text[:4096]]


def test_every_text_arrives_word_for_word(talk: Talk) -> None:  # C34, C35
    wanted = []
    for number, text in enumerate([*EXACT, *REPAIRED], start=1):
        talk.telegram.post(body_of(text, update_id=number))
        wanted.append(REPAIRED.get(text, text))
    talk.telegram.meet(USER)
    talk.settle()
    assert talk.stored() == talk.rasa.texts == wanted


def test_every_text_of_ours_goes_out_word_for_word(talk: Talk) -> None:  # C34, C35
    texts = [text for text in EXACT if text.strip()]
    talk.rasa.says = lambda message: reply(texts[int(message["text"])])
    said = [talk.say(str(number))[-1] for number in range(len(texts))]
    split = [text for text in texts if units(text) > 4096]  # its last part is what was heard
    assert len(split) == 1 and split[0].endswith(said.pop(texts.index(split[0])))
    assert said == [text for text in texts if text not in split]
    assert not [sent for sent in talk.telegram.sent if "parse_mode" in sent.raw]


# What is known of a person

NAMES = ("Canaryfirst-81", "Canarylast-82", "canary_user_83", "Canarybio-84", "Canaryquoted-85")


def test_their_language_is_kept_and_their_name_is_not(asked: Talk, tmp_path: Path) -> None:
    first, last, name, bio, quoted = NAMES
    known = {**person(OTHER, "cy"), "first_name": first, "last_name": last, "username": name}
    chat = {"id": OTHER, "type": "private", "first_name": first, "username": name, "bio": bio}
    origin = {"type": "user", "sender_user": known, "date": 1}
    told = update_of("1", **{"from": known, "chat": chat, "forward_origin": origin})["message"]
    told["reply_to_message"] = update_of(quoted)["message"]
    asked.telegram.meet(OTHER)
    asked.bring("message", told, 1)
    asked.bring("edited_message", {**told, "text": "2"}, 2)
    asked.bring("callback_query", {**PRESS, "from": known, "message": told}, 3)
    asked.bring("my_chat_member", {**ADDED, "chat": chat, "from": known}, 4)
    languages = [row["language"] for row in asked.exported("respondents")]
    assert sorted(languages) == ["cy", "en"]
    reply_to_them = asked.texts(OTHER)[-1]
    assert in_files(tmp_path, asked, (*NAMES, str(OTHER), reply_to_them)) == [reply_to_them]


def test_no_secret_of_the_bot_is_in_our_log(asked: Talk, caplog: Any) -> None:
    asked.telegram.fail_next(401, 404, 500, (400, f"Bad Request: {CANARY}"))
    asked.say("1")
    asked.telegram.post(body_of("x"), secret="wrong")
    asked.press("x")
    silent = ("httpx", "httpcore", "telegram")  # bot.logs keeps these quiet
    lines = [f"{r.name} {r.getMessage()}" for r in caplog.records if not r.name.startswith(silent)]
    assert [line for line in lines if line.startswith("bot.turns.delivery.")]
    for secret in (asked.telegram.token, asked.telegram.secret):
        assert not [line for line in lines if secret in line]


# Sending


def test_a_link_in_a_reply_shows_no_picture(talk: Talk) -> None:
    talk.rasa.says = lambda _: reply("See *www.manchester.gov.uk* _now_.")
    talk.say("hello")
    for sent in talk.telegram.sent:
        assert sent.raw["link_preview_options"] == '{"is_disabled": true}'
        assert "parse_mode" not in sent.raw and "entities" not in sent.raw


LONG = {
    "C34 emoji": "😀" * 6000,
    "sentences": "Buses and trams. " * 700,
    "paragraphs": ("A line that goes on for a while.\n\n" * 30 + "And more. ") * 5,
    "one word": "x" * 9000,
    "just enough": "😀" * 2048,
    "one letter too many": "x" * 4097,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_a_long_reply_is_sent_in_parts_with_the_buttons_under_the_last(
    asked: Talk, text: str
) -> None:
    title = "I live in Manchester"
    button = {"title": title, "question": ROLE, "value": "resident"}
    asked.rasa.says = lambda _: reply(text, buttons=[button], question=ROLE)
    said = asked.say("hello")
    longest = channel_named("telegram").longest_reply
    assert longest == 4096 and all(0 < units(part) <= longest for part in said)
    assert "".join("".join(said).split()) == "".join(text.split())
    assert len(said) == -(-units(text.strip()) // longest)  # as few as can be
    asked.rasa.says = consulting(asked.services)
    shown = [len(sent.buttons) for sent in asked.telegram.sent[-len(said) :]]
    assert shown == [0] * (len(said) - 1) + [1]
    asked.press(title)
    assert asked.answers() == [(ROLE, title, "current")]


class Waits:
    """asyncio as the delivery sees it: how long it waits is noted, and not waited for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        if seconds == deliver.SWEEP_EVERY:
            await asyncio.sleep(seconds)
        self.seconds.append(seconds)


def test_telegram_is_left_alone_as_long_as_it_asks(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = Waits()
    monkeypatch.setattr(deliver, "asyncio", waits)
    talk.telegram.fail_next((429, 3600), (429, 7))
    assert talk.say("hello")[-1] == "Noted."
    assert waits.seconds == [3600.0, 7.0]
    assert len(talk.texts()) == 3  # the greeting waited for its turn, and came once


def test_what_telegram_does_not_take_now_is_sent_later_and_in_order(talk: Talk) -> None:
    talk.rasa.says = lambda _: reply("One.", "Two.", "Three.")
    talk.say("hello")
    talk.telegram.fail_next(401, 500, (429, 0), 502, "drop")
    assert talk.say("again") == ["One.", "Two.", "Three."]
