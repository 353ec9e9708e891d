"""Correcting what the bot made of a message, and the readings of which it was not sure."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.question import main_question
from bot.staff.conversations.pages import found
from bot.staff.conversations.why import quote_of
from bot.staff.corrections.corrected import ANSWER, NoChoice, question_of, read_answer
from bot.staff.shell import vocabulary
from bot.staff.shell.context import app_context, write_down
from bot.storage.messages.transcripts import turns_of
from bot.storage.review import corrections as stored
from bot.understanding.personal_data import holds_personal

corrections = Blueprint("corrections", __name__)

A_PAGE, COUNTED = 50, 1_000
LARGEST = 2**31 - 1  # that a database can look for


@corrections.get("/unsure")
def unsure() -> ResponseReturnValue:
    """What the bot was least sure of, and no person has looked at."""
    here = app_context()
    write_down(here, "unsure readings viewed", None)
    with here.database.reading() as session:
        readings = stored.unsure_readings(session, here.consultation.id, limit=A_PAGE)
        total = stored.count_unsure(session, here.consultation.id, most=COUNTED + 1)
    return render_template(
        "unsure.html",
        total=min(total, COUNTED),
        more=total > COUNTED,
        rows=[(one, quote_of(one.text), _taken_for(one)) for one in readings],
    )


def _taken_for(reading: stored.Reading) -> str:
    """Return what the bot took a message for."""
    asked = main_question(reading.question or "")
    question = app_context().consultation.by_id.get(asked)
    if reading.intent != ANSWER or question is None:
        return vocabulary.intent(reading.intent)
    return vocabulary.value(question, reading.value) or "kept as written"


@corrections.post("/conversations/<reference>/correction")
def correct(reference: str) -> ResponseReturnValue:
    """Say what a message really was, or that it was what the bot took it for."""
    here, typed = app_context(), request.form
    seq, intent, back = _number(), typed.get("intent", ""), typed.get("undo") == "yes"
    if intent not in vocabulary.intents(here.consultation) and not back:
        flash("Choose what the message really was.")
        return _to(reference, seq)
    respondent_id, line = found(reference, "correction taken back" if back else "intent corrected")
    with here.database.writing() as session:
        turns = turns_of(session, respondent_id, after=seq - 1, limit=1)
        if not turns or turns[0].seq != seq:
            abort(404)
        if back:
            there = stored.take_back(session, respondent_id, seq, holds_personal)
        else:
            question = question_of(here.consultation, turns[0]) if intent == ANSWER else None
            try:
                answer = read_answer(question, typed.getlist("option"), here.consultation.version)
            except NoChoice:
                flash("Choose the option that the words mean.")
                return redirect(url_for("remarks.show", reference=line.reference, seq=seq))
            there = stored.correct(
                session,
                respondent_id,
                seq,
                intent=intent,
                staff=g.staff.email,
                is_personal=holds_personal,
                now=here.clock(),
                answer=answer,
            )
    if not there:
        abort(404)
    if typed.get("then") == "unsure":
        flash("Saved. The next one is on top.")
        return redirect(url_for(".unsure"))
    return _to(line.reference, seq)


def _number() -> int:
    typed = request.form.get("seq", "0")
    good = typed.isascii() and typed.isdecimal() and len(typed) < 10
    return min(int(typed), LARGEST) if good else abort(400)


def _to(reference: str, seq: int) -> ResponseReturnValue:
    return redirect(url_for("conversations.show", reference=reference, _anchor=f"message-{seq}"))
