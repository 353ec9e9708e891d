"""The staff pages in a real browser: the whole path, axe, keyboard, small screens, no script."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.conversation.moving import skip
from bot.settings import ROOT
from bot.storage.messages.outbox import Reply
from bot.storage.requests.updates import set_owner
from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.one_time_links import setup_token_if_empty
from bot.storage.staff.rows import Role
from tests.staff.admin.test_job_history import ran
from tests.staff.browser import sign_in
from tests.staff.desk import PASSWORD, Desk
from tests.staff.requests.desk import ask_for, take_requests
from tests.support.live import staff_served

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
EMAIL = "head@example.gov.uk"
PHONE, DESKTOP = {"width": 390, "height": 800}, {"width": 1280, "height": 800}
SMALLEST = {"width": 320, "height": 640}
HOSTILE = (
    "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'>\u202eolleh\n"
    + "w" * 300
)


@pytest.fixture()
def address(desk: Desk, browser: Browser) -> Iterator[str]:
    """Serve the staff pages for real."""
    with staff_served(desk.app, browser) as url:
        yield url


@pytest.fixture()
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport=DESKTOP)
    yield context.new_page()
    context.close()


def _conversation(desk: Desk) -> Respondent:
    respondent = desk.respondent()
    buttons = ({"title": "A resident", "question": "role", "value": "local"},)
    desk.say(respondent, "hello", intent="greet", reply=Reply("Who are you?", buttons=buttons))
    desk.say(respondent, "a shop", reply=Reply("What would make parks better?"))
    desk.say(respondent, HOSTILE, reply=Reply("What comes first?"))
    desk.say(respondent, "skip", step=skip, intent="skip_question")
    desk.say(respondent, "مرحبا", done=False)
    return respondent


def _check(page: Page) -> None:
    """Axe finds nothing on a phone or a desktop, and nothing is cut off on the smallest screen."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert found == [], f"{page.url}: {[(v['id'], v['nodes'][0]['html']) for v in found]}"
    page.set_viewport_size(SMALLEST)
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), f"{page.url} is too wide"
    page.set_viewport_size(DESKTOP)


def test_the_first_person_sets_up_reads_and_signs_out(desk: Desk, page: Page) -> None:
    refused: list[str] = []
    page.on("console", lambda m: "Content Security" in m.text and refused.append(m.text))
    page.on("pageerror", lambda error: refused.append(str(error)))
    with desk.database.writing() as session:
        token = setup_token_if_empty(session, desk.clock())
    page.goto(f"/set-up/{token}")
    _check(page)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your email address")
    _check(page)
    page.get_by_label("Email address").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_text("Your password is set")).to_be_visible()
    _check(page)
    sign_in(page, EMAIL, "not the password")
    expect(page.get_by_role("alert")).to_be_visible()
    _check(page)
    sign_in(page, EMAIL)
    expect(page.get_by_text("No conversations yet")).to_be_visible()
    _check(page)
    respondent = _conversation(desk)
    for _ in range(120):
        desk.respondent("sms")
    page.goto("/conversations")
    page.get_by_text("+ Filter").click()
    page.get_by_label("Channel").select_option("Web page")
    page.get_by_role("button", name="Apply filters").click()
    assert "channel=webchat" in page.url
    _check(page)
    page.get_by_role("link", name=respondent.reference).click()
    expect(page.get_by_role("heading", name="Answers at a glance")).to_be_visible()
    _check(page)
    page.goto("/conversations?page=2")
    _check(page)
    page.goto("/nothing")
    _check(page)
    page.get_by_role("link", name="Go to the first page").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert refused == []


def _switch_on_codes(desk: Desk, page: Page) -> pyotp.TOTP:
    page.get_by_role("link", name="Make it safer").click()
    _check(page)
    app = pyotp.TOTP((page.locator("#key").text_content() or "").replace(" ", ""))
    page.get_by_label("Code from your").fill(app.at(desk.clock()))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("From now on you sign in with")).to_be_visible()
    desk.clock.move(minutes=1)
    return app


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_an_admin_looks_after_accounts_and_people(
    desk: Desk, browser: Browser, address: str, script: bool
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=script)
    page, respondent, email = context.new_page(), _conversation(desk), desk.person(Role.ADMIN)
    check = _check if script else lambda page: None
    sign_in(page, email)
    check(page)
    app = _switch_on_codes(desk, page) if script else None
    page.goto("/accounts")
    page.get_by_label("Email address").fill("new@example.gov.uk")
    page.get_by_label("Analyst").check()
    check(page)
    page.get_by_role("button", name="Add and make a link").click()
    expect(page.locator("#link")).to_contain_text("/set-up/")
    check(page)
    page.get_by_role("link", name="Back to staff").click()
    page.get_by_role("link", name="new@example.gov.uk").click()
    check(page)
    page.get_by_role("button", name="Disable the account").click()
    expect(page.get_by_text("The account is disabled")).to_be_visible()
    page.goto("/people")
    check(page)
    page.get_by_label("What do you have?").fill("+447700900999")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="What was searched")).to_be_visible()
    check(page)
    page.get_by_label("What do you have?").fill(respondent.reference.lower())
    page.get_by_role("button", name="Find").click()
    check(page)
    with page.expect_download() as got:
        page.get_by_role("button", name="Download everything").click()
    assert got.value.suggested_filename.startswith(f"everything-about-{respondent.reference}-")
    page.get_by_role("button", name="Erase this person").click()
    expect(page.get_by_text("Enter a reason").first).to_be_visible()
    check(page)
    page.get_by_label("Why is this person erased?").fill("Asked for by email")
    page.get_by_label("Type the reference").fill(respondent.reference)
    page.get_by_role("button", name="Erase this person").click()
    expect(page.get_by_text("is deleted")).to_be_visible()
    page.goto("/audit")
    expect(page.get_by_role("row").filter(has_text="Asked for by email")).to_be_visible()
    check(page)
    ran(desk, "retention", "failed", "12 removed, but it is still in the files of inbox, outbox")
    page.get_by_role("link", name="What is done at night").click()
    expect(page.get_by_role("row").filter(has_text="Failed")).to_be_visible()
    check(page)
    if app:
        page.get_by_role("button", name="Sign out").click()
        sign_in(page, email)
        check(page)
        page.get_by_label("Code from your").fill(app.at(desk.clock()))
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Parks for everyone")
    context.close()


