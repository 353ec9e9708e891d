"""What staff add to a conversation: a judgement, flags, notes, tags. Each is one form
that leads back to the conversation.
"""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.consultation.question import Kind
from bot.staff.conversations.glance import asked
from bot.staff.conversations.masking import hidden_text
from bot.staff.conversations.pages import NOTE_SAVED, draft_key, found
from bot.staff.conversations.transcript import Seen, lines_of
from bot.staff.corrections.corrected import chosen_of, options_of, question_of
from bot.staff.shell import vocabulary
from bot.staff.shell.context import app_context
from bot.storage.database.session import Session
from bot.storage.messages.transcripts import turns_of
from bot.storage.messages.waiting import try_again
from bot.storage.review import corrections, notes, reviews
from bot.storage.review.flags import flag_by_staff
from bot.storage.review.queue import Reader, take_next
from bot.storage.review.reading import let_go
from bot.understanding.personal_data import holds_personal

remarks = Blueprint("remarks", __name__)

LARGEST = 2**31 - 1  # that a database can look for


@remarks.get("/conversations/<reference>/messages/<int:seq>")
def show(reference: str, seq: int) -> ResponseReturnValue:
    """One message, with what can be added to it."""
    here = app_context()
    if seq > LARGEST:
        abort(404)
    respondent_id, line = found(reference, f"message {seq} viewed")
    with here.database.reading() as session:
        turns = turns_of(session, respondent_id, after=seq - 1, limit=1)
        written, tags = (
            notes.notes_of(session, respondent_id),
            notes.tags_of(session, respondent_id),
        )
        corrected = corrections.corrections_of(session, respondent_id)
        offered = notes.known_tags(session)
    if not turns or turns[0].seq != seq:
        abort(404)
    turn, shown = turns[0], lines_of(here.consultation, turns, Seen(), written, tags, corrected)
    question = question_of(here.consultation, turn)
    return render_template(
        "message.html",
        summary=line,
        line=shown[0],
        offered=offered,
        draft_key=draft_key(respondent_id),
        intent_now=shown[0].corrected.intent if shown[0].corrected else turn.intent,
        asked=question and asked(question.wording.text),
        options=options_of(question),
        chosen=chosen_of(turn),
        several=question is not None and question.kind is Kind.MULTI_CHOICE,
        intents=[(name, vocabulary.intent(name)) for name in vocabulary.intents(here.consultation)],
    )


@remarks.post("/conversations/<reference>/considered")
def consider(reference: str) -> ResponseReturnValue:
    """Mark as considered up to the message that the page showed, or take that back. What stands in
    the note is kept too. `then=next` leads on to the next one to read.
    """
    here, judgement = app_context(), request.form.get("judgement", "")
    if not judgement:
        flash("Choose your judgement. What is flagged has none chosen for you.")
        return redirect(url_for("conversations.show", reference=reference, _anchor="about"))
    if judgement not in (*reviews.JUDGEMENTS, "unread"):
        abort(400)
    respondent_id, line = found(reference, f"considered: {judgement}")
    following, reader = None, Reader(g.staff.email, here.clock())
    with here.database.writing() as session:
        if request.form.get("then") == "next":
            following = take_next(session, here.consultation.id, reader, line)
        if request.form.get("text", "").strip():
            _add_note(session, respondent_id, notes.WHOLE)
        _judge(session, respondent_id, judgement)
        let_go(session, respondent_id, reader.staff)
    flash(_told(line.reference, judgement))
    if request.form.get("then") == "next" and following is None:
        return redirect(url_for("queue.index"))
    return redirect(url_for("conversations.show", reference=following or line.reference))


def _judge(session: Session, respondent_id: str, judgement: str) -> None:
    here = app_context()
    who, readers = g.staff.email, here.settings.staff_readers
    if judgement == "unread":
        reviews.reconsider(
            session, respondent_id, staff=who, readers=readers, is_personal=holds_personal
        )
        return
    reviews.consider(
        session,
        respondent_id,
        staff=who,
        judgement=judgement,
        seq=_number("up_to"),
        readers=readers,
        is_personal=holds_personal,
        now=here.clock(),
    )


