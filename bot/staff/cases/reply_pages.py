"""Replying to a resident as a person, handing them back to the bot, and who waits for a reply."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.channels.registry import channel_named
from bot.consultation.utterances import load_words
from bot.staff.cases.reply_box import WHY_NOT
from bot.staff.cases.reply_form import ReplyProblem, read_reply, templates_of
from bot.staff.conversations.pages import found, page_about
from bot.staff.shell.context import app_context, write_down
from bot.storage.messages.talks import (
    hand_back,
    keep_signature,
    say_as_person,
    talks_waiting,
)
from bot.storage.staff.audit import record

replies = Blueprint("replies", __name__)

A_PAGE = 100


@replies.get("/replies")
def index() -> ResponseReturnValue:
    """Conversations in which a message waits for a person."""
    here = app_context()
    write_down(here, "waiting for a reply listed", None)
    with here.database.reading() as session:
        waiting = talks_waiting(session, here.consultation.id, limit=A_PAGE)
    return render_template("replies.html", waiting=waiting, now=here.clock())


@replies.post("/conversations/<reference>/reply")
def send(reference: str) -> ResponseReturnValue:
    """Write to a resident by their own channel; or put a text into the box to begin with."""
    here, who, form = app_context(), g.staff.email, request.form
    respondent_id, line = found(reference, "reply begun")
    g.reply_text, g.reply_name = form.get("text", ""), form.get("name", "")
    if form.get("begin"):
        chosen = (one for one in templates_of(here.settings.root) if one.name == form.get("with"))
        g.reply_text = next((one.text for one in chosen), g.reply_text)
        return page_about(line.reference, "conversation viewed", revealed=())
    try:
        text, name = read_reply(form, line.channel, here.consultation.organisation)
    except ReplyProblem as problem:
        g.reply_problem = problem
        return page_about(line.reference, "conversation viewed", revealed=()), 400
    now, quiet = here.clock(), timedelta(hours=here.settings.person_hours)
    with here.database.writing() as session:
        refused = say_as_person(session, respondent_id, text, staff=who, keep_quiet=quiet, now=now)
        if refused is None:
            keep_signature(session, who, name)
            record(session, who=who, what="replied as a person", about=line.reference, now=now)
    flash(f"Not sent. {WHY_NOT[refused]}" if refused else _sent(line.channel))
    return _back(line.reference)


@replies.post("/conversations/<reference>/hand-back")
def give_back(reference: str) -> ResponseReturnValue:
    """Let the bot answer again, and tell the resident if that is wanted."""
    here, now = app_context(), app_context().clock()
    respondent_id, line = found(reference, "handed back to the bot")
    told = None
    if request.form.get("tell"):
        words = load_words(here.settings.root / "domain.yml")
        told = words.say("utter_with_bot_again", short=channel_named(line.channel).short_texts)
    with here.database.writing() as session:
        done = hand_back(session, respondent_id, told, now)
    flash("The bot answers again." if done else "The bot was answering already.")
    return _back(line.reference)


def _sent(channel: str) -> str:
    if channel_named(channel).pulls:
        return "Your reply is in their chat. The bot keeps quiet."
    return "Your reply is on its way. The bot keeps quiet."


def _back(reference: str) -> ResponseReturnValue:
    return redirect(url_for("conversations.show", reference=reference, _anchor="reply-box"))
