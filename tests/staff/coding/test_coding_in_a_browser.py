"""The coding workbench in a real browser: by keyboard alone, with the network gone, and axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.storage.coding import codebook
from bot.storage.coding.codes import labels_of, texts_of
from bot.storage.coding.scope import Scope
from bot.storage.staff.rows import Role
from tests.staff.browser import signed_in_page
from tests.staff.coding.test_coding_pages import PAGE, VIEWS, writer
from tests.staff.desk import START, Desk
from tests.support.browser import axe_findings
from tests.support.live import staff_served
from tests.support.processes import until

MANY = 12


@pytest.fixture()
def address(desk: Desk, browser: Browser) -> Iterator[str]:
    for number in range(MANY):
        writer(desk, f"benches and shade {number}")
    with desk.database.writing() as session:
        for name in ("Benches", "Shade", "Play"):
            codebook.begin_codebook(session, VIEWS, staff="ann@example.org", now=START)
            codebook.add_theme(session, VIEWS, name, staff="ann@example.org", now=START)
    with staff_served(desk.app, browser) as url:
        yield url


def opened(browser: Browser, address: str, desk: Desk, width: int, script: bool = True) -> Page:
    page = signed_in_page(browser, address, desk.person(Role.ANALYST), width=width, script=script)
    page.goto(PAGE)
    return page


def coded(desk: Desk, scope: Scope = VIEWS) -> dict[str, set[str]]:
    """Return the names of the themes of each answer, by its words."""
    from bot.storage.coding.themes import themes_of

    with desk.database.reading() as session:
        names = {theme.id: theme.name for theme in themes_of(session, scope)}
        labels = labels_of(session, scope)
        return {
            text: {names[theme] for theme in labels[answer]}
            for answer, _, text in texts_of(session, scope)
            if answer in labels
        }


def test_answers_are_coded_by_keyboard_alone_without_a_reload(
    browser: Browser, address: str, desk: Desk
) -> None:
    page = opened(browser, address, desk, 1280)
    page.evaluate("window.neverReloaded = true")
    for number in range(MANY):
        expect(page.get_by_text(f"benches and shade {number}", exact=True)).to_be_visible()
        page.keyboard.press("1")
        if number % 2:
            page.keyboard.press("2")
        page.keyboard.press("Enter")
    expect(page.get_by_text(f"All {MANY} answers are coded.")).to_be_visible()
    assert page.evaluate("window.neverReloaded") is True
    expected = {
        f"benches and shade {number}": {"Benches", "Shade"} if number % 2 else {"Benches"}
        for number in range(MANY)
    }
    until(lambda: coded(desk) == expected)


def test_a_slip_is_put_right_and_a_theme_is_found_by_its_name(
    browser: Browser, address: str, desk: Desk
) -> None:
    page = opened(browser, address, desk, 1280)
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("benches and shade 1", exact=True)).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("benches and shade 0", exact=True)).to_be_visible()
    expect(page.get_by_role("checkbox", name="Play")).to_be_checked()
    page.keyboard.press("3")
    page.keyboard.press("/")
    page.keyboard.type("shad")
    expect(page.get_by_role("checkbox", name="Play")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_text("benches and shade 1", exact=True)).to_be_visible()
    until(lambda: coded(desk) == {"benches and shade 0": {"Shade"}})


def test_nothing_is_lost_when_the_network_drops(browser: Browser, address: str, desk: Desk) -> None:
    page = opened(browser, address, desk, 1280)
    page.wait_for_selector("#focus[data-ahead]")  # the next answer has been fetched
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("not saved yet")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("benches and shade 1", exact=True)).to_be_visible()
    assert coded(desk) == {}
    page.context.set_offline(False)
    expect(page.get_by_text("not saved yet")).to_be_hidden(timeout=15_000)
    assert coded(desk) == {"benches and shade 0": {"Benches"}}


def test_it_works_without_script(browser: Browser, address: str, desk: Desk) -> None:
    page = opened(browser, address, desk, 320, script=False)
    page.get_by_role("checkbox", name="Play").check()
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("benches and shade 1", exact=True)).to_be_visible()
    assert coded(desk) == {"benches and shade 0": {"Play"}}


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_pass_axe_and_fit(browser: Browser, address: str, desk: Desk, width: int) -> None:
    page = opened(browser, address, desk, width)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    for path in ("/coding", PAGE, f"{PAGE}/codebook", f"{PAGE}/table?by=role"):
        page.goto(path)
        assert axe_findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
