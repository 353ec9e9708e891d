"""Deleting a person: nothing of theirs is left, the counts stay, and repeats change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, func, select, text

from bot.channels.registry import channel_named
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation
from bot.conversation import answering, confirmations, moving
from bot.conversation.place import StepFunction
from bot.settings import Settings
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Database
from bot.storage.database.tables import (
    AddressRow,
    AuditRow,
    InboxRow,
    OutboxRow,
    RespondentRow,
    ThemeRow,
)
from bot.storage.messages.claims import (
    claim,
    give_back,
    learn_opt_out,
    report,
    settle,
)
from bot.storage.messages.inbox import stored_before
from bot.storage.messages.outbox import Reply
from bot.storage.messages.unsent import respondents_to_tell
from bot.storage.messages.waiting import Waiting, next_waiting
from bot.storage.privacy.erasure import erase, erase_as_asked, forget_address
from bot.storage.review.flags import flag
from bot.storage.review.saved_views import save_view, saved_views_of
from bot.storage.review.search import INDEX
from bot.turns.accept import Arrival, Stored, find, store
from bot.turns.apply import take_step
from bot.turns.ending import Ending
from bot.turns.finish import finish_turn
from bot.turns.services import Services, TurnReply, Understood
from bot.turns.without_model import answer_without_model
from tests.conftest import Clock
from tests.support.claims import give_back_all

NUMBER, OTHER = "+447700900611", "+447700900612"
USER = "700900611"
CANARY = "canary-7731"  # in every word of theirs, every title and every provider's id


@pytest.fixture()
def services(
    settings: Settings, any_database: Database, consultation: Consultation, clock: Clock
) -> Services:
    return Services(
        settings=settings,
        consultation=consultation,
        database=any_database,
        words=None,  # type: ignore[arg-type]
        keys=load_keys(settings.secrets_dir),
        clock=clock,
    )


class Person:
    """Someone on a channel, with the turns that the gateway and the actions would do."""

    def __init__(self, services: Services, channel: str = "sms", address: str = NUMBER) -> None:
        self.services, self.channel, self.address = services, channel, address
        self.arrivals: list[Arrival] = []
        self.id = ""

    def send(self, words: str, **more: Any) -> int:
        """Return the inbox id of a new message."""
        arrival = Arrival(
            channel=self.channel,
            address=self.address,
            message_id=f"SM-{CANARY}-{self.address}-{len(self.arrivals)}",
            text=words,
            sender_ref=f"{CANARY}-{len(self.arrivals)}",
            language=f"l-{CANARY}"[:20],
            **more,
        )
        self.arrivals.append(arrival)
        stored = store(self.services, arrival)
        self.id = self.id or stored.respondent_id
        return stored.inbox_id

    def bring_again(self, number: int) -> Stored:
        """The provider brings a message that it brought before."""
        return store(self.services, self.arrivals[number])

    def act(self, inbox_id: int, step: StepFunction) -> str:
        with self.services.database.writing() as session:
            now = self.services.clock()
            return take_step(
                session,
                self.services.consultation,
                inbox_id,
                step,
                now=now,
                keys=self.services.keys,
            ).did.value

    def finish(self, inbox_id: int, *said: str) -> Any:
        """End a turn as the gateway does."""
        able = channel_named(self.channel)
        button = {"title": f"Press {CANARY}", "question": "role", "value": "resident"}
        with self.services.database.writing() as session:
            ended = finish_turn(
                session,
                self.services.consultation,
                inbox_id,
                [Reply(words, buttons=[button], question="role") for words in said],
                Understood("give_answer", 0.5),
                delivery="sent" if able.pulls else "queued",
                now=self.services.clock(),
            )
            if ended and ended.erased:
                now, keys = self.services.clock(), self.services.keys
                erase_as_asked(session, keys, self.id, now, last_words=not able.pulls)
        return ended

    def turn(self, words: str, step: StepFunction, *said: str, **more: Any) -> str:
        inbox_id = self.send(words, **more)
        did = self.act(inbox_id, step)
        self.finish(inbox_id, *said)
        return did

    def converse(self) -> None:
        """Leave something in every table that can hold something of theirs."""
        self.turn(f"hello {CANARY}", moving.start, f"What are you, {CANARY}?")
        self.turn("resident", answering.answer, "Thank you.")
        self.turn("4 " + CANARY, answering.answer, "Thank you.")
        pressed = {"title": f"Agree {CANARY}", "question": "smart_people.agree", "value": "agree"}
        self.turn(f"Agree {CANARY}", answering.answer, "Thank you.", button=pressed)
        self.turn(f"wifi {CANARY}", answering.answer, f"You said {CANARY}.")
        self.turn("skip", moving.skip, "Left out.")
        inbox_id = self.send(f"I am sad, {CANARY}")
        self.act(inbox_id, moving.care)
        with self.services.database.writing() as session:
            flag(session, inbox_id, "distress", self.services.clock())
        self.finish(inbox_id, "Here is help.")

    def deliver(self, outcome: str = "sent") -> list[str]:
        """Hand over what waits, as the gateway does; return the texts."""
        texts = []
        while True:
            with self.services.database.writing() as session:
                claimed = claim(session, self.id)
            if claimed is None:
                return texts
            assert self.services.keys.reveal(claimed.hidden_address) == self.address
            texts.append(claimed.text)
            with self.services.database.writing() as session:
                provider_id = f"SM{claimed.id}-{CANARY}" if outcome == "sent" else None
                code = None if outcome == "sent" else "21610"
                settle(session, claimed.id, outcome, provider_id=provider_id, error=code)
                if outcome == "failed":
                    learn_opt_out(session, self.id)
                forget_address(session, self.id)

    def delete(self, *said: str) -> int:
        """Ask for deletion and say yes; return the inbox id of the yes."""
        self.turn(f"delete my data {CANARY}", confirmations.erase, "Everything?")
        inbox_id = self.send(f"yes {CANARY}")
        assert self.act(inbox_id, confirmations.affirm) == "erasing"
        self.finish(inbox_id, *said)
        return inbox_id


@pytest.fixture()
def person(services: Services) -> Person:
    return Person(services)


def everything(services: Services) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table that is really there."""
    tables = MetaData()
    # The index of words is no plain table; tests/storage/review/test_search.py looks into it.
    tables.reflect(bind=services.database.engine, only=lambda name, _: not name.startswith(INDEX))
    with services.database.reading() as session:
        return {
            name: [dict(row._mapping) for row in session.execute(select(table))]
            for name, table in tables.tables.items()
        }


