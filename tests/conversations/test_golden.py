"""Whole conversations, each on every channel, through the gateway, the real model and the real
actions, kept as golden files.

`bot` is what is said on the page and in Telegram, `sms` what is said by text message. What the bot
understands, stores and asks next is the same on all three. `make golden` rewrites the files; read
the diff as if you were the resident.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from sqlalchemy import select

from bot.consultation.question import Kind
from bot.consultation.text_parts import sms_parts
from bot.settings import ROOT
from bot.storage.database.tables import InboxRow
from bot.storage.privacy.exports import export_rows
from bot.turns.services import Services
from tests.conftest import Clock, gateway_with
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn
from tests.support.channels import with_telegram, with_twilio
from tests.support.rasa import InProcessRasa
from tests.support.speakers import (
    SmsSpeaker,
    Speaker,
    TelegramSpeaker,
    WebSpeaker,
    as_on_telegram,
)

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yml"))
PENCE_A_PART = 4
CHANNELS = ("webchat", "sms", "telegram")


@pytest.fixture(scope="module")
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn().running() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(secret="golden").running() as stand_in:
        yield stand_in


@pytest.fixture()
def speakers(
    services: Services,
    rasa: InProcessRasa,
    twilio: TwilioStandIn,
    telegram: TelegramStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[dict[str, Any]]:
    """Return what makes a speaker of each channel; all talk to one gateway, one after the other."""
    settings = with_telegram(with_twilio(services.settings, twilio), telegram)
    services = replace(services, settings=settings)
    twilio.reset()
    telegram.sent.clear()
    with gateway_with(services, rasa.ask, monkeypatch) as client:
        twilio._client = client
        telegram.client = client
        yield {
            "webchat": lambda: WebSpeaker(client),
            "sms": lambda: SmsSpeaker(services, twilio=twilio),
            "telegram": lambda: TelegramSpeaker(services, telegram=telegram),
        }


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_conversation_goes_as_it_was_agreed(
    file: Path,
    channel: str,
    speakers: dict[str, Any],
    services: Services,
    clock: Clock,
    request: pytest.FixtureRequest,
) -> None:
    script = yaml.safe_load(file.read_text(encoding="utf-8"))
    clock.moment = moment_of(script.get("at", "2021-03-01T12:00:00+00:00"))
    numbers = count(1)
    with (
        patch("bot.storage.respondents.respondents.new_reference", lambda: "HYS-TEST-0000"),
        patch(
            "bot.storage.requests.drafts.new_request_reference",
            lambda: f"REQ-TEST-000{next(numbers)}",
        ),
    ):
        played = play(script, speakers[channel](), services, clock)
    expected = EXPECTED[channel](script, services)
    if request.config.getoption("--golden") and channel != "telegram":
        file.write_text(as_yaml(KEEP[channel](script, played)), encoding="utf-8")
        return
    for one, other in zip(played["turns"], expected["turns"], strict=True):
        assert one == other
    assert played == expected
    if channel == "sms":
        assert keep_texts(script, played)["sms_parts"] == script["sms_parts"]


def test_the_documentation_tells_what_a_conversation_by_text_message_costs() -> None:
    script = yaml.safe_load((HERE / "answers_everything.yml").read_text(encoding="utf-8"))
    ended = [turn["then"].startswith("completed") for turn in script["turns"]].index(True)
    turns = script["turns"][: ended + 1]
    parts = sum(sms_parts(text) for turn in turns for text in turn["sms"])
    told = (ROOT / "docs" / "channels.md").read_text("utf-8")
    for figure in (f"**{parts} parts from us**", f"about {parts * PENCE_A_PART}p"):
        if figure not in told:
            pytest.fail(f"write {figure} into docs/channels.md, What it costs", pytrace=False)


def play(
    script: dict[str, Any], speaker: Speaker, services: Services, clock: Clock
) -> dict[str, Any]:
    """Say what the script says; return the script with what was heard and stored."""
    opening = speaker.opening()
    turns = [one_turn(turn, speaker, services, clock) for turn in script["turns"]]
    nothing_is_lost(speaker, services)
    return {**told(script, "title", "at"), "bot": opening, "turns": turns}


def one_turn(
    turn: dict[str, Any], speaker: Speaker, services: Services, clock: Clock
) -> dict[str, Any]:
    if "at" in turn:
        clock.moment = moment_of(turn["at"])
    before, asked_for = current_answers(services), requests_now(services)
    said = speaker.press(turn["presses"]) if "presses" in turn else speaker.say(turn["says"])
    after = current_answers(services)
    done = told(turn, "at", "says", "presses")
    done |= {"understood": last_intent(services), "bot": said}
    saved = {question: a for question, a in after.items() if before.get(question) != a}
    if saved:
        done["saved"] = saved
    if requested := requests_now(services) - asked_for:
        done["requested"] = [json.loads(row) for row in sorted(requested)]
    progress = speaker.progress()
    done["then"] = f"{progress['state']}, {progress['question'] or 'nothing'} open"
    return done


def on_the_page(script: dict[str, Any], services: Services) -> dict[str, Any]:
    turns = [{k: v for k, v in turn.items() if k != "sms"} for turn in script["turns"]]
    return {**told(script, "title", "at", "bot"), "turns": turns}


def by_text_message(script: dict[str, Any], services: Services) -> dict[str, Any]:
    turns = [{**typed(turn, services), "bot": turn.get("sms", [])} for turn in script["turns"]]
    return {**told(script, "title", "at"), "bot": [], "turns": turns}


def in_telegram(script: dict[str, Any], services: Services) -> dict[str, Any]:
    """They are greeted when first answered, and several choices have numbers, no buttons."""
    turns = []
    asked = None
    greeted = str(script.get("at", ""))[:10] > str(services.consultation.closes)
    welcome = services.consultation.welcome.text, services.consultation.privacy.wording.text
    for source in script["turns"]:
        several = is_several(asked, services)
        turn = typed(source, services) if several else without_sms(source)
        asked = turn["then"].partition(", ")[2].removesuffix(" open")
        several = is_several(asked, services)
        said = [as_on_telegram(m, several=several and m is turn["bot"][-1]) for m in turn["bot"]]
        if not greeted and not turn["then"].startswith(("closed", "stopped")):
            said, greeted = [*welcome, *said], True
        turns.append({**turn, "bot": [*said, *asked_to_hear(source, services)]})
    return {**told(script, "title", "at"), "bot": [], "turns": turns}


def asked_to_hear(turn: dict[str, Any], services: Services) -> list[dict[str, Any]]:
    """Return what is asked at the end where we can write to people: not on the page."""
    ask = services.consultation.outcome["ask"]
    if not any(ask.sms in text for text in turn.get("sms", ())):
        return []
    return [{"text": f"{ask.text} Type YES or NO.", "buttons": ["Yes please", "No thanks"]}]


EXPECTED = {"webchat": on_the_page, "sms": by_text_message, "telegram": in_telegram}


def keep_page(script: dict[str, Any], played: dict[str, Any]) -> dict[str, Any]:
    texts = [turn.get("sms") for turn in script["turns"]]
    turns = [with_texts(turn, sms) for turn, sms in zip(played["turns"], texts, strict=True)]
    return {**played, "turns": turns, **told(script, "sms_parts")}


def keep_texts(script: dict[str, Any], played: dict[str, Any]) -> dict[str, Any]:
    pairs = zip(script["turns"], played["turns"], strict=True)
    turns = [with_texts(turn, texted["bot"]) for turn, texted in pairs]
    parts = sum(sms_parts(text) for turn in played["turns"] for text in turn["bot"])
    return {**script, "turns": turns, "sms_parts": parts}


KEEP = {"webchat": keep_page, "sms": keep_texts}


def with_texts(turn: dict[str, Any], texts: list[str] | None) -> dict[str, Any]:
    """Put the texts right after what the page shows."""
    done: dict[str, Any] = {}
    for name, value in turn.items():
        if name != "sms":
            done[name] = value
        if name == "bot" and texts is not None:
            done["sms"] = texts
    return done


def without_sms(turn: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in turn.items() if name != "sms"}


def typed(turn: dict[str, Any], services: Services) -> dict[str, Any]:
    """Where there are no buttons they type the number of what others press."""
    turn = without_sms(turn)
    for question, answer in turn.get("saved", {}).items():
        options = [option.wording.text for option in services.consultation.by_id[question].options]
        if turn.get("presses") in options:
            number = str(options.index(turn["presses"]) + 1)
            turn = {**turn, "saved": {question: {**answer, "text": number}}}
    return turn


def is_several(question: str | None, services: Services) -> bool:
    known = services.consultation.by_id.get(question or "")
    return known is not None and known.kind is Kind.MULTI_CHOICE


def told(script: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: script[name] for name in names if name in script}


def moment_of(text: Any) -> datetime:
    return text if isinstance(text, datetime) else datetime.fromisoformat(str(text))


def current_answers(services: Services) -> dict[str, Any]:
    with services.database.reading() as session:
        rows = list(export_rows(session, "answers", services.consultation.id))
    return {
        row["question"]: {"text": row["text"], "value": row["value"]}
        for row in rows
        if row["status"] == "current"
    }


def requests_now(services: Services) -> set[str]:
    """Return every request as staff have it, each as JSON."""
    kept = ("kind", "fields", "consents", "status")
    with services.database.reading() as session:
        rows = export_rows(session, "requests", services.consultation.id, keys=services.keys)
        return {json.dumps({name: row[name] for name in kept}) for row in rows}


def last_intent(services: Services, reference: str | None = None) -> str | None:
    with services.database.reading() as session:
        rows = [
            r
            for r in export_rows(session, "messages", services.consultation.id, reference)
            if r["direction"] == "in"
        ]
    intent: str | None = rows[-1]["intent"]
    return intent


def was_erased(services: Services) -> bool:
    with services.database.reading() as session:
        people = list(export_rows(session, "respondents", services.consultation.id))
    return people[0]["state"] == "erased"


def nothing_is_lost(speaker: Speaker, services: Services) -> None:
    """Every text is in the messages, and every answer in the answers, byte for byte."""
    with services.database.reading() as session:
        messages = list(
            export_rows(session, "messages", services.consultation.id, keys=services.keys)
        )
        answers = list(export_rows(session, "answers", services.consultation.id))
    received = [m["text"] for m in sent_by_them(messages)]
    if was_erased(services):
        assert {*received, *(a["text"] for a in answers)} == {""}
        return
    assert received == [
        "" if gone else said for said, gone in zip(speaker.sent, deleted(services), strict=True)
    ]
    assert {a["text"] for a in answers} <= set(speaker.sent)


def sent_by_them(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message for message in messages if message["direction"] == "in"]


def deleted(services: Services) -> list[bool]:
    """Say of each message whether its words had to go: what was answered about the person is only
    counted, and contact details of a request that was taken back are deleted.
    """
    with services.database.reading() as session:
        rows = session.execute(select(InboxRow.private, InboxRow.sealed).order_by(InboxRow.seq))
        return [row.private is not None and row.sealed is None for row in rows]


class _Plain(yaml.SafeDumper):
    pass


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value and not value.startswith((" ", "\n")) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Plain.add_representer(str, _text)


def as_yaml(played: dict[str, Any]) -> str:
    plain = json.loads(json.dumps(played, default=str))
    return yaml.dump(plain, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)
