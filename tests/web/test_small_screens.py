"""What can be seen without scrolling, how options look, and which way lines run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.consultation.model import Consultation
from tests.support.page import broken_words, is_in_sight, option, press, write
from tests.web.conftest import Serve

PHONES = [(390, 844), (320, 568)]


@pytest.fixture(params=PHONES, ids=["phone", "small phone"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_the_question_and_what_to_press_first_are_seen_without_scrolling(
    serve: Serve, phone: Page, manchester: Consultation
) -> None:
    last = len(manchester.by_id["role"].options)
    phone.goto(serve())
    expect(option(phone, "Start")).to_be_visible()
    assert is_in_sight(phone, "#first button") and is_in_sight(phone, "#message")
    assert is_in_sight(phone, "#log > :first-child .text p")  # ends with "What do you think?"
    expect(phone.locator("#hint")).to_have_text("Or write here.")
    press(phone, "Start")
    expect(option(phone, "I live in Manchester")).to_be_visible()
    phone.wait_for_function("scrollY > 0")
    assert is_in_sight(phone, "#log > :last-child .text")
    assert is_in_sight(phone, "#options button")
    expect(phone.locator("#hint")).to_have_text(f"Choose, or type 1\u2013{last}.")
    press(phone, "I live in Manchester")
    expect(option(phone, "Strongly agree")).to_be_visible()
    phone.wait_for_function("document.querySelector('#log').children.length > 5")
    assert is_in_sight(phone, "#log > :last-child .text")
    assert is_in_sight(phone, "#options button")
    write(phone, "what is the colour of the sky")
    expect(phone.locator("#log > :last-child .text")).to_have_text(
        "Back to Aim 1: digital skills for everyone. How far do you agree or disagree?"
    )


@pytest.mark.parametrize("phone", [(320, 568)], indirect=True)
def test_text_of_twice_the_size_breaks_no_word_and_hides_no_answer_box(
    serve: Serve, phone: Page
) -> None:
    phone.goto(serve())
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    broken = {}
    for title in ("Start", "I live in Manchester", "Agree"):
        expect(option(phone, title)).to_be_visible()
        broken[title] = broken_words(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320
        assert is_in_sight(phone, "#message") and is_in_sight(phone, "#send")
        press(phone, title)
    expect(phone.locator("#log > :last-child")).to_contain_text("What would you like to say")
    broken["open"] = broken_words(phone)
    assert {state: words for state, words in broken.items() if words} == {}


def look(page: Page, place: int) -> list[str]:
    found: list[str] = (
        page.locator("#options button")
        .nth(place)
        .evaluate(
            """(node) => {
          const [own, digit] = [node, node.querySelector(".digit")].map((n) => getComputedStyle(n));
          return [own.backgroundColor, own.borderColor, own.boxShadow, digit.backgroundColor];
        }"""
        )
    )
    return found


def test_an_option_under_a_resting_pointer_looks_like_the_others(serve: Serve, page: Page) -> None:
    page.goto(serve())
    press(page, "Start")
    expect(option(page, "I live in Manchester")).to_be_visible()
    option(page, "Something else").click()
    expect(option(page, "Strongly agree")).to_be_visible()
    page.wait_for_timeout(450)  # a double press must not answer the next question
    page.locator("#options button").nth(2).hover()
    page.mouse.down()
    page.mouse.up()
    expect(page.locator("#log")).to_contain_text("What would you like to say")
    page.locator("#message").fill("skip")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the pointer rests where it is
    expect(option(page, "Agree")).to_be_visible()
    looks = [look(page, n) for n in range(6)]
    assert all(one == looks[0] for one in looks)
    page.locator("#options button").nth(2).hover()
    assert [look(page, n)[1:] for n in range(6)] == [looks[0][1:]] * 6  # the paper alone may change


def test_no_more_options_can_be_picked_than_the_question_takes(serve: Serve, page: Page) -> None:
    page.goto(serve())
    press(page, "Start")
    expect(option(page, "I live in Manchester")).to_be_visible()
    for number in range(1, 10):
        write(page, "skip")
        expect(page.locator("#progress-text")).to_contain_text(f"{number} skipped")
    expect(option(page, "Digital skills for everyone")).to_be_visible()
    page.wait_for_timeout(450)  # a double press must not answer the next question
    for title in ("Digital skills for everyone", "A recovery for everyone"):
        option(page, title).click()
    option(page, "Technology that serves people").dispatch_event("click")
    picked = page.locator('#options [aria-pressed="true"] .title')
    expect(picked).to_have_text(["Digital skills for everyone", "A recovery for everyone"])
    expect(page.locator("#status")).to_contain_text("up to 2")
    expect(page.locator("#hint")).to_have_text("Up to 2, or type 1 and 3.")
    option(page, "A recovery for everyone").click()
    option(page, "Technology that serves people").click()
    page.locator("#send-choices").click()
    expect(page.locator("#log")).to_contain_text(
        "Digital skills for everyone and Technology that serves people"
    )


def test_the_way_out_of_a_request_is_not_offered_as_its_answer(serve: Serve, page: Page) -> None:
    page.goto(serve())
    press(page, "Start")
    expect(option(page, "I live in Manchester")).to_be_visible()
    write(page, "please send me a paper copy")
    expect(page.locator("#log")).to_contain_text("What name should we put on the envelope?")
    expect(page.locator("#options button, #first button")).to_have_count(0)
    expect(page.locator("#quick").get_by_role("button", name="Cancel")).to_be_visible()


RUNS = [
    ("Tesco میں نوکریاں نہیں ہیں", "rtl"),
    ("Manchester مدينة كبيرة وجميلة", "rtl"),
    ("Sehr gut, مرحبا", "ltr"),
    ("https://www.manchester.gov.uk/consultations مرحبا", "rtl"),
    ("שלום", "rtl"),
    ("12 34", "ltr"),
    ("東京 and Dhaka ঢাকা", "ltr"),
    ("", "ltr"),
]


def test_a_line_runs_as_most_of_its_letters_do(serve: Serve, page: Page) -> None:
    page.goto(serve())
    found: Any = page.evaluate(
        """async (texts) => {
          const { direction } = await import("/static/text.js");
          return texts.map(direction);
        }""",
        [text for text, _ in RUNS],
    )
    assert dict(zip([text for text, _ in RUNS], found, strict=True)) == dict(RUNS)


def test_every_line_of_a_message_runs_its_own_way(serve: Serve, page: Page) -> None:
    page.goto(serve())
    expect(option(page, "Start")).to_be_visible()
    page.locator("#message").fill("Tesco میں نوکریاں نہیں ہیں")
    assert page.locator("#message").get_attribute("dir") == "rtl"
    write(page, "One line in English\nTesco میں نوکریاں نہیں ہیں")
    lines = page.locator("#log [data-from=resident] .line")
    expect(lines).to_have_count(2)
    sides = lines.evaluate_all("all => all.map(n => [n.dir, getComputedStyle(n).direction])")
    assert sides == [["ltr", "ltr"], ["rtl", "rtl"]]