def left_of(services: Services, *needles: str) -> list[str]:
    """Return the columns that still hold one of these."""
    found = []
    for table, rows in everything(services).items():
        for row in rows:
            for column, value in row.items():
                shown = repr(bytes(value) if isinstance(value, memoryview) else value)
                found += [f"{table}.{column}" for needle in needles if needle in shown]
    return found


def traces(person: Person) -> list[str]:
    keys = person.services.keys
    hashed = keys.hash_of(person.channel, person.address)
    return [CANARY, person.address, person.address.lstrip("+"), hashed, "wifi", "Thank you."]


def addresses(services: Services) -> int:
    with services.database.reading() as session:
        return session.execute(select(func.count()).select_from(AddressRow)).scalar_one()


def reachable(services: Services) -> int:
    with services.database.reading() as session:
        there = AddressRow.encrypted.is_not(None)
        return session.execute(select(func.count(AddressRow.id)).where(there)).scalar_one()


CHANNELS = [("sms", NUMBER), ("telegram", USER), ("webchat", "a-token")]


@pytest.mark.parametrize(("channel", "address"), CHANNELS)
def test_nothing_of_theirs_is_left_in_any_table(
    services: Services, channel: str, address: str
) -> None:
    person, other = Person(services, channel, address), Person(services, "sms", OTHER)
    person.converse()
    other.turn("hello there", moving.start, "Hello.")
    assert left_of(services, CANARY)
    person.deliver()
    kept = {name: len(rows) for name, rows in everything(services).items()}
    inbox_id = person.delete("All gone.")
    person.deliver()
    assert not left_of(services, *traces(person)[1:])
    # Of the other one everything is left; their provider's ids hold the canary too.
    mine = [
        (name, column)
        for name, rows in everything(services).items()
        for row in rows
        if person.id in (row.get("respondent_id"), row.get("id"))
        for column, value in row.items()
        if CANARY in repr(value)
    ]
    assert mine == []
    after = {name: len(rows) for name, rows in everything(services).items()}
    assert after["respondent"] == kept["respondent"] == 2
    assert after["inbox"] == kept["inbox"] + 2
    assert after["outbox"] == kept["outbox"] + 2
    assert after["answer"] == after["skip"] == after["flag"] == 0
    assert addresses(services) == 1
    with services.database.reading() as session:
        row = session.get(RespondentRow, person.id)
        assert (row.state, row.open_question, row.pending) == ("erased", None, None)
        assert row.language is None
        message = session.get(InboxRow, inbox_id)
        assert (message.state, message.text, message.effect) == ("done", "", None)


