"""The jobs of a council's staff in a real browser, and how few steps each takes (docs/staff.md)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bot.storage.database.tables import AnswerRow
from bot.storage.staff.rows import Role
from tests.staff.browser import signed_in_page
from tests.staff.cases.test_replies import texter
from tests.staff.coding.test_coding_pages import writer
from tests.staff.corrections.test_pages import _baker as baker
from tests.staff.desk import PASSWORD, Desk
from tests.staff.effort import effort
from tests.staff.morning.test_pages import began, undeliver
from tests.staff.publishing.desk import told_story
from tests.staff.requests.desk import ask_for, take_requests
from tests.support.live import staff_served


@pytest.fixture()
def address(desk: Desk, browser: Browser) -> Iterator[str]:
    take_requests(desk)
    with staff_served(desk.app, browser) as url:
        yield url


def opened(browser: Browser, address: str, desk: Desk, role: Role) -> Page:
    page = signed_in_page(browser, address, desk.person(role))
    page.goto("/")
    return page


def download(page: Page, name: str) -> str:
    with page.expect_download() as got:
        page.get_by_role("link", name=name).first.click()
    return got.value.suggested_filename


def test_1_a_colleague_gets_an_account(desk: Desk, browser: Browser, address: str) -> None:
    page = opened(browser, address, desk, Role.ADMIN)
    with effort(page, "1. A colleague gets an account and chooses a password", at_most=10):
        page.get_by_role("link", name="Staff", exact=True).first.click()
        page.get_by_label("Email address").fill("new@example.gov.uk")
        page.get_by_label("Analyst").check()
        page.get_by_role("button", name="Add and make a link").click()
        link = page.locator("#link").text_content() or ""
        page.goto("/set-up/" + link.rpartition("/set-up/")[2].strip())
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name="Save the password").click()
        expect(page.get_by_text("Your password is set")).to_be_visible()


def test_5_the_report_for_councillors(desk: Desk, browser: Browser, address: str) -> None:
    writer(desk, "more benches please")
    page = opened(browser, address, desk, Role.ANALYST)
    with effort(page, "5. The councillors' report, frozen and as a Word file", at_most=6):
        page.get_by_role("link", name="Report").first.click()
        page.get_by_role("button", name="Freeze").first.click()
        assert download(page, "Word").endswith(".docx")


def test_6_a_paper_copy_is_posted(desk: Desk, browser: Browser, address: str) -> None:
    ask_for(desk, "map"), ask_for(desk, "map")
    page = opened(browser, address, desk, Role.CASEWORKER)
    with effort(page, "6. All waiting paper copies: labels, and marked as posted", at_most=8):
        page.get_by_role("link", name="Requests").first.click()
        page.get_by_role("link", name="Ask for a map", exact=True).click()
        assert download(page, "Address labels") == "map-labels.csv"
        page.get_by_role("button", name="Tick all on this page").click()
        page.get_by_role("button", name="Mark the ticked as posted").click()
        expect(page.get_by_text("2 marked as posted")).to_be_visible()


def test_7_a_name_is_taken_out_of_a_story(desk: Desk, browser: Browser, address: str) -> None:
    told_story(desk, "The garden of Mrs Patel, open to everybody")
    page = opened(browser, address, desk, Role.PUBLISHER)
    with effort(page, "7. A name taken out of a story, kept for a second person", at_most=10):
        page.get_by_role("link", name="Stories").first.click()
        page.locator(".publishing__words").first.click()
        page.get_by_role("textbox", name="Words").fill("Mrs Patel")
        page.get_by_role("button", name="Take out", exact=True).click()
        page.get_by_role("button", name="Save").first.click()
        expect(page.get_by_text("[name removed]").first).to_be_attached()


def test_8_everything_about_a_person(desk: Desk, browser: Browser, address: str) -> None:
    respondent = desk.respondent("sms")
    desk.say(respondent, "hello", intent="greet")
    page = opened(browser, address, desk, Role.DATA_PROTECTION)
    with effort(page, "8. An access request: found, and all of it in one file", at_most=5):
        page.get_by_role("link", name="People").first.click()
        page.get_by_label("What do you have?").fill(respondent.reference)
        page.get_by_role("button", name="Find").click()
        with page.expect_download() as got:
            page.get_by_role("button", name="Download everything").click()
        assert respondent.reference in got.value.suggested_filename


def test_9_an_auditor_follows_a_response(desk: Desk, browser: Browser, address: str) -> None:
    writer(desk, "more benches please")
    page = opened(browser, address, desk, Role.DATA_PROTECTION)
    with effort(page, "9. An auditor: the certificate, and any response's path", at_most=4):
        page.get_by_role("link", name="Audit").first.click()
        page.get_by_role("link", name="Which responses people have read").click()
        page.get_by_role("button", name="Follow it").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("HYS-")


def test_11_a_reading_is_corrected(desk: Desk, browser: Browser, address: str) -> None:
    respondent = baker(desk)
    page = opened(browser, address, desk, Role.REVIEWER)
    with effort(page, "11. A reading is corrected, and the result with it", at_most=8):
        page.get_by_role("link", name="Read queue").first.click()
        page.get_by_role("link", name="Unsure readings").click()
        page.get_by_role("link", name="I run a small bakery").click()
        page.get_by_label("A shop").first.check()
        page.get_by_role("button", name="Correct", exact=True).first.click()
        expect(page.get_by_text("There is nothing to look at.")).to_be_visible()
    assert current_answers(desk, respondent.id) == ["shop"]
    page.goto(f"/conversations/{respondent.reference}")
    expect(page.get_by_text("corrected by a person").first).to_be_visible()
    page.goto(f"/conversations/{respondent.reference}/messages/2")
    expect(page.get_by_text("Corrected by staff: A shop")).to_be_visible()
    page.get_by_role("button", name="Take the correction back").click()
    expect(page.get_by_text("corrected by a person")).to_have_count(0)
    assert current_answers(desk, respondent.id) == [None]


def current_answers(desk: Desk, respondent_id: str) -> list[object]:
    with desk.database.reading() as session:
        of_one = select(AnswerRow.value).where(AnswerRow.respondent_id == respondent_id)
        return list(session.execute(of_one.where(AnswerRow.status == "current")).scalars())


def test_12_what_did_not_arrive_yesterday(desk: Desk, browser: Browser, address: str) -> None:
    for channel in ("sms", "sms", "telegram"):
        undeliver(desk, began(desk, channel), "30003")
    desk.clock.move(days=1)
    page = opened(browser, address, desk, Role.REVIEWER)
    with effort(page, "12. What went wrong yesterday, and all of it tried again", at_most=2):
        page.get_by_role("link", name="3 replies").click()
        page.get_by_role("button", name="Send again").click()
        expect(page.get_by_text("3 tried again.")).to_be_visible()


def test_17_a_person_replies(desk: Desk, browser: Browser, address: str) -> None:
    respondent = texter(desk)
    page = opened(browser, address, desk, Role.REVIEWER)
    page.goto(f"/conversations/{respondent.reference}")
    with effort(page, "17. A reply by a person, begun from a template", at_most=6):
        page.get_by_text("Write to them").click()
        page.get_by_label("Begin with").select_option("A complaint")
        page.get_by_role("button", name="Use", exact=True).click()
        page.get_by_label("Signed").fill("Ann")
        page.get_by_role("button", name="Send reply").click()
        expect(page.get_by_text("The bot keeps quiet until")).to_be_visible()
