"""While a person from the council talks with a resident, the bot keeps quiet: what is said then is
kept for the person. STOP, DELETE and danger are dealt with all the same.
"""

from __future__ import annotations

from dataclasses import replace

from bot.consultation.dates import LONDON
from bot.consultation.waits import ERASE
from bot.storage.database.session import Session
from bot.storage.messages.outbox import Reply
from bot.storage.messages.talks import note_for_person
from bot.storage.messages.waiting import Waiting
from bot.turns.intake.stops import says_stop
from bot.turns.services import Services, Understood
from bot.understanding.care import Strength
from bot.understanding.words.commands import decorated_command, exact_command

TO_PERSON = "to_person"  # the intent that such a message is kept with
DELETE = "delete_my_data"
BY_ITSELF = (
    "edit",
    "reaction",
    "automatic",
    "duplicate",
    "part",
)  # notes of messages that say nothing to anybody


def is_for_person(waiting: Waiting, pending: str | None) -> bool:
    """Say whether a message is for the person who talks, and not a plain order to the bot.
    `pending`: what the bot waits to hear.
    """
    command = (waiting.button or {}).get("command")
    said = (command, exact_command(waiting.text), decorated_command(waiting.text))
    orders = (
        says_stop(waiting.channel, waiting.text, waiting.button)
        or DELETE in said
        or pending == ERASE
    )
    return not orders and waiting.note not in BY_ITSELF


def needs_help_now(understood: Understood) -> bool:
    return understood.care == Strength.HARD.value


def kept_for_person(
    session: Session, services: Services, waiting: Waiting, heard: Understood
) -> tuple[list[Reply], Understood]:
    """Note that the message waits. Return what is said to it, the office hours once, and as what it
    is kept.
    """
    now, hours = services.clock(), services.settings.office_hours
    closed = hours is not None and not hours.includes(now.astimezone(LONDON))
    tells = note_for_person(session, waiting.respondent_id, now, tells=closed)
    said = [services.say("utter_office_hours", waiting.channel)] if tells else []
    kept = replace(heard, intent=TO_PERSON, confidence=1.0, other=None, asks=())
    return said, kept
