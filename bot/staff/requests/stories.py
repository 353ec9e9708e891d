"""What may be published: approved stories and chosen quotes, with nothing that reaches a person."""

from __future__ import annotations

import io

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from bot.consultation.model import Section
from bot.consultation.question import Consent
from bot.staff.conversations.masking import hidden_text
from bot.staff.requests.files import APPROVED, asks_for
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.storage.requests.queries import find_requests
from bot.storage.results.quoted import chosen_quotes
from bot.table_files import write_rows

stories = Blueprint("stories", __name__)

MOST = 500


@stories.get("/stories")
def index() -> ResponseReturnValue:
    here = app_context()
    write_down(here, "stories viewed", None)
    told = [(section, _rows(here, section)) for section in _sections(here)]
    with here.database.reading() as session:
        quotes = chosen_quotes(session, here.consultation.id, most=MOST)
    return render_template("stories.html", told=told, quotes=quotes, hidden_text=hidden_text)


@stories.get("/stories/<kind>.csv")
def download(kind: str) -> ResponseReturnValue:
    here = app_context()
    section = next((one for one in _sections(here) if one.id == kind), None) or abort(404)
    write_down(here, "stories exported", kind)
    out = io.BytesIO()
    write_rows(_rows(here, section), APPROVED.columns(section), csv=True, out=out)
    response = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{kind}-approved-{here.clock():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sections(here: AppContext) -> list[Section]:
    return [one for one in here.consultation.requests if asks_for(one, Consent.PUBLISH)]


def _rows(here: AppContext, section: Section) -> list[dict[str, object]]:
    assert APPROVED.sought is not None
    with here.database.reading() as session:
        about = (here.keys, here.consultation.id, section.id, APPROVED.sought)
        found = find_requests(session, *about, limit=MOST)
    return [APPROVED.row(section, one) for one in found if not one.gone]
