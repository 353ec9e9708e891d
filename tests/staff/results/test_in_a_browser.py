"""Results in a real browser: axe, 320 px, by keyboard, without script, nothing that the policy
forbids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.conversation.moving import skip
from bot.storage.respondents.equality import count_and_forget, keep_for_now
from bot.storage.staff.rows import Role
from tests.staff.browser import fits_and_passes, signed_in_page
from tests.staff.desk import Desk
from tests.staff.results.test_pages import WITH_EQUALITY
from tests.support.live import staff_served

PATHS = (
    "/results",
    "/results?channel=fax&since=never",
    "/results/questions/role",
    "/results/questions/first?channel=sms",
    "/results/questions/views",
    "/results/questions/views?tag=benches",
    "/results/equality",
    "/results/who-answered",
)


@pytest.fixture()
def address(desk: Desk, browser: Browser, tmp_path: Path) -> Iterator[str]:
    """Serve the staff pages with some answers for real."""
    here = desk.app.extensions["context"]
    settings = replace(here.settings, root=tmp_path)
    settings.consultations.mkdir(parents=True)
    lines = (
        "question,group,population,source",
        "town.side,north,9000,C",
        "town.side,south,30000,C",
    )
    path = settings.consultations / f"{WITH_EQUALITY.id}.base-figures.csv"
    path.write_text("\n".join(lines))
    changed = replace(here, consultation=WITH_EQUALITY, settings=settings)
    desk.app.extensions["context"] = changed
    for channel, role in (("webchat", "resident"), ("sms", "shop"), ("telegram", "resident")):
        person = desk.respondent(channel)
        for text in ("hello", role, f"<b>{'w' * 200}</b> 🌳", "1"):
            desk.say(person, text)
    desk.say(desk.respondent(), "hello", step=skip)
    for _ in range(60):
        counted = desk.respondent()
        with desk.database.writing() as session:
            keep_for_now(session, counted.id, "town.side", "north")
            count_and_forget(session, WITH_EQUALITY.id, counted.id)
    with staff_served(desk.app, browser) as url:
        yield url


def signed_in(browser: Browser, address: str, desk: Desk, *, width: int, script: bool) -> Page:
    page = signed_in_page(browser, address, desk.person(Role.ANALYST), width=width, script=script)
    expect(page.get_by_text("Signed in as")).to_be_visible()
    return page


def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    browser: Browser, address: str, desk: Desk
) -> None:
    page = signed_in(browser, address, desk, width=1280, script=True)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Policy" in said.text else None)
    for path in PATHS:
        fits_and_passes(page, path)
    assert refused == []


def test_an_analyst_filters_and_tags_by_keyboard_and_without_script(
    browser: Browser, address: str, desk: Desk
) -> None:
    page = signed_in(browser, address, desk, width=390, script=False)
    page.get_by_role("link", name="Results").first.press("Enter")
    page.get_by_role("link", name="What would make parks better").press("Enter")
    page.get_by_label("Channel").focus()
    page.keyboard.type("Text message")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Apply filters").press("Enter")
    expect(page).to_have_url(f"{address}/results/questions/views?channel=sms&role=&since=&until=")
    expect(page.locator("#total")).to_contain_text("1 answer")
    page.get_by_label("Add a tag").fill("Benches")
    page.get_by_label("Add a tag").press("Enter")
    expect(page.get_by_role("list", name="Tags", exact=True)).to_contain_text("benches (1)")
    page.get_by_role("button", name="Remove the tag benches").press("Enter")
    expect(page.locator(".staff-tag")).to_have_count(0)
    page.get_by_role("link", name="All results").press("Enter")
    expect(page.get_by_role("heading", name="How far people came")).to_be_visible()
    page.locator("summary", has_text="Show the figures").first.press("Enter")
    header = page.get_by_role("columnheader", name="Of these, came to the end")
    expect(header).to_be_visible()
