"""The report on staff pages: as it would be now, with staff's own words, and frozen versions."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.suppression import STEP
from bot.staff.conversations.masking import hidden_text
from bot.staff.evidence.kept import being_counted, counted
from bot.staff.report.as_html import HELPERS, shown
from bot.staff.report.compose import all_parts, assemble, compose, only_approved, part_ids
from bot.staff.report.document import Link, Report, Section
from bot.staff.report.files import FORMS, render
from bot.staff.report.frozen import body_of, report_of
from bot.staff.shell.access import may
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.storage.publishing.public_versions import approved_quotes
from bot.storage.reports.report_texts import LONGEST, OwnText, own_texts, set_own_text
from bot.storage.reports.report_versions import Version, freeze, version_of, versions
from bot.storage.results.quoted import chosen_quotes
from bot.storage.staff.audit import record
from bot.understanding.personal_data import holds_personal

report = Blueprint("report", __name__)

DRAFT = "draft"
MOST = 2**31  # no version has such a number


@report.get("/report")
def show() -> ResponseReturnValue:
    """Show the report as it would be now, with a place for staff's words before each part."""
    here = app_context()
    found = counted(here, "report", lambda: _parts(here))
    if found is None:
        return being_counted("Report")
    write_down(here, "report viewed")
    with here.database.reading() as session:
        own = own_texts(session, here.consultation.id)
        every = versions(session, here.consultation.id)
        chosen = chosen_quotes(session, here.consultation.id, most=MOST)
        approved = approved_quotes(session, here.consultation.id)
    parts = [*only_approved(found.figures, approved)]
    made = assemble(parts, own, here.consultation, found.at)
    kept = {section.id for section in made.sections}
    return render_template(
        "report.html",
        report=made,
        counted=found,
        shown=[*shown(made)],
        own=own,
        left_out=[part for part in parts if part.id not in kept],
        versions=every,
        longest=LONGEST,
        step=STEP,
        waiting=sum(one.answer_id not in approved for one in chosen),
        to=_to,
        **HELPERS,
    )


@report.post("/report/texts")
def write() -> ResponseReturnValue:
    """Keep what staff wrote before a part, or leave the part out."""
    here, part, who = app_context(), request.form.get("part", ""), g.staff.email
    now = here.clock()
    if part not in part_ids(here.consultation):
        abort(404)
    with here.database.reading() as session:
        own = own_texts(session, here.consultation.id)
    text = request.form.get("text", own[part].text if part in own else "")
    if holds_personal(text):
        text = hidden_text(text)
        flash("Numbers, email addresses and postcodes were taken out of your words.")
    left_out = request.form.get("left_out") == "yes"
    with here.database.writing() as session:
        set_own_text(session, here.consultation.id, part, OwnText(text, left_out, who, now))
        record(session, who=who, what="report changed", about=part, now=now)
    return redirect(url_for(".show", _anchor=None if left_out else part))


@report.post("/report/versions")
def keep() -> ResponseReturnValue:
    """Freeze the report as it is now."""
    here, now = app_context(), app_context().clock()
    body, quotes = body_of(_draft(here, now))
    with here.database.writing() as session:
        about = (session, here.consultation.id, body, quotes)
        number = freeze(*about, staff=g.staff.email, now=now)
        record(session, who=g.staff.email, what="report frozen", about=str(number), now=now)
    flash(f"Version {number} is frozen: nothing changes it any more.")
    return redirect(url_for(".frozen", version=number))


@report.get("/report/versions/<int:version>")
def frozen(version: int) -> ResponseReturnValue:
    """Show a frozen version, and whether it is what was frozen."""
    here = app_context()
    write_down(here, "report viewed", str(version))
    found = _frozen(here, version)
    made = report_of(found)
    return render_template(
        "report_version.html", frozen=found, report=made, shown=[*shown(made)], to=_to, **HELPERS,
    )  # fmt: skip


@report.get("/report/files/<name>.<form>")
def download(name: str, form: str) -> ResponseReturnValue:
    """Send the draft or a version as a file."""
    here = app_context()
    if form not in FORMS or not (name == DRAFT or (name.isdecimal() and len(name) < 9)):
        abort(404)
    made = _draft(here, here.clock()) if name == DRAFT else report_of(_frozen(here, int(name)))
    write_down(here, "report exported", f"{name}.{form}")
    called = f"report-{here.consultation.id}-{'draft' if name == DRAFT else f'v{name}'}.{form}"
    file = BytesIO(render(made, form))
    return send_file(file, mimetype=FORMS[form][0], as_attachment=True, download_name=called)


def _parts(here: AppContext) -> list[Section]:
    return all_parts(here.database, here.consultation, here.settings.consultations, here.clock())


def _draft(here: AppContext, now: datetime) -> Report:
    return compose(here.database, here.consultation, here.settings.consultations, now)


def _frozen(here: AppContext, number: int) -> Version:
    if not 0 < number < MOST:
        abort(404)
    with here.database.reading() as session:
        return version_of(session, here.consultation.id, number) or abort(404)


def _to(links: tuple[Link, ...]) -> str | None:
    """Return the first page that shows what is counted and that its reader may open."""
    for link in links:
        if may(link.endpoint):
            return url_for(link.endpoint, **link.values)
    return None
