"""The page in a real browser, before a gateway with the real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.gateway.app import create_app
from bot.turns.services import AskRasa, Services
from tests.support.live import served
from tests.support.postgres import free_port
from tests.support.rasa import InProcessRasa

Serve = Callable[..., str]
expect.set_options(timeout=20_000)  # a busy machine is no fault of the page


@pytest.fixture()
def serve(
    services: Services, rasa: InProcessRasa, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Serve]:
    """Serve the gateway on a port; called again, a second one takes the first one's place."""
    from contextlib import ExitStack

    from actions import turn

    monkeypatch.setattr(
        turn, "made", turn.Services(services.consultation, services.database, services.keys)
    )
    port = free_port()
    running = ExitStack()

    def start(ask: AskRasa | None = None, **settings: object) -> str:
        running.close()
        own = replace(services.settings, public_base_url=f"http://127.0.0.1:{port}", **settings)
        app = create_app(replace(services, settings=own), ask or rasa.ask)
        return running.enter_context(served(app, port))

    start.stop = running.close  # type: ignore[attr-defined]
    yield start
    running.close()


@pytest.fixture(params=[(390, 844), (1280, 900)], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of its own, at the width of a phone and of a desktop."""
    width, height = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert errors == []
