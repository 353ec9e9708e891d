"""Messages that the gateway answers by itself: STOP, edits, pictures, and what was found late."""

from __future__ import annotations

from bot.conversation import moving, revisions
from bot.conversation.did import Did
from bot.conversation.place import StepFunction
from bot.storage.database.session import Session
from bot.storage.messages.outbox import Reply
from bot.storage.messages.waiting import Waiting
from bot.storage.respondents.answers import privacy_of_edit, question_of_edit
from bot.storage.review.flags import flag
from bot.turns.apply import take_step
from bot.turns.intake.joined_texts import PART
from bot.turns.intake.stops import says_stop
from bot.turns.services import Services
from bot.understanding.care import plainly_in_danger
from bot.understanding.machines import Note

# Nothing is said to what nobody wrote, or wrote only once.
MACHINES = (*(note.value for note in Note), "duplicate", PART)
# What is said to each, and the intent that it is exported with.
TO_NOTES = {
    "media": ("utter_only_words", "give_answer"),
    "late": ("utter_found_late", "give_answer"),
}
TO_STEPS = {
    Did.STOPPED: ("utter_stopped", "opt_out"),
    Did.IS_STOPPED: ("utter_stopped_still", "opt_out"),
    Did.REVISED: ("utter_edit_saved", "change_answer"),
    Did.EDIT_KEPT: ("utter_edit_kept", "give_answer"),
}


def needs_no_model(waiting: Waiting) -> bool:
    """Say whether a message is answered without asking Rasa."""
    only_media = waiting.note == "media" and not waiting.text.strip()
    stops = says_stop(waiting.channel, waiting.text, waiting.button)
    return stops or waiting.note in ("edit", "late", *MACHINES) or only_media


def answer_without_model(
    session: Session, services: Services, waiting: Waiting
) -> tuple[list[Reply], str | None]:
    """Do what such a message asks; return what is said to it, and its intent."""
    stops = says_stop(waiting.channel, waiting.text, waiting.button)
    if waiting.note in MACHINES and not stops:
        return [], None
    if waiting.note == "late" or (waiting.note == "media" and not stops):
        response, intent = TO_NOTES[waiting.note]
    else:
        did = _step(session, services, waiting)
        if did is Did.ERASED:  # it came as its sender was being deleted
            return [], "give_answer"
        response, intent = TO_STEPS[did]
    said = services.say(response, waiting.channel)
    if not stops and plainly_in_danger(waiting.text):
        flag(session, waiting.id, "distress", services.clock())
        return [services.help_lines(waiting.channel), said], "distress"
    return [said], intent


def _step(session: Session, services: Services, waiting: Waiting) -> Did:
    """Take the step of a STOP or of an edit."""
    step: StepFunction = moving.opt_out
    if not says_stop(waiting.channel, waiting.text, waiting.button):
        private = privacy_of_edit(session, waiting.id)
        step = revisions.revise(question_of_edit(session, waiting.id), private)
    now, keys = services.clock(), services.keys
    return take_step(session, services.consultation, waiting.id, step, now=now, keys=keys).did
