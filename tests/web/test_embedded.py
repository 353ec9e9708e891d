"""The page in a frame on another site."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.support.page import option, press, write
from tests.web.conftest import Serve

# As where a browser blocks what frames of other sites want to keep.
BLOCKED = """if (window !== window.top) Object.defineProperty(window, "localStorage",
  { get() { throw new DOMException("blocked", "SecurityError"); } });"""


def framed(page: Page, address: str) -> None:
    """Show the page in a frame."""
    html = (
        f'<!doctype html><title>Site</title><iframe width=380 height=500 src="{address}/?embed=1">'
    )
    page.route(f"{address}/site", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{address}/site")


def test_the_title_stays_while_scrolling(serve: Serve, page: Page) -> None:
    page.set_viewport_size({"width": 420, "height": 600})
    page.goto(serve() + "/?embed=1")
    press(page, "Start")
    for title in ("Something else", "Agree"):
        press(page, title)
    expect(page.locator("#log")).to_contain_text("What would you like to say")
    page.wait_for_function("scrollY > 0")
    box = page.locator("h1").bounding_box()
    assert box and 0 <= box["y"] < 60


def test_a_conversation_that_cannot_be_kept_goes_on_in_a_tab(
    serve: Serve, browser: Browser
) -> None:
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(BLOCKED)
    page = context.new_page()
    framed(page, serve())
    frame = page.frame_locator("iframe")
    expect(frame.locator("#framed")).to_contain_text("keeps nothing")
    frame.locator("#first button").click()
    expect(frame.locator("#options")).to_contain_text("Something else")
    with context.expect_page() as opening:
        frame.locator("#full-tab").click()
    tab = opening.value
    expect(option(tab, "Something else")).to_be_visible()
    assert "continue" not in tab.url
    expect(frame.locator("#notice")).to_contain_text("goes on in the other tab")
    write(tab, "1")
    expect(tab.locator("#log")).to_contain_text("You said: I live in Manchester")
    context.close()
