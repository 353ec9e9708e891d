"""The public page that says what was decided: nothing before it is approved, and no script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from bot.gateway.app import create_app
from bot.settings.addresses import OUTCOME_PATH
from bot.storage.publishing.outcomes import approve_outcome, save_outcome
from bot.turns.services import Services
from tests.conftest import WHILE_OPEN
from tests.support.browser import axe_findings
from tests.support.gateway import FakeRasa
from tests.support.live import served
from tests.support.page import broken_words
from tests.support.postgres import free_port

TEXTS = {
    "title": "Somebody to ask, in every library",
    "said": "Many of you have nobody to ask when a telephone goes wrong.\n\nSome gave up.",
    "decision": "changed",
    "did": "Every library will have a person to ask, on three days a week.",
    "before": "We will look at support in libraries.",
    "after": "Every library has a person to ask, on three days a week.",
    "brief": "Every library will have a person to ask.",
}
Publish = Callable[..., None]


@pytest.fixture()
def publish(services: Services) -> Publish:
    def make(approve: bool = True, **texts: str) -> None:
        consultation = services.consultation.id
        written: Any = {"question": None, "theme_id": None, "revision": 0, "now": WHILE_OPEN}
        with services.database.writing() as session:
            made = save_outcome(
                session, consultation, None, {**TEXTS, **texts}, staff="a@example.org", **written
            )
            if approve:
                seen: Any = {"revision": 1, "now": WHILE_OPEN}
                approve_outcome(session, consultation, made, staff="b@example.org", **seen)

    return make


def test_it_says_nothing_before_anything_is_approved(client: TestClient, publish: Publish) -> None:
    publish(approve=False)
    html = client.get(OUTCOME_PATH).text
    assert "still reading what people said" in html and "library" not in html


def test_it_shows_what_is_approved_at_once_and_as_words(
    client: TestClient, publish: Publish
) -> None:
    before = client.get(OUTCOME_PATH)
    publish(title="<b>Ask & learn", decision="not", before="", after="")
    answer = client.get(OUTCOME_PATH, headers={"If-None-Match": before.headers["etag"]})
    assert answer.status_code == 200
    assert "&lt;b&gt;Ask &amp; learn</h2>" in answer.text and "<b>" not in answer.text
    assert "<p>Some gave up.</p>" in answer.text and "We did not change this" in answer.text
    assert "What it said before" not in answer.text and "<script" not in answer.text
    assert "Last changed on Monday 1 March 2021" in answer.text


def test_it_says_so_when_the_database_is_away(
    client: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.gateway import pages
    from bot.storage.database.session import StorageError

    def away(_: Services) -> str:
        raise StorageError("OperationalError")

    monkeypatch.setattr(pages, "_outcome", away)
    answer = client.get(OUTCOME_PATH)
    assert answer.status_code == 503 and "try again later" in answer.text


@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_and_passes_axe_without_script(
    services: Services, publish: Publish, browser: Browser, width: int
) -> None:
    publish()
    for title in ("Bins that say when they are full", "A number that a person answers", "Wifi"):
        publish(title=title)
    with served(create_app(services, FakeRasa()), port := free_port()) as url:
        context = browser.new_context(viewport={"width": width, "height": 700})
        page = context.new_page()
        page.goto(url + OUTCOME_PATH)
        assert axe_findings(page) == [] and broken_words(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("link", name="Wifi").click()
        assert page.url.endswith("#part-4") and str(port) in page.url
        context.close()
