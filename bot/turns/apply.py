"""Letting a message do its work, once: a second run of its turn is told what the first one did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.consultation.model import Consultation, Purpose
from bot.consultation.state import State
from bot.conversation import sealing
from bot.conversation.did import Did, Ends
from bot.conversation.place import Place, Step, StepFunction
from bot.storage.database.keys import Keys
from bot.storage.database.session import Session
from bot.storage.messages.outbox import opt_out, opted_in
from bot.storage.messages.turns import (
    RECEIVED,
    Message,
    message_of,
    note_effect,
    seal,
    words_before,
)
from bot.storage.messages.waiting import waiting_after
from bot.storage.requests.drafts import begin_request, drop_request, fill_request
from bot.storage.requests.requests import amend_request, send_request, withdraw_request
from bot.storage.respondents.answers import (
    add_remark,
    current_answer,
    store_answer,
    store_skip,
    withdraw,
)
from bot.storage.respondents.consents import withdraw_consent
from bot.storage.respondents.equality import count_and_forget, forget, keep_for_now
from bot.storage.respondents.places import complete, is_at, move, note_behalf, place_at
from bot.turns.asking.to_hear import Hearing
from bot.turns.effect import Effect, effect_of
from bot.turns.intake.joined_texts import whole_text
from bot.turns.intake.stops import says_stop
from bot.understanding.words.behalf import answers_for

OF_REQUESTS = (Did.WITHDRAWING, Did.AMENDED)  # of those that were sent


@dataclass(frozen=True)
class Outcome:
    """What a message did, and where its sender is now."""

    effect: Effect
    place: Place
    reference: str


@dataclass(frozen=True)
class _Work:
    """What the step of one message is stored with. `keys` hide what is not kept in clear."""

    session: Session
    consultation: Consultation
    message: Message
    now: datetime
    keys: Keys | None

    @property
    def who(self) -> str:
        return self.message.sender.respondent_id


def take_step(
    session: Session,
    consultation: Consultation,
    inbox_id: int,
    step: StepFunction,
    *,
    now: datetime,
    keys: Keys | None = None,
) -> Effect:
    """Let a message do its work; return what it did."""
    return outcome_of(session, consultation, inbox_id, step, now=now, keys=keys).effect


def outcome_of(
    session: Session,
    consultation: Consultation,
    inbox_id: int,
    step: StepFunction | None,
    *,
    now: datetime,
    keys: Keys | None = None,
    place: Place | None = None,
) -> Outcome:
    """Let a message do its work, once: called again for it, only tell what was done. With no step
    nothing moves.

    `place` is where its sender was a moment ago, for who has read it: it is read again only if they
    have moved. `keys` hide what a request or a question about the person is answered with.
    """
    message = message_of(session, inbox_id, locked=step is not None)
    assert message is not None
    if place is None or not is_at(message.sender, place):
        place = place_at(session, message.sender, message.phase)
    reference = message.sender.reference
    if message.effect is not None:
        return Outcome(Effect.of(message.effect), place, reference)
    if step is None:
        return Outcome(Effect(Did.NOTHING), place, reference)
    if place.state is State.ERASED:
        return Outcome(Effect(Did.ERASED), place, reference)
    if message.turn != RECEIVED:  # it is over: this run was away for too long
        return Outcome(Effect(Did.NOTHING), place, reference)
    whole = whole_text(
        session, message.sender.respondent_id, message.sender.channel, inbox_id, message.text
    )
    message = replace(message, text=whole)
    return _take(_Work(session, consultation, message, now, keys), place, step)


def _take(work: _Work, before: Place, step: StepFunction) -> Outcome:
    session, message = work.session, work.message
    hearing = Hearing(session, work.consultation, work.who, message.sender.channel, work.now)
    before = hearing.without_old_question(before, message.button)
    done = hearing.then(step(work.consultation, before, message.text, message.button))
    _store_answers(work, before, done)
    if before.detour is None and (before.behalf is None or done.views):
        # Said beside an answer it is noted too: "for my mum: more buses".
        beside = answers_for(message.text) if done.did is Did.ANSWERED else None
        note_behalf(session, work.who, done.behalf or beside, done.views)
    detoured = before.detour or done.place.detour
    if detoured or done.private or done.revokes or done.did in OF_REQUESTS:
        assert work.keys is not None
        _store_detour(work, work.keys, before, done)
    after = done.place
    # As it is stored: what has been answered is skipped no more.
    after = replace(after, pending=done.pending, skipped=after.skipped - after.answered)
    if after != before:
        _move(work, before, after)
    if done.ends in (Ends.CONSULTATION, Ends.AGAIN):
        complete(session, work.who, work.now)
    effect = effect_of(done)
    note_effect(session, message.id, effect.stored(), _asked(before, done))
    return Outcome(effect, after, message.sender.reference)


def _store_answers(work: _Work, before: Place, done: Step) -> None:
    """Store what a message said to the consultation's own questions."""
    session, consultation = work.session, work.consultation
    for question_id in done.withdraw:
        withdraw(session, work.who, question_id, restore=done.restore)
    purpose = consultation.purpose_of(done.question)
    if done.reading and done.question and purpose is Purpose.CONSULTATION:
        said = {
            "inbox_id": work.message.id,
            "respondent_id": work.who,
            **_words(work, done),
            "value": done.reading.value,
            "wording_version": consultation.version,
            "answered_at": work.now,
        }
        skipped = done.question in before.skipped
        store_answer(session, said, consultation.by_id[done.question], skipped=skipped)
    if done.did is Did.KEPT_BESIDE and done.question:
        add_remark(session, work.who, done.question, work.message.text)
    if done.skip:
        store_skip(session, work.who, done.skip, work.now)


