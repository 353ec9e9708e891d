"""Public versions in a real browser: words are selected and taken out; it looks right; axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.storage.staff.rows import Role
from tests.staff.browser import fits_and_passes, signed_in_page
from tests.staff.desk import Desk
from tests.staff.publishing.desk import chosen, page_of, send, told_story
from tests.staff.publishing.test_outcome_pages import saved
from tests.staff.requests.desk import take_requests
from tests.support.live import staff_served


@pytest.fixture()
def address(desk: Desk, browser: Browser) -> Iterator[str]:
    take_requests(desk)
    with staff_served(desk.app, browser) as url:
        yield url


def opened(
    browser: Browser, address: str, desk: Desk, path: str, width: int = 1280, script: bool = True
) -> Page:
    page = signed_in_page(browser, address, desk.person(Role.PUBLISHER), width=width, script=script)
    page.goto(path)
    return page


def test_words_are_selected_and_taken_out_by_keyboard(
    browser: Browser, address: str, desk: Desk
) -> None:
    key, _ = chosen(desk, "Ask my neighbour about the lights")
    page = opened(browser, address, desk, page_of(key))
    text = page.get_by_label("What is published")
    text.focus()
    text.press("Control+Home")
    for _ in range(4):
        text.press("ArrowRight")
    for _ in range(2):
        text.press("Control+Shift+ArrowRight")
    expect(page.get_by_role("textbox", name="Words")).to_have_value("my neighbour")
    page.get_by_label("Reason").select_option("other")
    page.get_by_role("textbox", name="Words").press("Enter")
    expect(text).to_have_value("Ask [about another person, removed] about the lights")


def test_it_works_without_script(browser: Browser, address: str, desk: Desk) -> None:
    key, _ = chosen(desk, "Jane and more lights")
    page = opened(browser, address, desk, page_of(key), 320, script=False)
    page.get_by_role("textbox", name="Words").fill("Jane and")
    page.get_by_role("button", name="Take out", exact=True).click()
    expect(page.get_by_label("What is published")).to_have_value("[name removed] more lights")


def test_the_pages_pass_axe_and_fit(browser: Browser, address: str, desk: Desk) -> None:
    key, _ = chosen(desk)
    story, _ = told_story(desk, "The garden of Mrs Patel in Market Street, open to everybody")
    send(desk.signed_in(Role.ADMIN), key, suggested="name:Jane Doe")
    saved(desk.signed_in(Role.ADMIN))
    page = opened(browser, address, desk, "/stories")
    outcomes = ("/outcomes", "/outcomes/new", "/outcomes/1")
    for path in ("/stories", page_of(key), page_of(story), *outcomes):
        fits_and_passes(page, path, (1280, 390, 320))