def test_only_content_free_columns_keep_anything(services: Services, person: Person) -> None:
    person.converse()
    person.delete("All gone.")
    person.deliver()
    kept = {
        "inbox": {"id", "respondent_id", "channel", "provider_id", "seq", "phase", "state"}
        | {"received_at", "done_at", "intent", "attempts"},
        "outbox": {"id", "respondent_id", "channel", "reply_to", "seq", "delivery", "created_at"}
        | {"error", "claim_no", "claimed_until"},
        "respondent": {"id", "reference", "consultation", "channel", "state", "privacy_version"}
        | {"last_seq", "started_at", "last_message_at", "completed_at", "opted_out", "tries"}
        | {"heard_seq", "read_seq", "wound_up", "claim_no", "claimed_until"},
    }
    rows = everything(services)
    for table, columns in kept.items():
        full = {c for row in rows[table] for c, value in row.items() if value not in EMPTY}
        assert full <= columns, table
    assert all(re.fullmatch(r"gone:[0-9a-f]{64}", row["provider_id"]) for row in rows["inbox"])


EMPTY = (None, "", 0, False, "[]", [], "null")


@pytest.mark.parametrize(("channel", "address"), CHANNELS[:2])
def test_repeats_of_old_messages_change_nothing_and_make_nobody(
    services: Services, channel: str, address: str
) -> None:
    person = Person(services, channel, address)
    person.converse()
    person.delete("All gone.")
    person.deliver()
    before = everything(services)
    for arrival in person.arrivals:
        stored = store(services, arrival)
        assert (stored.respondent_id, stored.new) == (person.id, False)
        assert store(services, replace(arrival, text="other words")).new is False
        assert store(services, replace(arrival, sent_at=services.clock())).new is False
    assert everything(services) == before


@pytest.mark.parametrize("waits", [True, False], ids=["last words wait", "all is said"])
def test_a_new_message_is_from_someone_new(services: Services, person: Person, waits: bool) -> None:
    person.converse()
    person.delete("All gone.")
    if not waits:
        person.deliver()
    assert find(services, "sms", NUMBER) is None
    again = store(services, replace(person.arrivals[0], message_id="SM-new", text="hello again"))
    assert again.new and again.respondent_id != person.id
    found = find(services, "sms", NUMBER)
    assert found is not None and found.id == again.respondent_id
    if waits:
        assert person.deliver()[-1] == "All gone."
    with services.database.reading() as session:
        assert session.get(RespondentRow, again.respondent_id).state == "new"
        assert session.get(InboxRow, again.inbox_id).text == "hello again"
        assert session.get(RespondentRow, person.id).state == "erased"
    # The new one may be deleted too, and a third one may come.
    newer = Person(services)
    newer.arrivals, newer.id = [*person.arrivals], again.respondent_id
    newer.delete("Gone again.")
    newer.deliver()
    assert addresses(services) == 0
    third = store(services, replace(person.arrivals[0], message_id="SM-third"))
    assert third.respondent_id not in (person.id, newer.id)


@pytest.mark.parametrize(("channel", "address"), CHANNELS[:2])
def test_the_last_words_are_sent_and_then_the_address_goes(
    services: Services, channel: str, address: str
) -> None:
    person = Person(services, channel, address)
    person.converse()
    person.deliver()
    person.delete("All gone.")
    with services.database.reading() as session:
        assert respondents_to_tell(session, channel, 9) == [person.id]
    assert addresses(services) == 1
    assert person.deliver() == ["Everything?", "All gone."]
    assert addresses(services) == 0 and not left_of(services, *traces(person), "All gone.")


def test_the_last_words_of_a_refusal_for_good_go_too(services: Services, person: Person) -> None:
    person.converse()
    person.deliver()
    person.delete("All gone.")
    person.deliver("failed")
    assert addresses(services) == 0 and not left_of(services, *traces(person), "All gone.")
    with services.database.reading() as session:
        assert session.get(RespondentRow, person.id).state == "erased"


def test_who_has_stopped_may_be_erased_and_their_address_goes(
    services: Services, person: Person
) -> None:
    person.converse()
    person.turn("STOP", moving.opt_out, "Stopped.")
    person.deliver()
    person.delete("All gone.")
    person.deliver()
    assert addresses(services) == 0 and not left_of(services, *traces(person), "All gone.")


