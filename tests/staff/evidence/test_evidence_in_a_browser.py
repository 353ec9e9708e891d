"""The certificate and a response's path in a real browser: small screens and axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.rows import Role
from tests.staff.browser import fits_and_passes, sign_in
from tests.staff.desk import Desk
from tests.staff.evidence.test_certificate import read as read  # a fixture
from tests.support.live import staff_served


@pytest.fixture()
def page(desk: Desk, read: list[Respondent], browser: Browser) -> Iterator[Page]:
    with staff_served(desk.app, browser) as url:
        page = browser.new_context(base_url=url).new_page()
        sign_in(page, desk.person(Role.DATA_PROTECTION))
        yield page


def test_an_auditor_can_use_the_pages_on_any_screen(page: Page, read: list[Respondent]) -> None:
    for path in ("/certificate", f"/certificate/{read[2].reference}"):
        fits_and_passes(page, path, (1280, 390, 320))
