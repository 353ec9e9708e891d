"""The second coder's pages: blind coding, how far two agree, settling; and in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from bot.storage.coding import codebook, codes
from bot.storage.coding.double_coding import set_share
from bot.storage.staff.rows import Role
from tests.staff.coding.test_coding_in_a_browser import opened
from tests.staff.coding.test_coding_pages import VIEWS, ids, post, shown, writer
from tests.staff.desk import START, Desk, audit
from tests.support.browser import axe_findings
from tests.support.live import staff_served

PAGE = "/coding/views/second-coder"
ANN = {"staff": "ann@example.org", "now": START}


def told(client: FlaskClient, path: str = PAGE) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown(client, path)))


def begun(desk: Desk, *texts: str) -> dict[str, int]:
    """Let Ann find benches in every answer, all to be coded twice; return the themes by name."""
    for text in texts:
        writer(desk, text)
    with desk.database.writing() as session:
        codebook.begin_codebook(session, VIEWS, **ANN)
        made = {n: codebook.add_theme(session, VIEWS, n, **ANN) for n in ("Benches", "Shade")}
        codes.set_codes(session, VIEWS, ids(desk), [made["Benches"]], **ANN)
        set_share(session, VIEWS, 100, **ANN)
    return made


def second(client: FlaskClient, answer: int, *themes: int) -> str:
    return post(client, f"{PAGE}/answers/{answer}", PAGE, theme=list(themes))


def test_the_second_coder_is_not_shown_what_the_first_one_chose(desk: Desk) -> None:
    begun(desk, "more benches, call 0161 496 0000")
    client = desk.signed_in(Role.ANALYST)
    page = shown(client, f"{PAGE}/next")
    assert "more benches" in page and "496 0000" not in page
    assert " checked" not in page and ANN["staff"] not in page
    assert "1 waits for you" in told(client, f"{PAGE}/next")
    assert any("answer read" in row for row in audit(desk))


def test_two_coders_are_compared_and_what_differs_is_settled(desk: Desk) -> None:
    themes = begun(desk, "more benches", "more shade")
    client = desk.signed_in(Role.ANALYST)
    one, two = ids(desk)
    assert "Code the next one (2 wait for you)" in told(client)
    assert "Choose at least one theme" in second(client, one)
    second(client, one, themes["Benches"])
    second(client, two, themes["Shade"])
    page = told(client)
    assert "None waits for you" in page and "The same themes for 1 of 2 answers." in page
    assert "First: Benches. Second: Shade." in page
    assert "Krippendorff’s alpha over all themes: 0.00" in page
    assert "Benches 2 1 1 0.00 0.00 Shade 0 1 0 0.00 0.00" in page
    assert client.get(f"{PAGE}/answers/{one}").status_code == 404  # they agree
    assert "Which themes count?" in told(client, f"{PAGE}/answers/{two}")
    settle = f"{PAGE}/answers/{two}/settle"
    assert "Choose at least one theme" in post(client, settle, PAGE)
    post(client, settle, PAGE, theme=themes["Shade"])
    page = told(client)
    assert "Nothing is to be settled." in page and "Settle anew" in page
    assert "Krippendorff’s alpha over all themes: 0.00" in page  # as they chose on their own
    with desk.database.reading() as session:
        assert codes.codes_of(session, two) == (themes["Shade"],)
    assert sum("codes settled" in row for row in audit(desk)) == 1


@pytest.mark.parametrize("percent", ["", "-1", "101", "ten", "٣٣٣"])
def test_a_share_that_is_none_is_told(desk: Desk, percent: str) -> None:
    client = desk.signed_in(Role.REVIEWER)
    assert "Enter a whole number from 0 to 100" in post(client, PAGE, PAGE, percent=percent)
    assert 'value="10"' in shown(client, PAGE)


def test_the_share_is_set_and_in_the_audit(desk: Desk) -> None:
    client = desk.signed_in(Role.REVIEWER)
    assert 'value="25"' in post(client, PAGE, PAGE, percent="25")
    assert any("share coded twice set" in row for row in audit(desk))


@pytest.fixture()
def address(desk: Desk, browser: Browser) -> Iterator[str]:
    begun(desk, "more benches " + "w" * 200, "more shade", "<b>swings</b>")
    with staff_served(desk.app, browser) as url:
        yield url


@pytest.mark.parametrize("width", [1280, 320])
def test_it_is_done_by_keyboard_and_axe_finds_nothing(
    browser: Browser, address: str, desk: Desk, width: int
) -> None:
    page = opened(browser, address, desk, width)

    def fine() -> None:
        assert axe_findings(page) == [], page.url
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, page.url

    page.get_by_role("link", name="Second coder").press("Enter")
    page.get_by_role("button", name="Code the next one").press("Enter")
    fine()
    for name in ("Benches", "Shade", "Shade"):
        page.get_by_label(name, exact=True).press("Space")
        page.get_by_role("button", name="Save and next").press("Enter")
    expect(page.get_by_role("heading", name="How far two coders agree")).to_be_visible()
    fine()
    page.get_by_role("link", name="Settle HYS").first.press("Enter")
    fine()
    page.get_by_role("group", name="Themes", exact=True).get_by_role("checkbox").last.press("Space")
    page.get_by_role("button", name="Settle").press("Enter")
    expect(page.get_by_role("heading", name="Settled")).to_be_visible()
    fine()