def sending(person: Person) -> Any:
    with person.services.database.writing() as session:
        return claim(session, person.id)


@pytest.mark.parametrize("crash", [False, True], ids=["given back", "found after a crash"])
def test_when_they_stop_while_the_last_words_are_being_sent_the_address_still_goes(
    services: Services, person: Person, crash: bool
) -> None:
    person.turn("hello", moving.start, "Hello.")
    claimed = sending(person)
    person.turn("delete", confirmations.erase)
    yes = person.send("yes")
    assert person.act(yes, confirmations.affirm) == "erasing"
    person.send("STOP")  # comes while the turn of the yes is under way
    person.finish(yes, "All gone.")
    assert addresses(services) == 1
    with services.database.writing() as session:
        if crash:
            give_back_all(session)
        else:
            give_back(session, claimed.id, doubtful=True)
    person.deliver()
    assert reachable(services) == 0 and addresses(services) == 1  # the mark of their STOP stays
    without_mark = [trace for trace in traces(person) if len(trace) != 64]
    assert not left_of(services, *without_mark, "Hello.", "All gone.")


def test_last_words_that_are_given_back_are_sent_again(services: Services, person: Person) -> None:
    person.delete("All gone.")
    claimed = sending(person)
    with services.database.writing() as session:
        give_back(session, claimed.id, doubtful=True)
        forget_address(session, person.id)
    assert addresses(services) == 1
    assert person.deliver() == ["Everything?", "All gone."]
    assert addresses(services) == 0


@pytest.mark.parametrize("delivery", ["sent", "delivered", "failed"])
def test_a_report_that_comes_later_brings_nothing_back(
    services: Services, person: Person, delivery: str
) -> None:
    person.delete("All gone.")
    person.deliver()
    with services.database.reading() as session:
        ids = list(session.execute(select(OutboxRow.id).order_by(OutboxRow.id)).scalars())
    for outbox_id in ids:
        with services.database.writing() as session:
            report(session, f"SM{outbox_id}-{CANARY}", outbox_id, delivery, None)
    assert not left_of(services, CANARY)


def test_a_report_that_is_the_first_to_tell_that_they_are_sent_lets_the_address_go(
    services: Services, person: Person
) -> None:
    """The process is killed between the provider's answer and its own note of it."""
    person.delete("All gone.")
    while claimed := sending(person):
        with services.database.writing() as session:
            report(session, f"SM{claimed.id}-{CANARY}", claimed.id, "delivered", None)
    with services.database.writing() as session:
        give_back_all(session)
    assert addresses(services) == 0 and not left_of(services, *traces(person), "All gone.")


def test_a_message_that_waits_is_emptied_too_and_is_not_answered(
    services: Services, person: Person
) -> None:
    person.converse()
    person.turn(f"delete my data {CANARY}", confirmations.erase, "Everything?")
    yes = person.send(f"yes {CANARY}")
    waiting = person.send(f"one more thing {CANARY}")
    edit = person.send(f"an edit {CANARY}", note="edit")
    person.act(yes, confirmations.affirm)
    late = person.send(f"and another {CANARY}")  # the place says erased, the words are still there
    person.finish(yes, "All gone.")
    person.deliver()
    assert not left_of(services, *traces(person))
    with services.database.reading() as session:
        assert next_waiting(session, person.id) is None
        states = [session.get(InboxRow, i).state for i in (yes, waiting, edit, late)]
    assert states == ["done"] * 4
    before = everything(services)
    for inbox_id in (waiting, edit, late):
        assert person.act(inbox_id, answering.answer) == "erased"
        assert person.finish(inbox_id, "An answer to nobody.") is None
    assert everything(services) == before


@pytest.mark.parametrize("first", ["step", "none"])
def test_a_turn_that_is_under_way_when_they_are_erased_comes_to_nothing(
    services: Services, person: Person, first: str
) -> None:
    person.converse()
    slow = person.send(f"my slow answer {CANARY}")
    if first == "step":
        person.act(slow, answering.answer)
    with services.database.writing() as session:
        session.get(RespondentRow, person.id).state = "erased"
        erase(session, services.keys, person.id, last_words=False)
    before = everything(services)
    assert person.act(slow, answering.answer) == "erased"
    assert person.finish(slow, "Thank you.") is None
    assert everything(services) == before


