"""Replying as a person: what the resident reads, who may, what is refused, and what is recorded."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from bot.settings import ROOT
from bot.staff.cases.reply_form import ReplyProblem, read_reply, templates_of
from bot.storage.database.tables import OutboxRow, RespondentRow
from bot.storage.messages.talks import note_for_person
from bot.storage.respondents.respondents import Respondent, create_respondent
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, PASSWORD, Desk, audit, csrf_token, sign_in
from tests.support.keys import KEYS

SIGNED = "\n\nAnn, Harbour Town Council"


def texter(desk: Desk, channel: str = "sms") -> Respondent:
    desk.count += 1
    with desk.database.writing() as session:
        person = create_respondent(
            session,
            CONSULTATION,
            channel=channel,
            address_hash=f"{desk.count:064}",
            hidden_address=None if channel == "webchat" else KEYS.hide("+447700900123"),
            now=desk.clock(),
        )
    desk.say(person, "Nobody answers me", step=None)
    return person


def reply(client: FlaskClient, person: Respondent, **form: str) -> Any:
    path = f"/conversations/{person.reference}"
    given = {"csrf_token": csrf_token(client, path), "text": "I have read it.", "name": "Ann"}
    return client.post(f"{path}/reply", data={**given, **form}, follow_redirects=True)


def outbox(desk: Desk) -> list[tuple[str, str, str | None]]:
    with desk.database.reading() as session:
        rows = session.execute(select(OutboxRow).order_by(OutboxRow.seq)).scalars()
        return [(row.text, row.delivery, row.staff) for row in rows]


@pytest.mark.parametrize(
    ("channel", "delivery"), [("webchat", "sent"), ("sms", "queued"), ("telegram", "queued")]
)
def test_a_reply_is_signed_goes_out_by_their_channel_and_is_recorded(
    desk: Desk, channel: str, delivery: str
) -> None:
    client, email = desk.client(), desk.person(Role.REVIEWER)
    sign_in(client, email, PASSWORD)
    person = texter(desk, channel)
    page = reply(client, person).text
    assert outbox(desk) == [(f"I have read it.{SIGNED}", delivery, email)]
    assert "The bot keeps quiet until" in page and "I have read it." in page
    assert (email, "replied as a person", person.reference) in audit(desk)
    assert 'value="Ann"' in page  # remembered for the next one


def test_a_text_to_begin_with_is_put_into_the_box_and_not_sent(desk: Desk) -> None:
    client, person = desk.signed_in(), texter(desk)
    template = templates_of(ROOT)[0]
    page = reply(client, person, begin="yes", **{"with": template.name})
    assert page.status_code == 200 and template.text in page.text
    assert outbox(desk) == []


def test_what_cannot_be_sent_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    client, person = desk.signed_in(), texter(desk)
    page = reply(client, person, text="long words " * 100)
    assert page.status_code == 400 and "Send 6 or fewer" in page.text
    assert "long words long words" in page.text
    assert outbox(desk) == []


NO = [
    ({"opted_out": True}, "They asked to stop"),
    ({"state": "stopped"}, "They asked to stop"),
    ({"state": "erased"}, "This person was erased"),
]


@pytest.mark.parametrize(("changed", "why"), NO)
def test_nobody_writes_to_those_who_may_not_be_written_to(
    desk: Desk, changed: dict[str, Any], why: str
) -> None:
    client, person = desk.signed_in(), texter(desk)
    path = f"/conversations/{person.reference}"
    form = {"csrf_token": csrf_token(client, path), "text": "Hello.", "name": "Ann"}
    with desk.database.writing() as session:
        session.execute(
            update(RespondentRow).where(RespondentRow.id == person.id).values(**changed)
        )
    page = client.get(path).text
    assert why in page and "Send reply" not in page
    assert why in client.post(f"{path}/reply", data=form, follow_redirects=True).text
    assert outbox(desk) == []


def test_who_waits_is_counted_listed_and_leaves_the_list_with_the_reply(desk: Desk) -> None:
    client, person = desk.signed_in(Role.CASEWORKER), None
    reviewer = desk.signed_in()
    person = texter(desk)
    reply(reviewer, person)
    with desk.database.writing() as session:
        note_for_person(session, person.id, desk.clock(), tells=False)
    assert "1 resident waits for a reply" in client.get("/").text
    page = client.get("/replies").text
    assert person.reference in page and "quiet until" in page
    desk.clock.move(minutes=10)
    reply(reviewer, person, text="I am back.")
    assert "No resident waits" in client.get("/replies").text


@pytest.mark.parametrize("told", [True, False])
def test_handing_back_lets_the_bot_answer_and_tells_them_if_that_is_wanted(
    desk: Desk, told: bool
) -> None:
    client, person = desk.signed_in(), texter(desk)
    reply(client, person)
    path = f"/conversations/{person.reference}"
    form = {"csrf_token": csrf_token(client, path), **({"tell": "yes"} if told else {})}
    page = client.post(f"{path}/hand-back", data=form, follow_redirects=True).text
    assert "The bot answers again." in page and "keeps quiet until" not in page
    assert [staff for _, _, staff in outbox(desk)][1:] == ([None] if told else [])


WRONG = [
    ({"text": " "}, "sms", "Write your reply"),
    ({"name": ""}, "sms", "Write your first name"),
    ({"name": "x" * 61}, "sms", "Write your first name"),
    ({"text": "x" * 920}, "sms", "takes 7 parts"),
    ({"text": "x" * 2000}, "webchat", "2,000 letters"),
]


@pytest.mark.parametrize(("changed", "channel", "sentence"), WRONG)
def test_a_reply_that_makes_no_sense(changed: dict[str, str], channel: str, sentence: str) -> None:
    with pytest.raises(ReplyProblem, match=sentence):
        read_reply({"text": "Hello.", "name": "Ann", **changed}, channel, "Harbour Town Council")


def test_every_text_to_begin_with_fits_a_text_message() -> None:
    for template in templates_of(ROOT):
        read_reply({"text": template.text, "name": "Ann"}, "sms", "Manchester City Council")
