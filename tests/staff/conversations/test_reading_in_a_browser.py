"""Reading conversations in a real browser: axe, 320 px, by keyboard, without script."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy import text as text_of_sql

from bot.storage.database.tables import ConsideredRow
from bot.storage.messages.outbox import Reply
from bot.storage.respondents.respondents import Respondent
from tests.staff.browser import sign_in
from tests.staff.desk import Desk
from tests.staff.effort import effort
from tests.support.browser import axe_findings
from tests.support.live import staff_served

SCRIPT = "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'>\u202eolleh "


@pytest.fixture()
def address(desk: Desk, browser: Browser) -> Iterator[str]:
    with staff_served(desk.app, browser) as url:
        yield url


def _conversation(desk: Desk, intent: str = "thank") -> Respondent:
    respondent = desk.respondent("sms")
    desk.say(respondent, "hello", intent="greet", reply=Reply("Who are you?"))
    desk.say(respondent, f"{SCRIPT} ring 07700 900123 {'w' * 300}")
    desk.say(respondent, "this is it", step=None, intent=intent)
    return respondent


def _signed_in(
    browser: Browser, address: str, desk: Desk, *, script: bool = True, email: str = ""
) -> Page:
    context = browser.new_context(base_url=address, java_script_enabled=script)
    page = context.new_page()
    sign_in(page, email or desk.person())
    return page


def _refusals(page: Page) -> list[str]:
    refused: list[str] = []
    page.on("console", lambda m: "Content Security" in m.text and refused.append(m.text))
    page.on("pageerror", lambda error: refused.append(str(error)))
    return refused


def test_every_page_is_clean_and_fits(desk: Desk, browser: Browser, address: str) -> None:
    respondent = _conversation(desk)
    _conversation(desk)
    page = _signed_in(browser, address, desk)
    refused = _refusals(page)
    path = f"/conversations/{respondent.reference}"
    filtered = "/conversations?channel=sms&language=en&from=x&words=www"
    paths = ("/conversations", filtered, "/queue", path, f"{path}/messages/3", f"{path}/print")
    for shown in paths:
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(shown)
            root = "document.documentElement"
            assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), (shown, width)
        assert axe_findings(page) == [], shown
        assert page.evaluate("window.broken") is None
    assert refused == []


def test_someone_reads_by_keyboard_alone(desk: Desk, browser: Browser, address: str) -> None:
    calm, worried = _conversation(desk), _conversation(desk, "distress")
    page = _signed_in(browser, address, desk)
    page.goto("/queue")
    page.get_by_role("link", name=worried.reference).press("Enter")
    page.wait_for_url(f"**/conversations/{worried.reference}*")  # its script is there then
    for key in "jjjkj":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "message-3"
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Remove flag message 3")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert axe_findings(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("r")  # flagged, so they have to choose
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is marked as considered: for the team.")).to_be_visible()
    page.wait_for_url(f"**/{calm.reference}")
    page.get_by_label("Tag the conversation").fill("jfr?")  # typing is not a key
    assert page.get_by_label("Tag the conversation").input_value() == "jfr?"


def test_twenty_are_marked_by_keyboard_alone(desk: Desk, browser: Browser, address: str) -> None:
    for n in range(21):
        respondent = desk.respondent("sms")
        desk.say(respondent, "hello", intent="greet")
        desk.say(respondent, f"nobody listens {n}", step=None, intent="complain")
    page = _signed_in(browser, address, desk)
    page.goto("/queue")
    page.locator("[data-row]").first.wait_for()
    expect(page.get_by_role("button", name="Keys")).to_be_visible()  # its script is there then
    with effort(page, "2. The 20 most urgent read and marked, by keyboard", at_most=24):
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.textContent").endswith("nobody listens 0")
        page.keyboard.press("Enter")
        for n in range(20):
            expect(
                page.get_by_role("link", name=f"nobody listens {n}", exact=False)
            ).to_be_visible()
            expect(page.get_by_role("button", name="Keys")).to_be_visible()
            page.keyboard.press("123"[n % 3])
        expect(page.get_by_role("link", name="nobody listens 20")).to_be_visible()
    page.goto("/queue")
    expect(page.get_by_text("20 of 21 considered")).to_be_visible()
    with desk.database.reading() as session:
        judged = session.execute(select(ConsideredRow.judgement)).scalars().all()
    assert Counter(judged) == {"none": 7, "team": 7, "action": 6}


def test_four_filters_are_one_screen_and_count_what_sql_counts(
    desk: Desk, browser: Browser, address: str
) -> None:
    """Libraries, in one answer, by text message, in the first week."""
    for channel in ("sms", "webchat"):
        for role in ("a shop", "a resident"):
            for said in ("Stop closing libraries!", "a library for us", "more benches"):
                respondent = desk.respondent(channel)
                for text in ("hello", role, said):
                    desk.say(respondent, text)
        desk.clock.move(days=8)
    page = _signed_in(browser, address, desk)
    page.goto("/conversations")
    with effort(page, "3. Libraries, one answer, by text, first week", at_most=10):
        page.get_by_label("Words that residents said").fill("librar*")
        page.get_by_text("+ Filter").click()
        page.get_by_label("About you: Who are you?").select_option("A shop")
        page.get_by_label("Channel").select_option("Text message")
        page.get_by_label("Dates of").select_option("First message")
        page.get_by_label("From").fill("2021-02-23")
        page.get_by_label("To", exact=True).fill("2021-03-01")
        page.get_by_role("button", name="Apply filters").click()
    with desk.database.reading() as session:
        count = session.execute(
            text_of_sql(
                "SELECT count(DISTINCT r.id) FROM respondent r JOIN inbox i"
                " ON i.respondent_id = r.id JOIN answer a ON a.respondent_id = r.id"
                " WHERE r.channel = 'sms' AND r.started_at < '2021-03-02'"
                " AND a.question = 'role' AND a.status = 'current' AND a.value = '\"shop\"'"
                " AND i.text LIKE '%librar%'"
            )
        ).scalar_one()
    assert count == 2
    expect(page.locator("#total")).to_contain_text(f"{count} conversations")
    expect(page.locator("mark")).to_have_text(["library", "libraries"])
    assert page.evaluate("document.documentElement.scrollHeight") <= 800
    assert "state=" not in page.url  # only what was chosen
    assert axe_findings(page) == []
    page.get_by_role("link", name="Remove the filter Channel: Text message").click()
    expect(page.locator("#total")).to_contain_text("2 conversations")


def test_a_row_of_the_queue_is_44_pixels(desk: Desk, browser: Browser, address: str) -> None:
    respondent = desk.respondent("sms")
    desk.say(respondent, "words " * 300)
    page = _signed_in(browser, address, desk)
    page.goto("/queue")
    box = page.locator(".inbox__row").bounding_box()
    assert box and 44 <= box["height"] <= 46


def test_the_keys_can_be_switched_off(desk: Desk, browser: Browser, address: str) -> None:
    respondent = _conversation(desk)
    page = _signed_in(browser, address, desk)
    page.goto(f"/conversations/{respondent.reference}")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Switch single keys off").check()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == ""


def test_everything_can_be_done_without_script(desk: Desk, browser: Browser, address: str) -> None:
    respondent = _conversation(desk)
    page = _signed_in(browser, address, desk, script=False)
    page.goto("/conversations")
    page.get_by_label("Words that residents said").fill("THIS IS")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_text("Save these filters", exact=True).click()
    page.get_by_label("Save these filters as").fill("Mine")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("link", name="Mine", exact=True).click()
    page.get_by_text("+ Filter").click()
    page.get_by_label("Channel").select_option("Text message")
    page.get_by_role("button", name="Apply filters").click()
    page.get_by_role("link", name=respondent.reference).click()
    expect(page.get_by_text("[number hidden]").first).to_be_visible()
    page.get_by_text("Show the transcript").click()
    page.get_by_role("button", name="Show all that is hidden").click()
    expect(page.get_by_text("07700 900123").first).to_be_visible()
    page.get_by_role("button", name="Flag message 3").click()
    page.get_by_role("link", name=re.compile("Tag, note or correct message 3")).click()
    page.get_by_label("This was really").select_option("complain")
    page.get_by_role("button", name="Correct").click()
    expect(page.get_by_text("Corrected by staff: complains")).to_be_visible()
    page.get_by_label("Private note on the conversation").fill("Read aloud at the meeting.")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("Read aloud at the meeting.")).to_be_visible()
    page.get_by_label("Needs action").check()
    page.get_by_role("button", name="Mark", exact=True).click()
    expect(page.get_by_text("is marked as considered: needs action.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out")).to_be_visible()


def test_a_note_outlives_the_session_it_was_typed_in(
    desk: Desk, browser: Browser, address: str
) -> None:
    respondent, email = _conversation(desk), desk.person()
    page = _signed_in(browser, address, desk, email=email)
    note = page.get_by_label("Private note on the conversation")
    path = f"/conversations/{respondent.reference}"
    page.goto(path)
    note.press_sequentially("Ring the library")
    desk.clock.move(minutes=31)
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("did nothing for 30 minutes")).to_be_visible()
    sign_in(page, email)
    page.goto(path)
    assert note.input_value() == "Ring the library"
    expect(page.get_by_text("It was kept on this device")).to_be_visible()
    assert axe_findings(page) == []
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".staff-notes")).to_contain_text("Ring the library")
    assert note.input_value() == ""  # it is saved, so nothing is offered any more
    page.reload()
    assert note.input_value() == ""
    note.press_sequentially("Another")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, email)
    page.goto(path)
    assert note.input_value() == ""  # who signs out leaves nothing on the device


def test_a_conversation_is_short_until_it_is_unfolded(
    desk: Desk, browser: Browser, address: str
) -> None:
    respondent = desk.respondent()
    for text in ("hello", "I run a small shop", "benches " * 300, "trees and toilets"):
        desk.say(respondent, text, reply=Reply("Thank you. " * 30))
    for n in range(40):
        desk.say(respondent, f"and another thing {n}", step=None, reply=Reply("Thanks."))
    desk.say(respondent, "nobody listens", step=None, intent="complain")
    page = _signed_in(browser, address, desk)
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"/conversations/{respondent.reference}")
        assert page.evaluate("document.documentElement.scrollHeight") <= 3 * height, width
        message = page.locator(".staff-turn").filter(has_text="nobody listens")
        expect(message).not_to_be_visible()
        page.get_by_role("link", name="nobody listens").click()
        expect(message).to_be_in_viewport()


def test_answers_alone_are_one_sheet(desk: Desk, browser: Browser, address: str) -> None:
    respondent = _conversation(desk)
    page = _signed_in(browser, address, desk)
    page.goto(f"/conversations/{respondent.reference}/print?only=answers")
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert len(sheets) == 1