def test_a_turn_that_is_done_again_between_its_step_and_its_end_erases_all_the_same(
    services: Services, person: Person
) -> None:
    person.converse()
    person.turn("delete my data", confirmations.erase, "Everything?")
    yes = person.send("yes")
    for step in (confirmations.affirm, confirmations.affirm, answering.answer, moving.stay):
        assert person.act(yes, step) == "erasing"  # however it is understood the second time
    person.finish(yes, "All gone.")
    once = everything(services)
    assert person.act(yes, confirmations.affirm) == "erased"
    assert person.finish(yes, "All gone, twice.") is None
    assert everything(services) == once
    assert person.deliver()[-1] == "All gone."
    assert not left_of(services, *traces(person))


def test_erasing_twice_changes_nothing_more(services: Services, person: Person) -> None:
    person.converse()
    person.delete("All gone.")
    person.deliver()
    before = everything(services)
    for last_words in (True, False):
        with services.database.writing() as session:
            erase(session, services.keys, person.id, last_words=last_words)
        assert everything(services) == before


def test_erasing_twice_while_the_last_words_wait_still_sends_them(
    services: Services, person: Person
) -> None:
    person.delete("All gone.")
    with services.database.writing() as session:
        erase(session, services.keys, person.id, last_words=True)
    assert person.deliver()[-1] == "All gone."
    assert addresses(services) == 0


def straggler(person: Person, words: str, **more: Any) -> int:
    """Store a message of someone who was erased a moment after they were looked up."""
    from bot.storage.messages.inbox import Incoming, accept

    incoming = Incoming(person.id, person.channel, f"SM-late-{CANARY}", words, **more)
    with person.services.database.writing() as session:
        now = person.services.clock()
        return accept(session, incoming, phase=Phase.OPEN, now=now)[0]


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (f"hello {CANARY}", {}),
        ("STOP", {}),
        (f"edited {CANARY}", {"note": "edit", "sender_ref": f"{CANARY}-1"}),
        (f"late {CANARY}", {"note": "late"}),
        ("", {"note": "media"}),
    ],
    ids=["words", "stop", "edit", "late", "picture"],
)
def test_a_message_that_comes_as_they_are_erased_is_emptied_and_holds_nothing_up(
    services: Services, words: str, more: dict[str, Any]
) -> None:
    """They were looked up before the erasure was written and their message is stored after it."""
    services = replace(services, words=Words())  # type: ignore[arg-type]
    person = Person(services)
    person.converse()
    person.delete("All gone.")
    person.deliver()
    inbox_id = straggler(person, words, **more)

    ending = Ending(services)
    with services.database.reading() as session:
        waiting = next_waiting(session, person.id)
    assert waiting is not None and waiting.id == inbox_id
    if more or words == "STOP":
        ending.without_model(waiting)
    else:
        ending.with_reply(waiting, TurnReply((Reply("Noted."),), Understood("give_answer", 1.0)))
    person.deliver()
    assert not left_of(services, CANARY)
    with services.database.reading() as session:
        assert next_waiting(session, person.id) is None
        assert respondents_to_tell(session, "sms", 9) == []


class Words:
    def say(self, response: str, **_: Any) -> str:
        return response


def test_an_edit_of_a_message_that_was_erased_finds_no_answer(
    services: Services, person: Person
) -> None:
    person.converse()
    person.delete("All gone.")
    person.deliver()
    edit = store(
        services,
        replace(person.arrivals[4], message_id="SM-edit", text="trams", note="edit"),
    )
    assert edit.new and edit.respondent_id != person.id
    services = replace(services, words=Words())  # type: ignore[arg-type]
    with services.database.writing() as session:
        waiting = next_waiting(session, edit.respondent_id)
        assert isinstance(waiting, Waiting)
        replies, _ = answer_without_model(session, services, waiting)
    assert [reply.text for reply in replies] == ["utter_edit_kept"]


def test_a_message_is_known_again_by_its_own_channel_only(
    services: Services, person: Person
) -> None:
    person.delete("All gone.")
    from bot.storage.privacy.erasure import tombstone

    first = person.arrivals[0].message_id
    with services.database.reading() as session:
        for channel, known in (("sms", True), ("telegram", False)):
            gone = tombstone(services.keys, channel, first)
            assert (stored_before(session, "sms", (gone,)) is not None) is known
        assert stored_before(session, "sms", (first,)) is None


