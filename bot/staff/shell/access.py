"""Who may open which page. Every page is shut unless it is named here."""

from __future__ import annotations

import logging
import re

from flask import Flask, Response, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.shell.context import app_context
from bot.staff.sign_in import sessions
from bot.storage.cases.cases import has_case
from bot.storage.database.session import StorageError
from bot.storage.requests.requests import has_asked
from bot.storage.respondents.respondents import normal_reference
from bot.storage.staff.audit import record
from bot.storage.staff.rows import Role, Staff

logger = logging.getLogger(__name__)

REFERENCE = re.compile(r"(HYS|REQ|CASE)-[0-9A-Z]{4}-[0-9A-Z]{4}")
OPEN = frozenset(
    {
        "assets.asset",
        "health.live",
        "health.metrics",
        "health.ready",
        "set_up.show",
        "set_up.submit",
        "sign_in.code",
        "sign_in.show",
        "sign_in.submit",
        "sign_in.submit_code",
    }
)
EVERYBODY = frozenset(Role)
ADMINS = frozenset({Role.ADMIN})
REVIEWERS = frozenset({Role.REVIEWER, Role.ADMIN})
CASEWORKERS = frozenset({Role.CASEWORKER, Role.ADMIN})
ANALYSTS = frozenset({Role.ANALYST, Role.ADMIN})
COUNTERS = REVIEWERS | ANALYSTS  # of results; the totals about people are for analysts
READERS = REVIEWERS | CASEWORKERS  # of single conversations; caseworkers of some only, see below
PROTECTORS = frozenset({Role.DATA_PROTECTION, Role.ADMIN})
PUBLISHERS = frozenset({Role.PUBLISHER, Role.CASEWORKER, Role.ADMIN})
APPROVERS = frozenset({Role.PUBLISHER, Role.ADMIN})  # of what the council decided
WRITERS = APPROVERS | ANALYSTS
HEADS = frozenset({Role.HEAD})  # added to pages that only show; no form is theirs
# A page: one line, by its endpoint.
ALLOWED: dict[str, frozenset[Role]] = {
    "home.index": EVERYBODY,
    "second_factor.show": EVERYBODY,
    "second_factor.confirm": EVERYBODY,
    "second_factor.remove": EVERYBODY,
    "sign_out.end": EVERYBODY,
    "conversations.index": REVIEWERS,
    "conversations.show": READERS,
    "conversations.reveal": READERS,
    "conversations.revealed": READERS,
    "conversations.change_views": REVIEWERS,
    "copies.paper": READERS,
    "copies.download": REVIEWERS,
    "queue.index": REVIEWERS,
    "queue.read": REVIEWERS,
    "remarks.show": REVIEWERS,
    "remarks.consider": REVIEWERS,
    "remarks.flag": REVIEWERS,
    "remarks.note": REVIEWERS,
    "remarks.tag": REVIEWERS,
    "corrections.correct": REVIEWERS,
    "corrections.unsure": REVIEWERS,
    "teaching.index": ADMINS,
    "teaching.change": ADMINS,
    "remarks.retry": REVIEWERS,
    "cases.index": READERS | HEADS,
    "cases.show": READERS,
    "cases.change": READERS,
    "replies.index": READERS,
    "morning.rows": COUNTERS | HEADS,
    "morning.broken": READERS | HEADS,
    "morning.again": REVIEWERS,
    "replies.send": READERS,
    "replies.give_back": READERS,
    "requests.index": CASEWORKERS,
    "requests.board": CASEWORKERS,
    "requests.posted": CASEWORKERS,
    "requests.download": CASEWORKERS,
    "requests.show": CASEWORKERS,
    "requests.change": CASEWORKERS,
    "stories.index": PUBLISHERS,
    "stories.download": PUBLISHERS,
    "stories.show": PUBLISHERS,
    "stories.change": PUBLISHERS,
    "outcomes.index": WRITERS | HEADS,
    "outcomes.new": WRITERS,
    "outcomes.add": WRITERS,
    "outcomes.show": WRITERS,
    "outcomes.change": WRITERS,
    "outcomes.approve": APPROVERS,
    "results.index": COUNTERS | HEADS,
    "results.question": COUNTERS | HEADS,
    "results.tag": COUNTERS,
    "results.equality": ANALYSTS | HEADS,
    "results.who_answered": ANALYSTS | HEADS,
    "downloads.get": COUNTERS | HEADS,
    "coding.index": COUNTERS,
    "coding.show": COUNTERS,
    "coding.answer": COUNTERS,
    "coding.following": COUNTERS,
    "coding.code": COUNTERS,
    "coding.new_theme": COUNTERS,
    "codebook.show": COUNTERS,
    "codebook.change": COUNTERS,
    "codebook.download": COUNTERS,
    "codebook.upload": COUNTERS,
    "theme_tables.show": COUNTERS,
    "theme_tables.quotes": COUNTERS,
    "theme_tables.download": COUNTERS,
    "bulk.show": COUNTERS,
    "bulk.change": COUNTERS,
    "suggested.show": COUNTERS,
    "suggested.change": COUNTERS,
    "second_coder.show": COUNTERS,
    "second_coder.change": COUNTERS,
    "second_coder.following": COUNTERS,
    "second_coder.code": COUNTERS,
    "second_coder.differing": COUNTERS,
    "second_coder.settle": COUNTERS,
    "certificate.index": COUNTERS | HEADS | PROTECTORS,
    "certificate.one": COUNTERS | HEADS | PROTECTORS,
    "certificate.show": COUNTERS | HEADS | PROTECTORS,
    "certificate.download": COUNTERS | HEADS | PROTECTORS,
    "report.show": ANALYSTS | HEADS,
    "report.frozen": ANALYSTS | HEADS,
    "report.download": ANALYSTS | HEADS,
    "report.write": ANALYSTS,
    "report.keep": ANALYSTS,
    "people.index": PROTECTORS,
    "people.find": PROTECTORS,
    "people.show": PROTECTORS,
    "people.erase": PROTECTORS,
    "people.copy": PROTECTORS,
    "accounts.index": ADMINS,
    "accounts.add": ADMINS,
    "accounts.show": ADMINS,
    "accounts.change": ADMINS,
    "audit.index": PROTECTORS,
    "audit.download": PROTECTORS,
    "job_history.index": PROTECTORS,
}
# The navigation: one line for each page in it. All see those that their role may open.
NAVIGATION: tuple[tuple[str, str], ...] = (
    ("queue.index", "Read queue"),
    ("conversations.index", "Conversations"),
    ("cases.index", "Cases"),
    ("requests.index", "Requests"),
    ("stories.index", "Stories"),
    ("results.index", "Results"),
    ("coding.index", "Coding"),
    ("outcomes.index", "Outcome"),
    ("people.index", "People"),
    ("accounts.index", "Staff"),
    ("audit.index", "Audit"),
)
# What is open to those who must set up a second factor first.
BEFORE_SECOND_FACTOR = frozenset({"second_factor.show", "second_factor.confirm", "sign_out.end"})


