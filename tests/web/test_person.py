"""A person from the council writes to a resident at the page, who has asked for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from bot.gateway.app import create_app
from bot.storage.cases.cases import open_case
from bot.storage.database.tables import RespondentRow
from bot.storage.messages.talks import say_as_person
from bot.turns.services import Services
from tests.support.gateway import FakeRasa
from tests.support.live import served
from tests.support.page import write
from tests.support.postgres import free_port
from tests.support.processes import until

SAID = "I am here now.\n\nAnn, Harbour Town Council"


@pytest.fixture()
def address(services: Services) -> Iterator[str]:
    """A gateway whose Rasa is a stand-in: this is about the page."""
    port = free_port()
    settings = replace(services.settings, public_base_url=f"http://127.0.0.1:{port}")
    with served(create_app(replace(services, settings=settings), FakeRasa()), port) as url:
        yield url


def respondents(services: Services) -> list[str]:
    with services.database.reading() as session:
        return list(session.execute(select(RespondentRow.id)).scalars())


def test_a_reply_of_a_person_arrives_by_itself_and_nothing_is_waited_for_after_it(
    address: str, page: Page, services: Services
) -> None:
    page.goto(address)
    expect(page.locator("#message")).to_be_editable()
    until(lambda: bool(respondents(services)))  # the page begins a session when it is there
    [person] = respondents(services)
    with services.database.writing() as session:
        open_case(session, person, "person", seq=1, who="the bot", now=services.clock())
    write(page, "I want to talk to a person")
    bot = page.locator('#log [data-from="bot"]')
    expect(bot.last).to_contain_text("Noted")
    with services.database.writing() as session:
        about = {"staff": "ann@example.gov.uk", "keep_quiet": timedelta(hours=1)}
        assert say_as_person(session, person, SAID, now=services.clock(), **about) is None
    expect(bot.last).to_contain_text("Ann, Harbour Town Council")
    expect(bot.last.locator(".who")).to_contain_text("A person")
    write(page, "Thank you Ann")
    mine = page.locator('#log [data-from="resident"]').last
    expect(mine).to_have_attribute("data-state", "sent")
    page.reload()
    expect(mine).to_contain_text("Thank you Ann")
    expect(page.get_by_text("One moment")).to_have_count(0)
