"""Something to publish: an answer that was chosen, and a story that was approved."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bot.storage.database.tables import AnswerRow, QuoteRow
from bot.storage.requests.updates import approve_to_publish
from bot.storage.respondents.respondents import Respondent
from tests.staff.desk import Desk, csrf_token
from tests.staff.requests.desk import ask_for

WORDS = "More trees, says Jane Doe of 3 Oak Road, ring 07700 900123"


def chosen(desk: Desk, text: str = WORDS, role: str = "a shop") -> tuple[str, Respondent]:
    """Have a resident give an answer that is chosen to be quoted; return its key and who it was."""
    person = desk.respondent()
    for said in ("hello", role, text):
        desk.say(person, said)
    with desk.database.writing() as session:
        newest = select(func.max(AnswerRow.id)).where(AnswerRow.question == "views")
        answer = session.execute(newest).scalar_one()
        session.add(QuoteRow(answer_id=answer, staff="x@example.gov.uk", at=desk.clock()))
    return f"quote-{answer}", person


def told_story(desk: Desk, title: str) -> tuple[str, Respondent]:
    """Have a resident send a story that a caseworker approves; return its key and who it was."""
    reference, person = ask_for(desk, "story", title=title)
    with desk.database.writing() as session:
        approve_to_publish(session, reference, True, "x@example.gov.uk", desk.clock())
    return reference, person


def page_of(key: str) -> str:
    return f"/stories/versions/{key}"


def send(client: FlaskClient, key: str, **form: object) -> TestResponse:
    """Send the form of a public version as the page has it, but for what is given."""
    path = page_of(key)
    token = csrf_token(client, path)
    page = client.get(path).text
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    data = {"csrf_token": token, "revision": revision, **form}
    return client.post(path, data=data, follow_redirects=True)
