"""Cases in a real browser: from the first page to the end of a case, on a phone and a desktop."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.settings import ROOT
from bot.storage.cases.cases import KINDS, open_case
from bot.storage.messages.talks import note_for_person
from bot.storage.staff.rows import Role
from tests.staff.browser import sign_in
from tests.staff.cases.test_replies import texter
from tests.staff.desk import Desk
from tests.staff.morning.test_pages import began, undeliver
from tests.support.live import staff_served

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
PICTURES = os.environ.get("PICTURES")  # a folder, to look at what the pages look like


@pytest.fixture()
def page(desk: Desk, browser: Browser) -> Iterator[Page]:
    with staff_served(desk.app, browser) as url:
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800})
        yield context.new_page()
        context.close()


def check(page: Page, name: str) -> None:
    """Axe finds nothing, and nothing is cut off, at 1280 and at 320 pixels."""
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator("main")).to_be_visible()  # the next page may be on its way
        page.evaluate(AXE)
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert found == [], f"{page.url}: {[(v['id'], v['nodes'][0]['html']) for v in found]}"
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), f"{name} at {width}"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_reply_from_a_text_to_begin_with_to_the_way_back(desk: Desk, page: Page) -> None:
    respondent = texter(desk)
    sign_in(page, desk.person(Role.REVIEWER))
    page.goto(f"/conversations/{respondent.reference}")
    page.get_by_text("Write to them").click()
    page.get_by_label("Begin with").select_option("A complaint")
    page.get_by_role("button", name="Use", exact=True).click()
    expect(page.get_by_label("What they read")).to_have_value(re.compile("I am sorry about this"))
    page.get_by_label("Signed").fill("Ann")
    check(page, "reply")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_text("The bot keeps quiet until")).to_be_visible()
    check(page, "reply-sent")
    with desk.database.writing() as session:
        note_for_person(session, respondent.id, desk.clock(), tells=False)
    page.goto("/")
    page.get_by_role("link", name="1 resident waits for a reply from a person").click()
    check(page, "replies")
    page.get_by_role("link", name=respondent.reference).click()
    page.get_by_role("button", name="Hand back to the bot").click()
    expect(page.get_by_text("The bot answers again.")).to_be_visible()


def test_the_morning_sheet_and_the_rows_behind_it(desk: Desk, page: Page) -> None:
    for channel in ("sms", "sms", "telegram"):
        undeliver(desk, began(desk, channel), "30003")
    desk.clock.move(days=1)
    sign_in(page, desk.person(Role.REVIEWER))
    check(page, "morning")
    page.get_by_role("link", name="3", exact=True).first.click()
    check(page, "morning-rows")
    page.goto("/")
    page.get_by_role("link", name="3 replies").click()
    check(page, "morning-broken")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("3 tried again.")).to_be_visible()


def test_a_case_from_the_first_page_to_its_end(desk: Desk, page: Page) -> None:
    for kind in KINDS:
        respondent = desk.respondent("sms")
        desk.say(respondent, "I cannot go on like this, nobody listens", step=None)
        with desk.database.writing() as session:
            open_case(session, respondent.id, kind, seq=1, who="the bot", now=desk.clock())
    sign_in(page, desk.person(Role.CASEWORKER))
    check(page, "home")
    page.get_by_role("link", name="1 unassigned: May be in danger or despair").click()
    check(page, "cases")
    page.get_by_role("link", name="CASE-").first.click()
    check(page, "case")
    page.get_by_role("button", name="Take it yourself").click()
    expect(page.get_by_text("The case is yours.")).to_be_visible()
    page.get_by_label("Status").select_option("Done")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Write what was done")
    check(page, "case-wrong")
    page.get_by_label("What was done").fill("We rang. They are with their family.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto("/cases?board=done")
    expect(page.get_by_role("link", name="CASE-")).to_have_count(1)
