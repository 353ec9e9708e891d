"""Stories and quotes: making their public versions, approving them, and the lists of what may be
published. Those hold approved public versions only.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.question import Kind
from bot.staff.publishing.items import (
    QUOTES,
    Item,
    columns_of_file,
    items_of,
    named,
    reaches,
    rows_of,
    sections_of,
)
from bot.staff.publishing.redaction import (
    LONGEST_WORDS,
    REASONS,
    Suggested,
    capitals_of,
    suggest,
    take_out,
)
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.storage.database.session import Session
from bot.storage.publishing.public_versions import (
    LONGEST,
    VersionError,
    approve_version,
    save_version,
    take_back_approval,
)
from bot.storage.staff.audit import record
from bot.table_files import write_rows

stories = Blueprint("stories", __name__)


@stories.get("/stories")
def index() -> ResponseReturnValue:
    here = app_context()
    write_down(here, "stories viewed", None)
    items = _items(here)
    groups = (
        ("To prepare", [one for one in items if one.version is None]),
        ("Waiting for a second person", [one for one in items if _waits(one)]),
        ("Approved to publish", [one for one in items if one.is_approved]),
    )
    kinds = [(one.id, one.title) for one in sections_of(here.consultation)] + [(QUOTES, "Quotes")]
    return render_template(
        "stories.html",
        consultation=here.consultation,
        groups=groups,
        kinds=kinds,
        named=named,
        quotes=QUOTES,
    )


@stories.get("/stories/<kind>.csv")
def download(kind: str) -> ResponseReturnValue:
    here = app_context()
    if kind not in {QUOTES, *(one.id for one in sections_of(here.consultation))}:
        abort(404)
    write_down(here, "stories exported", kind)
    rows = rows_of(here.consultation, kind, _items(here))
    out = io.BytesIO()
    write_rows(rows, columns_of_file(here.consultation, kind), csv=True, out=out)
    response = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{kind}-approved-{here.clock():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@stories.get("/stories/versions/<key>")
def show(key: str) -> ResponseReturnValue:
    """Show a public version beside the original."""
    here = app_context()
    item = _item(here, key)
    write_down(here, "public version viewed", item.about)
    return _page(here, item, item.public)


@stories.post("/stories/versions/<key>")
def change(key: str) -> ResponseReturnValue:
    """Save a public version, take words out of it, approve it, or take the approval back."""
    here = app_context()
    item = _item(here, key)
    typed = {name: request.form.get(f"text-{name}", text) for name, text in item.public.items()}
    typed = {name: text.replace("\r\n", "\n")[:LONGEST] for name, text in typed.items()}
    try:
        with here.database.writing() as session:
            what = _act(session, here, item, typed)
            who, about, now = g.staff.email, item.about, here.clock()
            record(session, who=who, what=what, about=about, now=now)
    except VersionError as error:
        write_down(here, "public version viewed", item.about)
        return _page(here, _item(here, key), typed, str(error)), 400
    flash(f"{what[0].upper()}{what[1:]}.")
    return redirect(url_for(".show", key=key))


def _act(session: Session, here: AppContext, item: Item, typed: Mapping[str, str]) -> str:
    """Do what the form says; return what the audit calls it. Raises VersionError."""
    form, who, now = request.form, g.staff.email, here.clock()
    revision = form.get("revision", 0, type=int)
    if form.get("action") == "approve":
        if any(reaches(here.consultation.by_id.get(q), text) for q, text in item.public.items()):
            raise VersionError("Take out the number, email address or postcode that is still in it")
        if typed != item.public:
            raise VersionError("Save what you changed. Then a colleague has to approve it")
        approve_version(session, item.key, revision=revision, staff=who, now=now)
        return "public version approved"
    if form.get("action") == "take back":
        if not take_back_approval(session, item.key):
            raise VersionError("This version is not approved")
        return "public version: approval taken back"
    reason, words = _to_take_out()
    if not words:
        save_version(session, item.key, typed, revision=revision, staff=who, now=now)
        return "public version saved"
    taken = {name: take_out(text, words, reason) for name, text in typed.items()}
    if not any(times for _, times in taken.values()):
        raise VersionError("These words are not in the public version")
    texts = {name: text for name, (text, _) in taken.items()}
    save_version(session, item.key, texts, revision=revision, staff=who, now=now, reasons=[reason])
    return f"words taken out of a public version: {reason}"


def _to_take_out() -> tuple[str, str]:
    """Return (reason, words) that the form asks to take out: typed or selected, or suggested."""
    form = request.form
    if form.get("suggested"):
        reason, _, words = form["suggested"].partition(":")
    elif form.get("action") == "take out":
        reason, words = form.get("reason", ""), form.get("words", "").strip()
        if not words:
            raise VersionError("Select or type the words to take out")
    else:
        return "", ""
    if reason not in REASONS:
        raise VersionError("Choose a reason")
    return reason, words[:LONGEST_WORDS]


def _page(here: AppContext, item: Item, texts: Mapping[str, str], problem: str = "") -> str:
    return render_template(
        "public_version.html",
        consultation=here.consultation,
        item=item,
        texts=texts,
        suggested=_suggested(here, texts),
        problem=problem,
        reasons=REASONS,
        named=named,
        longest=LONGEST,
        waits=_waits(item),
    )


def _suggested(here: AppContext, texts: Mapping[str, str]) -> list[Suggested]:
    one = here.consultation
    asked = [question.wording.text for question in one.by_id.values()]
    options = [option.wording.text for q in one.by_id.values() for option in q.options]
    known = capitals_of([one.title, one.organisation, one.summary, *asked, *options])
    found: list[Suggested] = []
    for name, text in texts.items():
        question = one.by_id.get(name)
        if question is None or question.kind is not Kind.URL or reaches(question, text):
            found += suggest(text, known)
    return list(dict.fromkeys(found))


def _waits(item: Item) -> bool:
    return item.version is not None and not item.is_approved


def _items(here: AppContext) -> list[Item]:
    with here.database.reading() as session:
        return items_of(session, here.keys, here.consultation)


def _item(here: AppContext, key: str) -> Item:
    return next((one for one in _items(here) if one.key == key), None) or abort(404)
