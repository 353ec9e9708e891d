"""The first page in the morning: yesterday against the day before, what is broken, and its rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.conversation.moving import start
from bot.staff.morning import pages
from bot.storage.database.tables import AddressRow, InboxRow, OutboxRow, RespondentRow
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.rows import Role
from tests.staff.desk import START, Desk, audit, csrf_token

NUMBER = re.compile(r'sheet__number"[^>]*>([^<]+)</(?:a|span)> (\w+)')


def began(desk: Desk, channel: str = "sms") -> Respondent:
    person = desk.respondent(channel)
    desk.say(person, "start", step=start, intent="start", reply=Reply("Who are you?"))
    return person


def end(desk: Desk, person: Respondent) -> None:
    with desk.database.writing() as session:
        session.execute(
            update(RespondentRow)
            .where(RespondentRow.id == person.id)
            .values(state="completed", completed_at=desk.clock())
        )


def undeliver(desk: Desk, person: Respondent, code: str) -> None:
    with desk.database.writing() as session:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.respondent_id == person.id)
            .values(delivery="failed", error=code)
        )


def deliveries(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return list(session.execute(select(OutboxRow.delivery).order_by(OutboxRow.id)).scalars())


@pytest.fixture()
def three_days(desk: Desk) -> Desk:
    """The day before yesterday one began; yesterday three, of whom one came to the end."""
    began(desk)
    desk.clock.now = START + timedelta(days=1)
    people = [began(desk), began(desk, "webchat"), began(desk)]
    end(desk, people[1])
    desk.clock.now = START + timedelta(days=2)
    began(desk)  # today: not counted yet
    return desk


def test_yesterday_is_set_against_the_day_before(three_days: Desk) -> None:
    page = three_days.signed_in(Role.ANALYST).get("/").text
    assert {what: number for number, what in NUMBER.findall(page)} == {
        "began": "3",
        "came": "1",
        "left": "2",
        "parts": "2",
        "until": "23 days",
    }
    assert "2 more than the day before" in page and "1 more than the day before" in page


def test_a_day_is_a_day_in_london(desk: Desk) -> None:
    desk.clock.now = START.replace(month=6, hour=23, minute=30)  # half past midnight, summer time
    began(desk)
    desk.clock.now += timedelta(days=1)
    page = desk.signed_in(Role.ANALYST).get("/").text
    assert {what: number for number, what in NUMBER.findall(page)}["began"] == "1"


@pytest.mark.parametrize(("what", "how_many"), [("new", 3), ("completed", 1), ("left-off", 2)])
def test_every_number_leads_to_as_many_rows(three_days: Desk, what: str, how_many: int) -> None:
    client = three_days.signed_in(Role.REVIEWER)
    (path,) = re.findall(rf'href="(/morning/{what}\?day=[\d-]+)"', client.get("/").text)
    rows = client.get(path).text
    assert len(set(re.findall(r">(HYS-[0-9A-Z-]{9})</a>", rows))) == how_many
    assert ("Who are you?" in rows) is (what == "left-off")
    assert audit(three_days)[-1][1] == f"morning rows: {what}"


def test_of_many_rows_the_first_are_shown_and_all_are_counted(
    three_days: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST", 2)
    client = three_days.signed_in(Role.REVIEWER)
    rows = client.get(f"/morning/new?day={START.date() + timedelta(days=1)}").text
    assert "3 rows." in rows and "The first 2 are shown." in rows
    assert len(set(re.findall(r">(HYS-[0-9A-Z-]{9})</a>", rows))) == 2


COSTS: list[tuple[dict[str, str], str, bool]] = [
    ({}, "2</span> parts of text messages", False),
    ({"TEXT_PART_PENCE": "4"}, "£0.08. 2 more than the day before", False),
    ({"TEXT_PART_PENCE": "4", "TEXT_BUDGET_POUNDS": "0.08"}, "within the budget of £0.08", False),
    ({"TEXT_PART_PENCE": "4", "TEXT_BUDGET_POUNDS": "0.07"}, "over the budget of £0.07", True),
]


@pytest.mark.parametrize(("settings", "words", "red"), COSTS)
def test_what_texts_cost_is_set_against_a_budget(
    make_desk: Callable[..., Desk], settings: dict[str, str], words: str, red: bool
) -> None:
    desk = make_desk(**settings)
    for _ in range(2):
        began(desk)
    began(desk, "webchat")  # costs nothing
    desk.clock.now = START + timedelta(days=1)
    page = desk.signed_in(Role.ANALYST).get("/").text
    assert words in re.sub(r"[ \n]+", " ", page)
    assert ("sheet__one--red" in page) is red


def test_what_did_not_arrive_is_told_by_reason_and_sent_again_where_that_makes_sense(
    desk: Desk,
) -> None:
    late, gone, long_ago = began(desk), began(desk), began(desk)
    for person, code in ((late, "30003"), (gone, "21610"), (long_ago, "30008")):
        undeliver(desk, person, code)
    desk.say(long_ago, "hello", step=None, reply=Reply("Hello again."))  # more was said since
    with desk.database.writing() as session:
        session.execute(
            update(RespondentRow)
            .where(RespondentRow.id == gone.id)
            .values(opted_out=True, state="stopped")
        )
    client = desk.signed_in(Role.REVIEWER)
    home = client.get("/").text
    assert "They can send START to our number" in home and "out of reach" in home
    page = client.get("/morning/broken/undelivered?why=30003").text
    assert late.reference in page and gone.reference not in page
    form = {"csrf_token": csrf_token(client, "/morning/broken/undelivered")}
    client.post("/morning/broken/undelivered", data=form)
    assert deliveries(desk) == ["queued", "failed", "failed", "sent"]
    assert audit(desk)[-1][1:] == ("tried again: undelivered", "1")


def test_what_the_bot_could_not_deal_with_is_counted_and_tried_again(desk: Desk) -> None:
    person = desk.respondent()
    desk.say(person, "hm", step=None, state="failed")
    client = desk.signed_in(Role.REVIEWER)
    assert "1 message</a> the bot could not deal with" in client.get("/").text
    assert person.reference in client.get("/morning/broken/failed-turns").text
    form = {"csrf_token": csrf_token(client, "/morning/broken/failed-turns")}
    client.post("/morning/broken/failed-turns", data=form)
    with desk.database.reading() as session:
        assert session.execute(select(InboxRow.state)).scalars().all() == ["received"]


@pytest.mark.parametrize("path", ["/morning/nothing", "/morning/broken/nothing"])
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert desk.signed_in(Role.ADMIN).get(path).status_code == 404


@pytest.mark.parametrize(("cap", "warned"), [(3, False), (2, True), (1, True)])
def test_staff_are_warned_when_half_of_what_texts_may_cost_is_spent(
    make_desk: Callable[..., Desk], cap: int, warned: bool
) -> None:
    desk = make_desk(TEXT_PARTS_PER_DAY=str(cap))
    began(desk)
    page = desk.signed_in(Role.REVIEWER).get("/").text
    assert ("parts of text messages went out today" in page) is warned


SMS_ON = {
    "PUBLIC_BASE_URL": "https://say.example.gov.uk",
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "secret",
    "TWILIO_NUMBER": "+447700900100,+447700900101",
}
PACES = [
    ({}, "From +447700900101<", None),  # Twilio paces, so nobody knows
    ({"TWILIO_PARTS_PER_SECOND": "0.2"}, "From +447700900101, in about 1 minute<", None),
    ({"TWILIO_PARTS_PER_SECOND": "0.1"}, "From +447700900101, in about 2 minutes<", "2 minutes."),
]


@pytest.mark.parametrize(("pace", "queue", "warning"), PACES, ids=["unset", "quick", "slow"])
def test_staff_see_what_waits_for_our_numbers_and_how_long_it_takes(
    make_desk: Callable[..., Desk], pace: dict[str, str], queue: str, warning: str | None
) -> None:
    desk = make_desk(**SMS_ON, **pace)
    person = began(desk)
    with desk.database.writing() as session:
        session.execute(update(AddressRow).values(encrypted=b"hidden", ours="+447700900101"))
        texts, now = [Reply("a" * 160)] * 12, desk.clock()
        add_replies(session, person.id, texts, reply_to=None, delivery="queued", now=now)
        taken = OutboxRow.text == "Who are you?"
        session.execute(update(OutboxRow).where(taken).values(delivery="sent", provider_id="SM1"))
    page = desk.signed_in(Role.REVIEWER).get("/").text
    assert queue in page and NUMBER.findall(page)[-2:] == [("12", "wait"), ("1", "with")]
    assert ("Replies by text message may take" in page) is (warning is not None)
    assert warning is None or warning in page
