"""Signing in to the staff pages in a real browser."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Browser, Page

from tests.staff.desk import PASSWORD
from tests.support.browser import axe_findings


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Send the form of the sign-in page by the key Enter, and wait for what it leads to."""
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.locator("#password").fill(password)
    with page.expect_navigation():
        page.locator("#password").press("Enter")


def signed_in_page(
    browser: Browser, address: str, email: str, *, width: int = 1280, script: bool = True
) -> Page:
    """Return a page of its own context, signed in."""
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 800}, java_script_enabled=script
    )
    page = context.new_page()
    sign_in(page, email)
    return page


def fits_and_passes(page: Page, path: str, widths: Sequence[int] = (1280, 320)) -> None:
    """Axe finds nothing on a page, and nothing of it is cut off, on screens of these widths."""
    page.goto(path)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        assert axe_findings(page) == [], (path, width)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= page.evaluate("document.documentElement.clientWidth"), (path, width)
