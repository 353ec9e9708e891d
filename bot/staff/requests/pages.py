"""Requests: the boards, one request with what can be done about it, and files to work with."""

from __future__ import annotations

import io
from datetime import date

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.dates import LONDON
from bot.consultation.model import Purpose, Section
from bot.consultation.question import Consent
from bot.staff.requests import shown
from bot.staff.requests.actions import ACTIONS, SURE, TakesOver
from bot.staff.requests.files import asks_for, files_of, is_posted
from bot.staff.requests.filters import Asked, read_filters
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.storage.requests import history, queries, updates
from bot.storage.requests.queries import Request, Sought
from bot.storage.requests.rows import ENDED, OPEN_STATUSES
from bot.storage.review.counts import requests_by_status
from bot.storage.staff.audit import record
from bot.table_files import write_rows
from bot.understanding.words.request_words import REFERENCE, reference_in

requests = Blueprint("requests", __name__)

A_PAGE = 50
LONGEST_REFERENCE = 40


@requests.get("/requests")
def index() -> ResponseReturnValue:
    """Every kind with its counts. `reference` leads to one request."""
    here, typed = app_context(), request.args.get("reference", "")[:LONGEST_REFERENCE].strip()
    normal = reference_in(typed)
    with here.database.reading() as session:
        kind = normal and queries.kind_of(session, here.consultation.id, normal)
    if kind:
        return redirect(url_for(".show", kind=kind, reference=normal))
    write_down(here, "request not found" if typed else "requests viewed", normal)
    mine = Sought(OPEN_STATUSES, owner=g.staff.email)
    late = Sought(OPEN_STATUSES, due_before=_today(here))
    with here.database.reading() as session:
        counts = requests_by_status(session, here.consultation.id)
        kinds = {section.id: section.title for section in here.consultation.requests}
        kinds |= {kind: kind for kind in counts if kind not in kinds}  # no longer in the file
        about = (session, here.consultation.id)
        owned = {kind: queries.count_requests(*about, kind, mine) for kind in kinds}
        overdue = {kind: queries.count_requests(*about, kind, late) for kind in kinds}
    return render_template(
        "requests.html",
        kinds=kinds,
        counts=counts,
        owned=owned,
        overdue=overdue,
        typed=typed,
        shown=shown,
    )


@requests.get("/requests/<kind>")
def board(kind: str) -> ResponseReturnValue:
    here, section = app_context(), _section(kind)
    write_down(here, "requests listed", kind)
    asked = _asked(here)
    with here.database.reading() as session:
        about = (here.consultation.id, kind, asked.sought)
        total = queries.count_requests(session, *about)
        skipped = (asked.page - 1) * A_PAGE
        found = queries.find_requests(session, here.keys, *about, limit=A_PAGE, offset=skipped)
        owners = updates.who_can_own(session)
        counts = requests_by_status(session, here.consultation.id).get(kind, {})
    return render_template(
        "requests_board.html",
        section=section,
        asked=asked,
        found=found,
        total=total,
        pages=-(-total // A_PAGE),
        counts=counts,
        owners=owners,
        files=files_of(section),
        posted=is_posted(section),
        publishes=asks_for(section, Consent.PUBLISH),
        shown=shown,
        today=_today(here),
        open_statuses=OPEN_STATUSES,
    )


@requests.post("/requests/<kind>/posted")
def posted(kind: str) -> ResponseReturnValue:
    """Set those that were ticked to done."""
    here, section = app_context(), _section(kind)
    ticked = request.form.getlist("posted")[:A_PAGE]
    if not is_posted(section):
        abort(404)
    with here.database.writing() as session:
        now, who = here.clock(), g.staff.email
        done = updates.finish(session, here.consultation.id, kind, ticked, who, now)
        for reference in done:
            record(session, who=who, what="request status: done", about=reference, now=now)
    flash(f"{len(done)} marked as posted." if done else "Tick what was posted.")
    return redirect(url_for(".board", kind=kind, **_asked(here).typed))


@requests.get("/requests/<kind>/<file>.csv")
def download(kind: str, file: str) -> ResponseReturnValue:
    here, section = app_context(), _section(kind)
    wanted = files_of(section).get(file) or abort(404)
    write_down(here, f"requests exported: {file}", kind)
    with here.database.reading() as session:
        sought = wanted.sought or _asked(here).sought
        found = queries.find_requests(session, here.keys, here.consultation.id, kind, sought)
    out = io.BytesIO()
    rows = (wanted.row(section, one) for one in found if not one.gone)
    write_rows(rows, wanted.columns(section), csv=True, out=out)
    response = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}-{file}.csv"'
    return response


