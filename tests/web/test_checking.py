"""Answers are put before a resident to be checked and changed; then all of it is confirmed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from bot.turns.services import Services
from tests.support.browser import axe_findings
from tests.support.page import option, press, write
from tests.web.conftest import Serve


def to_the_end(page: Page) -> None:
    """Answer the first two questions, and skip the others."""
    press(page, "Start")
    press(page, "I live in Manchester")
    press(page, "Agree")
    expect(page.locator("#log")).to_contain_text("What would you like to say")
    for number in range(1, 10):
        write(page, "skip")
        if number < 9:
            expect(page.locator("#progress-text")).to_contain_text(f"{number} skipped")


def test_answers_are_checked_changed_confirmed_and_kept(
    serve: Serve, page: Page, services: Services
) -> None:
    page.goto(serve())
    to_the_end(page)
    expect(page.locator("#check-title")).to_be_focused()
    last = page.locator("#log [data-from=resident] + [data-from=bot] .text").last
    expect(page.locator("#check-said")).to_have_text(last.text_content() or "?")  # not covered
    rows = page.locator("#check-list .told")
    expect(rows).to_have_count(11)
    expect(rows.nth(1)).to_contain_text("How far do you agree or disagree?")
    expect(rows.nth(1).locator("dd").first).to_have_text("Agree")
    expect(rows.nth(2).locator("dd").first).to_have_text("You skipped this")
    assert axe_findings(page) == []

    rows.nth(1).get_by_role("button", name="Change").click()
    press(page, "Strongly disagree")
    expect(page.locator("#check-title")).to_be_focused()
    expect(rows.nth(1).locator("dd").first).to_have_text("Strongly disagree")

    page.locator("#confirm").click()
    expect(page.locator("#confirmed-title")).to_be_focused()
    expect(page.locator("#confirmed")).to_contain_text("Council staff will read every answer")
    reference = page.locator("#confirmed-reference").inner_text()
    assert axe_findings(page) == []
    with page.expect_download() as saving:
        page.locator("#save-copy").click()
    copy = saving.value.path().read_text(encoding="utf-8")
    assert saving.value.suggested_filename == f"{reference}.txt" and reference in copy
    assert "How far do you agree or disagree?\nStrongly disagree\n" in copy

    expect(page.locator("#about-you")).to_contain_text("questions about you")
    page.locator("#go-on").click()
    expect(option(page, "Under 16")).to_be_visible()
    expect(page.locator("#progress-text")).to_contain_text("Questions about you")
    page.reload()
    expect(option(page, "Under 16")).to_be_visible()  # it is not put before them twice
    page.locator("#see-answers").click()
    expect(page.locator("#check-title")).to_be_focused()


def test_answers_can_be_seen_on_the_way(serve: Serve, page: Page) -> None:
    page.goto(serve())
    press(page, "Start")
    expect(page.locator("#see-answers")).to_be_hidden()
    press(page, "Something else")
    expect(option(page, "Agree")).to_be_visible()
    page.locator("#see-answers").click()
    expect(page.locator("#check-title")).to_have_text("Your answers so far")
    expect(page.locator("#check-list .told")).to_have_count(1)
    expect(page.locator("#confirm")).to_be_hidden()
    page.locator("#check-back").click()
    expect(option(page, "Agree")).to_be_visible()
