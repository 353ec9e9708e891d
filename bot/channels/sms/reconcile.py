"""Finding texts that arrived while we were down: Twilio's list against the inbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from bot.channels.sms.settings import twilio_of
from bot.channels.sms.twilio import TwilioSender
from bot.channels.sms.webhook import store_text
from bot.settings import Settings, SettingsError
from bot.storage.database.checkpoints import demonstration_day, mark_of, set_mark
from bot.storage.database.session import StorageError
from bot.turns.delivery.sending import NotSent, Sender
from bot.turns.services import Services, make_services

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
    services: Services, sender: Sender, wake: Callable[[str], None]
) -> asyncio.Task[None]:
    """Look now and then every EVERY seconds. Returns when the first look is over, or is slow."""
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


def reconcile_now(settings: Settings) -> str:
    """Store the texts that are missing; return a sentence. Raises SettingsError, StorageError."""
    twilio = twilio_of(settings)
    services = make_services(settings)
    with services.database.reading() as session:
        day = settings.consultation_date or demonstration_day(session)
    settings = replace(settings, consultation_date=day)
    services = replace(services, settings=settings)
    with closing(services.database):
        sender = TwilioSender(twilio, settings.public_base_url)
        try:
            looked_at, found = reconcile(services, sender)
        except NotSent as problem:
            raise SettingsError(
                f"Twilio does not tell which texts arrived ({problem.code}). Check the TWILIO_"
                " settings and that this machine reaches TWILIO_API_URL, then try again."
            ) from None
    return f"Looked at {looked_at} texts; {len(found)} were missing and are stored now."