def _words(work: _Work, done: Step) -> dict[str, str | None]:
    """Return the words of an answer, and what stands beside it: a try before it that could not be
    read is not lost.
    """
    text, remark = work.message.text, done.reading.remark if done.reading else None
    if done.adds and (stands := current_answer(work.session, work.who, str(done.question))):
        return {"text": f"{stands}\n{text}", "remark": remark}
    if not (done.joins and done.question):
        return {"text": text, "remark": remark}
    before = words_before(work.session, work.who, work.message.id, done.question)
    if before and done.stands_in:
        return {"text": before, "remark": None}
    return {"text": text, "remark": before or remark}


def _store_detour(work: _Work, keys: Keys, before: Place, done: Step) -> None:
    """Store what a message gave to a request, or told about the person; and what it ended."""
    session, consultation, who, now = work.session, work.consultation, work.who, work.now
    purpose = consultation.purpose_of(done.question)
    if purpose is Purpose.EQUALITY:
        given = {one: said["value"] for one, said in done.told.items()}
        if done.reading and done.question:
            given[done.question] = done.reading.value
        for question, value in given.items():
            keep_for_now(session, who, question, str(value))
    elif done.reading and done.question and purpose is Purpose.REQUEST:
        said = {**_words(work, done), "value": done.reading.value}
        fill_request(session, keys, consultation, who, {done.question: said, **done.told}, now)
    elif done.did is Did.AMENDED:
        amend_request(session, keys, consultation, str(done.reason), done.told, now)
    elif done.told and not (done.begins or done.revokes):  # a field that was not asked
        fill_request(session, keys, consultation, who, done.told, now)
    if done.revokes:
        fill_request(session, keys, consultation, who, done.told, now)
        withdraw_consent(session, keys, consultation, who, done.revokes, now)
    if done.private:
        keeps = done.private == sealing.CONTACT or done.place.detour is not None
        hidden = keys.hide(work.message.text) if keeps else None
        seal(session, work.message.id, done.private, hidden, _asked(before, done))
    if done.begins:
        begin_request(session, keys, consultation, who, done.begins, done.told, now)
    if done.did is Did.WITHDRAWING:
        withdraw_request(session, str(done.reason), now)
    _end_detour(work, keys, done)


def _end_detour(work: _Work, keys: Keys, done: Step) -> None:
    """Send, drop or count what a detour has gathered, if the message has ended it."""
    session, consultation = work.session, work.consultation
    if done.ends is Ends.SENT:
        send_request(session, keys, consultation, work.who, work.now)
    elif done.ends is Ends.DROPPED:
        drop_request(session, work.who)
        if done.place.detour is None:
            forget(session, work.who)
    elif done.ends is Ends.COUNTED:
        count_and_forget(session, consultation.id, work.who)


def _move(work: _Work, before: Place, place: Place) -> None:
    """Store where the sender is now. A STOP counts from its arrival: a step of an earlier message
    does not undo it.
    """
    session, message = work.session, work.message
    stopped = place.state is State.STOPPED
    came_back = before.state is State.STOPPED and not stopped
    if came_back:
        newer, channel = waiting_after(session, work.who, message.id), message.sender.channel
        came_back = not any(says_stop(channel, one.text, one.button) for one in newer)
    if stopped:  # also in other words: what waits is not sent any more
        opt_out(session, work.who)
    if came_back and message.sender.opted_out:
        opted_in(session, work.who)
    opted_out = stopped or (message.sender.opted_out and not came_back)
    move(session, work.who, place, opted_out=opted_out)


def _asked(before: Place, done: Step) -> str | None:
    """Return the question that was open; for contact details that were told while none was, the one
    that they answer; for what is about an earlier one, that.
    """
    if done.did in (Did.ADDED, Did.KEPT_BESIDE, Did.AMENDED):
        return done.question
    told = done.private and (done.begins or before.open_question is None)
    return done.question if told else before.open_question
