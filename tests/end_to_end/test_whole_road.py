"""The real processes: page, gateway, inbox, Rasa with its actions, database, outbox, page, staff;
and accidents.
"""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections import Counter
from itertools import accumulate
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from bot.consultation.model import Consultation
from tests.conftest import missing
from tests.support.browser import chromium_path, launched
from tests.support.page import press
from tests.support.processes import Product, running, until

pytestmark = pytest.mark.slow


def test_nothing_is_lost_on_the_whole_road(tmp_path: Path, manchester: Consultation) -> None:
    """One start of everything serves all of it: a start takes half a minute."""
    with running(tmp_path) as product:
        until(lambda: answers_at(product, "/live"), 30)
        early = Writer(product)
        # Mostly the model is still loading, and they are told that their message is saved.
        early.post("start", expect=(200, 202))
        assert answers_at(product, "/")
        until(product.ready, 400)  # where no other test has had the model trained
        until(lambda: manchester.by_id["role"].wording.text in early.heard())
        by_calls = early.answer_everything()
        by_browser = answer_everything_in_a_browser(product)
        assert early.progress()["state"] == "completed"

        unlucky = Writer(product)
        unlucky.post("start")
        killed_rasa = kill_rasa_in_mid_turn(product, unlucky)
        killed_gateway = kill_gateway_between_commit_and_reply(product, unlucky)
        meanwhile = kill_rasa_under_load(product, unlucky)

        sent = Counter([*by_calls, *by_browser, killed_rasa, killed_gateway, *meanwhile])
        kept = Counter(row["text"] for row in product.export("answers"))
        assert kept == sent - Counter(meanwhile) + Counter(added_up(meanwhile))
        received = [r["text"] for r in product.export("messages") if r["direction"] == "in"]
        assert Counter(received) == sent + Counter(["start", "start", "Start", "none of them"])
        staff_can_sign_in_and_read(product, early.reference)
        product.process.send_signal(signal.SIGINT)
        assert product.process.wait(timeout=10) is not None
    log = product.log.read_text(errors="replace")
    assert not [text for text in sent if len(text) > 20 and text in log]
    assert "Traceback" not in log


class Writer:
    """A resident who talks to `/chat/*` by themselves."""

    def __init__(self, product: Product) -> None:
        self.client = httpx.Client(base_url=product.gateway, timeout=20)
        begun = self.client.post("/chat/session", json={}).json()
        self.client.headers["Authorization"] = f"Bearer {begun['token']}"
        self.reference = begun["reference"]

    def post(
        self, text: str, *, message_id: str = "", expect: int | tuple[int, ...] = 200
    ) -> dict[str, Any]:
        message = {"id": message_id or str(uuid.uuid4()), "text": text}
        answer = self.client.post("/chat/messages", json=message)
        assert answer.status_code in (expect if isinstance(expect, tuple) else (expect,)), (
            answer.text
        )
        body: dict[str, Any] = answer.json()
        return body

    def history(self) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get("/chat/messages").json()
        return body

    def heard(self) -> str:
        return "\n".join(m["text"] for m in self.history()["messages"] if m["from"] == "bot")

    def stored(self, text: str) -> bool:
        return text in [m["text"] for m in self.history()["messages"] if m["from"] == "resident"]

    def progress(self) -> dict[str, Any]:
        progress: dict[str, Any] = self.history()["progress"]
        return progress

    def answer_everything(self) -> list[str]:
        said = []
        while (here := self.progress())["purpose"] == "consultation" and (kind := here["kind"]):
            open_text = f"  Open words, number {len(said)} 🐝\nand a second line"
            said.append({"open": open_text, "multi_choice": "1 and 2"}.get(kind, "2"))
            self.post(said[-1])
        self.post("none of them")  # of the questions about themselves
        return said


def answer_everything_in_a_browser(product: Product) -> list[str]:
    executable = chromium_path()
    if executable is None:
        missing("Chromium")
        return []
    said = ["I live in Manchester"]
    with launched(executable) as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(product.gateway)
        press(page, "Start")
        press(page, "I live in Manchester")
        for aim in range(4):
            press(page, "Strongly agree")
            write = f"From the page, aim {aim}: {{slot}} <b>, because I say so"
            # Of this aim: what is written before its question is there would go with the rating.
            expect(page.locator("#log li").last).to_contain_text("What would you like to say")
            page.locator("#message").fill(write)
            page.locator("#send").click()
            said += ["Strongly agree", write]
        press(page, "Digital skills for everyone")
        page.locator("#send-choices").click()
        expect(page.locator("#progress-text")).to_contain_text("10 of 11")
        page.locator("#message").fill("The last word from the page")
        page.locator("#send").click()
        expect(page.locator("#log")).to_contain_text("Your reference is HYS-")
    return [*said, "Digital skills for everyone", "The last word from the page"]


