"""Reading conversations in a real browser: axe, 320 px, by keyboard, without script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.storage.messages.outbox import Reply
from bot.storage.respondents.respondents import Respondent
from tests.staff.desk import PASSWORD, Desk
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


def _signed_in(browser: Browser, address: str, desk: Desk, *, script: bool = True) -> Page:
    context = browser.new_context(base_url=address, java_script_enabled=script)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(desk.person())
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
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


def test_somebody_reads_by_keyboard_alone(desk: Desk, browser: Browser, address: str) -> None:
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
    page.keyboard.press("r")  # flagged, so she has to choose
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Marked as considered: for the team.")).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url(f"**/{calm.reference}")
    page.get_by_label("Tag the conversation").fill("jfr?")  # typing is not a key
    assert page.get_by_label("Tag the conversation").input_value() == "jfr?"


def test_the_keys_can_be_switched_off(desk: Desk, browser: Browser, address: str) -> None:
    respondent = _conversation(desk)
    page = _signed_in(browser, address, desk)
    page.goto(f"/conversations/{respondent.reference}")
    page.get_by_role("button", name="Keyboard shortcuts").click()
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
    page.get_by_role("button", name="Apply filters").click()
    page.get_by_label("Save these filters as").fill("Mine")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("link", name="Mine").click()
    page.get_by_role("link", name=respondent.reference).click()
    expect(page.get_by_text("[number hidden]").first).to_be_visible()
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
    page.get_by_role("button", name="Mark as considered").click()
    expect(page.get_by_text("Marked as considered: needs action.")).to_be_visible()
