"""Requests on a desk: a consultation that takes them, and residents who send some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.consultation.model import Consultation, Purpose, Section
from bot.consultation.question import Consent, Kind
from bot.staff.shell.context import AppContext
from bot.storage.requests.drafts import begin_request
from bot.storage.requests.requests import send_request
from bot.storage.respondents.respondents import Respondent
from tests.staff.desk import CONSULTATION, Desk, question

YES_NO = {"yes": "Yes", "no": "No"}
FORMATS = {"plain": "Plain print", "large": "Large print"}
STORY = Section(
    "story",
    "Tell a story",
    Purpose.REQUEST,
    (
        question("story.title", Kind.OPEN, "What is it called?"),
        question("story.link", Kind.URL, "Is there a page?"),
        question("story.contact", Kind.EMAIL_OR_PHONE, "How do we reach you?"),
        replace(
            question("story.contact_ok", Kind.YES_NO, "May we contact you?", YES_NO),
            consent=Consent.CONTACT,
        ),
        replace(
            question("story.publish_ok", Kind.YES_NO, "May we publish it?", YES_NO),
            consent=Consent.PUBLISH,
        ),
    ),
)
MAP = Section(
    "map",
    "Ask for a map",
    Purpose.REQUEST,
    (
        question("map.name", Kind.NAME, "Who is it for?"),
        question("map.address", Kind.ADDRESS, "Where to?"),
        question("map.postcode", Kind.POSTCODE, "What is the postcode?"),
        question("map.format", Kind.CHOICE, "Which kind?", FORMATS),
        question("map.copies", Kind.NUMBER, "How many?"),
    ),
)
TAKES_REQUESTS = replace(CONSULTATION, sections=(*CONSULTATION.sections, STORY, MAP))
NUMBER = "+447700900123"
TOLD: dict[str, dict[str, Any]] = {
    "story": {
        "title": "=Ping pong, ask 07700 900123",
        "link": "https://example.org/12345678",
        "contact": NUMBER,
        "contact_ok": "yes",
        "publish_ok": "yes",
    },
    "map": {
        "name": "The lunch club",
        "address": "Flat 2\n12 Any Street",
        "postcode": "M14 5AA",
        "format": "large",
        "copies": 2,
    },
}


def take_requests(desk: Desk, consultation: Consultation = TAKES_REQUESTS) -> None:
    here: AppContext = desk.app.extensions["context"]
    desk.app.extensions["context"] = replace(here, consultation=consultation)


def ask_for(
    desk: Desk,
    kind: str,
    *,
    person: Respondent | None = None,
    remarks: Mapping[str, str] = {},
    **changed: Any,
) -> tuple[str, Respondent]:
    """Have a resident send a request; return its reference, and who it was. `remarks` were said
    beside the fields.
    """
    person = person or desk.respondent("sms")
    given = {name: value for name, value in {**TOLD[kind], **changed}.items() if value is not None}
    told = {
        f"{kind}.{name}": {"text": str(value), "value": value, "remark": remarks.get(name)}
        for name, value in given.items()
    }
    about = (desk.app.extensions["context"].keys, TAKES_REQUESTS, person.id)
    with desk.database.writing() as session:
        begin_request(session, *about, kind, told, desk.clock())
        reference = send_request(session, *about, desk.clock())
    assert reference
    return reference, person
