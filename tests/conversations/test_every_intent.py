"""What the bot answers to every intent in every state, kept as one golden file to be read.

`phrases` says how each intent is put; under `states`, `bot` is what is said before the open
question is asked again. `make golden` rewrites the file; read the diff as if you were the resident.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from sqlalchemy import update
from starlette.testclient import TestClient

from bot.consultation.model import Consultation, Purpose
from bot.consultation.state import State
from bot.conversation.place import Detour
from bot.settings import ROOT
from bot.storage.database.tables import RespondentRow, SkipRow
from bot.storage.messages.transcripts import conversation_of
from bot.storage.requests.requests import begin_request
from bot.storage.respondents.respondents import stored_detour
from bot.turns.services import Services
from tests.conftest import WHILE_OPEN, Clock
from tests.conversations.test_golden import as_yaml, last_intent
from tests.support.speakers import heard
from tests.support.web import Resident

FILE = Path(__file__).parent / "intents" / "every_intent.yml"
SCRIPT = yaml.safe_load(FILE.read_text(encoding="utf-8"))
LETTERS = 90
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


def test_every_intent_of_the_domain_has_a_phrase(services: Services) -> None:
    root = ROOT
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))
    assert set(SCRIPT["phrases"]) == set(domain["intents"])


@pytest.mark.parametrize("state", STATES)
def test_every_intent_is_answered_as_it_was_agreed(
    state: str,
    gateway: TestClient,
    services: Services,
    clock: Clock,
    request: pytest.FixtureRequest,
) -> None:
    clock.moment = STATES[state][2]
    numbers = count(1000)
    with patch(
        "bot.storage.respondents.respondents.new_reference", lambda: f"HYS-TEST-{next(numbers)}"
    ):
        said = {
            intent: answer_to(phrase, state, gateway, services)
            for intent, phrase in SCRIPT["phrases"].items()
        }
    if request.config.getoption("--golden"):
        script = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        script.setdefault("states", {})[state] = json.loads(json.dumps(said))
        FILE.write_text(as_yaml(script), encoding="utf-8")
        return
    assert said == SCRIPT["states"][state]
    assert all(row["bot"] or row["asks"] for row in said.values()), "nobody is met with silence"


def answer_to(phrase: str, state: str, gateway: TestClient, services: Services) -> dict[str, Any]:
    resident = Resident(gateway)
    put_into(services, resident.reference, *STATES[state][:2])
    body = resident.say(phrase)
    texts = [message["text"] for message in body["messages"]]
    question = services.consultation.by_id.get(asked(body["progress"]) or "")
    asks = bool(question and texts and question.wording.text in texts[-1])
    told = body["messages"][:-1] if asks else body["messages"]
    progress = body["progress"]
    return {
        "understood": last_intent_of(services, resident.reference),
        "bot": [shortened(heard(message)) for message in told],
        "asks": asked(progress) if asks else None,
        "state": progress["state"],
    }


def shortened(message: Any) -> Any:
    """The whole texts are in the conversations; here it is enough to know which ones they are."""
    if isinstance(message, dict):
        return {**message, "text": shortened(message["text"])}
    line = " ".join(message.split())
    return line if len(line) <= LETTERS else line[: LETTERS - 3].rstrip() + "..."


def asked(progress: dict[str, Any]) -> str | None:
    return f"{progress['question']}.follow_up" if progress["follow_up"] else progress["question"]


def last_intent_of(services: Services, reference: str) -> str | None:
    with services.database.reading() as session:
        found = conversation_of(session, reference)
        assert found
    return last_intent(services, reference)


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
