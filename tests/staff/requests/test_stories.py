"""What a publisher sees: approved stories and chosen quotes, and nobody's contact details."""

from __future__ import annotations

from sqlalchemy import select

from bot.storage.database.tables import AnswerRow, QuoteRow
from bot.storage.requests.updates import approve_to_publish
from bot.storage.staff.rows import Role
from tests.staff.desk import Desk, audit
from tests.staff.requests.desk import ask_for, take_requests


def test_a_publisher_sees_what_is_approved_and_no_contact_details(desk: Desk) -> None:
    take_requests(desk)
    approved, _ = ask_for(desk, "story", title="The big garden, ask 07700 900123")
    other, _ = ask_for(desk, "story", title="Not approved")
    with desk.database.writing() as session:
        approve_to_publish(session, approved, True, "x@example.gov.uk", desk.clock())
    client = desk.signed_in(Role.PUBLISHER)
    page, file = client.get("/stories"), client.get("/stories/story.csv")
    assert file.headers["Content-Disposition"].endswith('story-approved-2021-03-01.csv"')
    for text in (page.text, file.text):
        assert "The big garden, ask [number hidden]" in text
        assert "900123" not in text and "Not approved" not in text and other not in text
    assert audit(desk)[-1][1:] == ("stories exported", "story")


def test_quotes_are_those_that_were_chosen_without_a_way_back(desk: Desk) -> None:
    person = desk.respondent()
    desk.say(person, "hello", intent="greet")
    desk.say(person, "a shop")
    desk.say(person, "More trees, ring 07700 900123")
    client = desk.signed_in(Role.PUBLISHER)
    assert "More trees" not in client.get("/stories").text
    with desk.database.writing() as session:
        answer = session.execute(
            select(AnswerRow.id).where(AnswerRow.question == "views")
        ).scalar_one()
        session.add(QuoteRow(answer_id=answer, staff="x@example.gov.uk", at=desk.clock()))
    page = client.get("/stories").text
    assert "What would make parks better?" in page and "More trees, ring [number hidden]" in page
    assert person.reference not in page and "900123" not in page
