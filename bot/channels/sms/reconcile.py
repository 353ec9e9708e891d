"""Finding texts that arrived while we were down: Twilio's list against the inbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.channels.sms.form import CHANNEL
from bot.channels.sms.twilio import TwilioSender
from bot.channels.sms.webhook import store_text
from bot.storage.database.checkpoints import mark_of, set_mark
from bot.storage.database.session import StorageError
from bot.turns.delivery.sending import NotSent, Sender
from bot.turns.services import Services

logger = logging.getLogger(__name__)

EVERY = 300.0  # seconds
OVERLAP = timedelta(hours=1)  # a text can be listed later than it was sent
FIRST_LOOK = timedelta(days=1)  # how far the very first look goes back
START_SECONDS = 3.0  # how long a start waits for it, so that what was missed comes first
MARK = "sms_reconciled"


def reconcile(services: Services, sender: TwilioSender) -> tuple[int, list[str]]:
    """Store what is missing; return (how many texts were looked at, whose were found).

    Raises NotSent when Twilio does not tell, and StorageError.
    """
    now = services.clock()
    with services.database.reading() as session:
        last = mark_of(session, MARK)
    listed = sender.received_since(last - OVERLAP if last else now - FIRST_LOOK)
    found = []
    for message in listed:
        stored = store_text(services, message)
        if stored.new:
            found.append(stored.respondent_id)
    with services.database.writing() as session:
        set_mark(session, MARK, now)
    return len(listed), found


async def started_reconciling(
    services: Services, senders: Mapping[str, Sender], wake: Callable[[str], None]
) -> asyncio.Task[None]:
    """Look now and then every EVERY seconds. Returns when the first look is over, or is slow."""
    sender = senders[CHANNEL]
    assert isinstance(sender, TwilioSender)
    first = asyncio.create_task(reconcile_once(services, sender, wake))
    await asyncio.wait({first}, timeout=START_SECONDS)
    return asyncio.create_task(_again_and_again(first, services, sender, wake))


async def _again_and_again(
    first: asyncio.Task[None],
    services: Services,
    sender: TwilioSender,
    wake: Callable[[str], None],
) -> None:
    await first
    while True:
        await asyncio.sleep(EVERY)
        await reconcile_once(services, sender, wake)


async def reconcile_once(
    services: Services, sender: TwilioSender, wake: Callable[[str], None]
) -> None:
    """Look once, and have what was found answered; what goes wrong is logged."""
    try:
        _, found = await asyncio.to_thread(reconcile, services, sender)
    except (NotSent, StorageError) as error:
        logger.warning("texts could not be compared with Twilio's list: %s", error)
        return
    except Exception as error:  # only its kind: its text can hold numbers and words
        logger.error("texts could not be compared: %s", type(error).__name__)
        return
    for respondent_id in found:
        wake(respondent_id)
    if found:
        logger.warning("%s texts were found that had not come by themselves", len(found))
