"""Messages that the gateway answers by itself: STOP, edits, pictures, and what was found late."""

from __future__ import annotations

from bot.conversation import revisions, steps
from bot.conversation.place import StepFunction
from bot.storage.database.session import Session
from bot.storage.messages.inbox import Waiting
from bot.storage.messages.outbox import Reply
from bot.storage.respondents.answers import privacy_of_edit, question_of_edit
from bot.storage.review.flags import flag
from bot.turns.apply import take_step
from bot.turns.services import Services
from bot.understanding.safety import in_danger

# What each says, and the intent that it is exported with.
SAID = {
    "stopped": ("utter_stopped", "opt_out"),
    "is_stopped": ("utter_stopped_still", "opt_out"),
    "media": ("utter_only_words", "give_answer"),
    "late": ("utter_found_late", "give_answer"),
    "revised": ("utter_edit_saved", "change_answer"),
    "edit_kept": ("utter_edit_kept", "give_answer"),
}


def needs_no_model(waiting: Waiting) -> bool:
    """Say whether a message is answered without asking Rasa."""
    only_media = waiting.note == "media" and not waiting.text.strip()
    return waiting.stops or waiting.note in ("edit", "late") or only_media


def answer_without_model(
    session: Session, services: Services, waiting: Waiting
) -> tuple[list[Reply], str]:
    """Do what such a message asks; return what is said to it, and its intent."""
    done = _done(session, services, waiting)
    if done == "erased":  # it came as its sender was being deleted
        return [], "give_answer"
    response, intent = SAID[done]
    said = services.say(response, waiting.channel)
    if not waiting.stops and in_danger(waiting.text):
        flag(session, waiting.id, "distress", services.clock())
        return [services.help_lines(waiting.channel), said], "distress"
    return [said], intent


def _done(session: Session, services: Services, waiting: Waiting) -> str:
    if waiting.note == "late":
        return "late"
    if waiting.note == "media" and not waiting.stops:
        return "media"
    step: StepFunction = steps.opt_out
    if not waiting.stops:
        private = privacy_of_edit(session, waiting.id)
        step = revisions.revise(question_of_edit(session, waiting.id), private)
    now, keys = services.clock(), services.keys
    return take_step(session, services.consultation, waiting.id, step, now=now, keys=keys).did