def test_an_old_message_that_nobody_had_brought_makes_someone_new(
    services: Services, person: Person
) -> None:
    """It was never stored, so nothing can know it; what is stored is theirs to delete again."""
    person.delete("All gone.")
    person.deliver()
    found = store(
        services,
        Arrival("sms", NUMBER, "SM-lost", "lost", sent_at=services.clock() - timedelta(hours=1)),
    )
    assert isinstance(found, Stored) and found.respondent_id != person.id


def test_an_erasure_in_the_conversation_is_in_the_audit(services: Services, person: Person) -> None:
    person.converse()
    person.delete("All gone.")
    with services.database.reading() as session:
        entry = session.execute(select(AuditRow)).scalar_one()
        reference = session.get(RespondentRow, person.id).reference
    assert (entry.who, entry.what, entry.about) == ("the resident", "erased a person", reference)


# What a view looks for, and whether it stays once the only one who said it is erased. "harbour"
# was said by another person too; nobody ever said "pony".
VIEWS = {
    "words=marmalade": False,
    "words=MARMALADE+spoons&channel=sms": False,
    "words=900611": False,  # the end of the number
    "words=harbour": True,
    "words=pony": True,
    "state=started": True,
}


def test_views_whose_words_only_an_erased_person_said_go_too(
    services: Services, person: Person
) -> None:
    other = Person(services, address="+447700900999")
    other.turn("the harbour", moving.start)
    person.turn("my marmalade and spoons at the harbour", moving.start)
    with services.database.writing() as session:
        for query in VIEWS:
            save_view(session, "a@example.org", query, query)
    person.delete("All gone.")
    with services.database.reading() as session:
        left = {view.query for view in saved_views_of(session, "a@example.org")}
    assert left == {query for query, stays in VIEWS.items() if stays}


# Examples in a codebook, and whether each stays once the person who said "My nan loves the mobile
# library!" is erased.
EXAMPLES = {
    "“My nan loves the mobile library!”": False,
    "my nan  loves the MOBILE library": False,
    "Such as: my nan loves the mobile library!": False,
    "the mobile library": False,
    "Words about libraries in general": True,
}


def test_examples_that_quote_an_erased_person_are_emptied(
    services: Services, person: Person
) -> None:
    with services.database.writing() as session:
        for position, example in enumerate(EXAMPLES):
            texts = {"described": "", "when_to_use": "", "when_not": "", "example": example}
            session.add(
                ThemeRow(
                    consultation="c",
                    question="q",
                    name=f"theme {position}",
                    position=position,
                    **texts,
                )
            )
    person.turn("My nan loves the mobile library!", moving.start)
    person.delete("All gone.")
    with services.database.reading() as session:
        rows = session.execute(select(ThemeRow.example).order_by(ThemeRow.position))
        stays = [bool(example) for example in rows.scalars()]
    assert stays == list(EXAMPLES.values())


@pytest.fixture()
def sqlite_only(services: Services) -> Iterator[Path]:
    if services.database.engine.dialect.name != "sqlite":
        pytest.skip("about the files of SQLite")
    yield Path(str(services.database.engine.url.database))


def bytes_of(file: Path) -> dict[str, bool]:
    """Say in which of the database's files a word of theirs is left."""
    files = [file, *file.parent.glob(file.name + "-*")]
    return {
        each.name.removeprefix(file.name): CANARY.encode() in each.read_bytes() for each in files
    }


def test_no_byte_of_theirs_is_left_in_the_file_after_a_checkpoint(
    services: Services, person: Person, sqlite_only: Path
) -> None:
    person.converse()
    for _ in range(20):
        person.turn(f"{CANARY} " * 400, answering.answer, f"{CANARY} " * 400)
    person.deliver()
    assert any(bytes_of(sqlite_only).values())
    person.delete("All gone.")
    person.deliver()
    services.database.close()
    engine = create_engine(f"sqlite:///{sqlite_only}")
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    assert not any(bytes_of(sqlite_only).values()), bytes_of(sqlite_only)


def test_no_byte_of_theirs_is_left_in_the_log_of_the_file_once_it_is_scrubbed(
    services: Services, person: Person, sqlite_only: Path
) -> None:
    """The write-ahead log holds old pages until it is begun anew."""
    person.converse()
    person.delete("All gone.")
    person.deliver()
    services.database.scrub()
    assert not any(bytes_of(sqlite_only).values()), bytes_of(sqlite_only)
    services.database.scrub()  # there is nothing left to do
