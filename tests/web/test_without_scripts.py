"""The plain forms in a browser that runs no scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.storage.privacy.exports import export_rows
from bot.turns.services import Services
from tests.support.browser import axe_findings
from tests.web.conftest import Serve


@pytest.mark.parametrize("width", [320, 1280])
def test_a_conversation_without_scripts(
    serve: Serve, browser: Browser, services: Services, width: int
) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 700}
    )
    page = context.new_page()
    page.goto(serve())
    page.get_by_role("link", name="Answer the questions on plain pages").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="I live in Manchester").click()
    page.locator("[data-choice]").nth(1).click()
    page.locator("#message").fill("One line.\nمرحبا بكم في Manchester المدينة")
    page.locator("#send").click()
    expect(page.locator("#log")).to_contain_text("مرحبا")
    page.get_by_role("link", name="My answers").click()
    expect(page.locator(".told")).to_have_count(3)
    page.locator(".told").nth(1).get_by_role("button").click()
    page.get_by_role("button", name="Strongly disagree").click()
    context.close()
    with services.database.reading() as session:
        rows = list(export_rows(session, "answers", services.consultation.id))
    current = {row["question"]: row for row in rows if row["status"] == "current"}
    assert current["smart_people.agree"]["value"] == "strongly_disagree"
    assert current["smart_people.views"]["text"] == "One line.\nمرحبا بكم في Manchester المدينة"


def test_axe_finds_nothing_on_plain_pages(serve: Serve, page: Page) -> None:
    page.goto(serve() + "/plain")
    found = {"greeting": axe_findings(page)}
    page.get_by_role("button", name="Start").click()
    found["question"] = axe_findings(page)
    page.locator("#send").click()
    expect(page.locator("#problem")).to_be_visible()
    found["problem"] = axe_findings(page)
    page.get_by_role("button", name="Something else").click()
    page.get_by_role("link", name="My answers").click()
    found["answers"] = axe_findings(page)
    page.goto(page.url.replace("/plain/answers", "/nope"))
    found["not found"] = axe_findings(page)
    assert {state: problems for state, problems in found.items() if problems} == {}
