"""What is done with every intent in every state, kept as one golden table to be read.

A line of `every_intent.yml`: in which states | what is done | the responses of domain.yml that say
it | the question that is asked then | the state after it. `make golden` rewrites the file; read the
diff as if you were the resident. How it sounds is in the conversations beside this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select, update
from starlette.testclient import TestClient

from bot.consultation.model import Consultation, Purpose
from bot.consultation.state import State
from bot.consultation.utterances import Words
from bot.conversation.place import Detour
from bot.settings import ROOT
from bot.storage.database.tables import InboxRow, RespondentRow, SkipRow
from bot.storage.messages.transcripts import conversation_of
from bot.storage.requests.drafts import begin_request
from bot.storage.respondents.place_forms import stored_detour
from bot.turns.services import Services
from tests.conftest import WHILE_OPEN, Clock
from tests.support.web import Resident

FILE = Path(__file__).parent / "intents" / "every_intent.yml"
SCRIPT: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
# The fourth column says which question it is.
ASKING = {"utter_question", "utter_question_after_aside", "utter_follow_up"}
NONE, AGAIN = "-", "again"  # the question that was open is asked again
AFTER = datetime(2021, 4, 1, 12, 0, tzinfo=timezone.utc)
# Each state: how the conversation stands, the question that is open, and the time.
STATES: dict[str, tuple[State, str | None, datetime]] = {
    "idle": (State.NEW, None, WHILE_OPEN),
    "open": (State.STARTED, "smart_people.views", WHILE_OPEN),
    "follow_up": (State.STARTED, "smart_people.views.follow_up", WHILE_OPEN),
    "scale": (State.STARTED, "smart_people.agree", WHILE_OPEN),
    "choice": (State.STARTED, "role", WHILE_OPEN),
    "several": (State.STARTED, "overall.priority", WHILE_OPEN),
    "words_of_a_request": (State.STARTED, "callback.about", WHILE_OPEN),
    "contact": (State.STARTED, "callback.contact", WHILE_OPEN),
    "equality": (State.STARTED, "equality.age_band", WHILE_OPEN),
    "paused": (State.PAUSED, "smart_people.views", WHILE_OPEN),
    "completed": (State.COMPLETED, None, WHILE_OPEN),
    "opted_out": (State.STOPPED, "smart_people.views", WHILE_OPEN),
    "closed": (State.STARTED, "smart_people.views", AFTER),
}


def test_every_intent_of_the_domain_has_its_table() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert set(SCRIPT) == set(domain["intents"])


@pytest.mark.parametrize("state", STATES)
def test_every_intent_does_what_was_agreed(
    state: str,
    gateway: TestClient,
    services: Services,
    clock: Clock,
    said: list[str],
    request: pytest.FixtureRequest,
) -> None:
    clock.moment = STATES[state][2]
    done = {intent: what_is_done(intent, state, gateway, services, said) for intent in SCRIPT}
    if request.config.getoption("--golden"):
        rewrite(state, done)
        return
    assert done == {intent: agreed(kept["does"]).get(state) for intent, kept in SCRIPT.items()}
    assert all(row[1:3] != (NONE, NONE) for row in done.values()), "nobody is met with silence"


@pytest.fixture()
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the responses that are said, in order, by actions and without the model."""
    names: list[str] = []
    by_action, by_gateway = CollectingDispatcher.utter_message, Words.say

    def utter_message(dispatcher: Any, *args: Any, **more: Any) -> None:
        if response := more.get("response"):
            names.append(response)
        by_action(dispatcher, *args, **more)

    def say(words: Words, response: str, **more: Any) -> str:
        names.append(response)
        return by_gateway(words, response, **more)

    monkeypatch.setattr(CollectingDispatcher, "utter_message", utter_message)
    monkeypatch.setattr(Words, "say", say)
    yield names


Row = tuple[str, ...]  # what is done, the responses, the question that is asked, the state


