"""Suggested themes on a page: named, merged or thrown away by a person, and counted by nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from bot.staff.coding.theme_finder import KEPT, ThemeFinder
from bot.storage.coding.coding_progress import progress_of
from bot.storage.coding.themes import themes_of
from bot.storage.privacy.erasure import erase
from bot.storage.staff.rows import Role
from tests.analysis.test_suggested_themes import ABOUT, ByWord
from tests.staff.browser import signed_in_page
from tests.staff.coding.test_coding_pages import VIEWS, post, shown, writer
from tests.staff.desk import Desk, audit
from tests.support.browser import axe_findings
from tests.support.keys import KEYS
from tests.support.live import staff_served
from tests.support.processes import until

SUGGESTED = "/coding/views/suggested"
SLOW = 60_000  # milliseconds; a busy machine loads the libraries of clusters slowly
WHO: list[Any] = []


def with_network(desk: Desk, vectors: Callable[[list[str]], Any] = ByWord().of_each) -> ThemeFinder:
    """Have twelve people write about three things; vectors tell those apart."""
    WHO[:] = [writer(desk, text) for texts in ABOUT.values() for text in texts]
    made = ThemeFinder(desk.database, vectors)
    desk.app.extensions["themes"] = made
    return made


def looked(desk: Desk, client: FlaskClient) -> str:
    """Press the button, and wait until it is over."""
    post(client, SUGGESTED, SUGGESTED, action="find")
    finder: ThemeFinder = desk.app.extensions["themes"]
    until(lambda: not (found := finder.of(VIEWS, desk.clock())) or not found.is_running)
    return shown(client, SUGGESTED)


def places(page: str) -> dict[str, str]:
    """Return {name: its number} of the suggestions."""
    found = re.findall(r'name="name-(\d+)" value="([^"]+)"', page)
    return {name: number for number, name in found}


def codebook(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        assert progress_of(session, VIEWS)[0] == 0  # whatever was done: no answer has a code
        return [theme.name for theme in themes_of(session, VIEWS) if not theme.control]


def test_they_are_named_merged_and_thrown_away_and_no_answer_has_them(desk: Desk) -> None:
    with_network(desk)
    client = desk.signed_in(Role.ANALYST)
    page = looked(desk, client)
    assert "free wifi in a park" in page and codebook(desk) == []
    wifi, classes, price = sorted(places(page).values())
    told = post(client, SUGGESTED, SUGGESTED, action="take", keep=[wifi, classes, price], **{
        f"name-{wifi}": "Getting online", f"name-{classes}": "Help",
        f"name-{price}": "getting  online",
    })  # fmt: skip
    assert "2 themes are in the codebook. No answer has them yet." in told
    assert codebook(desk) == ["Getting online", "Help"]
    assert "Suggest themes" in shown(client, SUGGESTED)  # the others are thrown away
    whats = [what for _, what, about in audit(desk) if about == "views"]
    assert whats.count("suggested theme taken") == 2 and "themes suggested" in whats


def test_what_was_wrong_is_said_and_the_suggestions_stay(desk: Desk) -> None:
    with_network(desk)
    client = desk.signed_in(Role.ANALYST)
    first, second, _ = sorted(places(looked(desk, client)).values())
    assert "Tick the themes" in post(client, SUGGESTED, SUGGESTED, action="take")
    told = post(client, SUGGESTED, SUGGESTED, action="take", keep=[first, second], **{
        f"name-{first}": " ", f"name-{second}": "Help",
    })  # fmt: skip
    assert "1 theme is in the codebook" in told and "Enter a name" in told
    assert codebook(desk) == ["Help"] and len(places(told)) == 3


def test_an_erased_person_is_quoted_no_more_and_nobody_for_long(desk: Desk) -> None:
    finder = with_network(desk)
    client = desk.signed_in(Role.ANALYST)
    assert places(looked(desk, client))
    with desk.database.writing() as session:
        erase(session, KEYS, WHO[0].id, last_words=False)
    assert places(shown(client, SUGGESTED)) == {}
    looked(desk, client)
    assert finder.of(VIEWS, desk.clock() + KEPT + timedelta(seconds=1)) is None


def test_too_little_and_what_fails_are_said(desk: Desk) -> None:
    def broken(texts: list[str]) -> Any:
        raise OSError

    client = desk.signed_in(Role.ANALYST)
    desk.app.extensions["themes"] = ThemeFinder(desk.database, broken)
    assert "too little to find themes in" in looked(desk, client)
    with_network(desk, broken)
    page = looked(desk, client)
    assert "That did not work" in page and "Suggest themes" in page


@pytest.fixture()
def address(desk: Desk, browser: Browser) -> Iterator[str]:
    with_network(desk)
    with staff_served(desk.app, browser) as url:
        yield url


@pytest.mark.parametrize("width", [320, 1280])
def test_it_goes_on_by_itself_and_passes_axe(
    browser: Browser, address: str, desk: Desk, width: int
) -> None:
    page = signed_in_page(browser, address, desk.person(Role.ANALYST), width=width)
    page.goto(SUGGESTED)
    assert axe_findings(page) == []
    page.get_by_role("button", name="Suggest themes").click()
    names = page.get_by_role("textbox")
    expect(names.first).to_be_visible(timeout=SLOW)
    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    names.first.fill("Online")  # a name that is typed ticks its theme
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 theme is in the codebook")).to_be_visible(timeout=SLOW)
    assert codebook(desk) == ["Online"]