@requests.get("/requests/<kind>/<reference>")
def show(kind: str, reference: str) -> ResponseReturnValue:
    section = _section(kind)
    found = _found(kind, reference)
    write_down(app_context(), "request viewed", found.reference)
    return _page(section, found)


@requests.post("/requests/<kind>/<reference>")
def change(kind: str, reference: str) -> ResponseReturnValue:
    """Do one thing to a request: which one, the form says."""
    here, section, who = app_context(), _section(kind), g.staff.email
    found = _found(kind, reference)
    act = ACTIONS.get(request.form.get("action", "")) or abort(400)
    try:
        with here.database.writing() as session:
            what = act(session, found.reference, request.form, who, here.clock())
            if what:
                record(session, who=who, what=what, about=found.reference, now=here.clock())
    except ValueError as error:
        write_down(here, "request viewed", found.reference)
        where, takes_over = request.form["action"], isinstance(error, TakesOver)
        return _page(section, _found(kind, reference), str(error), where, takes_over), 400
    return redirect(url_for(".show", kind=kind, reference=found.reference))


def _page(
    section: Section,
    found: Request,
    problem: str = "",
    where: str = "",
    takes_over: bool = False,
) -> str:
    """`where` is the form in which the problem is; `takes_over` asks whether that is meant."""
    here = app_context()
    with here.database.reading() as session:
        events = history.events_of(session, found.reference)
        consents = history.consents_of(session, found.reference)
        same = history.likely_same(session, found.reference)
        owners = updates.who_can_own(session)
    if found.owner and found.owner not in owners:  # they have left
        owners.append(found.owner)
    return render_template(
        "request.html",
        section=section,
        found=found,
        fields=shown.fields_of(here.consultation, section, found),
        consents=consents,
        conditions=shown.conditions_of(section, found),
        past=shown.history_of(events),
        same=same,
        owners=owners,
        asked_for=[one.value for one in Consent if asks_for(section, one)],
        problem=problem,
        where=where,
        takes_over=takes_over and SURE,
        shown=shown,
        statuses=(*OPEN_STATUSES, *ENDED),
        today=_today(here),
        longest=updates.LONGEST_NOTE,
    )


def _section(kind: str) -> Section:
    """Return the section of a kind; one that has left the file can still have requests."""
    here = app_context()
    section = next((one for one in here.consultation.requests if one.id == kind), None)
    if section is not None:
        return section
    with here.database.reading() as session:
        there = kind in requests_by_status(session, here.consultation.id)
    return Section(kind, kind, Purpose.REQUEST, ()) if there else abort(404)


def _found(kind: str, reference: str) -> Request:
    """Return a request that was sent. That there is none of this reference is recorded."""
    here = app_context()
    normal = reference_in(reference) if REFERENCE.fullmatch(reference) else None
    if normal is None:
        abort(404)
    with here.database.reading() as session:
        found = queries.request_of(session, here.keys, here.consultation.id, kind, normal)
    if found is None:
        write_down(here, "request not found", normal)
        abort(404)
    return found


def _asked(here: AppContext) -> Asked:
    return read_filters(request.args, g.staff.email, _today(here))


def _today(here: AppContext) -> date:
    return here.clock().astimezone(LONDON).date()
