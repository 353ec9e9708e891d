"""You said, we did: staff say what was decided about what people said. One person writes it,
another approves it, and then it is on the public page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.text_parts import sms_parts
from bot.staff.shell.context import AppContext, app_context, write_down
from bot.storage.coding.scope import Scope
from bot.storage.coding.themes import themes_of
from bot.storage.database.session import Session
from bot.storage.publishing.outcomes import (
    DECISIONS,
    TEXTS,
    Outcome,
    approve_outcome,
    move_outcome,
    outcomes_of,
    put_back_outcome,
    remove_outcome,
    save_outcome,
    take_back_outcome,
)
from bot.storage.publishing.public_versions import VersionError
from bot.storage.staff.audit import record
from bot.understanding.personal_data import holds_personal

outcomes = Blueprint("outcomes", __name__)

THEME, QUESTION = "theme-", "question-"
LARGEST = 2**31  # no id is


@outcomes.get("/outcomes")
def index() -> ResponseReturnValue:
    here = app_context()
    write_down(here, "outcomes viewed")
    with here.database.reading() as session:
        every = outcomes_of(session, here.consultation.id)
    return render_template(
        "outcomes.html",
        outcomes=every,
        about=lambda one: _about(here, one),
        public=here.settings.outcome_page,
    )


@outcomes.get("/outcomes/new")
def new() -> ResponseReturnValue:
    here = app_context()
    write_down(here, "outcome begun")
    return _page(here, None)


@outcomes.post("/outcomes")
def add() -> ResponseReturnValue:
    here = app_context()
    return _done(here, None, "outcome saved", lambda s: _save(s, here, None))


@outcomes.get("/outcomes/<int:outcome_id>")
def show(outcome_id: int) -> ResponseReturnValue:
    here = app_context()
    write_down(here, "outcome viewed", str(_possible(outcome_id)))
    return _page(here, outcome_id)


@outcomes.post("/outcomes/<int:outcome_id>")
def change(outcome_id: int) -> ResponseReturnValue:
    """Save it as a draft, move it, throw it away, or take it off the public page."""
    here, form = app_context(), request.form
    about: dict[str, Any] = {
        "consultation_id": here.consultation.id,
        "outcome_id": _possible(outcome_id),
    }
    does: dict[str, tuple[str, Any]] = {
        "save": ("outcome saved", lambda s: _save(s, here, outcome_id)),
        "up": ("outcome moved", lambda s: move_outcome(s, **about, places=-1)),
        "down": ("outcome moved", lambda s: move_outcome(s, **about, places=1)),
        "put back": ("change thrown away", lambda s: put_back_outcome(s, **about)),
        "remove": ("outcome removed", lambda s: remove_outcome(s, **about)),
        "take back": ("outcome taken off the page", lambda s: take_back_outcome(s, **about)),
    }
    if form.get("action") not in does:
        abort(400)
    return _done(here, outcome_id, *does[form["action"]])


@outcomes.post("/outcomes/<int:outcome_id>/approve")
def approve(outcome_id: int) -> ResponseReturnValue:
    """Put it on the public page, as it was saved by another person."""
    here = app_context()
    _possible(outcome_id)

    def approved(session: Session) -> None:
        seen = {"revision": request.form.get("revision", 0, type=int), "staff": g.staff.email}
        approve_outcome(session, here.consultation.id, outcome_id, now=here.clock(), **seen)

    return _done(here, outcome_id, "outcome approved", approved)


def _done(here: AppContext, outcome_id: int | None, what: str, does: Any) -> ResponseReturnValue:
    try:
        with here.database.writing() as session:
            made = does(session)
            about, now = str(made or outcome_id), here.clock()
            record(session, who=g.staff.email, what=what, about=about, now=now)
    except VersionError as error:
        write_down(here, "outcome viewed", str(outcome_id or "new"))
        return _page(here, outcome_id, request.form, str(error)), 400
    flash(f"{what[0].upper()}{what[1:]}.")
    return redirect(url_for(".index"))


def _save(session: Session, here: AppContext, outcome_id: int | None) -> int:
    form = request.form
    if any(holds_personal(form.get(name, "")) for name in ("title", "said")):
        raise VersionError("Take out the number, email address or postcode of a resident")
    about = form.get("about", "")
    question = about.removeprefix(QUESTION) if about.startswith(QUESTION) else None
    if question is not None and question not in here.consultation.by_id:
        raise VersionError("Choose what it is about")
    return save_outcome(
        session,
        here.consultation.id,
        outcome_id,
        form,
        question=question,
        theme_id=_number(about.removeprefix(THEME)) if about.startswith(THEME) else None,
        revision=form.get("revision", 0, type=int),
        staff=g.staff.email,
        now=here.clock(),
    )


def _page(
    here: AppContext, outcome_id: int | None, typed: Mapping[str, str] = {}, problem: str = ""
) -> str:
    with here.database.reading() as session:
        every = outcomes_of(session, here.consultation.id)
        one = next((each for each in every if each.id == outcome_id), None)
        themes = _to_choose(session, here)
    if one is None and outcome_id is not None:
        abort(404)
    shown = {name: typed.get(name, getattr(one, name, "")) for name in (*TEXTS, "decision")}
    shown["about"] = typed.get("about", _key(one))
    return render_template(
        "outcome.html",
        one=one,
        shown=shown,
        problem=problem,
        longest=TEXTS,
        decisions=DECISIONS,
        themes=themes,
        parts=sms_parts(one.brief) if one else 0,
        may_approve=one and not one.is_approved and one.made_by != g.staff.email,
    )


def _to_choose(session: Session, here: AppContext) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (question, [(key, name)]): what an outcome can be about."""
    found = []
    for question in here.consultation.questions:
        themes = themes_of(session, Scope(here.consultation.id, question.id))
        counted = [theme for theme in themes if not theme.control]
        choices = [(f"{QUESTION}{question.id}", "The whole question")]
        choices += [(f"{THEME}{t.id}", f"{t.name} ({t.answers:,})") for t in counted]
        section = here.consultation.section_of[question.id]
        found.append((f"{section.title}: {_asked(question.wording.text)}", choices))
    return found


def _key(one: Outcome | None) -> str:
    if one is None:
        return ""
    if one.theme_id:
        return f"{THEME}{one.theme_id}"
    return f"{QUESTION}{one.question}" if one.question else ""


def _about(here: AppContext, one: Outcome) -> str:
    """Say what one is about, for staff."""
    question = here.consultation.by_id.get(one.question or "")
    return one.theme or (_asked(question.wording.text) if question else "The whole consultation")


def _asked(text: str) -> str:
    return text.rpartition("\n\n")[2]


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _possible(outcome_id: int) -> int:
    """Return an id that a database can look for."""
    return outcome_id if outcome_id < LARGEST else abort(404)
