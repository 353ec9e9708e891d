"""The proof that people read what residents wrote: the certificate, and one response's path."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.dates import LONDON
from bot.staff.coding.workbench import open_questions
from bot.staff.evidence.kept import being_counted, counted
from bot.staff.shell import vocabulary
from bot.staff.shell.access import REFERENCE
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.storage.coding.certificate import Certificate, certify, response_of
from bot.storage.coding.evidence import EVIDENCE, Considered, any_reference, evidence_of
from bot.storage.database.session import Session
from bot.storage.reports.report_versions import cited_in
from bot.storage.respondents.respondents import normal_reference
from bot.storage.staff.audit import Chain, follow_chain
from bot.storage.staff.audit_entries import entries_about
from bot.table_files import write_rows

certificate = Blueprint("certificate", __name__)

MOST_LISTED = 100  # references that nobody has read


@certificate.get("/certificate")
def index() -> ResponseReturnValue:
    """Say how many responses were read, by whom, and whether the audit bears it out."""
    here = app_context()
    found = counted(here, "certificate", lambda: _certified(here))
    if found is None:
        return being_counted("Read by a person")
    write_down(here, "certificate viewed")
    return render_template("certificate.html", made=found.figures, most=MOST_LISTED, counted=found)


@certificate.get("/certificate.csv")
def download() -> ResponseReturnValue:
    """Send a line for every response."""
    here = app_context()
    write_down(here, "certificate exported")
    file: Any = SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115 - Flask closes it
    with here.database.reading() as session:
        rows = (one.as_row() for one in _responses(here, session))
        write_rows(rows, EVIDENCE, csv=True, out=file)
    file.seek(0)
    name = f"certificate-{here.clock().astimezone(LONDON):%Y-%m-%d}.csv"
    return send_file(file, mimetype="text/csv", as_attachment=True, download_name=name)


@certificate.get("/certificate/one")
def one() -> ResponseReturnValue:
    """Lead to the response that is asked for, or to any."""
    here, typed = app_context(), request.args.get("reference", "").strip()
    if typed:
        wanted = normal_reference(typed)
        if REFERENCE.fullmatch(wanted):
            return redirect(url_for(".show", reference=wanted))
        flash("A reference has the shape HYS-1234-ABCD.")
        return redirect(url_for(".index"))
    with here.database.reading() as session:
        found = any_reference(session, here.consultation.id, secrets.randbelow)
    if found:
        return redirect(url_for(".show", reference=found))
    flash("Nobody has written yet.")
    return redirect(url_for(".index"))


@certificate.get("/certificate/<reference>")
def show(reference: str) -> ResponseReturnValue:
    """Show all that was done with a response, and none of its words."""
    here, normal = app_context(), normal_reference(reference)
    if not REFERENCE.fullmatch(normal):
        abort(404)
    write_down(here, "response followed", normal)
    chain = counted(here, "chain", lambda: _chain(here))
    with here.database.reading() as session:
        found = response_of(session, here.consultation.id, normal) or abort(404)
        considered = next(_responses(here, session, normal), None)
        entries = entries_about(session, [normal])
        quoted = cited_in(session, normal)
    return render_template(
        "response_path.html",
        response=found,
        considered=considered,
        entries=entries,
        chain=chain,
        quoted=quoted,
        judgements=vocabulary.JUDGEMENTS,
    )


def _certified(here: AppContext) -> Certificate:
    with here.database.reading() as session:
        return certify(_responses(here, session), follow_chain(session))


def _chain(here: AppContext) -> Chain:
    with here.database.reading() as session:
        return follow_chain(session)


def _responses(
    here: AppContext, session: Session, reference: str | None = None
) -> Iterator[Considered]:
    """Yield what is known of the responses that are to be considered."""
    asked = [question.id for question in open_questions(here.consultation)]
    return evidence_of(session, here.consultation.id, asked, reference)
