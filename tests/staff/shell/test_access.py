"""Who may open which page: every page with every role, and with nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from flask import Flask

from bot.staff.shell.access import ALLOWED, NAVIGATION, OPEN
from bot.storage.database.tables import CaseRow, RequestRow
from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.audit_entries import Sought, entries_before
from bot.storage.staff.rows import Role
from tests.staff.desk import CONSULTATION, Desk, audit

TABLE: dict[str, list[int]] = yaml.safe_load(
    Path(__file__).with_name("access.yml").read_text(encoding="utf-8")
)
MORE: dict[str, dict[str, int]] = yaml.safe_load(
    Path(__file__).with_name("more_roles.yml").read_text(encoding="utf-8")
)
COLUMNS = [role for role in Role if role.value not in MORE]  # those of the table
# What stands for a part of a path, besides a respondent's reference.
PARTS = {"token": "unknown", "version": "1", "name": "staff.css", "staff_id": "1", "seq": "1"}
PARTS |= {"question_id": "views", "page": "overview", "form": "xlsx"}
PARTS |= {"answer_id": "999999", "what": "codes"}
PARTS |= {"number": "new", "outcome_id": "999999"}
PARTS |= {"kind": "callback", "file": "list", "key": "quote-999999"}


def _path(rule: str, reference: str) -> str:
    if "<kind>" in rule:  # the request's own
        reference = f"REQ-{reference[4:]}"
    if "/cases/" in rule:
        reference = f"CASE-{reference[4:]}"
    parts = {**PARTS, "reference": reference}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: parts[found[1]], rule)


def _ask(desk: Desk, respondent: Respondent) -> None:
    """Let someone have sent a request, so that caseworkers may read their conversation."""
    with desk.database.writing() as session:
        session.add(
            RequestRow(
                reference=f"REQ-{respondent.reference[4:]}",
                respondent_id=respondent.id,
                consultation=CONSULTATION.id,
                channel=respondent.channel,
                kind="callback",
                status="new",
                wording_version="1",
                created_at=desk.clock(),
            )
        )


def _case(desk: Desk, respondent: Respondent) -> None:
    with desk.database.writing() as session:
        session.add(
            CaseRow(
                reference=f"CASE-{respondent.reference[4:]}",
                respondent_id=respondent.id,
                consultation=CONSULTATION.id,
                kind="care",
                status="new",
                seq=1,
                opened_at=desk.clock(),
                alert_tries=0,
            )
        )


def _pages(app: Flask) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_page_is_in_the_table(desk: Desk) -> None:
    added, gone = _pages(desk.app) - set(TABLE), set(TABLE) - _pages(desk.app)
    assert not added, f"add a row to access.yml for {sorted(added)}"
    assert not gone, f"remove the rows of {sorted(gone)} from access.yml"


def test_every_page_is_opened_or_given_to_roles(desk: Desk) -> None:
    endpoints = {rule.endpoint for rule in desk.app.url_map.iter_rules()}
    assert endpoints == OPEN | set(ALLOWED)
    assert not OPEN & set(ALLOWED)


def test_the_table_has_a_column_for_each_role() -> None:
    assert {len(row) for row in TABLE.values()} == {1 + len(COLUMNS)}
    assert {role for page in MORE.values() for role in page} <= set(TABLE)


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
def test_each_page_is_for_its_roles_only(desk: Desk, role: Role | None) -> None:
    desk.app.config["WTF_CSRF_ENABLED"] = False  # this table is about roles
    respondent = desk.respondent()
    _ask(desk, respondent)
    _case(desk, respondent)
    client = desk.signed_in_without_form(role) if role else desk.client()
    got = {}
    for page in sorted(TABLE, key=lambda page: page.endswith("/sign-out")):  # at the very end
        method, rule = page.split()
        path = _path(rule, respondent.reference)
        response = client.open(path, method=method)
        got[page] = response.status_code
        if role is None and response.status_code == 302:
            assert response.location.startswith("/sign-in"), page
            assert respondent.reference not in response.text.replace(f"next={path}", ""), page
    assert got == {page: _expected(page, row, role) for page, row in TABLE.items()}


def _expected(page: str, row: list[int], role: Role | None) -> int:
    if role is None or role in COLUMNS:
        return row[1 + COLUMNS.index(role) if role else 0]
    for_all = row[1:].count(row[1]) == len(COLUMNS) and row[1] != 403
    return MORE[role.value].get(page, row[1] if for_all else 403)


READ_ONLY = [Role.HEAD]


@pytest.mark.parametrize("role", READ_ONLY, ids=lambda role: role.value)
def test_a_role_that_only_looks_is_shown_no_form_but_filters(desk: Desk, role: Role) -> None:
    respondent = desk.respondent()
    desk.say(respondent, "a shop")
    desk.say(respondent, "More trees please")
    _case(desk, respondent)
    client = desk.signed_in(role)
    for page in ["GET /", *MORE[role.value]]:
        path = _path(page.split()[1], respondent.reference)
        shown = client.get(path).get_data().decode(errors="replace")
        forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', shown)
        assert set(forms) <= {"/sign-out"}, path


def test_a_page_that_nobody_entered_is_shut(desk: Desk) -> None:
    desk.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert desk.client().get("/forgotten").status_code == 302
    assert desk.signed_in(Role.ADMIN).get("/forgotten").status_code == 403


def test_a_refused_page_says_so_in_plain_words(desk: Desk) -> None:
    response = desk.signed_in(Role.ANALYST).get("/conversations")
    assert "You cannot open this page" in response.text
    assert "Sign out" in response.text
    assert "Conversations</" not in response.text
    assert audit(desk)[-1][1:] == ("page refused", "conversations.index")


def test_a_caseworker_reads_only_those_with_a_request_or_a_case(desk: Desk) -> None:
    asked, other, in_need = (desk.respondent() for _ in range(3))
    _ask(desk, asked)
    _case(desk, in_need)
    caseworker = desk.signed_in(Role.CASEWORKER)
    for one in (asked, in_need):
        assert caseworker.get(f"/conversations/{one.reference}").status_code == 200
    for path, about in (
        (other.reference, other.reference),
        (other.reference.lower(), other.reference),
        ("HYS-0000-0000", "HYS-0000-0000"),
        ("07700900123", "conversations.show"),
        ("x", "conversations.show"),
    ):
        assert caseworker.get(f"/conversations/{path}").status_code == 403
        assert audit(desk)[-1][1:] == ("page refused", about)


REFUSED = [
    (Role.ANALYST, "/conversations/HYS-0000-0000", "HYS-0000-0000", "conversations.show"),
    (Role.REVIEWER, "/people/hys-0000-0000", "HYS-0000-0000", "people.show"),
    (Role.REVIEWER, "/requests/map/REQ-0000-0000", "REQ-0000-0000", "requests.show"),
    (Role.REVIEWER, "/requests/map/Ann-Example", "requests.show", None),
    (Role.REVIEWER, "/audit", "audit.index", None),
]


@pytest.mark.parametrize(("role", "path", "about", "reason"), REFUSED)
def test_the_record_says_whom_a_refused_page_was_about(
    desk: Desk, role: Role, path: str, about: str, reason: str | None
) -> None:
    assert desk.signed_in(role).get(path).status_code == 403
    with desk.database.reading() as session:
        (entry,) = entries_before(session, Sought(what="page refused"), limit=9)
    assert (entry.about, entry.reason) == (about, reason)


@pytest.mark.parametrize("role", Role)
def test_the_navigation_has_what_a_role_may_open(desk: Desk, role: Role) -> None:
    page = desk.signed_in(role).get("/").text
    (navigation,) = re.findall(r'<nav[^>]+aria-label="Staff pages".*?</nav>', page, re.S)
    shown = [text.strip() for text in re.findall(r"<a [^>]+>(.*?)</a>", navigation, re.S)]
    assert shown == [title for endpoint, title in NAVIGATION if role in ALLOWED[endpoint]]


STRANGE = [
    "HYS-0000-0000",
    "0",
    "999999",
    "99999999999999999999",
    "..",
    "%2e%2e",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "' OR 1=1 --",
]


@pytest.mark.parametrize("strange", STRANGE)
def test_c42_what_belongs_to_nobody_is_refused_and_recorded(desk: Desk, strange: str) -> None:
    desk.app.config["WTF_CSRF_ENABLED"] = False  # this is about what is asked for
    admin = desk.signed_in_without_form(Role.ADMIN)
    for rule in desk.app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint in OPEN:
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            before = len(audit(desk))
            path = re.sub(r"<[^>]+>", strange, rule.rule)
            response = admin.open(path, method=method, follow_redirects=True)
            assert response.status_code in (400, 403, 404, 405), f"{method} {path}"
            recorded = len(audit(desk)) > before
            assert recorded or response.status_code == 400, f"{method} {path} is not recorded"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/conversations/", 404),
        ("/conversations/../../etc/passwd", 404),
        ("/conversations/%2e%2e%2fetc", 404),
        ("/conversations/HYS-0000-0000", 404),
        ("/conversations/HYS-00", 404),
        ("/assets/1/../../app.py", 404),
        ("/assets/1/%2e%2e%2fapp.py", 404),
        ("/assets/1/layout.html", 404),
        ("/static/staff.css", 404),
    ],
)
def test_c42_what_is_not_there_is_not_found(desk: Desk, path: str, status: int) -> None:
    assert desk.signed_in().get(path).status_code == status


def test_no_page_takes_a_nul_or_falls_over_half_a_letter(desk: Desk) -> None:
    desk.app.config["WTF_CSRF_ENABLED"] = False
    respondent = desk.respondent()
    _ask(desk, respondent)
    _case(desk, respondent)
    client = desk.signed_in_without_form(Role.ADMIN)
    odd = {"nul": "a%00b", "half a letter": "%ED%A0%80"}
    for page in sorted(TABLE, key=lambda page: page.endswith("/sign-out")):
        method, rule = page.split()
        path = _path(rule, respondent.reference)
        for name, value in odd.items():
            fields = ("about", "who", "words", "before", "email", "text", "next", "x")
            typed = "&".join(f"{field}={value}" for field in fields)
            form = "application/x-www-form-urlencoded"
            asked = client.open(f"{path}?{typed}", method=method)
            sent = client.open(path, method=method, data=typed.encode(), content_type=form)
            assert asked.status_code < 500 and sent.status_code < 500, (page, name)
            if name == "nul" and not _is_open(desk.app, method, path):
                assert asked.status_code >= 400, page
                assert method == "GET" or sent.status_code >= 400, page


def _is_open(app: Flask, method: str, path: str) -> bool:
    endpoint, _ = app.url_map.bind("localhost").match(path, method=method)
    return endpoint in OPEN
