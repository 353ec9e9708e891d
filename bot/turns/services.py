"""What the gateway works with, put together once at the start."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from bot.channels.registry import channel_named
from bot.consultation.dates import LONDON, Phase, phase_at, spoken
from bot.consultation.file.read import find_consultation
from bot.consultation.model import Consultation
from bot.consultation.utterances import Words, load_words
from bot.metrics import Metrics
from bot.settings import Settings
from bot.storage.database.keys import Keys, load_keys
from bot.storage.database.session import Database, open_database
from bot.storage.messages.outbox import Reply
from bot.storage.messages.turns import Understood


class TryLater(Exception):
    """The turn could not be done now; the message stays where it is and is tried again."""


class TurnFailed(Exception):
    """Everything is up, and yet this turn came to nothing."""


@dataclass(frozen=True)
class TurnReply:
    """What the dialogue model said to one message, and how far its sender is then."""

    replies: tuple[Reply, ...]
    understood: Understood
    progress: Mapping[str, Any] | None = None


# Takes {"id", "sender", "channel", "text", "metadata"}; with "listen" it only says what the message
# means. Raises TryLater or TurnFailed.
AskRasa = Callable[[Mapping[str, Any]], Awaitable[TurnReply]]


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Services:
    """The consultation, the storage and the words; `clock` is the only source of time."""

    settings: Settings
    consultation: Consultation
    database: Database
    words: Words
    keys: Keys
    clock: Callable[[], datetime] = utc_now
    # Fences of turns that were claimed as their message was stored, until they are taken up.
    claimed: dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    metrics: Metrics = field(default_factory=Metrics, repr=False, compare=False)

    def note_claim(self, respondent_id: str, fence: int | None) -> None:
        """Tell who does turns in this process that one is claimed; after the commit."""
        if fence is not None:
            self.claimed[respondent_id] = fence

    def is_quiet(self) -> bool:
        """Say whether nobody is written to who has not just written."""
        return self.settings.quiet_hours.includes(self.clock().astimezone(LONDON))

    def phase(self, moment: datetime) -> Phase:
        return phase_at(self.consultation, moment, self.settings.consultation_date)

    def button_id(self, respondent_id: str, seq: int, place: int) -> str:
        """Return the id of a button on a channel that we deliver to: nobody else can press it."""
        mark = self.keys.hash_of("button", f"{respondent_id}|{seq}|{place}")
        return f"{seq}.{place}.{mark[:24]}"

    def say(self, response: str, channel: str) -> Reply:
        """Return one of the bot's own responses as it is said on a channel."""
        short = channel_named(channel).short_texts
        return Reply(self.words.say(response, short=short, **self.facts()))

    def help_lines(self, channel: str) -> Reply:
        """Return what is said at once to a resident in danger or despair."""
        lines, short = self.consultation.help_lines, channel_named(channel).short_texts
        if lines is None:
            return self.say("utter_care_usual", channel)
        text = lines.for_channel(short=short)
        return Reply(self.words.say("utter_care", short=short, help_lines=text))

    def demo_notice(self) -> str:
        """Return what every page says of a demonstration; nothing where it is none."""
        today = self.settings.consultation_date
        if today is None:
            return ""
        return self.words.part("utter_demonstration", short=False, today=spoken(today))

    def facts(self) -> dict[str, str]:
        """Return what the bot's words may name."""
        return {
            "organisation": self.consultation.organisation,
            "title": self.consultation.title,
            "hours": self.settings.office_hours.spoken() if self.settings.office_hours else "",
            "opens": spoken(self.consultation.opens),
            "closes": spoken(self.consultation.closes),
        }


def make_services(settings: Settings) -> Services:
    """Read the files and open the database. Raises SettingsError or ConsultationFileError."""
    return Services(
        settings=settings,
        consultation=find_consultation(settings.consultations, settings.consultation),
        database=open_database(settings.database_url, settings.secrets_dir),
        words=load_words(settings.root / "domain.yml"),
        keys=load_keys(settings.secrets_dir),
    )
