"""Alike answers are coded together: each is listed, each counts, and it can be undone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bot.storage.coding.codes import labels_of
from bot.storage.coding.coding_progress import progress_of
from bot.storage.coding.themes import themes_of
from bot.storage.staff.rows import Role
from tests.analysis.test_alike import TEXT
from tests.staff.browser import signed_in_page
from tests.staff.coding.test_coding_pages import VIEWS, code, ids, post, shown, theme, writer
from tests.staff.desk import Desk, audit
from tests.support.browser import axe_findings
from tests.support.live import staff_served

TOGETHER = "/coding/views/together"
SLOW = 60_000  # milliseconds; a busy machine is no fault of the page


def campaign(desk: Desk, extra: tuple[str, ...] = ("More trees", "Fewer cars")) -> list[int]:
    for text in (TEXT, f"{TEXT}!", f"{TEXT} please", *extra):
        writer(desk, text)
    return ids(desk)


def coded(desk: Desk) -> dict[int, set[str]]:
    with desk.database.reading() as session:
        names = {one.id: one.name for one in themes_of(session, VIEWS)}
        found = labels_of(session, VIEWS).items()
        return {answer: {names[one] for one in themes} for answer, themes in found}


def listed(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'name="answer" value="(\d+)"', page)]


def test_a_campaign_stands_there_once_and_each_of_it_is_coded_and_counted(desk: Desk) -> None:
    first, second, third, *_ = campaign(desk)
    client = desk.signed_in(Role.ANALYST)
    books = theme(client, "Libraries")
    page = shown(client, TOGETHER)
    assert page.count("Please keep the library") == 2  # what it says, and what the link is about
    assert "3 people</strong> wrote" in page
    group = shown(client, f"{TOGETHER}?group={first}")
    assert listed(group) == [first, second, third] and group.count(" checked>") == 3
    told = post(client, TOGETHER, TOGETHER, answer=[first, second, third], theme=[books])
    assert "3 answers are coded. Each counts." in told
    assert coded(desk) == {one: {"Libraries"} for one in (first, second, third)}
    with desk.database.reading() as session:
        assert [one.answers for one in themes_of(session, VIEWS) if one.id == books] == [3]
    assert len({about for _, what, about in audit(desk) if what == "answer coded"}) == 3
    assert "None: no three answers" in shown(client, TOGETHER)


def test_it_is_undone_and_what_was_coded_before_stays(desk: Desk) -> None:
    first, second, *_ = campaign(desk)
    client = desk.signed_in(Role.ANALYST)
    books, rest = theme(client, "Libraries"), theme(client, "Rest")
    code(client, first, books)
    desk.clock.move(seconds=5)
    told = post(client, TOGETHER, TOGETHER, answer=[first, second], theme=[books, rest])
    assert coded(desk) == {first: {"Libraries", "Rest"}, second: {"Libraries", "Rest"}}
    found = re.search(r'name="undo" value="([^"]+)"[^>]*>Undo: take it back from 2 answers', told)
    assert found
    desk.clock.move(seconds=5)
    other = desk.signed_in(Role.ANALYST)
    assert "Taken back from 0 answers" in post(other, TOGETHER, TOGETHER, undo=found[1])
    assert "Taken back from 2 answers" in post(client, TOGETHER, TOGETHER, undo=found[1])
    assert coded(desk) == {first: {"Libraries"}}
    assert [what for _, what, _ in audit(desk)].count("codes taken back") == 2


def test_answers_are_found_by_words_and_by_likeness(desk: Desk) -> None:
    campaign(desk, ("More trees in the park", "more trees in our park", "Cars"))
    client = desk.signed_in(Role.ANALYST)
    first, second = ids(desk)[3:5]
    assert listed(shown(client, f"{TOGETHER}?words=TREES+park")) == [first, second]
    alike = shown(client, f"{TOGETHER}?like={first}")
    assert listed(alike)[:2] == [first, second] and "% alike" in alike
    code(client, second, theme(client, "Trees"))
    assert listed(shown(client, f"{TOGETHER}?words=trees")) == [first]
    assert listed(shown(client, f"{TOGETHER}?words=trees&coded=yes")) == [first, second]


def test_nothing_is_coded_without_an_answer_and_a_theme(desk: Desk) -> None:
    first, *_ = campaign(desk)
    client = desk.signed_in(Role.ANALYST)
    books = theme(client, "Libraries")
    for form in (
        {},
        {"answer": [first]},
        {"theme": [books]},
        {"answer": [2**70], "theme": [books]},
    ):
        assert "Tick the answers" in post(client, TOGETHER, TOGETHER, **form)
    assert coded(desk) == {}


@pytest.fixture()
def address(desk: Desk, browser: Browser) -> Iterator[str]:
    campaign(desk)
    theme(desk.signed_in(Role.ANALYST), "Libraries")
    with staff_served(desk.app, browser) as url:
        yield url


@pytest.mark.parametrize(("width", "script"), [(320, True), (1280, True), (390, False)])
def test_it_fits_passes_axe_and_works_by_keyboard_without_script_too(
    browser: Browser, address: str, desk: Desk, width: int, script: bool
) -> None:
    page = signed_in_page(browser, address, desk.person(Role.ANALYST), width=width, script=script)
    page.goto(TOGETHER)
    if script:
        assert axe_findings(page) == []
    page.get_by_role("link", name="Check and code them").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="3 answers")).to_be_visible(timeout=SLOW)
    if script:
        assert axe_findings(page) == []
        expect(page.get_by_role("button", name="Tick none")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("checkbox", name=f"{TEXT}!").focus()
    page.keyboard.press("Space")  # this one does not belong
    page.get_by_role("checkbox", name="Libraries").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 answers are coded. Each counts.")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back from 2 answers.")).to_be_visible(timeout=SLOW)
    with desk.database.reading() as session:
        assert progress_of(session, VIEWS)[0] == 0
