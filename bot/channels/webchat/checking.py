"""`GET /chat/answers`: what a resident has answered so far, to be checked and changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.webchat import calls
from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Purpose
from bot.consultation.question import FOLLOW_UP, Question
from bot.consultation.state import State
from bot.conversation.place import Place, detour_purpose
from bot.storage.respondents.answers import Said, answers_of
from bot.storage.respondents.places import place_of
from bot.storage.respondents.respondents import Respondent
from bot.turns.services import Services


def routes() -> list[Route]:
    return [Route("/chat/answers", answers, methods=["GET"])]


async def answers(request: Request) -> Response:
    calls._limits(request).new_read(calls._address(request))
    async with calls.reading(request):
        respondent = await calls._respondent(request)
        if respondent is None:
            return calls._no_session()
        services = calls._services(request)
        return JSONResponse(await asyncio.to_thread(answers_to_check, services, respondent))


def answers_to_check(services: Services, respondent: Respondent) -> dict[str, Any]:
    """Return the answers by section, each with its question and what to send to change it."""
    consultation, phase = services.consultation, services.phase(services.clock())
    with services.database.reading() as session:
        place = place_of(session, respondent.id, phase)
        said = answers_of(session, respondent.id)
    can_change = _can_change(consultation, place)
    return {
        "reference": respondent.reference,
        "complete": {q.id for q in consultation.questions} <= place.done,
        "next_steps": consultation.next_steps.text,
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "answers": [
                    row
                    for question in section.questions
                    for row in _rows(consultation, question, said, place, can_change=can_change)
                ],
            }
            for section in consultation.sections
            if section.purpose is Purpose.CONSULTATION
        ],
    }


def _can_change(consultation: Consultation, place: Place) -> bool:
    asking = place.state in (State.STARTED, State.PAUSED, State.COMPLETED)
    requesting = detour_purpose(consultation, place) is Purpose.REQUEST
    return asking and place.phase is Phase.OPEN and not requesting


def _rows(
    consultation: Consultation,
    question: Question,
    said: Mapping[str, Said],
    place: Place,
    *,
    can_change: bool,
) -> list[dict[str, Any]]:
    """Return the row of a question, and one of its follow-up where that was answered."""
    number = consultation.questions.index(question) + 1
    change = f"change answer {number}" if can_change and question.id in place.done else None
    status = "skipped" if question.id in place.done else "open"
    rows = [_row(question, said.get(question.id), "answered" if question.id in said else status)]
    follow_up = consultation.by_id.get(question.id + FOLLOW_UP)
    if follow_up and follow_up.id in said:
        rows.append(_row(follow_up, said[follow_up.id], "answered"))
    rows[0]["change"] = change
    return rows


def _row(question: Question, said: Said | None, status: str) -> dict[str, Any]:
    """Return a question in short with the option that was understood and the words beside it."""
    text, value, remark = said or (None, None, None)
    beside = text if remark is None or remark in (text or "") else remark
    options = {option.value: option.wording.text for option in question.options}
    values = value if isinstance(value, list) else [value]
    picked = [options[v] for v in values if isinstance(v, str) and v in options]
    return {
        "id": question.id,
        "question": question.wording.text.rpartition("\n\n")[2],
        "status": status,
        "picked": picked,
        "words": beside if beside and (not picked or remark) else None,
        "change": None,
    }