def test_c36_what_a_resident_wrote_does_nothing(desk: Desk, page: Page) -> None:
    respondent = _conversation(desk)
    sign_in(page, desk.person())
    for path in ("/conversations", f"/conversations/{respondent.reference}"):
        page.goto(path)
        assert page.evaluate("window.broken") is None
        assert page.locator("main img, main script").count() == 0
    words = page.locator("#message-5 .staff-words bdi")
    assert words.text_content() == HOSTILE


def test_the_way_in_and_to_a_conversation_needs_no_mouse(desk: Desk, page: Page) -> None:
    respondent, email = _conversation(desk), desk.person()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Email address")).to_be_focused()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    # The page moves to what is wrong, and from there to the field.
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Email address")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("considered", exact=False).first).to_be_visible()
    page.goto("/conversations")
    link = page.get_by_role("link", name=respondent.reference)
    expect(link).to_be_visible()
    for _ in range(80):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(respondent.reference)


def test_paper_has_what_was_said_and_no_buttons(desk: Desk, page: Page) -> None:
    respondent = _conversation(desk)
    sign_in(page, desk.person())
    page.goto(f"/conversations/{respondent.reference}")
    page.get_by_text("Show the transcript").click()
    page.emulate_media(media="print")
    expect(page.locator("#message-3")).to_be_visible()
    for hidden in ("Sign out", "Apply filters"):
        assert page.get_by_role("button", name=hidden).count() == 0


def test_two_sides_are_told_apart_without_colour(desk: Desk, page: Page) -> None:
    respondent = _conversation(desk)
    sign_in(page, desk.person())
    page.goto(f"/conversations/{respondent.reference}")
    border = "turn => getComputedStyle(turn).borderTopStyle"
    resident, bot = page.locator("#message-1"), page.locator("#message-2")
    assert resident.evaluate(border) != bot.evaluate(border)
    expect(resident).to_contain_text("Resident")
    expect(bot).to_contain_text("Bot")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_caseworker_works_on_requests(
    desk: Desk, browser: Browser, address: str, script: bool
) -> None:
    take_requests(desk)
    (story, _), (posted, person) = ask_for(desk, "story"), ask_for(desk, "map")
    ask_for(desk, "map", person=person)
    context = browser.new_context(base_url=address, java_script_enabled=script)
    page, check = context.new_page(), _check if script else lambda page: None
    sign_in(page, desk.person(Role.CASEWORKER))
    page.get_by_role("link", name="Requests").first.click()
    check(page)
    page.get_by_role("link", name="Tell a story", exact=True).click()
    check(page)
    page.get_by_role("link", name=story).click()
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_text("Write a note").first).to_be_visible()
    check(page)
    page.get_by_label("Add a note").fill("Rang, nobody there.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("button", name="Take it yourself").click()
    page.get_by_label("Due date").fill("2021-02-20")
    page.get_by_role("button", name="Save due date").click()
    page.get_by_label("Status").select_option("In progress")
    page.get_by_role("button", name="Save status").click()
    page.get_by_role("button", name="Approve to publish").click()
    expect(page.get_by_text("Overdue")).to_be_visible()
    expect(page.get_by_text("Rang, nobody there.")).to_be_visible()
    check(page)
    page.goto("/requests/map")
    page.get_by_label(f"{posted} is posted").check()
    check(page)
    page.get_by_role("button", name="Mark the ticked as posted").click()
    expect(page.get_by_text("1 marked as posted")).to_be_visible()
    expect(page.get_by_role("link", name=posted)).to_have_count(0)
    with page.expect_download() as got:
        page.get_by_role("link", name="Address labels").click()
    assert got.value.suggested_filename == "map-labels.csv"
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_request_is_taken_over_in_two_steps(
    desk: Desk, browser: Browser, address: str, script: bool
) -> None:
    take_requests(desk)
    (story, _), owner = ask_for(desk, "story"), desk.person(Role.CASEWORKER)
    with desk.database.writing() as session:
        set_owner(session, story, owner, owner, desk.clock())
    context = browser.new_context(base_url=address, java_script_enabled=script)
    page, check = context.new_page(), _check if script else lambda page: None
    sign_in(page, desk.person(Role.ADMIN))
    page.goto(f"/requests/story/{story}")
    page.get_by_role("button", name="Take it yourself").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{owner} has this request.")
    check(page)
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Take it")).to_have_count(0)
    context.close()