def may(endpoint: str) -> bool:
    """Say whether a page is worth a link: nobody signed in is led to the sign-in page by it."""
    staff = g.get("staff")
    return staff is None or staff.role in ALLOWED.get(endpoint, frozenset())


def navigation() -> list[tuple[str, str]]:
    """Return (endpoint, title) of the pages that the signed-in person may open."""
    if g.get("staff") is None or _must_set_up(g.staff):
        return []
    return [(endpoint, title) for endpoint, title in NAVIGATION if may(endpoint)]


def guard(app: Flask) -> None:
    """Check every request before its view runs, and record what was refused or not there."""
    app.before_request(_require_permission)
    app.before_request(_refuse_odd)
    app.after_request(_note_not_found)


def _require_permission() -> ResponseReturnValue | None:
    if request.endpoint in OPEN:
        return None
    staff, ended = sessions.current(app_context().clock())
    if request.endpoint is None:  # a 404 or 405: it shows nothing but the way back
        g.staff = staff
        return None
    if staff is None:
        if ended:
            flash(ended)
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("sign_in.show", next=None if wanted == "/" else wanted))
    g.staff = staff
    if _must_set_up(staff) and request.endpoint not in BEFORE_SECOND_FACTOR:
        return redirect(url_for("second_factor.show"))
    if staff.role not in ALLOWED.get(request.endpoint, frozenset()) or _is_of_others(staff):
        _note(staff, "page refused")
        abort(403)
    return None


def _refuse_odd() -> None:
    """No page behind the sign-in takes a NUL, and no browser types one: databases do not keep it.
    The pages before it answer all that is wrong alike.
    """
    if request.endpoint in OPEN:
        return
    values = (*request.args.values(), *request.form.values())
    if "\0" in request.path or any("\0" in value for value in values):
        abort(400)


def _note_not_found(response: Response) -> Response:
    """Record who asks for what is not there: trying references one after another shows."""
    staff = g.get("staff")
    if staff is not None and response.status_code in (404, 405):
        try:
            _note(staff, "page not found")
        except StorageError as error:  # the answer shows nothing, so it may go out all the same
            logger.error("not recorded", extra={"reason": str(error)})
    return response


def _must_set_up(staff: Staff) -> bool:
    return app_context().settings.require_totp and staff.totp_secret is None


def _is_of_others(staff: Staff) -> bool:
    """Say whether a page is about a resident whose words a caseworker has no business to read:
    who has sent no request and has no case. Those two have references of their own kind.
    """
    reference = (request.view_args or {}).get("reference")
    of_their_own = request.blueprint in ("requests", "cases")
    if staff.role is not Role.CASEWORKER or reference is None or of_their_own:
        return False
    with app_context().database.reading() as session:
        normal = normal_reference(reference)
        return not (has_asked(session, normal) or has_case(session, normal))


def _note(staff: Staff, what: str) -> None:
    """Record what was asked for: whom it is about, when the path says so, and which page."""
    typed = (request.view_args or {}).get("reference", "").upper()
    normal = typed if typed.startswith(("REQ", "CASE")) else normal_reference(typed)
    about, reason = request.endpoint, None
    if REFERENCE.fullmatch(normal):  # anything else could be a person's name or number
        about, reason = normal, request.endpoint
    with app_context().database.writing() as session:
        now = app_context().clock()
        record(session, who=staff.email, what=what, about=about, reason=reason, now=now)
