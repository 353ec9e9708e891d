"""Turns: in order for each person, side by side for all, once whatever breaks in between."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.webchat import calls as chat
from bot.storage.database.tables import OutboxRow
from bot.storage.messages.waiting import try_again
from bot.storage.privacy.exports import export_rows
from bot.turns.asking.bounded import AT_ONCE
from bot.turns.services import Services, TryLater, TurnFailed
from bot.turns.worker import ATTEMPTS, Turns
from bot.understanding.answers.answer import how_it_reads, read_of
from tests.support.gateway import CANARY, FakeRasa, Gateway, reply, running, steps_of, until
from tests.support.people import People

Scenario = Callable[[Gateway], Coroutine[Any, Any, None]]


def play(services: Services, rasa: FakeRasa, scenario: Scenario) -> None:
    async def whole() -> None:
        async with running(services, rasa) as gateway:
            await asyncio.wait_for(scenario(gateway), 20)

    asyncio.run(whole())


def rows(services: Services, what: str) -> list[Any]:
    with services.database.reading() as session:
        return list(export_rows(session, what, services.consultation.id))


def incoming(services: Services) -> list[tuple[str, str]]:
    return [
        (r["text"], r["delivery"]) for r in rows(services, "messages") if r["direction"] == "in"
    ]


def test_a_turn_that_takes_long_is_answered_later_by_get(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "TURN_WAIT", 0.02)
    gate = asyncio.Event()

    async def slowly(_: Any) -> Any:
        await gate.wait()
        return reply("At last.")

    async def scenario(gateway: Gateway) -> None:
        page, mine = await gateway.page(), str(uuid.uuid4())
        answer = await page.post(CANARY, mine)
        assert answer.status_code == 202
        assert answer.json()["messages"] == [] and answer.json()["progress"]["state"] == "new"
        gate.set()
        await until(lambda: incoming(services) == [(CANARY, "done")])
        assert await page.said() == ["At last."]
        again = await page.post(CANARY, mine)
        assert again.status_code == 200
        assert [m["text"] for m in again.json()["messages"]] == ["At last."]

    play(services, FakeRasa(slowly), scenario)


def test_a_turn_that_ends_between_a_look_and_a_wait_is_noticed(services: Services) -> None:
    async def scenario() -> None:
        turns = Turns(services, FakeRasa(), lambda *_: None)
        with turns.watching(7) as one, turns.watching(7) as two, turns.watching(8) as other:
            turns._notify(7, None)
            assert (one.done(), two.done(), other.done()) == (True, True, False)
        assert turns._watched == {}
        turns._notify(7, None)  # nobody is waiting any more

    asyncio.run(scenario())


def test_one_who_gives_up_waiting_does_not_take_the_bell_from_another(services: Services) -> None:
    async def scenario() -> None:
        turns = Turns(services, FakeRasa(), lambda *_: None)
        with turns.watching(7) as stays:
            with turns.watching(7):
                pass
            turns._notify(7, None)
            assert stays.done()

    asyncio.run(scenario())


@pytest.mark.usefixtures("quick")
def test_rasa_may_be_away_for_a_while_and_the_reply_comes_once(services: Services) -> None:
    answers = [TryLater("away"), TryLater("away"), TryLater("away"), reply("Here I am.")]
    rasa = FakeRasa(lambda _: answers.pop(0))

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        answer = await page.post(CANARY)
        assert answer.status_code == 200
        assert await page.said() == ["Here I am."]
        assert len(rasa.asked) == 4 and len({m["id"] for m in rasa.asked}) == 1

    play(services, rasa, scenario)


FAULTS = [TurnFailed("no receipt"), ValueError(CANARY), KeyError(CANARY)]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_turn_that_keeps_failing_is_left_to_staff_and_the_next_goes_on(
    services: Services, fault: Exception
) -> None:
    rasa = FakeRasa(lambda m: fault if m["text"] == CANARY else reply("Fine."))

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        answer = await page.post(CANARY)
        assert answer.status_code == 200
        told = services.words.say("utter_turn_failed", short=False)
        assert [m["text"] for m in answer.json()["messages"]] == [told]
        assert (await page.post("next")).json()["messages"][0]["text"] == "Fine."
        assert rasa.texts == [CANARY] * ATTEMPTS + ["next"]
        assert incoming(services) == [(CANARY, "failed"), ("next", "done")]

    play(services, rasa, scenario)


@pytest.mark.usefixtures("quick")
def test_failures_are_counted_across_a_restart(services: Services) -> None:
    for _ in range(2):
        rasa = FakeRasa(lambda _: TurnFailed("no receipt"))

        async def scenario(gateway: Gateway, rasa: FakeRasa = rasa) -> None:
            if not incoming(services):
                page = await gateway.page()
                asyncio.get_running_loop().create_task(page.post(CANARY))
                await until(lambda: len(rasa.asked) >= 2)
            else:
                await until(lambda: incoming(services) == [(CANARY, "failed")])
                assert len(rasa.asked) < ATTEMPTS

        play(services, rasa, scenario)


@pytest.mark.usefixtures("quick")
def test_a_fault_of_ours_before_rasa_is_asked_is_tried_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.understanding.answers import answer as context

    read = context.read_once
    faults = [ValueError(CANARY), ValueError(CANARY)]

    def faulty(*given: Any) -> Any:
        if faults:
            raise faults.pop()
        return read(*given)

    monkeypatch.setattr(context, "read_once", faulty)
    rasa = FakeRasa(steps_of(services))

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        assert (await page.post("start")).status_code == 200
        assert (await page.post("resident")).status_code == 200  # role is open now, and is read
        assert faults == [] and await page.said() == ["did kept_and_started", "did answered"]

    play(services, rasa, scenario)


@pytest.mark.usefixtures("quick")
def test_a_resident_is_told_once_that_the_reply_will_follow(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.worker.NOTICE_AFTER", 0.001)
    answers: list[Any] = [TryLater("away")] * 6 + [reply("Here I am.")]
    rasa = FakeRasa(lambda _: answers.pop(0))

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        answer = await page.post(CANARY)
        notice = services.words.say("utter_reply_follows", short=False)
        assert await page.said() == [notice, "Here I am."]
        assert [m["text"] for m in answer.json()["messages"]] == [notice, "Here I am."]

    play(services, rasa, scenario)


def test_a_resident_is_told_of_a_turn_that_hangs_and_others_are_answered(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.worker.NOTICE_AFTER", 0.01)
    monkeypatch.setattr("bot.turns.asking.bounded.SLOW_SECONDS", 0.01)
    gate = asyncio.Event()

    async def says(message: Any) -> Any:
        if message["text"] == CANARY:
            await gate.wait()
        return reply("Here I am.")

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        waits = asyncio.create_task(page.post(CANARY))
        notice = services.words.say("utter_reply_follows", short=False)

        async def told() -> bool:
            return await page.said() == [notice]

        await until(told)
        others = [await gateway.page() for _ in range(AT_ONCE + 2)]
        for other in others:
            assert (await other.post("hello")).json()["messages"][-1]["text"] == "Here I am."
        gate.set()
        assert (await waits).status_code == 200
        assert await page.said() == [notice, "Here I am."]

    play(services, FakeRasa(says), scenario)


@pytest.mark.usefixtures("quick")
def test_a_failed_message_that_is_tried_again_gets_its_reply(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.worker.SWEEP_EVERY", 0.01)
    rasa = FakeRasa(lambda _: TurnFailed("no receipt"))

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        assert (await page.post(CANARY)).status_code == 200
        assert incoming(services) == [(CANARY, "failed")]
        rasa.says = lambda _: reply("Now it works.")
        with services.database.writing() as session:
            assert try_again(session, services.consultation.id) == 1
        await until(lambda: incoming(services) == [(CANARY, "done")])
        assert (await page.said())[-1] == "Now it works."

    play(services, rasa, scenario)


def test_thirty_messages_at_once_are_taken_in_the_order_they_were_accepted(
    services: Services,
) -> None:
    at_work = 0

    async def slowly(_: Any) -> Any:
        nonlocal at_work
        at_work += 1
        assert at_work == 1, "two turns of one person at once"
        await asyncio.sleep(0.002)
        at_work -= 1
        return reply("Noted.")

    rasa = FakeRasa(slowly)

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        answers = await asyncio.gather(*(page.post(f"{n}") for n in range(30)))
        assert {answer.status_code for answer in answers} == {200}
        accepted = [text for text, _ in incoming(services)]
        assert rasa.texts == accepted and sorted(accepted, key=int) == [str(n) for n in range(30)]
        assert await page.said() == ["Noted."] * 30

    play(services, rasa, scenario)


def test_a_flood_from_one_slows_nobody_else(services: Services) -> None:
    gate = asyncio.Event()

    async def flooded(message: Any) -> Any:
        if message["text"].startswith("flood"):
            await gate.wait()
        return reply("Noted.")

    rasa = FakeRasa(flooded)

    async def scenario(gateway: Gateway) -> None:
        noisy, quiet = await gateway.page(), await gateway.page()
        flood = [asyncio.create_task(noisy.post(f"flood {n}")) for n in range(30)]
        await until(lambda: len(incoming(services)) == 30)
        for _ in range(3):
            assert (await quiet.post("hello")).status_code == 200
        assert len([text for text in rasa.texts if text.startswith("flood")]) == 1
        gate.set()
        assert {answer.status_code for answer in await asyncio.gather(*flood)} == {200}

    play(services, rasa, scenario)


def test_rasa_is_asked_for_a_few_turns_at_a_time(services: Services) -> None:
    gate, at_work = asyncio.Event(), 0

    async def slowly(_: Any) -> Any:
        nonlocal at_work
        at_work += 1
        await gate.wait()
        at_work -= 1
        return reply("Noted.")

    rasa = FakeRasa(slowly)

    async def scenario(gateway: Gateway) -> None:
        pages = [await gateway.page() for _ in range(AT_ONCE + 3)]
        posts = [asyncio.create_task(page.post(CANARY)) for page in pages]
        await until(lambda: len(incoming(services)) == len(pages) and at_work == AT_ONCE)
        await asyncio.sleep(0.05)
        assert at_work == AT_ONCE
        gate.set()
        assert {answer.status_code for answer in await asyncio.gather(*posts)} == {200}

    play(services, rasa, scenario)


def test_a_stop_needs_no_rasa(services: Services) -> None:
    rasa = FakeRasa(lambda _: TryLater("away"))

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        answer = await page.post("Stop!")
        assert answer.status_code == 200 and answer.json()["progress"]["state"] == "stopped"
        said = services.words.say("utter_stopped", short=False, **services.facts())
        assert [m["text"] for m in answer.json()["messages"]] == [said]
        assert rasa.asked == []
        (person,) = rows(services, "respondents")
        assert (person["state"], person["opted_out"]) == ("stopped", True)
        (message,) = [r for r in rows(services, "messages") if r["direction"] == "in"]
        assert (message["intent"], message["text"]) == ("opt_out", "Stop!")

    play(services, rasa, scenario)


def test_a_stop_does_not_wait_for_a_rasa_that_hangs(services: Services) -> None:
    async def for_ever(_: Any) -> Any:
        await asyncio.Event().wait()

    rasa = FakeRasa(for_ever)

    async def scenario(gateway: Gateway) -> None:
        pages = [await gateway.page() for _ in range(AT_ONCE + 1)]
        hanging = [asyncio.create_task(page.post(CANARY)) for page in pages[:-1]]
        await until(lambda: len(rasa.asked) == AT_ONCE)
        assert (await pages[-1].post("STOP")).json()["progress"]["state"] == "stopped"
        for task in hanging:
            task.cancel()

    play(services, rasa, scenario)


def test_a_stop_button_of_that_name_would_be_asked_about_as_a_button(services: Services) -> None:
    # An option may be called "Stop" one day; pressing it is an answer.
    button = {"title": "Stop", "question": "role", "value": "resident"}
    rasa = FakeRasa(lambda _: reply("Choose.", buttons=(button,)))

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        choice = (await page.post(CANARY)).json()["messages"][0]["buttons"][0]["id"]
        body = {"id": str(uuid.uuid4()), "choice": choice}
        answer = await gateway.client.post("/chat/messages", json=body, headers=page.headers)
        assert answer.json()["progress"]["state"] == "new" and rasa.texts == [CANARY, "Stop"]

    play(services, rasa, scenario)


def test_what_was_stored_before_a_crash_is_done_after_it(services: Services) -> None:
    # The gateway died between the commit and the first thing done with the message.
    people = People(services.database, services.consultation)
    one, two = people.new(), people.new()
    for person, text in ((one, "1"), (two, "2"), (one, "3")):
        people.send(person, text)
    rasa = FakeRasa()

    async def scenario(_: Gateway) -> None:
        await until(lambda: {state for _, state in incoming(services)} == {"done"})
        assert sorted(rasa.texts) == ["1", "2", "3"]
        assert rasa.texts.index("1") < rasa.texts.index("3")

    play(services, rasa, scenario)


def test_a_crash_between_the_step_and_the_reply_leaves_one_answer_and_one_reply(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "TURN_WAIT", 0.01)
    people = People(services.database, services.consultation)
    mine, token = str(uuid.uuid4()), ""
    take = steps_of(services)

    async def dies(message: Any) -> Any:
        take(message)  # the action has stored the answer, and then nothing more comes
        await asyncio.Event().wait()

    first, second = FakeRasa(dies), FakeRasa(take)

    async def before(gateway: Gateway) -> None:
        nonlocal token
        page = await gateway.page()
        token = page.token
        (person,) = rows(services, "respondents")
        start(people, person["respondent"])
        assert (await page.post("resident", mine)).status_code == 202
        await until(lambda: len(rows(services, "answers")) == 1)

    async def after(gateway: Gateway) -> None:
        await until(lambda: incoming(services)[-1] == ("resident", "done"))
        headers = {"Authorization": f"Bearer {token}"}
        body = {"id": mine, "text": "resident"}
        answer = await gateway.client.post("/chat/messages", json=body, headers=headers)
        assert answer.status_code == 200
        assert [m["text"] for m in answer.json()["messages"]] == ["did answered"]
        assert answer.json()["progress"]["answered"] == 1

    play(services, first, before)
    play(services, second, after)
    assert (first.texts, second.texts) == (["resident"], ["resident"])
    assert [row["text"] for row in rows(services, "answers")] == ["resident"]
    said = [r["text"] for r in rows(services, "messages") if r["direction"] == "out"]
    assert said.count("did answered") == 1


def start(people: People, reference: str) -> None:
    """Open the first question, as an earlier turn would have."""
    from bot.storage.database.tables import RespondentRow
    from bot.storage.messages.transcripts import conversation_of

    with people.database.writing() as session:
        found = conversation_of(session, reference)
        assert found
        row = session.get(RespondentRow, found[0])
        row.state, row.open_question = "started", people.consultation.questions[0].id


def test_a_stop_of_the_process_leaves_unfinished_turns_where_they_are(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "TURN_WAIT", 0.01)

    async def for_ever(_: Any) -> Any:
        await asyncio.Event().wait()

    async def scenario(gateway: Gateway) -> None:
        assert (await (await gateway.page()).post(CANARY)).status_code == 202

    play(services, FakeRasa(for_ever), scenario)
    assert incoming(services) == [(CANARY, "received")]


@pytest.mark.usefixtures("quick")
def test_what_is_left_behind_is_found_by_the_next_sweep(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.worker.SWEEP_EVERY", 0.01)
    people = People(services.database, services.consultation)

    async def scenario(_: Gateway) -> None:
        await asyncio.to_thread(people.send, people.new(), "from elsewhere")
        await until(lambda: incoming(services) == [("from elsewhere", "done")])

    play(services, FakeRasa(), scenario)


METADATA: list[tuple[str | None, str, Any]] = [
    # open question, text -> what Rasa is told about it: kind, reads
    (None, "agree", (None, None)),
    ("role", "resident", ("choice", "named")),
    ("smart_people.agree", "4", ("scale", "named")),
    ("smart_people.agree", "4, but only just", ("scale", "exact")),
    ("callback.contact", "grace at example", ("email_or_phone", "nearly")),
    ("callback.contact", "what for?", ("email_or_phone", "asks_back")),
    ("equality.gender", "I describe myself another way", ("choice", "named")),
    ("smart_people.agree", "bananas", ("scale", None)),
    ("smart_people.agree", "agree or disagree", ("scale", "nearly")),
    ("smart_people.agree", "what do you mean by agree?", ("scale", "asks_back")),
    ("smart_people.views", "agree", ("open", None)),
]


@pytest.mark.parametrize(("question", "text", "told"), METADATA)
def test_rasa_is_told_what_is_open_and_how_the_message_reads(
    services: Services, question: str | None, text: str, told: Any
) -> None:
    kind = services.consultation.by_id[question].kind.value if question else None
    asked = services.consultation.by_id.get(question or "")
    assert (kind, how_it_reads(asked, text, read_of(asked, text))) == told


def test_one_sender_s_messages_are_stored_in_the_order_in_which_they_came(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, accept = random.Random(3), chat.accept_message

    def at_some_time(*given: Any) -> Any:
        time.sleep(chance.random() / 200)
        return accept(*given)

    monkeypatch.setattr(chat, "accept_message", at_some_time)
    words = [str(number) for number in range(60)]

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        answers = await asyncio.gather(*(page.post(text) for text in words))
        assert {answer.status_code for answer in answers} == {200}
        assert [text for text, _ in incoming(services)] == words

    play(services, FakeRasa(), scenario)


def test_what_was_written_before_the_next_question_came_answers_the_one_before(
    services: Services,
) -> None:
    told: list[Any] = []

    def says(message: Any) -> Any:
        told.append((message["text"], message["metadata"]["about"], message["metadata"]["kind"]))
        return answers(message)

    answers = steps_of(services)

    async def scenario(gateway: Gateway) -> None:
        page = await gateway.page()
        await page.post("start")
        asked = (await page.post("resident")).json()
        with services.database.writing() as session:  # as the actions ask it
            rows = session.execute(select(OutboxRow).order_by(OutboxRow.id)).scalars().all()
            rows[-2].question, rows[-1].question = "role", "smart_people.agree"
        before = str(int(asked["messages"][0]["id"]) - 1)
        for text, seen in (("a business", before), ("agree", asked["messages"][-1]["id"])):
            body = {"id": str(uuid.uuid4()), "text": text, "seen": seen}
            await gateway.client.post("/chat/messages", json=body, headers=page.headers)

    play(services, FakeRasa(says), scenario)
    assert told[2:] == [("a business", "role", "choice"), ("agree", None, "scale")]
