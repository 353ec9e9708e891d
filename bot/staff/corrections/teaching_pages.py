"""Teaching the model what staff corrected: what it would learn, the figures, and undoing it."""

from __future__ import annotations

import os

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.staff.conversations.why import quote_of
from bot.staff.corrections.figures import told_of
from bot.staff.corrections.teachable import known_intents, sort_out
from bot.staff.corrections.trainer import Trainer
from bot.staff.shell import vocabulary
from bot.staff.shell.context import app_context, write_down
from bot.storage.jobs import trainings
from bot.storage.staff.audit import record

teaching = Blueprint("teaching", __name__)


@teaching.get("/teaching")
def index() -> ResponseReturnValue:
    here = app_context()
    write_down(here, "corrections to teach viewed")
    with here.database.reading() as session:
        found = trainings.corrected_messages(session, here.consultation.id)
        taught = len(trainings.taught_lines(session, here.consultation.id))
        last = trainings.last_training(session, here.consultation.id)
    sorted_out = sort_out(found, here.consultation, known_intents(here.settings.root))
    runs = _runs(last)
    return render_template(
        "teaching.html",
        taught=taught,
        lines=[(one, quote_of(one.text)) for one in sorted_out.lines],
        refused=[(one.correction, quote_of(one.correction.text), one.why)
                 for one in sorted_out.refused],
        hints=[(one.correction, quote_of(one.correction.text), one) for one in sorted_out.hints],
        last=last,
        told=told_of(last, taught),
        runs=runs,
        can_train=_can_train(),
        failed=trainer().has_failed and (last is None or last.outcome != trainings.FAILED),
        named=vocabulary.intent,
    )  # fmt: skip


@teaching.post("/teaching")
def change() -> ResponseReturnValue:
    """Begin to train with the lines that are ticked, or go back to the model without any."""
    here, who = app_context(), g.staff.email
    if request.form.get("action") == "undo":
        return _undo()
    ticked = [one for one in request.form.getlist("line") if one.isascii() and one.isdecimal()]
    if not _can_train():
        return redirect(url_for(".index"))  # the page says why
    if not ticked:
        flash("Tick the lines that the bot should learn.")
        return redirect(url_for(".index"))
    words = [f"--only={one}" for one in ticked]
    anyway = ["--anyway"] if request.form.get("anyway") == "yes" else []
    with here.database.writing() as session:
        record(session, who=who, what="training asked for", about=None, now=here.clock())
    if not trainer().begin("corrections", "train", f"--who={who}", *anyway, *words):
        flash("It is being trained. Wait until that is done.")
    return redirect(url_for(".index"))


def _undo() -> ResponseReturnValue:
    here = app_context()
    with here.database.writing() as session:
        last = trainings.last_training(session, here.consultation.id)
        if _runs(last):
            flash("It is being trained. Wait until that is done.")
            return redirect(url_for(".index"))
        before = trainings.undo_training(session, here.consultation.id, here.clock())
        record(session, who=g.staff.email, what="training undone", about=None, now=here.clock())
    trainer().begin("train")  # it deletes the models that learnt any
    lines = vocabulary.count(before, "line is", "lines are")
    flash(f"{lines} taught no more. It counts from the next start of the dialogue model.")
    return redirect(url_for(".index"))


def _can_train() -> bool:
    return os.access(app_context().settings.models, os.W_OK)


def _runs(last: trainings.Training | None) -> bool:
    """Say whether a training runs: of this process, or of another, unless ours has just died."""
    begun = last is not None and last.runs(app_context().clock())
    return trainer().is_running or (begun and not trainer().has_failed)


def trainer() -> Trainer:
    made: Trainer = current_app.extensions["trainer"]
    return made
