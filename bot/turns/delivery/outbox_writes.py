"""What delivering reads and writes of the outbox: short transactions that run in threads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage.database.session import Database, Session
from bot.storage.messages.claims import (
    Claimed,
    Gate,
    channel_of,
    claim,
    doubt,
    give_back,
    give_back_expired,
    learn_opt_out,
    settle,
    unknown_of,
)
from bot.storage.messages.pace import number_of
from bot.storage.messages.unsent import anything_queued, respondents_to_tell
from bot.storage.privacy.erasure import forget_address
from bot.storage.respondents.hearing import forget_told

# What became of a reply: how it is delivered, the provider's id, why it failed.
Ended = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Outbox:
    """One transaction a call. Each raises StorageError; what ends a claim also raises Fenced, if
    another has taken over.
    """

    database: Database
    clock: Callable[[], datetime]
    quiet: Callable[[], bool] = lambda: False  # do people sleep now?

    def waiting(self, channels: Collection[str], most: int) -> list[str]:
        """Return respondents that replies wait for, at `most` so many of a channel."""
        with self.database.reading() as session:
            quiet = self.quiet()
            return [
                who for name in channels for who in respondents_to_tell(session, name, most, quiet)
            ]

    def channel(self, respondent_id: str) -> str:
        with self.database.reading() as session:
            return channel_of(session, respondent_id)

    def unknown(self, provider_ids: Sequence[str]) -> list[str]:
        """Return those of a provider's ids that no reply has yet."""
        with self.database.reading() as session:
            return unknown_of(session, provider_ids)

    def number(self, respondent_id: str) -> str | None:
        with self.database.reading() as session:
            return number_of(session, respondent_id)

    def claim(self, respondent_id: str, gate: Gate | None = None) -> Claimed | None:
        with self.database.writing() as session:
            return claim(session, respondent_id, quiet=self.quiet(), gate=gate)

    def prove(self, claimed: Claimed, provider_id: str) -> None:
        """The provider has it: it was sent the time before."""
        with self.database.writing() as session:
            settle(
                session,
                claimed.id,
                "sent",
                provider_id=provider_id,
                proven=True,
                now=self.clock(),
                fence=claimed.fence,
            )
            _forget(session, claimed)

    def settle(self, claimed: Claimed, ended: Ended, *, goes_on: bool) -> Claimed | bool:
        """Write down how sending ended; say whether more waits for the same person. If delivery
        `goes_on` at once, the next reply is claimed with the same commit, and returned.
        """
        who = claimed.respondent_id
        with self.database.writing() as session:
            delivery, provider_id, error = ended
            now = self.clock()
            settle(
                session,
                claimed.id,
                delivery,
                provider_id=provider_id,
                error=error,
                now=now,
                fence=claimed.fence,
            )
            gone = _forget(session, claimed)
            more = anything_queued(session, who)
            following = claim(session, who, quiet=self.quiet()) if more and goes_on else None
        if gone:
            self.database.scrub()
        return following or more

    def opted_out(self, claimed: Claimed, code: str) -> None:
        with self.database.writing() as session:
            settle(session, claimed.id, "failed", error=code, fence=claimed.fence)
            learn_opt_out(session, claimed.respondent_id)
            gone = _forget(session, claimed)
        if gone:
            self.database.scrub()

    def doubt(self, claimed: Claimed, provider_id: str | None) -> None:
        with self.database.writing() as session:
            doubt(session, claimed.id, provider_id)

    def give_back(self, claimed: Claimed, doubtful: bool) -> None:
        with self.database.writing() as session:
            give_back(session, claimed.id, doubtful=doubtful, fence=claimed.fence)

    def give_back_expired(self, but: Collection[int]) -> int:
        """Take up what was cut off elsewhere; return how many may have gone out."""
        with self.database.writing() as session:
            return give_back_expired(session, but)


def _forget(session: Session, claimed: Claimed) -> bool:
    """Delete where a respondent was to be reached, if that was the last word to them. What they are
    told of the outcome is such a word; after another one the night looks.
    """
    who = claimed.respondent_id
    return forget_address(session, who) or (claimed.unasked and forget_told(session, who))
