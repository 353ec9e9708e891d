"""The coding workbench in a real browser: by keyboard alone, with the network gone, and axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.storage.coding import codebook
from bot.storage.coding.coded_parts import parts_of
from bot.storage.coding.codes import labels_of, texts_of
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import themes_of
from bot.storage.staff.rows import Role
from tests.staff.browser import fits_and_passes, signed_in_page
from tests.staff.coding.test_coding_pages import PAGE, VIEWS, writer
from tests.staff.desk import START, Desk
from tests.staff.effort import effort
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
    with effort(page, f"4. {MANY} open answers coded, by keyboard", at_most=3 * MANY):
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


def parts(desk: Desk) -> dict[str, str]:
    """Return {theme: the part of the last answer that it was given to, or "" for all of it}."""
    with desk.database.reading() as session:
        answer, _, text = texts_of(session, VIEWS)[-1]
        names = {theme.id: theme.name for theme in themes_of(session, VIEWS)}
        given = parts_of(session, answer)
        themes = labels_of(session, VIEWS).get(answer, set())
        return {names[one]: text[slice(*given.get(one, (0, 0)))] for one in themes}


def test_a_theme_is_given_to_a_part_by_keyboard_and_by_mouse(
    browser: Browser, address: str, desk: Desk
) -> None:
    writer(desk, "\N{DECIDUOUS TREE} Benches please. And shade for my gran! Play, too")
    with desk.database.reading() as session:
        last = texts_of(session, VIEWS)[-1][0]
    page = opened(browser, address, desk, 1280)
    page.goto(f"{PAGE}?answer={last}")
    page.keyboard.press("p")
    page.keyboard.press("p")
    expect(page.get_by_text("The next theme is for: “And shade for my gran!”")).to_be_visible(
        timeout=20_000
    )
    assert axe_findings(page) == []
    page.keyboard.press("2")
    expect(page.get_by_text("The next theme is for")).to_be_hidden(timeout=20_000)
    page.locator("#words bdi").evaluate(
        "(words) => getSelection().setBaseAndExtent(words.firstChild, 3, words.firstChild, 11)"
    )
    page.get_by_role("checkbox", name="Benches").check()
    page.keyboard.press("3")  # of the whole answer
    page.keyboard.press("Enter")
    expected = {"Benches": "Benches", "Shade": "And shade for my gran!", "Play": ""}
    until(lambda: parts(desk) == expected)
    page.goto(f"{PAGE}?answer={last}")
    expect(page.locator(".coding__of")).to_have_text(["Benches", "And shade for my gran!"])
    page.keyboard.press("1")
    page.keyboard.press("1")  # taken away and given again: to all of it
    page.keyboard.press("Enter")
    until(lambda: parts(desk) == {**expected, "Benches": ""})
    page.goto(f"{PAGE}/table")
    page.get_by_role("link", name="1 answers: Shade").click()
    expect(page.locator("mark")).to_have_text("And shade for my gran!")


def test_it_works_without_script(browser: Browser, address: str, desk: Desk) -> None:
    page = opened(browser, address, desk, 320, script=False)
    page.get_by_role("checkbox", name="Play").check()
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("benches and shade 1", exact=True)).to_be_visible()
    assert coded(desk) == {"benches and shade 0": {"Play"}}


def test_the_pages_pass_axe_and_fit(browser: Browser, address: str, desk: Desk) -> None:
    page = opened(browser, address, desk, 320)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    for path in ("/coding", PAGE, f"{PAGE}/codebook", f"{PAGE}/table?by=role"):
        fits_and_passes(page, path)