def _told(reference: str, judgement: str) -> str:
    if judgement == "unread":
        return f"{reference} is marked as unread."
    return f"{reference} is marked as considered: {vocabulary.JUDGEMENTS[judgement].lower()}."


@remarks.post("/conversations/<reference>/flag")
def flag(reference: str) -> ResponseReturnValue:
    """Flag a message, or take the flag of staff off."""
    here, on = app_context(), request.form.get("on") == "yes"
    respondent_id, line = found(reference, "flagged" if on else "flag removed")
    with here.database.writing() as session:
        there = flag_by_staff(session, respondent_id, _number("seq"), on=on, now=here.clock())
    return _back(line.reference) if there else abort(404)


@remarks.post("/conversations/<reference>/notes")
def note(reference: str) -> ResponseReturnValue:
    """Add a private note, or delete one of one's own."""
    here, who, typed = app_context(), g.staff.email, request.form
    gone, text = typed.get("delete", ""), typed.get("text", "").strip()
    respondent_id, line = found(reference, "note deleted" if gone else "note written")
    there = True
    with here.database.writing() as session:
        if gone:
            notes.delete_note(session, respondent_id, _number("delete"), staff=who)
        elif not text or len(text) > notes.LONGEST_NOTE:
            flash(f"Write a note of up to {notes.LONGEST_NOTE:,} letters.")
        else:
            there = _add_note(session, respondent_id, _number("seq"))
    return _back(line.reference) if there else abort(404)


def _add_note(session: Session, respondent_id: str, seq: int) -> bool:
    """Write the note that was typed, without what is personal; say whether there is a place."""
    text = request.form["text"].strip()[: notes.LONGEST_NOTE]
    if holds_personal(text):
        text = hidden_text(text)[: notes.LONGEST_NOTE]
        flash("Numbers, email addresses and postcodes were taken out of the note.")
    added = {"seq": seq, "staff": g.staff.email, "text": text, "now": app_context().clock()}
    there = notes.add_note(session, respondent_id, **added)
    if there:
        flash(f"{draft_key(respondent_id)}-{seq}", NOTE_SAVED)
    return there


@remarks.post("/conversations/<reference>/tags")
def tag(reference: str) -> ResponseReturnValue:
    """Put a tag to a message or the conversation, or take one off."""
    here, typed, seq = app_context(), request.form, _number("seq")
    gone, name = typed.get("remove", ""), notes.normal_tag(typed.get("name", ""))
    respondent_id, line = found(reference, "tag removed" if gone else "tagged")
    there = True
    with here.database.writing() as session:
        if gone:
            notes.remove_tag(session, respondent_id, seq=seq, name=gone)
        elif holds_personal(name):
            flash("Not added: take numbers, email addresses and postcodes out of the tag.")
        elif name:
            added = {"seq": seq, "name": name, "staff": g.staff.email, "now": here.clock()}
            there = notes.add_tag(session, respondent_id, **added)
        else:
            flash("Enter a tag.")
    return _back(line.reference) if there else abort(404)


@remarks.post("/conversations/<reference>/retry")
def retry(reference: str) -> ResponseReturnValue:
    """Have the failed messages of a conversation dealt with again."""
    here = app_context()
    respondent_id, line = found(reference, "failed turns tried again")
    with here.database.writing() as session:
        again = try_again(session, here.consultation.id, respondent_id)
    flash(
        "The bot will try again within half a minute. Load this page again then."
        if again
        else "No message of this conversation has failed."
    )
    return redirect(url_for("conversations.show", reference=line.reference))


def _number(name: str) -> int:
    typed = request.form.get(name, "0")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else abort(400)


def _back(reference: str) -> ResponseReturnValue:
    seq = _number("seq")
    anchor = f"message-{seq}" if seq else "about"
    return redirect(url_for("conversations.show", reference=reference, _anchor=anchor))
