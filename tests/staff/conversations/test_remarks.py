"""What staff add to a conversation, what they reveal, and the queue: each look is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from bot.storage.database.keys import load_keys
from bot.storage.database.tables import InboxRow, RequestRow
from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk, audit, csrf_token

NUMBER, EMAIL, POSTCODE = "07700 900123", "jo@example.org", "M14 5RX"


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", page))).strip()


def _conversation(desk: Desk) -> Respondent:
    respondent = desk.respondent()
    desk.say(respondent, "hello", intent="greet")
    desk.say(respondent, f"ring {NUMBER} or {EMAIL} in {POSTCODE}", confidence=0.8)
    desk.say(respondent, "second words", confidence=0.8)
    return respondent


def _post(client: FlaskClient, respondent: Respondent, what: str, **form: str) -> str:
    """Send a form of the transcript, and return the page that follows, in plain words."""
    path = f"/conversations/{respondent.reference}"
    form["csrf_token"] = csrf_token(client, path)
    return _plain(client.post(f"{path}/{what}", data=form, follow_redirects=True).text)


def test_numbers_addresses_and_postcodes_are_hidden_everywhere(desk: Desk) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    path = f"/conversations/{respondent.reference}"
    paths = [path, f"{path}/messages/2", f"{path}/print", "/queue", "/conversations?words=second"]
    paths += [f"{path}/download?format={kind}" for kind in ("csv", "jsonl", "html")]
    for shown in paths:
        page = client.get(shown).text
        for secret in (NUMBER, EMAIL, POSTCODE):
            assert secret not in page, shown
    assert "ring [number hidden] or [email address hidden] in" in _plain(client.get(path).text)


def test_revealing_one_message_shows_it_once_and_is_recorded(desk: Desk) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    desk.say(respondent, "or 0161 496 0000")
    page = _post(client, respondent, "reveal", seq="2")
    assert f"ring {NUMBER} or {EMAIL} in {POSTCODE}" in page
    assert "0161 496 0000" not in page
    assert audit(desk)[-1][1:] == ("hidden details revealed: 2", respondent.reference)
    assert NUMBER not in client.get(f"/conversations/{respondent.reference}").text
    assert "0161 496 0000" in _post(client, respondent, "reveal", seq="all")
    assert audit(desk)[-1][1:] == ("hidden details revealed: all", respondent.reference)


def test_nothing_is_revealed_by_a_link_or_without_a_record(desk: Desk) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    path = f"/conversations/{respondent.reference}"
    assert client.get(f"{path}/reveal?seq=all").location == path
    assert client.post(f"{path}/reveal", data={"seq": "all"}).status_code == 400  # no token
    token = csrf_token(client, path)
    with desk.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO lost")
    response = client.post(f"{path}/reveal", data={"seq": "all", "csrf_token": token})
    assert (response.status_code, NUMBER in response.text) == (503, False)


def _seal(desk: Desk, respondent: Respondent, seq: int, kind: str, text: str) -> None:
    """Let a message be private, as the requests and the equality questions do."""
    sealed = load_keys(desk.settings.secrets_dir).hide(text) if kind == "contact" else None
    with desk.database.writing() as session:
        session.execute(
            update(InboxRow)
            .where(InboxRow.respondent_id == respondent.id, InboxRow.seq == seq)
            .values(private=kind, text="", sealed=sealed)
        )
        session.add(
            RequestRow(
                reference=f"REQ-{seq}",
                respondent_id=respondent.id,
                consultation=CONSULTATION.id,
                channel="webchat",
                kind="callback",
                status="new",
                wording_version="1",
                created_at=desk.clock(),
            )
        )


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.REVIEWER, False), (Role.CASEWORKER, True), (Role.ADMIN, True)]
)
def test_contact_details_are_for_those_who_work_on_requests(
    desk: Desk, role: Role, sees: bool
) -> None:
    respondent, client = _conversation(desk), desk.signed_in(role)
    _seal(desk, respondent, 3, "contact", "12 Canary Street")
    _seal(desk, respondent, 1, "equality", "")
    page = _plain(client.get(f"/conversations/{respondent.reference}").text)
    assert "(contact details, kept with the request)" in page
    assert "(about the person, counted apart)" in page
    revealed = _post(client, respondent, "reveal", seq="all")
    assert ("12 Canary Street" in revealed) is sees
    assert "(about the person, counted apart)" in revealed


REMARKS: list[tuple[str, dict[str, str], str]] = [
    ("considered", {"judgement": "team", "up_to": "3"}, "considered it"),
    ("flag", {"seq": "2", "on": "yes"}, "Flagged by staff"),
    ("notes", {"seq": "2", "text": "  <b>Look</b> \u202eat it"}, "<b>Look</b> \u202eat it"),
    ("notes", {"seq": "0", "text": "About all"}, "About all"),
    ("tags", {"seq": "2", "name": "Free  WiFi"}, "free wifi"),
    ("correction", {"seq": "2", "intent": "complain"}, "Corrected by staff: complains"),
]


@pytest.mark.parametrize(("what", "form", "shown"), REMARKS)
def test_what_staff_add_is_shown_and_recorded_without_its_words(
    desk: Desk, what: str, form: dict[str, str], shown: str
) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    page = _post(client, respondent, what, **form)
    assert shown in page
    recorded = audit(desk)[-2]
    assert recorded[2] == respondent.reference
    assert not set(form.values()) & set(recorded[1].split()) - {"team"}


def test_what_was_added_can_be_taken_back(desk: Desk) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    for what, form, _ in REMARKS[:5]:
        _post(client, respondent, what, **form)
    page = client.get(f"/conversations/{respondent.reference}").text
    note = re.findall(r'name="delete" value="(\d+)"', page)
    _post(client, respondent, "notes", seq="2", delete=note[-1])
    _post(client, respondent, "flag", seq="2", on="no")
    _post(client, respondent, "tags", seq="2", remove="free wifi")
    last = _post(client, respondent, "considered", judgement="unread")
    for gone in ("at it", "Flagged by staff", "considered it"):
        assert gone not in last
    assert "free wifi Remove" not in last
    assert "About all" in last


def test_a_message_beyond_all_numbers_is_not_there(desk: Desk) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    path = f"/conversations/{respondent.reference}/messages"
    assert client.get(f"{path}/{10**20}").status_code == 404
    assert client.get(f"{path}/{2**31 - 1}").status_code == 404


def test_contact_details_stay_out_of_notes_and_tags(desk: Desk) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    page = _post(client, respondent, "notes", seq="0", text="Rang her on 07700 900777 today")
    assert "Rang her on [number hidden] today" in page
    assert "were taken out of the note" in page
    page = _post(client, respondent, "tags", seq="0", name="ring 07700900777")
    assert "take numbers, email addresses and postcodes out" in page
    assert "900777" not in page and "ring 0" not in page


def test_what_is_flagged_has_no_judgement_chosen(desk: Desk) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    path = f"/conversations/{respondent.reference}"
    assert re.search(r'value="none"\s+checked', client.get(path).text)
    _post(client, respondent, "flag", seq="2", on="yes")
    assert not re.search(r"name=.judgement.[^>]*checked", client.get(path).text)
    assert "Choose your judgement" in _post(client, respondent, "considered", up_to="3")
    assert "Nobody has considered this conversation yet" in client.get(path).text


@pytest.mark.parametrize(
    ("what", "form", "status"),
    [
        ("considered", {"judgement": "nonsense"}, 400),
        ("considered", {"judgement": "none", "up_to": "-1"}, 400),
        ("flag", {"seq": "99", "on": "yes"}, 404),
        ("flag", {"seq": "2'--", "on": "yes"}, 400),
        ("correction", {"seq": "99", "intent": "pause"}, 404),
        ("notes", {"seq": "999", "text": "look"}, 404),
        ("tags", {"seq": "999", "name": "parks"}, 404),
        ("reveal", {"seq": "../1"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Desk, what: str, form: dict[str, str], status: int
) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    path = f"/conversations/{respondent.reference}"
    form = {**form, "csrf_token": csrf_token(client, path)}
    assert client.post(f"{path}/{what}", data=form).status_code == status


def test_marking_keeps_the_note_and_goes_on_to_the_next(desk: Desk) -> None:
    first, second, client = _conversation(desk), _conversation(desk), desk.signed_in()
    form = {"judgement": "team", "up_to": "3", "text": "Ring them", "then": "next"}
    page = _post(client, first, "considered", **form)
    assert f"{first.reference} is marked as considered: for the team." in page
    assert f"Conversation {second.reference}" in page
    assert "Ring them" in client.get(f"/conversations/{first.reference}").text
    page = _post(client, second, "considered", judgement="none", up_to="3", then="next")
    assert "Read queue 2 of 2 considered" in page


def test_the_queue_tells_why_and_how_far(desk: Desk) -> None:
    calm, worried, client = desk.respondent(), desk.respondent(), desk.signed_in()
    desk.say(calm, "hello", intent="greet")
    desk.say(worried, "I feel hopeless", step=None, intent="distress")
    page = client.get("/queue").text
    assert re.findall(r'href="/queue/(HYS-[^"]+)"', page) == [
        worried.reference,
        calm.reference,
    ]
    assert "0 of 2 considered" in _plain(page)
    assert "May be in danger or despair" in page
    _post(client, worried, "considered", judgement="action", up_to="1")
    page = _plain(client.get("/queue").text)
    assert "1 of 2 considered" in page and worried.reference not in page


def test_what_another_reads_leads_to_the_next(desk: Desk) -> None:
    first, second = desk.respondent(), desk.respondent()
    for respondent in (first, second):
        desk.say(respondent, "hello", intent="greet")
    ann, bea = desk.signed_in(), desk.signed_in()
    assert ann.get(f"/queue/{first.reference}").location.endswith(first.reference)
    response = bea.get(f"/queue/{first.reference}")  # from a page that was loaded before
    assert response.location == f"/conversations/{second.reference}"
    assert f"is reading {first.reference}. Here is the next one." in bea.get(response.location).text
    assert "is reading this now" in bea.get(f"/conversations/{first.reference}").text
    bea.get(f"/queue/{second.reference}")
    desk.clock.move(minutes=1)
    cid = desk.signed_in()
    assert cid.get(f"/queue/{first.reference}").location == "/queue"
    assert "There is no other to read." in cid.get("/queue").text


def test_the_queue_is_grouped_by_need_and_can_be_narrowed_to_one(desk: Desk) -> None:
    calm, worried, client = desk.respondent(), desk.respondent(), desk.signed_in()
    desk.say(calm, "more benches", confidence=0.9)
    desk.say(worried, "I feel hopeless", step=None, intent="distress")
    page = _plain(client.get("/queue").text)
    assert "All 2 Danger or despair 1 Others 1" in page
    assert page.index("May be in danger or despair · 1") < page.index("I feel hopeless")
    assert page.index("I feel hopeless") < page.index("Nothing in particular · 1")
    narrowed = _plain(client.get("/queue?need=other").text)
    assert "more benches" in narrowed and "hopeless" not in narrowed
    assert "hopeless" in client.get("/queue?need=nonsense").text


def test_what_staff_see_as_distress_is_found_and_comes_first(desk: Desk) -> None:
    calm, worried, client = desk.respondent(), desk.respondent(), desk.signed_in()
    desk.say(calm, "hello", intent="greet")
    desk.say(worried, "it is all too much")
    _post(client, worried, "considered", judgement="none", up_to="1")
    _post(client, worried, "considered", judgement="unread")
    _post(client, worried, "correction", seq="1", intent="distress")
    references = re.findall(r'href="/queue/(HYS-[^"]+)"', client.get("/queue").text)
    assert references == [worried.reference, calm.reference]
    assert worried.reference in client.get("/conversations?flag=distress").text


def test_a_search_finds_nothing_that_is_hidden_and_says_so(desk: Desk) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    for typed, there in (("ring", True), ("900123", False), ("M14", False), ("jo@", False)):
        page = client.get("/conversations", query_string={"words": typed}).text
        assert (respondent.reference in page) is there, typed
        assert ("cannot be searched for" in page) is not there


def test_two_readers_are_told_where_they_disagree(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(STAFF_READERS="2")
    respondent = _conversation(desk)
    first, second = desk.signed_in(), desk.signed_in()
    _post(first, respondent, "considered", judgement="none", up_to="3")
    before = _plain(second.get(f"/conversations/{respondent.reference}").text)
    assert "1 other person has considered it" in before  # but not what they think of it
    assert "considered it 2" not in before and "no action" not in before.partition("Your")[0]
    after = _post(second, respondent, "considered", judgement="action", up_to="3")
    assert ": no action" in _plain(after)
    page = _plain(desk.signed_in().get("/queue").text)
    assert "1 of 1 considered by 2 people" in page
    assert page.index("You disagree") < page.index(respondent.reference)


def test_a_view_is_saved_opened_and_deleted(desk: Desk) -> None:
    client = desk.signed_in()
    form = {"csrf_token": csrf_token(client, "/conversations?state=paused")}
    form |= {"query": "state=paused&words=caf%C3%A9&nonsense=1", "name": "<i>Mine</i>"}
    page = client.post("/conversations/views", data=form, follow_redirects=True).text
    link = re.search(r'href="(/conversations\?[^"]*)">&lt;i&gt;Mine', page)
    assert link and unescape(link[1]) == "/conversations?state=paused&words=caf%C3%A9"
    assert client.get(unescape(link[1])).status_code == 200
    assert "Mine" not in desk.signed_in().get("/conversations").text
    number = re.search(r'name="delete" value="(\d+)"', page)
    assert number
    form = {"csrf_token": form["csrf_token"], "delete": number[1]}
    assert "Mine" not in client.post("/conversations/views", data=form, follow_redirects=True).text


def test_a_correction_does_not_change_what_the_bot_understood(desk: Desk) -> None:
    respondent, client = _conversation(desk), desk.signed_in()
    _post(client, respondent, "correction", seq="3", intent="pause")
    with desk.database.reading() as session:
        kept = session.execute(select(InboxRow.intent).where(InboxRow.seq == 3)).scalars().all()
    assert kept == ["give_answer"]


def test_failed_messages_are_shown_and_can_be_dealt_with_again(desk: Desk) -> None:
    respondent, client = desk.respondent(), desk.signed_in()
    path = f"/conversations/{respondent.reference}"
    desk.say(respondent, "fine")
    assert "Let the bot try again" not in client.get(path).text
    desk.say(respondent, "hangs", step=None, state="failed")
    page = _plain(client.get(path).text)
    assert "The bot could not deal with 1 message here." in page
    assert "try again within half a minute" in _post(client, respondent, "retry")
    assert ("failed turns tried again", respondent.reference) in [row[1:] for row in audit(desk)]
    with desk.database.reading() as session:
        assert [row.state for row in session.execute(select(InboxRow)).scalars()] == [
            "done",
            "received",
        ]
    assert "No message of this conversation has failed" in _post(client, respondent, "retry")
