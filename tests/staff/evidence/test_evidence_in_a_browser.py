"""The certificate and a response's path in a real browser: small screens and axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.rows import Role
from tests.staff.browser import sign_in
from tests.staff.desk import Desk
from tests.staff.evidence.test_certificate import read as read  # a fixture
from tests.support.browser import axe_findings
from tests.support.live import staff_served


@pytest.fixture()
def page(desk: Desk, read: list[Respondent], browser: Browser) -> Iterator[Page]:
    with staff_served(desk.app, browser) as url:
        page = browser.new_context(base_url=url).new_page()
        sign_in(page, desk.person(Role.DATA_PROTECTION))
        yield page


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_an_auditor_can_use_the_pages_on_any_screen(
    page: Page, read: list[Respondent], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/certificate", f"/certificate/{read[2].reference}"):
        page.goto(path)
        assert axe_findings(page) == []
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), path
