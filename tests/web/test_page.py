"""The residents' page, as residents use it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.storage.privacy.exports import export_rows
from bot.turns.services import Services, TryLater, TurnReply
from tests.conftest import Clock
from tests.support.browser import axe_findings
from tests.support.rasa import InProcessRasa
from tests.web.conftest import Serve


def asked(page: Page, question: str) -> None:
    """Wait for a question: what is written before it is there goes with the one before."""
    expect(page.locator("#log li").last).to_contain_text(question)


def test_a_resident_answers_everything_by_buttons_and_typing(
    serve: Serve, page: Page, services: Services
) -> None:
    page.goto(serve())
    option(page, "Start").click()
    option(page, "I live in Manchester").click()
    for number in range(4):
        option(page, "Agree").click()
        asked(page, "What would you like to say")
        write(page, f"  Number {number}: free lessons, because my nan has nobody to ask 🐝  ")
    option(page, "Digital skills for everyone").click()
    option(page, "A recovery for everyone").click()
    page.locator("#send-choices").click()
    asked(page, "Is there anything else")
    write(page, "Nothing else, thanks for asking")
    expect(page.locator("#check-title")).to_be_focused()
    page.locator("#confirm").click()
    expect(page.locator("#confirmed-reference")).to_contain_text("HYS-")
    page.locator("#go-on").click()
    expect(page.locator("#progress-text")).to_contain_text("Questions about you")
    page.get_by_role("button", name="None of them").click()
    expect(page.locator("#progress-text")).to_contain_text("11 of 11")
    said = answers(services)
    assert [a["text"] for a in said if a["kind"] == "open"] == [
        *(
            f"  Number {number}: free lessons, because my nan has nobody to ask 🐝  "
            for number in range(4)
        ),
        "Nothing else, thanks for asking",
    ]
    assert said[-2]["value"] == ["smart_people", "inclusive_recovery"]
    assert axe_findings(page) == []


def test_a_resident_answers_by_keyboard_alone(serve: Serve, page: Page, services: Services) -> None:
    page.goto(serve())
    expect(option(page, "Start")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link goes to the answer box
    page.keyboard.type("start")
    press_send(page)
    expect(page.locator("#log")).to_contain_text(services.consultation.by_id["role"].wording.text)
    page.keyboard.type("1")
    press_send(page)
    expect(page.locator("#log")).to_contain_text("You said: I live in Manchester")
    assert [a["text"] for a in answers(services)] == ["1"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(
    serve: Serve, page: Page, clock: Clock, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(serve())
    expect(option(page, "Start")).to_be_visible()
    found = {"new": axe_findings(page)}
    option(page, "Start").click()
    expect(option(page, "I live in Manchester")).to_be_visible()
    found["choice"] = axe_findings(page)
    option(page, "I live in Manchester").click()
    option(page, "Agree").click()
    expect(page.locator("#log")).to_contain_text("What would you like to say")
    found["open question"] = axe_findings(page)
    write(page, "pause")
    expect(page.locator("#log")).to_contain_text("Everything you've sent is saved")
    found["paused"] = axe_findings(page)
    write(page, "stop")
    expect(page.locator("#log")).to_contain_text("I've stopped")
    found["stopped"] = axe_findings(page)
    page.locator("#about summary").click()
    found["help"] = axe_findings(page)
    page.locator("#clear").click()
    found["dialog"] = axe_findings(page)
    page.locator("#clear-yes").click()
    found["cleared"] = axe_findings(page)
    clock.moment = datetime(2021, 4, 1, tzinfo=timezone.utc)
    page.locator("#notice button").click()
    expect(page.locator("#log")).to_contain_text("closed at the end of Friday 26 March 2021")
    found["closed"] = axe_findings(page)
    page.goto(page.url + "privacy")
    found["privacy"] = axe_findings(page)
    assert {state: problems for state, problems in found.items() if problems} == {}


def test_what_was_not_sent_survives_a_reload_and_a_restart(
    serve: Serve, page: Page, services: Services
) -> None:
    address = serve()
    page.goto(address)
    option(page, "Start").click()
    expect(option(page, "I live in Manchester")).to_be_visible()
    serve.stop()  # type: ignore[attr-defined]
    write(page, "1")
    expect(page.locator("#log li[data-from=resident]").last).to_contain_text("1")
    page.locator("#message").fill("half a thought")
    serve()
    page.reload()
    expect(page.locator("#log")).to_contain_text("You said: I live in Manchester")
    expect(page.locator("#message")).to_have_value("half a thought")
    assert [a["text"] for a in answers(services)] == ["1"]


def test_a_late_reply_arrives_by_itself(
    serve: Serve, page: Page, services: Services, rasa: InProcessRasa, monkeypatch: Any
) -> None:
    monkeypatch.setattr("bot.channels.webchat.calls.TURN_WAIT", 0.2)
    monkeypatch.setattr("bot.channels.webchat.calls.AWAY_WAIT", 0.2)
    awake = asyncio.Event()

    async def ask(message: Mapping[str, Any]) -> TurnReply:
        if not awake.is_set():
            raise TryLater("asleep")
        return await rasa.ask(message)

    page.goto(serve(ask))
    option(page, "Start").click()
    expect(page.locator("#status")).to_contain_text("saved")
    assert axe_findings(page) == []
    awake.set()
    expect(option(page, "I live in Manchester")).to_be_visible()


def test_too_many_messages_are_sent_later_and_not_lost(
    serve: Serve, page: Page, services: Services
) -> None:
    page.goto(serve(messages_per_minute=2))
    option(page, "Start").click()
    write(page, "1")
    expect(page.locator("#log")).to_contain_text("You said: ")
    write(page, "2")
    expect(page.locator("#status")).to_contain_text("wait")
    expect(page.locator("#log li[data-from=resident]").last).to_contain_text("2")
    assert axe_findings(page) == []


def test_words_of_residents_are_only_words(serve: Serve, page: Page) -> None:
    nasty = "<img src=x onerror=alert(1)> {{7*7}} <b>bold</b> مرحبا"
    page.goto(serve())
    option(page, "Start").click()
    option(page, "Something else").click()
    option(page, "Don't know").click()
    write(page, nasty)
    expect(page.locator("#log")).to_contain_text(nasty)
    page.reload()
    expect(page.locator("#log")).to_contain_text(nasty)
    assert page.locator("#log img, #log b").count() == 0


def test_the_page_fits_a_small_phone(serve: Serve, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(serve())
    option(page, "Start").click()
    expect(option(page, "I live in Manchester")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def option(page: Page, title: str) -> Any:
    return page.locator("#options button, #first button").filter(
        has=page.get_by_text(title, exact=True)
    )


def write(page: Page, text: str) -> None:
    page.locator("#message").fill(text)
    page.locator("#send").click()


def press_send(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#message").focus()


def answers(services: Services) -> list[dict[str, Any]]:
    with services.database.reading() as session:
        return list(export_rows(session, "answers", services.consultation.id))
