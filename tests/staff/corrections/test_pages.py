"""Correcting what the bot made of a message, as staff do it and as it is shown."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from bot.consultation.question import Kind, Question
from bot.staff.corrections.corrected import NoChoice, options_of, read_answer
from bot.storage.database.tables import AnswerRow, InboxRow
from bot.storage.respondents.respondents import Respondent
from tests.staff.browser import sign_in
from tests.staff.desk import CONSULTATION, Desk, audit, csrf_token, question
from tests.support.browser import axe_findings
from tests.support.live import staff_served


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", page))).strip()


def _baker(desk: Desk) -> Respondent:
    """A resident whose answer the bot kept as it was written."""
    respondent = desk.respondent()
    desk.say(respondent, "hello", intent="greet")
    desk.say(respondent, "a shop", confidence=0.41)
    with desk.database.writing() as session:
        words = {"text": "I run a small bakery"}
        session.execute(update(AnswerRow).values(**words, value=None))
        session.execute(update(InboxRow).where(InboxRow.seq == 2).values(**words))
    return respondent


def _post(client: FlaskClient, respondent: Respondent, **form: object) -> str:
    path = f"/conversations/{respondent.reference}"
    data = {"csrf_token": csrf_token(client, path), **form}
    return _plain(client.post(f"{path}/correction", data=data, follow_redirects=True).text)


def _values(desk: Desk) -> list[object]:
    with desk.database.reading() as session:
        current = select(AnswerRow.value).where(AnswerRow.status == "current")
        return list(session.execute(current).scalars())


def test_the_bakery_is_a_shop_in_the_results_too(desk: Desk) -> None:
    respondent, client = _baker(desk), desk.signed_in()
    page = _post(client, respondent, seq="2", intent="give_answer", option="shop")
    assert _values(desk) == ["shop"]
    assert "A shop corrected by a person I run a small bakery" in page  # at a glance
    assert "Corrected by staff: A shop" in page
    assert "; the bot had: fits none of the options" in page
    assert audit(desk)[-2][1:] == ("intent corrected", respondent.reference)
    page = _post(client, respondent, seq="2", undo="yes")
    assert _values(desk) == [None]
    assert "orrected by" not in page


def test_what_was_no_answer_is_told_as_staffs_doing(desk: Desk) -> None:
    respondent, client = _baker(desk), desk.signed_in()
    page = _post(client, respondent, seq="2", intent="complain")
    assert _values(desk) == []
    assert "Corrected by staff: complains" in page
    assert "it no longer counts as an answer" in page
    assert "Taken back by the resident" not in page


@pytest.mark.parametrize("option", ["", "nonsense"])
def test_an_answer_needs_an_option(desk: Desk, option: str) -> None:
    respondent, client = _baker(desk), desk.signed_in()
    page = _post(client, respondent, seq="2", intent="give_answer", option=option)
    assert "Choose the option that the words mean." in page
    assert _values(desk) == [None]


OPTIONS = {"trees": "More trees", "toilets": "Open toilets", "lights": "Lights"}
SEVERAL = question("first", Kind.MULTI_CHOICE, "What comes first?", OPTIONS)
OPEN = question("views", Kind.OPEN, "What would make parks better?")
YES_NO = question("ok", Kind.YES_NO, "Is that right?")
ONE = question("role", Kind.CHOICE, "Who are you?", {"local": "A resident"})


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (ONE, ["local"], "local"),
        (ONE, ["unread"], None),
        (SEVERAL, ["trees", "lights", "trees"], ["trees", "lights"]),
        (SEVERAL, ["trees"], ["trees"]),
        (YES_NO, ["true"], True),
        (YES_NO, ["false"], False),
        (OPEN, [], None),
        (OPEN, ["local"], None),
    ],
)
def test_the_form_is_read_as_the_bot_would_store_it(
    asked: Question, typed: list[str], value: object
) -> None:
    answer = read_answer(asked, typed, "1")
    assert answer is not None and answer.value == value


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        (ONE, []),
        (ONE, ["shop"]),
        (SEVERAL, ["trees", "toilets", "lights"]),
        (SEVERAL, ["trees", "unread"]),
        (YES_NO, ["maybe"]),
    ],
)
def test_what_is_no_choice_is_refused(asked: Question, typed: list[str]) -> None:
    with pytest.raises(NoChoice):
        read_answer(asked, typed, "1")


def test_a_message_without_a_question_has_nothing_to_choose() -> None:
    assert read_answer(None, ["local"], "1") is None
    assert options_of(None) == options_of(OPEN) == []


def test_unsure_readings_are_worked_off_the_least_sure_first(desk: Desk, browser: Browser) -> None:
    _baker(desk)
    second = desk.respondent()
    desk.say(second, "hello", intent="greet")
    desk.say(second, "hm", step=None, intent="pause", confidence=0.2)
    with staff_served(desk.app, browser) as address:
        page = browser.new_context(base_url=address).new_page()
        sign_in(page, desk.person())
        page.goto("/queue")
        page.get_by_role("link", name="Unsure readings").click()
        expect(page.locator(".inbox__words")).to_have_text(["hm", "I run a small bakery"])
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert axe_findings(page) == []
            root = "document.documentElement"
            assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), width
        page.get_by_role("link", name="I run a small bakery").click()
        page.get_by_label("A shop").check()
        assert axe_findings(page) == []
        page.get_by_role("button", name="Correct").click()
        expect(page.locator(".inbox__words")).to_have_text(["hm"])
        page.get_by_role("link", name="hm").click()
        page.get_by_role("button", name="Correct").click()  # it was right
        expect(page.get_by_text("There is nothing to look at.")).to_be_visible()
    assert _values(desk) == ["shop"]
    assert CONSULTATION.by_id["role"].options[1].value == "shop"
