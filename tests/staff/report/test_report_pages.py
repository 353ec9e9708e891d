"""The report on staff pages, and in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from bot.staff.evidence.kept import Kept
from bot.storage.coding.codes import set_quoted
from bot.storage.publishing.public_versions import (
    approve_version,
    quote_key,
    save_version,
    take_back_approval,
)
from bot.storage.staff.rows import Role
from tests.staff.browser import sign_in
from tests.staff.coding.test_coding_pages import VIEWS, code, ids, theme, writer
from tests.staff.desk import START, Desk, audit, csrf_token
from tests.support.browser import axe_findings
from tests.support.live import staff_served

ANN, PUBLIC = "ann@example.org", "benches, near the gate"


@pytest.fixture()
def coded(desk: Desk) -> list[str]:
    """Two who wrote; the first is coded and quoted, by public words. Their references."""
    people = [writer(desk, words) for words in ("benches, call 0161 496 0000", "shade")]
    client = desk.signed_in(Role.ANALYST)
    code(client, ids(desk)[0], theme(client, "Seats"))
    with desk.database.writing() as session:
        first = ids(desk)[0]
        set_quoted(session, VIEWS, first, True, staff=ANN, now=START)
        save_version(session, quote_key(first), {"views": PUBLIC}, staff=ANN, now=START, revision=0)
        approve_version(session, quote_key(first), revision=1, staff="bea@example.org", now=START)
    return [one.reference for one in people]


def shown(client: FlaskClient, path: str = "/report") -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", response.text)


def send(client: FlaskClient, path: str, **form: str) -> str:
    form["csrf_token"] = csrf_token(client, "/report")
    response = client.post(path, data=form, follow_redirects=True)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.text)


def test_a_kept_report_loses_a_quote_at_once(
    desk: Desk, coded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.staff.evidence.kept.takes_long", lambda session: True)
    desk.app.extensions["kept"] = Kept(desk.clock, lambda count: count())
    client = desk.signed_in(Role.ANALYST)
    assert "are being counted" in shown(client) and PUBLIC in shown(client)
    with desk.database.writing() as session:
        take_back_approval(session, quote_key(ids(desk)[0]))
    assert PUBLIC not in shown(client)


def test_a_report_is_written_frozen_and_taken_away(desk: Desk, coded: list[str]) -> None:
    client = desk.signed_in(Role.ANALYST)
    page = send(client, "/report/texts", part="summary", text="We asked. Ring 0161 496 0001.")
    assert "We asked. Ring [number hidden]" in page and "taken out of your words" in page
    assert PUBLIC in page and "496" not in page
    send(client, "/report/texts", part="limits", left_out="yes")
    assert 'id="limits"' not in shown(client) and "Put it back" in shown(client)
    page = send(client, "/report/versions")
    assert "Version 1 is frozen" in page and "It is what was frozen" in page
    send(client, "/report/texts", part="limits", left_out="no")
    assert 'id="limits"' in shown(client)
    assert 'id="limits"' not in shown(client, "/report/versions/1")
    for name in ("draft", "1"):
        for form in ("html", "docx", "pdf"):
            sent = client.get(f"/report/files/{name}.{form}")
            assert sent.status_code == 200 and sent.data
    assert audit(desk)[-1][1:] == ("report exported", "1.pdf")
    told = shown(client, f"/certificate/{coded[0]}")
    assert "The report quotes it in version 1." in told


def test_numbers_lead_to_what_they_count_for_those_who_may_see_it(
    desk: Desk, coded: list[str]
) -> None:
    def hrefs(role: Role) -> set[str]:
        found = re.findall(r'<td class="report-number"><a class="govuk-link" href="([^"]+)"',
                           shown(desk.signed_in(role)))  # fmt: skip
        return {one.replace("&amp;", "&") for one in found}

    analyst, admin = desk.signed_in(Role.ANALYST), desk.signed_in(Role.ADMIN)
    [themes] = [one for one in hrefs(Role.ANALYST) if "quotes" in one]
    assert "benches" in shown(analyst, themes)
    assert "/conversations?answer.role=local" in hrefs(Role.ADMIN)
    assert coded[0] in shown(admin, "/conversations?answer.role=local")
    assert not [one for one in hrefs(Role.HEAD) if "conversations" in one or "quotes" in one]
    for one in hrefs(Role.ADMIN):
        assert admin.get(one).status_code == 200, one


def test_a_head_reads_and_changes_nothing(desk: Desk, coded: list[str]) -> None:
    page = shown(desk.signed_in(Role.HEAD))
    assert "Freeze" not in re.sub(r"and freeze it", "", page) and "<textarea" not in page


@pytest.mark.parametrize(
    "path",
    ["/report/versions/9", "/report/files/9.pdf", "/report/files/draft.txt", "/report/files/x.pdf"],
)
def test_what_is_not_there(desk: Desk, path: str) -> None:
    assert desk.signed_in(Role.ADMIN).get(path).status_code == 404


@pytest.fixture()
def page(desk: Desk, coded: list[str], browser: Browser) -> Iterator[Page]:
    with staff_served(desk.app, browser) as url:
        page = browser.new_context(base_url=url).new_page()
        sign_in(page, desk.person(Role.ANALYST))
        yield page


def fits(page: Page) -> bool:
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"))


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_pages_and_the_file_are_for_everybody(page: Page, width: int, desk: Desk) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/report")
    assert (axe_findings(page), fits(page)) == ([], True)
    page.get_by_role("button", name="Freeze as version 1").press("Enter")
    expect(page.get_by_text("Version 1 is frozen")).to_be_visible()
    assert (axe_findings(page), fits(page)) == ([], True)
    file = desk.signed_in(Role.ANALYST).get("/report/files/1.html").text
    page.goto("about:blank")  # else the policy of the staff pages would hold for it
    page.set_content(file)
    assert (axe_findings(page), fits(page)) == ([], True)
