"""Handing one reply to its provider, and writing down how that ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from bot.storage.database.leases import Fenced
from bot.storage.database.session import StorageError
from bot.storage.messages.claims import Claimed
from bot.turns.delivery.day_cap import CODE, DayCap
from bot.turns.delivery.outbox_writes import Ended, Outbox
from bot.turns.delivery.sending import (
    Blocked,
    Held,
    Later,
    NotSent,
    OptedOut,
    Refused,
    Sender,
    ToSend,
)
from bot.turns.services import Services

T = TypeVar("T")
logger = logging.getLogger(__name__)

FIRST_DELAY = 1.0  # seconds before another try
CAPPED = "capped"  # it was not handed over: the texts of the day are used up
HELD_DELAY = 60.0  # seconds; a wrong setting is not put right in less
GIVE_UP_AFTER = timedelta(hours=6)  # an older reply would only confuse


class HandOver:
    """`held` is filled with the channels whose provider refuses us, and why. `sends_at_once` says
    whether the next reply would go out now, and is to be claimed with the same commit.
    """

    def __init__(
        self,
        services: Services,
        outbox: Outbox,
        senders: Mapping[str, Sender],
        held: dict[str, str],
        sends_at_once: Callable[[str], bool],
    ) -> None:
        self._services = services
        self._outbox = outbox
        self._senders = senders
        self._held = held
        self._sends_at_once = sends_at_once
        self._cap = DayCap(services)
        self._listed: dict[int, bool] = {}  # could the provider list what it has?

    async def send(self, claimed: Claimed) -> Claimed | bool | float:
        """Return what was claimed next, or whether more may wait, when the reply is settled; else
        for how long to wait at least.
        """
        sender, address = self._senders[claimed.channel], self._address(claimed)
        try:
            if claimed.doubtful and (found := await self._found(sender, claimed, address)):
                await self._surely(self._outbox.prove, claimed, found)
                return True
            message = self._message(claimed)
            if not await asyncio.to_thread(self._cap.allows, claimed.channel, message.text):
                raise Held(CODE)
            provider_id = await sender.send(address, message)
        except NotSent as problem:
            return await self._not_sent(claimed, problem)
        except StorageError as error:  # before anything was handed over
            return await self._not_sent(claimed, Later(str(error)))
        except Exception as error:  # only its kind: its text can hold a number or a token
            return await self._not_sent(claimed, Later(type(error).__name__, doubtful=True))
        self._held.pop(claimed.channel, None)
        self._cap.used(claimed.channel, message.text)
        self._services.metrics.replies.labels(claimed.channel, "sent").inc()
        return await self._settle(claimed, ("sent", provider_id, None))

    async def _not_sent(self, claimed: Claimed, problem: NotSent) -> Claimed | bool | float:
        logger.warning("reply %s by %s: %s", claimed.id, claimed.channel, problem.code)
        outcome = CAPPED if problem.code == CODE else problem.kind
        self._services.metrics.replies.labels(claimed.channel, outcome).inc()
        if isinstance(problem, Held):
            self._held[claimed.channel] = problem.code
            await self._surely(self._outbox.give_back, claimed, False)
            return HELD_DELAY
        if isinstance(problem, OptedOut):
            await self._surely(self._outbox.opted_out, claimed, problem.code)
            return True
        if isinstance(problem, (Refused, Blocked)) or self._too_old(claimed):
            return await self._settle(claimed, ("failed", None, problem.code))
        assert isinstance(problem, Later)
        if problem.doubtful and claimed.doubtful and not self._can_tell(claimed):
            # Sent twice already, perhaps; a third time would be a nuisance.
            return await self._settle(claimed, ("sent", None, "unknown"))
        give_back = partial(self._outbox.give_back, claimed, problem.doubtful)
        await self._write(claimed, give_back, perhaps_gone=problem.doubtful)
        return problem.seconds or 0.0

    async def _settle(self, claimed: Claimed, ended: Ended) -> Claimed | bool:
        """Write down how sending ended; return what waits next for the same person."""
        goes_on = self._sends_at_once(claimed.channel)
        settle = partial(self._outbox.settle, claimed, ended, goes_on=goes_on)
        return await self._write(claimed, settle, ended[1], perhaps_gone=ended[0] == "sent")

    async def _write(
        self,
        claimed: Claimed,
        write: Callable[[], T],
        provider_id: str | None = None,
        *,
        perhaps_gone: bool,
    ) -> T:
        """Write down how sending ended. Raises Fenced if another took it over in the meantime, who
        may have sent it too: what is perhaps gone twice is counted.
        """
        try:
            return await self._surely(write)
        except Fenced:
            if perhaps_gone:
                await self._surely(self._outbox.doubt, claimed, provider_id)
            raise

    async def _found(self, sender: Sender, claimed: Claimed, address: str) -> str | None:
        """Return the provider's id of a reply that may have gone out before, if it has."""
        listed = await sender.sent_before(address, self._message(claimed))
        self._listed[claimed.id] = listed is not None
        if not listed:
            return None
        unknown = await asyncio.to_thread(self._outbox.unknown, listed)
        return unknown[0] if unknown else None

    def _can_tell(self, claimed: Claimed) -> bool:
        """Say whether the provider told, when asked, that it did not have this reply."""
        return self._listed.pop(claimed.id, False)

    async def _surely(self, write: Callable[..., T], *what: Any) -> T:
        """Write down what happened, however long the database is away: forgetting means doubles."""
        while True:
            try:
                return await asyncio.to_thread(write, *what)
            except StorageError as error:
                logger.error("outbox: database %s", error)
                await asyncio.sleep(FIRST_DELAY)

    def _too_old(self, claimed: Claimed) -> bool:
        waited = self._services.clock() - claimed.created_at
        return waited > GIVE_UP_AFTER and not claimed.unasked

    def _address(self, claimed: Claimed) -> str:
        return self._services.keys.reveal(claimed.hidden_address)

    def _message(self, claimed: Claimed) -> ToSend:
        signed = self._services.button_id
        buttons = tuple(
            (signed(claimed.respondent_id, claimed.seq, place), str(button["title"]))
            for place, button in enumerate(claimed.buttons)
        )
        sealed, reveal = claimed.sealed, self._services.keys.reveal
        text = reveal(sealed) if sealed else claimed.text
        return ToSend(claimed.id, text, buttons, claimed.created_at, claimed.ours)
