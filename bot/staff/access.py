"""Who may open which page. Every page is shut unless it is named here."""

from __future__ import annotations

import logging

from flask import Flask, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff import sessions
from bot.staff.office import office
from bot.storage.staff import Role, record

logger = logging.getLogger(__name__)

OPEN = frozenset(
    {
        "assets.asset",
        "health.live",
        "set_up.show",
        "set_up.submit",
        "sign_in.show",
        "sign_in.submit",
    }
)
EVERYBODY = frozenset(Role)
READERS = frozenset({Role.REVIEWER, Role.CASEWORKER, Role.ADMIN})
ALLOWED: dict[str, frozenset[Role]] = {
    "conversations.index": READERS,
    "conversations.show": READERS,
    "sign_out.end": EVERYBODY,
}


def may(endpoint: str) -> bool:
    """Say whether a page is worth a link: nobody signed in is led to the sign-in page by it."""
    staff = g.get("staff")
    return staff is None or staff.role in ALLOWED[endpoint]


def guard(app: Flask) -> None:
    """Check every request before its view runs."""
    app.before_request(_require_permission)


def _require_permission() -> ResponseReturnValue | None:
    if request.endpoint in OPEN:
        return None
    staff, ended = sessions.current(office().clock())
    if request.endpoint is None:  # a 404 or 405: it shows nothing but the way back
        g.staff = staff
        return None
    if staff is None:
        if ended:
            flash(ended)
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("sign_in.show", next=None if wanted == "/" else wanted))
    g.staff = staff
    if staff.role not in ALLOWED.get(request.endpoint, frozenset()):
        _note_refusal(staff.email)
        abort(403)
    return None


def _note_refusal(email: str) -> None:
    with office().database.writing() as session:
        record(
            session,
            who=email,
            what="page refused",
            about=request.endpoint,
            now=office().clock(),
        )
