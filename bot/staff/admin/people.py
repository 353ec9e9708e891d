"""One person: finding them, giving a copy of everything held, and erasing. For administrators."""

from __future__ import annotations

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

from bot.staff.admin.copy_of_everything import zip_of
from bot.staff.shell.context import app_context, write_down
from bot.staff.shell.forms import EraseForm, FindForm
from bot.storage.privacy.access_request import Person, counts_held, held_about, person_of
from bot.storage.privacy.erasure import erase_by_reference
from bot.storage.privacy.find_person import find_people
from bot.storage.respondents.respondents import normal_reference

people = Blueprint("people", __name__)

NOT_FOUND = "Nothing that we hold has this. Check that it is whole"


@people.get("/people")
def index() -> ResponseReturnValue:
    return render_template("people.html", form=FindForm(formdata=None), search=None)


@people.post("/people")
def find() -> ResponseReturnValue:
    """Look a person up. A form that is posted: addresses never hold a number."""
    here, form = app_context(), FindForm()
    if not form.validate():
        return render_template("people.html", form=form, search=None), 400
    with here.database.reading() as session:
        search = find_people(session, here.keys, form.sought.data)
    write_down(here, "person looked for", search.surely)
    if search.surely:
        flash("Searched: " + ", ".join(search.searched) + ".")
        return redirect(url_for(".show", reference=search.surely))
    if not search.found:
        form.sought.errors = [NOT_FOUND]
    return render_template("people.html", form=form, search=search), 200 if search.found else 400


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
    """Answer with a ZIP of everything that is held, with a letter."""
    here, person = app_context(), _person(reference)
    write_down(here, "copy of everything made", person.reference)
    with here.database.reading() as session:
        held = held_about(session, here.keys, person)
    now = here.clock()
    name = f"everything-about-{person.reference}-{now:%Y-%m-%d}.zip"
    file = zip_of(here.consultation, person, held, now)
    return send_file(file, as_attachment=True, download_name=name)


def _person(reference: str) -> Person:
    """Return a person and record who looks, or answer 404."""
    here, normal = app_context(), normal_reference(reference)
    with here.database.reading() as session:
        person = person_of(session, normal) if normal == reference else None
    if person is None:
        abort(404)
    if request.method == "GET":
        write_down(here, "person viewed", person.reference)
    return person


def _page(person: Person, form: EraseForm) -> str:
    with app_context().database.reading() as session:
        counts = counts_held(session, person)
    return render_template("person.html", person=person, counts=counts, form=form)
