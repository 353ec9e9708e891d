"""One person: finding them, giving a copy of everything held, and erasing. For administrators."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from bot.staff.shell.context import AppContext, app_context
from bot.staff.shell.forms import EraseForm, FindForm
from bot.storage.privacy.access_request import Held, Person, counts_held, held_about, person_of
from bot.storage.privacy.erasure import erase_by_reference
from bot.storage.respondents.respondents import normal_reference, references_of
from bot.storage.staff.audit import record

people = Blueprint("people", __name__)

NOT_FOUND = "Nobody with this has written to us. Check that it is whole"


@people.get("/people")
def index() -> ResponseReturnValue:
    return render_template("people.html", form=FindForm(formdata=None), references=[])


@people.post("/people")
def find() -> ResponseReturnValue:
    """Look a person up. A form that is posted: addresses never hold a number."""
    here, form = app_context(), FindForm()
    if not form.validate():
        return render_template("people.html", form=form, references=[]), 400
    try:
        references = _references(here, form.kind.data, form.sought.data)
    except ValueError:
        references = []
    _record(here, "person looked for", references[0] if len(references) == 1 else None)
    if len(references) == 1:
        return redirect(url_for(".show", reference=references[0]))
    if not references:
        form.sought.errors = [NOT_FOUND]
    status = 200 if references else 400
    return render_template("people.html", form=form, references=references), status


@people.get("/people/<reference>")
def show(reference: str) -> ResponseReturnValue:
    return _page(_person(reference), EraseForm(formdata=None))


@people.post("/people/<reference>/erase")
def erase(reference: str) -> ResponseReturnValue:
    here, person = app_context(), _person(reference)
    form = EraseForm()
    form.reference = person.reference
    if not form.validate():
        return _page(person, form), 400
    with here.database.writing() as session:
        erase_by_reference(
            session,
            here.keys,
            person.reference,
            here.clock(),
            who=g.staff.email,
            reason=form.reason.data,
        )
    here.database.scrub()
    flash(f"Everything about {person.reference} is deleted. A record without content stays.")
    return redirect(url_for(".index"))


@people.post("/people/<reference>/copy")
def copy(reference: str) -> ResponseReturnValue:
    """Answer with a ZIP of everything that is held: to read, and for a computer."""
    here, person = app_context(), _person(reference)
    _record(here, "copy of everything made", person.reference)
    with here.database.reading() as session:
        held = held_about(session, here.keys, person)
    name = f"everything-about-{person.reference}.zip"
    return send_file(_zip(person, held), as_attachment=True, download_name=name)


def _zip(person: Person, held: Held) -> io.BytesIO:
    file = io.BytesIO()
    page = render_template("everything.html", person=person, held=held, shown=_shown)
    data = json.dumps(held, default=_plain, ensure_ascii=False, indent=2)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{person.reference}.html", page)
        archive.writestr(f"{person.reference}.json", data)
    file.seek(0)
    return file


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _shown(value: Any) -> str:
    """Return one value of what is held as people read it."""
    if value is None or value == "" or value == [] or value == {}:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_shown(part)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return " | ".join(map(_shown, value))
    return str(value)


def _references(here: AppContext, kind: str, sought: str) -> list[str]:
    """Return whose reference, whole number or id this is. Raises ValueError for a strange one."""
    with here.database.reading() as session:
        if kind == "reference":
            person = person_of(session, normal_reference(sought))
            return [person.reference] if person else []
        return references_of(session, here.keys, f"{kind}:{sought.strip()}")


def _person(reference: str) -> Person:
    """Return a person and record who looks, or answer 404."""
    here, normal = app_context(), normal_reference(reference)
    with here.database.reading() as session:
        person = person_of(session, normal) if normal == reference else None
    if person is None:
        abort(404)
    if request.method == "GET":
        _record(here, "person viewed", person.reference)
    return person


def _page(person: Person, form: EraseForm) -> str:
    with app_context().database.reading() as session:
        counts = counts_held(session, person)
    return render_template("person.html", person=person, counts=counts, form=form)


def _record(here: AppContext, what: str, about: str | None) -> None:
    with here.database.writing() as session:
        record(session, who=g.staff.email, what=what, about=about, now=here.clock())