def what_is_done(
    intent: str, state: str, gateway: TestClient, services: Services, said: list[str]
) -> Row:
    resident = Resident(gateway)
    put_into(services, resident.reference, *STATES[state][:2])
    said.clear()
    progress = resident.say(SCRIPT[intent]["says"])["progress"]
    with services.database.reading() as session:
        found = conversation_of(session, resident.reference)
        assert found
        message = session.execute(
            select(InboxRow.intent, InboxRow.effect).where(InboxRow.respondent_id == found[0])
        ).one()
    did = (message.effect or {}).get("did", NONE)
    taken = "" if message.intent == intent else f"(as {message.intent}) "
    return (
        taken + did,
        ", ".join(name for name in said if name not in ASKING) or NONE,
        asked(progress, STATES[state][1]) if ASKING & set(said) else NONE,
        progress["state"],
    )


def asked(progress: dict[str, Any], was_open: str | None) -> str:
    question: str = progress["question"] + (".follow_up" if progress["follow_up"] else "")
    return AGAIN if question == was_open else question


def agreed(lines: list[str]) -> dict[str, Row]:
    """Return {state: row} of one intent's table."""
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {state: tuple(row[1:]) for row in rows for state in row[0].split(", ")}


def rewrite(state: str, done: dict[str, Row]) -> None:
    script = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    text = []
    for intent, kept in script.items():
        rows = agreed(kept["does"]) | {state: done[intent]}
        says = yaml.safe_dump(kept["says"], allow_unicode=True, width=200).splitlines()[0]
        text += [f"{intent}:", f"  says: {says}", "  does:", *as_table(rows), ""]
    FILE.write_text("\n".join(text[:-1]) + "\n", encoding="utf-8")


def as_table(rows: dict[str, Row]) -> list[str]:
    """Return the lines of a table: states in which the same is done share one."""
    together: dict[Row, list[str]] = {}
    for state in STATES:
        if state in rows:
            together.setdefault(rows[state], []).append(state)
    lines = [(", ".join(states), *row) for row, states in together.items()]
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    padded = [
        [cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines
    ]
    return [f"  - {' | '.join(line).rstrip()}" for line in padded]


def put_into(services: Services, reference: str, state: State, open_question: str | None) -> None:
    """Put a conversation into a state; what comes before the open question is left out."""
    with services.database.writing() as session:
        found = conversation_of(session, reference)
        assert found
        detour = detour_at(services.consultation, open_question)
        session.execute(
            update(RespondentRow)
            .where(RespondentRow.id == found[0])
            .values(
                state=state.value,
                open_question=open_question,
                opted_out=state is State.STOPPED,
                run=stored_detour(detour),
            )
        )
        if detour and detour.section == "callback":
            begin_request(
                session,
                services.keys,
                services.consultation,
                found[0],
                detour.section,
                {},
                services.clock(),
            )
            open_question = detour.returns_to
        for question_id in done_before(services.consultation, state, open_question):
            row = SkipRow(respondent_id=found[0], question=question_id, skipped_at=services.clock())
            session.add(row)


def detour_at(consultation: Consultation, question_id: str | None) -> Detour | None:
    """Return the detour that a question is part of, with what comes before it in that answered."""
    section = consultation.section_of.get(question_id or "")
    if section is None or section.purpose is Purpose.CONSULTATION:
        return None
    ids = [question.id for question in section.questions]
    done = frozenset(ids[: ids.index(question_id or "")])
    if section.purpose is Purpose.EQUALITY:
        return Detour(section.id, done, returns_state=State.COMPLETED)
    return Detour(section.id, done, returns_to="smart_people.views", returns_state=State.STARTED)


def done_before(consultation: Consultation, state: State, open_question: str | None) -> list[str]:
    ids = [question.id for question in consultation.questions]
    if state is State.COMPLETED:
        return ids
    here = (open_question or ids[0]).removesuffix(".follow_up")
    if here not in ids:
        return ids
    before = ids[: ids.index(here)]
    return [*before, here] if (open_question or "").endswith(".follow_up") else before
