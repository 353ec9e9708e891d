"""What an action works with: the message it is about, and the storage behind it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker

from bot.consultation.dates import Phase, spoken
from bot.consultation.file.read import find_consultation
from bot.consultation.model import Consultation
from bot.conversation.did import Did
from bot.conversation.place import Place, StepFunction
from bot.settings import load_settings
from bot.storage.database.keys import Keys, load_keys
from bot.storage.database.session import Database, Session, open_database
from bot.storage.respondents.place_forms import place_told
from bot.storage.respondents.places import place_of
from bot.turns.apply import outcome_of
from bot.turns.effect import Effect
from bot.turns.services import utc_now
from bot.understanding.answers import Read
from bot.understanding.protests import is_protest
from bot.understanding.words.reasons import says_nothing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """What an action works with."""

    consultation: Consultation
    database: Database
    keys: Keys
    clock: Callable[[], datetime] = utc_now
    home: str = ""  # the address of the residents' page


made: Services | None = None


def services() -> Services:
    """Read the consultation and open the database on the first turn, never on import."""
    global made
    if made is None:
        settings = load_settings()
        made = Services(
            consultation=find_consultation(settings.consultations, settings.consultation),
            database=open_database(settings.database_url, settings.secrets_dir),
            keys=load_keys(settings.secrets_dir),
            home=settings.public_base_url,
        )
    return made


@dataclass(frozen=True)
class Turn:
    """The message that an action is about, and the transaction in which all of its work is done.
    `short` asks for the SMS wording.
    """

    session: Session
    inbox_id: int
    respondent_id: str
    phase: Phase
    short: bool
    number: int  # how much has been answered; what is said often varies with it
    intent: str
    confidence: float
    place: Place  # where its sender is; once the step is taken, after it
    about: str | None = None  # an earlier question, which its sender had before them
    read: Read | None = None  # how it reads as the answer to the open question
    other: str | None = None  # what an answer may have been meant to do instead
    asks: tuple[str, ...] = ()  # ids of what was asked beside it
    care: str | None = None  # hard, soft or grief
    care_kind: str | None = None  # which lines belong to it
    care_sure: float = 0.0
    language: str | None = None  # of the message, where it is not English
    protests: bool = False  # a complaint of it is about the bot
    says_nothing: bool = False  # its sender has nothing to say: "no", "all good"
    effect: Effect = Effect(Did.NOTHING)  # what the message has done
    reference: str = ""

    @classmethod
    def of(cls, tracker: Tracker, session: Session) -> Turn:
        message: Mapping[str, Any] = tracker.latest_message
        metadata = message["metadata"]
        intent = message.get("intent") or {}
        care = intent.get("care") or "none"
        phase, sender = Phase(metadata["phase"]), tracker.sender_id
        told = metadata.get("place")
        return cls(
            session=session,
            inbox_id=int(metadata["inbox_id"]),
            respondent_id=sender,
            phase=phase,
            short=bool(metadata["short"]),
            number=int(metadata.get("number") or 0),
            intent=intent.get("name") or "",
            confidence=float(intent.get("confidence") or 0.0),
            place=place_told(told, phase) if told else place_of(session, sender, phase),
            about=metadata.get("about"),
            read=Read.told(metadata.get("read")),
            other=intent.get("other"),
            asks=tuple(intent.get("asks") or ()),
            care=care if care != "none" else None,
            care_kind=intent.get("care_kind"),
            care_sure=float(intent.get("care_sure") or 0.0),
            language=intent.get("language"),
            protests=is_protest(message.get("text") or ""),
            says_nothing=says_nothing(message.get("text") or ""),
        )

    def after(self, step: StepFunction | None) -> Turn:
        """Let the message do its work, if it has a step; return the turn as it stands then."""
        done = outcome_of(
            self.session,
            services().consultation,
            self.inbox_id,
            step,
            now=now(),
            keys=services().keys,
            place=self.place,
        )
        return replace(self, effect=done.effect, place=done.place, reference=done.reference)


def now() -> datetime:
    return services().clock()


def facts(consultation: Consultation) -> dict[str, Any]:
    """Return what the bot's words may name."""
    return {
        "organisation": consultation.organisation,
        "title": consultation.title,
        "opens": spoken(consultation.opens),
        "closes": spoken(consultation.closes),
        "contact": ", ".join(consultation.contact.values()) or consultation.organisation,
    }
