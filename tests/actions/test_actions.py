"""The actions: each is in the domain, each says what is in the domain, each fails honestly."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import turn as turn_module
from actions.answering import SAID_TO_WORDS, UNREADABLE, in_words
from actions.beside import AGAIN_AFTER, NOT_NOW
from actions.steps import SAID
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation
from bot.conversation import confirmations, moving
from bot.settings import ROOT
from bot.storage.database.session import Database, StorageError
from bot.storage.messages.met_before import wrote_before
from bot.storage.respondents.place_forms import told_place
from bot.storage.respondents.places import place_of
from bot.turns.ask_rasa import read_turn
from bot.turns.services import TryLater, TurnFailed
from bot.understanding.answers import REASONS, Read, Reading
from tests.support.keys import KEYS
from tests.support.people import People

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES = (ROOT / "data" / "rules" / "rules.yml").read_text(encoding="utf-8")


def registered() -> dict[str, Any]:
    executor = ActionExecutor()
    executor.register_package("actions")
    return dict(executor.actions)


ACTIONS = registered()


def source(*folders: str) -> str:
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_the_actions_of_the_domain_are_those_that_exist() -> None:
    assert set(DOMAIN["actions"]) == set(ACTIONS)


def test_the_rules_call_what_exists_for_every_intent() -> None:
    rules = yaml.safe_load(RULES)["rules"]
    first = {rule["steps"][0]["intent"] for rule in rules}
    assert first == set(DOMAIN["intents"]) and len(rules) == len(first)
    for rule in rules:
        called = [step["action"] for step in rule["steps"][1:]]
        assert len(called) == 1 and called[0] in ACTIONS, "one action, which gives the receipt"


def test_every_response_that_is_said_is_in_the_domain_and_the_other_way_round() -> None:
    said = set(
        re.findall(
            r'"(utter_[a-z_]+)"', source("actions", "bot/turns", "bot/channels", "bot/staff")
        )
    )
    said |= set(re.findall(r"\b(utter_[a-z_]+)", RULES))
    said |= {f"utter_unreadable{s}" for s in ("", "_about_you", *(f"_{r}" for r in UNREADABLE))}
    meant = {f"utter_meant_{name}" for name in (*DOMAIN["intents"], "faq")}
    said |= meant & set(DOMAIN["responses"])


def test_what_is_said_after_a_step_is_about_steps_that_are_taken() -> None:
    text = source("bot/conversation")
    for did in {*SAID, *SAID_TO_WORDS}:
        assert f"Did.{did.name}" in text, did
    assert UNREADABLE <= REASONS


def tracker(inbox_id: int, sender: str = "a" * 32, *, short: bool = False) -> Tracker:
    metadata = {"inbox_id": inbox_id, "phase": Phase.OPEN.value, "short": short}
    message = {
        "text": "x",
        "intent": {"name": "give_answer", "confidence": 0.5},
        "metadata": metadata,
    }
    return Tracker(sender, {}, message, [], False, None, {}, "action_listen")


def run(name: str, about: Tracker) -> list[dict[str, Any]]:
    dispatcher = CollectingDispatcher()
    assert asyncio.run(ACTIONS[name](dispatcher, about, DOMAIN)) == []
    return dispatcher.messages


class Broken:
    """A database that is away, or code that has a fault."""

    def __init__(self, problem: Exception) -> None:
        self.problem = problem

    @contextmanager
    def writing(self) -> Iterator[None]:
        raise self.problem
        yield

    reading = writing


CANARY = "my-own-words-5519"
WITHOUT_DATABASE = {"action_answer_faq"}


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - WITHOUT_DATABASE))
@pytest.mark.parametrize(
    ("problem", "told"),
    [(StorageError("OperationalError"), "storage"), (ValueError(CANARY), "error")],
    ids=["database", "fault"],
)
def test_an_action_that_fails_says_so_and_raises_nothing(
    name: str,
    problem: Exception,
    told: str,
    consultation: Consultation,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken: Any = Broken(problem)
    monkeypatch.setattr(turn_module, "made", turn_module.Services(consultation, broken, KEYS))
    about = tracker(1)
    if name == "action_begin_request":
        about.latest_message["intent"]["name"] = "join_workshop"
    messages = run(name, about)
    assert [message["custom"] for message in messages] == [{"failed": told}]
    assert name in caplog.text and CANARY not in caplog.text
    expected = TryLater if told == "storage" else TurnFailed
    with pytest.raises(expected):
        read_turn(messages, 1)


@pytest.mark.parametrize("metadata", [None, {}, {"inbox_id": "x"}, {"inbox_id": 1, "phase": "?"}])
def test_a_message_without_its_number_fails_honestly(metadata: Any) -> None:
    about = tracker(1)
    about.latest_message["metadata"] = metadata
    assert run("action_record_answer", about)[0]["custom"] == {"failed": "error"}


@pytest.fixture()
def people(
    database: Database, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> People:
    services = turn_module.Services(consultation, database, KEYS)
    monkeypatch.setattr(turn_module, "made", services)
    return People(database, consultation)


def test_an_action_done_twice_says_the_same_and_stores_once(people: People) -> None:
    person = people.new()
    people.start(person)
    inbox_id = people.send(person, "I am a resident")
    turns = [
        run("action_record_answer", about)
        for about in (tracker(inbox_id, person.id), tracker(inbox_id, person.id))
    ]
    assert turns[0] == turns[1]
    assert len(people.export("answers")) == 1
    heard = [{**message, "text": message["text"] or "x"} for message in turns[0]]
    reply = read_turn(heard, inbox_id)
    assert reply.understood.intent == "give_answer"


def test_what_was_read_before_is_not_read_again(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = people.new()
    people.start(person)
    about = tracker(people.send(person, "I am a resident"), person.id)
    with people.database.reading() as session:
        place = place_of(session, person.id, Phase.OPEN)
    read = Read("role", Reading("resident"))
    metadata = about.latest_message["metadata"]
    metadata |= {"place": told_place(place), "read": asdict(read)}
    monkeypatch.setattr("bot.conversation.answering.read_once", None)
    monkeypatch.setattr("bot.turns.apply.place_at", None)
    assert run("action_record_answer", about)[-1]["custom"]["progress"]["answered"] == 1


@pytest.mark.parametrize("moved", [moving.skip, moving.opt_out, confirmations.erase])
def test_a_place_that_its_sender_has_left_is_read_again(people: People, moved: Any) -> None:
    person = people.new()
    people.start(person)
    with people.database.reading() as session:
        before = place_of(session, person.id, Phase.OPEN)
    people.step(people.send(person, "and another"), moved)
    about = tracker(people.send(person, "I am a resident"), person.id)
    about.latest_message["metadata"]["place"] = told_place(before)
    fresh = tracker(people.send(person, "I am a resident"), person.id)
    assert run("action_ask_question", about)[:-1] == run("action_ask_question", fresh)[:-1]


def test_every_question_is_asked_with_its_buttons_and_named_for_the_gateway(
    people: People, consultation: Consultation
) -> None:
    person = people.new()
    people.start(person)
    for question in consultation.questions:
        inbox_id = people.send(person, "skip")
        asked = run("action_ask_question", tracker(inbox_id, person.id))
        (message,) = [m for m in asked if m["custom"].get("question")]
        assert message["custom"] == {"question": question.id}
        # It stands there already: only its end is asked again.
        assert message["question"] == question.wording.text.rpartition("\n\n")[2]
        assert [b["value"] for b in message["buttons"]] == [o.value for o in question.options]
        people.step(inbox_id, moving.skip)


def test_a_value_is_repeated_in_the_words_of_the_page(consultation: Consultation) -> None:
    first = consultation.by_id["overall.priority"].options[0].wording
    cases: list[tuple[str, Any, bool, str]] = [
        ("overall.priority", ["smart_people"], False, first.text),
        ("overall.priority", ["smart_people"], True, first.sms),
        ("overall.priority", ["gone", "smart_people"], False, f"gone and {first.text}"),
        ("workshop.people", 12, False, "12"),
    ]
    for question, value, short, words in cases:
        assert in_words(consultation, question, value, short=short) == words


def test_a_frequent_question_is_answered_from_the_file(
    people: People, consultation: Consultation
) -> None:
    person = people.new()
    about = tracker(people.send(person, "a question"), person.id)
    for faq in consultation.faqs:
        about.latest_message["intent"] = {"name": faq.id, "confidence": 1.0}
        message, *_ = run("action_answer_faq", about)
        assert (message["response"], message["answer"]) == ("utter_faq", faq.answer.text)
    about.latest_message["intent"] = {"name": "faq_nobody_knows", "confidence": 1.0}
    assert run("action_answer_faq", about)[0]["response"] == "utter_faq_unknown"


def test_who_writes_in_another_language_is_met_in_it_once(
    people: People, consultation: Consultation
) -> None:
    pl, other = (consultation.languages[code].wording for code in ("pl", "en"))
    person = people.new()
    people.start(person)

    def said(language: str | None, intent: str = "give_answer", *, short: bool = False) -> Any:
        about = tracker(people.send(person, "x"), person.id)
        about.latest_message["metadata"]["short"] = short
        about.latest_message["intent"] = {"name": intent, "language": language}
        action = "action_explain_question" if intent == "explain_question" else "action_greet"
        told = [m for m in run(action, about) if m.get("response") == "utter_in_their_language"]
        return [m["words"] for m in told]

    assert said(None) == []
    assert said("pl") == [pl.text] and said("pl", short=True) == [pl.sms]
    assert said("pl", "opt_out") == said("pl", "distress") == []
    assert said("ka") == [other.text]
    people.turn(person, "x", intent="distress", language="pl")
    assert said("pl") == [pl.text]  # there was more to say than that
    people.turn(person, "x", language="pl")
    assert said("pl") == [] and said("ka") == [other.text]
    assert said("pl", "explain_question") == [pl.text]
    late = people.send(person, "x", at=people.now() + timedelta(days=15))
    with people.database.reading() as session:
        assert not wrote_before(session, late, "pl", AGAIN_AFTER, NOT_NOW)


@pytest.mark.parametrize(
    ("asked", "response"),
    [
        ("faq_how_long", "utter_faq"),
        ("faq_how_long?", "utter_faq_guess"),
        ("faq_nobody_knows?", "utter_faq_unknown"),
        ("ask_question", "utter_faq_unknown"),
        ("show_progress", "utter_progress"),
        ("ask_human", "utter_ask_human"),
        ("explain_question", "utter_explain"),
    ],
)
def test_what_is_asked_beside_an_answer_is_answered(
    people: People, asked: str, response: str
) -> None:
    person = people.new()
    people.start(person)
    about = tracker(people.send(person, "x"), person.id)
    about.latest_message["intent"] = {"name": "greet", "asks": [asked]}
    assert response in [message.get("response") for message in run("action_greet", about)]


def test_the_general_lines_of_care_are_said_once_a_day(people: People) -> None:
    person = people.new()
    people.start(person)

    def said(kind: str | None = None, sure: float = 0.4) -> bool:
        about = tracker(people.send(person, "x"), person.id)
        heard = {"care": "soft", "care_kind": kind, "care_sure": sure}
        about.latest_message["intent"] = {"name": "greet", **heard}
        return "utter_care_beside" in [m.get("response") for m in run("action_greet", about)]

    assert said()
    people.turn(person, "x", care="soft")
    assert not said()
    assert said(sure=0.8), "what was no need before takes nothing from a clear one"
    assert said("abuse"), "lines for one kind of need are said each time"
