"""Who may open which page: every page with every role, and with nobody."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from bot.staff.shell.access import ALLOWED, NAVIGATION, OPEN
from bot.storage.database.tables import RequestRow
from bot.storage.respondents.respondents import Respondent
from bot.storage.staff.audit import Sought, entries_before
from bot.storage.staff.sign_in import Role
from tests.staff.desk import CONSULTATION, Desk, audit


def only(*roles: str, status: int = 200) -> dict[str, int]:
    """Return what each role gets of a page that is for some."""
    return {role.value: status if role.value in roles else 403 for role in Role}


def everybody(status: int = 200) -> dict[str, int]:
    return {role.value: status for role in Role}


REVIEWERS = only("reviewer", "admin")
REVIEWERS_302, REVIEWERS_400, REVIEWERS_404 = (  # an empty form; no such message
    only("reviewer", "admin", status=status) for status in (302, 400, 404)
)
READERS = only("reviewer", "caseworker", "admin")
READERS_404 = only("reviewer", "caseworker", "admin", status=404)
CASEWORKERS = only("caseworker", "admin")
CASEWORKERS_400, CASEWORKERS_404 = (
    only("caseworker", "admin", status=status) for status in (400, 404)
)
COUNTERS = only("reviewer", "analyst", "admin")
COUNTERS_400 = only("reviewer", "analyst", "admin", status=400)  # an empty form
ANALYSTS = only("analyst", "admin")
ADMINS = only("admin")
ADMINS_400 = only("admin", status=400)  # an empty form

# (method, rule): what nobody gets, what each role gets. A new page must be entered here.
PAGES: dict[tuple[str, str], tuple[int, dict[str, int]]] = {
    ("GET", "/"): (302, everybody()),
    ("POST", "/sign-out"): (302, everybody(302)),
    ("GET", "/second-factor"): (302, everybody()),
    ("POST", "/second-factor"): (302, everybody(400)),
    ("POST", "/second-factor/remove"): (302, everybody(400)),
    ("GET", "/conversations"): (302, REVIEWERS),
    ("POST", "/conversations/views"): (302, only("reviewer", "admin", status=302)),
    ("POST", "/conversations/<reference>/reveal"): (302, READERS_404),
    ("GET", "/conversations/<reference>/reveal"): (
        302,
        only("reviewer", "caseworker", "admin", status=302),
    ),
    ("GET", "/conversations/<reference>/print"): (302, READERS),
    ("GET", "/conversations/<reference>/download"): (302, REVIEWERS),
    ("GET", "/conversations/<reference>/messages/<int:seq>"): (302, REVIEWERS_404),
    ("POST", "/conversations/<reference>/considered"): (302, REVIEWERS_302),
    ("POST", "/conversations/<reference>/flag"): (302, REVIEWERS_404),
    ("POST", "/conversations/<reference>/notes"): (302, REVIEWERS_302),
    ("POST", "/conversations/<reference>/tags"): (302, REVIEWERS_302),
    ("POST", "/conversations/<reference>/correction"): (302, REVIEWERS_302),
    ("GET", "/queue"): (302, REVIEWERS),
    ("GET", "/conversations/<reference>"): (302, READERS),
    ("GET", "/requests"): (302, CASEWORKERS),
    ("GET", "/requests/<kind>"): (302, CASEWORKERS),
    ("POST", "/requests/<kind>/posted"): (302, CASEWORKERS_404),  # these are not posted
    ("GET", "/requests/<kind>/<file>.csv"): (302, CASEWORKERS),
    ("GET", "/requests/<kind>/<reference>"): (302, CASEWORKERS),
    ("POST", "/requests/<kind>/<reference>"): (302, CASEWORKERS_400),
    ("GET", "/results"): (302, COUNTERS),
    ("GET", "/results/questions/<question_id>"): (302, COUNTERS),
    ("POST", "/results/questions/<question_id>/tags"): (302, COUNTERS_400),
    ("GET", "/results/equality"): (302, ANALYSTS),
    ("GET", "/results/downloads/<page>.<form>"): (302, COUNTERS),
    ("GET", "/people"): (302, ADMINS),
    ("POST", "/people"): (302, ADMINS_400),
    ("GET", "/people/<reference>"): (302, ADMINS),
    ("POST", "/people/<reference>/erase"): (302, ADMINS_400),
    ("POST", "/people/<reference>/copy"): (302, ADMINS),
    ("GET", "/accounts"): (302, ADMINS),
    ("POST", "/accounts"): (302, ADMINS_400),
    ("GET", "/accounts/<int:staff_id>"): (302, ADMINS),
    ("POST", "/accounts/<int:staff_id>"): (302, ADMINS_400),
    ("GET", "/audit"): (302, ADMINS),
    ("GET", "/audit.csv"): (302, ADMINS),
    # Open to everybody:
    ("GET", "/sign-in"): (200, everybody(302)),
    ("POST", "/sign-in"): (400, everybody(400)),
    ("GET", "/sign-in/code"): (302, everybody(302)),
    ("POST", "/sign-in/code"): (302, everybody(302)),
    ("GET", "/set-up/<token>"): (404, everybody(404)),
    ("POST", "/set-up/<token>"): (404, everybody(404)),
    ("GET", "/live"): (200, everybody()),
    ("GET", "/assets/<version>/<name>"): (200, everybody()),
}
# What stands for a part of a path, besides a respondent's reference.
PARTS = {"token": "unknown", "version": "1", "name": "staff.css", "staff_id": "1", "seq": "1"}
PARTS |= {"question_id": "views", "page": "overview", "form": "xlsx"}
PARTS |= {"kind": "callback", "file": "list"}


def _path(rule: str, reference: str) -> str:
    if "<kind>" in rule:  # the request's own
        reference = f"REQ-{reference[4:]}"
    parts = {**PARTS, "reference": reference}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: parts[found[1]], rule)


def _ask(desk: Desk, respondent: Respondent) -> None:
    """Let somebody have sent a request, so that caseworkers may read her conversation."""
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


def _pages(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_page_is_in_the_table(desk: Desk) -> None:
    assert _pages(desk.app) == set(PAGES)


def test_every_page_is_opened_or_given_to_roles(desk: Desk) -> None:
    endpoints = {rule.endpoint for rule in desk.app.url_map.iter_rules()}
    assert endpoints == OPEN | set(ALLOWED)
    assert not OPEN & set(ALLOWED)


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "nobody")
@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_a_page_is_for_its_roles_only(desk: Desk, page: tuple[str, str], role: Role | None) -> None:
    nobody, by_role = PAGES[page]
    desk.app.config["WTF_CSRF_ENABLED"] = False  # this table is about roles
    respondent = desk.respondent()
    reference = respondent.reference
    _ask(desk, respondent)
    path = _path(page[1], reference)
    client = desk.signed_in_without_form(role) if role else desk.client()
    response = client.open(path, method=page[0])
    assert response.status_code == (by_role[role.value] if role else nobody)
    if role is None and nobody == 302:
        assert response.location.startswith("/sign-in")
        assert reference not in response.text.replace(f"next={path}", "")


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


def test_a_caseworker_reads_only_those_who_have_sent_a_request(desk: Desk) -> None:
    asked, other = desk.respondent(), desk.respondent()
    _ask(desk, asked)
    caseworker = desk.signed_in(Role.CASEWORKER)
    assert caseworker.get(f"/conversations/{asked.reference}").status_code == 200
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