def kill_rasa_in_mid_turn(product: Product, resident: Writer) -> str:
    """C11: freeze Rasa so that the turn is surely under way, then kill it."""
    text = "1"
    rasa = product.pid_of("rasa")
    os.kill(rasa, signal.SIGSTOP)
    post = threading.Thread(target=resident.post, args=(text,), kwargs={"expect": 202})
    post.start()
    until(lambda: resident.stored(text))
    os.kill(rasa, signal.SIGKILL)
    post.join()
    until(lambda: resident.progress()["answered"] == 1)
    until(product.ready)
    return text


def kill_gateway_between_commit_and_reply(product: Product, resident: Writer) -> str:
    """Freeze Rasa, so that the message is stored and no reply can be; then kill the gateway."""
    text, message_id = "4. I do not agree, sorry", str(uuid.uuid4())
    rasa = product.pid_of("rasa")
    os.kill(rasa, signal.SIGSTOP)
    post = threading.Thread(target=lost_post, args=(resident, text, message_id))
    post.start()
    until(lambda: resident.stored(text))
    os.kill(product.pid_of("gateway"), signal.SIGKILL)
    post.join()
    os.kill(rasa, signal.SIGCONT)
    until(product.ready)
    until(lambda: resident.progress()["answered"] == 2)
    again = resident.post(text, message_id=message_id)  # the page tries again and hears the reply
    assert "Disagree" in again["messages"][0]["text"]
    return text


def kill_rasa_under_load(product: Product, resident: Writer) -> list[str]:
    """C12: Rasa hangs and dies while three messages come. Their writer is told that they are
    saved; then they are answered, in order. All were written while the same question was to be
    seen, so all are the answer to that one.
    """
    said = [
        "  More classes 🐝\nbecause my nan has nobody to ask, for example about her bank",
        "2",
        "  Pay for training because firms here cannot find people who know computers well",
    ]
    rasa = product.pid_of("rasa")
    os.kill(rasa, signal.SIGSTOP)
    posts = []
    for text in said:
        post = threading.Thread(target=resident.post, args=(text,), kwargs={"expect": (200, 202)})
        post.start()
        posts.append(post)
        until(lambda text=text: resident.stored(text))  # type: ignore[misc]
    until(lambda: "Your message is saved" in resident.heard(), 60)
    os.kill(rasa, signal.SIGKILL)
    for post in posts:
        post.join()
    until(lambda: product.ready() and not product.waiting(), 60)
    rows = [r for r in product.export("answers") if r["respondent"] == resident.reference]
    asked, status = "smart_people.views", ("replaced", "replaced", "current")
    assert [(r["question"], r["status"], r["text"]) for r in rows[2:]] == [
        (asked, *row) for row in zip(status, added_up(said), strict=True)
    ]
    return said


def added_up(said: list[str]) -> list[str]:
    """Return an answer after each text that was added to it."""
    return list(accumulate(said, lambda before, more: f"{before}\n{more}"))


def lost_post(resident: Writer, text: str, message_id: str) -> None:
    with pytest.raises(httpx.TransportError):
        resident.post(text, message_id=message_id)


def staff_can_sign_in_and_read(product: Product, reference: str) -> None:
    """A one-time link makes the first account, which then reads the conversation. No link stands in
    the log.
    """
    assert "/set-up/" not in product.log.read_text()
    told = product.run("staff", "add", "reader@example.gov.uk", "--role", "admin")
    link = next(word for word in told.split() if "/set-up/" in word)
    executable = chromium_path()
    if executable is None:
        missing("Chromium")
        return
    with launched(executable) as browser:
        page = browser.new_page()
        page.goto(link.replace("localhost", "127.0.0.1"))
        for box in page.locator("input[type=password]").all():
            box.fill("three quiet herons wade")
        page.get_by_role("button").filter(has_not_text="Menu").last.click()
        if page.get_by_role("button", name="Sign in").count():
            page.get_by_label("Email").fill("reader@example.gov.uk")
            page.locator("input[type=password]").fill("three quiet herons wade")
            page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Conversations").first.click()
        page.get_by_role("link", name=reference).click()
        expect(page.locator("main")).to_contain_text("Open words, number 2")


def answers_at(product: Product, path: str) -> bool:
    try:
        return httpx.get(product.gateway + path, timeout=5).status_code == 200
    except httpx.TransportError:
        return False
