"""The audit: who saw, revealed, exported and erased what. For administrators."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.dates import LONDON
from bot.staff.shell.context import app_context, write_down
from bot.storage.staff.audit import LONGEST_ABOUT
from bot.storage.staff.audit_entries import Entry, Sought, entries_before, entries_in_order, whats
from bot.table_files import write_rows

audit = Blueprint("audit", __name__)

A_PAGE = 50
A_DATE = "Enter a date like 2021-03-01"
IN_MEMORY = 1_000_000  # bytes of a download; more goes to a temporary file
COLUMNS = ("at", "who", "what", "about", "reason")
FIELDS = ("who", "what", "about", "since", "until")


@audit.get("/audit")
def index() -> ResponseReturnValue:
    here, asked = app_context(), _asked()
    sought, problems = _sought(asked)
    before = _before(request.args.get("before", ""))
    write_down(here, "audit viewed")
    with here.database.reading() as session:
        found = entries_before(session, sought, before=before, limit=A_PAGE + 1)
        kinds = whats(session)
    older = found[A_PAGE - 1].id if len(found) > A_PAGE else None
    return render_template(
        "audit.html",
        entries=found[:A_PAGE],
        kinds=kinds,
        asked=asked,
        problems=problems,
        older=older and url_for(".index", **asked, before=older),
        newest=before and url_for(".index", **asked),
        download=url_for(".download", **asked),
    )


@audit.get("/audit.csv")
def download() -> ResponseReturnValue:
    here = app_context()
    sought, _ = _sought(_asked())
    write_down(here, "audit exported")
    file: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (sent, then closed)
    with here.database.reading() as session:
        write_rows(map(_row, entries_in_order(session, sought)), COLUMNS, csv=True, out=file)
    file.seek(0)
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name="audit.csv")


def _row(entry: Entry) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in COLUMNS}
    return {**row, "at": entry.at.astimezone(LONDON).isoformat(timespec="seconds")}


def _asked() -> dict[str, Any]:
    """Return the filters that are set, as the address bar has them."""
    typed = {name: request.args.get(name, "").strip()[:LONGEST_ABOUT] for name in FIELDS}
    return {name: text for name, text in typed.items() if text}


def _sought(asked: dict[str, Any]) -> tuple[Sought, dict[str, str]]:
    """Return what is sought, and what of it could not be read."""
    problems: dict[str, str] = {}
    days: dict[str, date] = {}
    for name in {"since", "until"} & asked.keys():
        try:
            days[name] = date.fromisoformat(asked[name])
        except ValueError:
            problems[name] = A_DATE
        if name in days and not 2000 <= days[name].year <= 2100:
            problems[name] = A_DATE
            del days[name]
    return Sought(
        who=asked.get("who", "").lower() or None,
        what=asked.get("what"),
        about=asked.get("about"),
        since=_midnight(days["since"]) if "since" in days else None,
        until=_midnight(days["until"] + timedelta(days=1)) if "until" in days else None,
    ), problems


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _before(typed: str) -> int | None:
    return int(typed) if re.fullmatch(r"[1-9][0-9]{0,8}", typed) else None
