"""The morning sheet: what yesterday brought against the day before, and what is broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.channels.registry import all_channels
from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation
from bot.consultation.text_parts import sms_parts
from bot.staff.shell.context import AppContext
from bot.storage.database.session import Session
from bot.storage.jobs.job_runs import failing
from bot.storage.messages.pace import Queue, minutes_until_sent, queues, unconfirmed
from bot.storage.results.morning import (
    Day,
    Span,
    Texts,
    count_failed_turns,
    count_undelivered,
    day_of,
    texts_of,
)

COSTLY = tuple(channel.name for channel in all_channels() if channel.short_texts)
HOUR = timedelta(hours=1)
SLOW = 2  # minutes that replies take, which staff should know of
LOOKED_BACK = timedelta(days=7)  # what did not arrive longer ago is past mending
# Why a message did not arrive, in the provider's own numbers and words: what that means, and what
# helps (twilio.com/docs/api/errors).
WHY = {
    "21610": "the network blocks us. They can send START to our number",
    "21211": "this is no phone number",
    "21614": "this is not a mobile",
    "30003": "the phone is off or out of reach. Send it again later",
    "30004": "the network blocks us. They can send START to our number",
    "30005": "the number is not in use",
    "30006": "a landline, or a network that takes no texts",
    "30007": "the network took it for spam. Ask Twilio",
    "30008": "the network does not say why. Send it again",
    "30034": "the sender is not registered. Ask Twilio",
    "prefix": "a number abroad, which we do not reply to",
    "Forbidden": "they have blocked the bot in Telegram",
    "BadRequest": "Telegram refused it",
    "": "nobody says why",
}


@dataclass(frozen=True)
class Spent:
    """What text messages cost in pounds on a day, against the budget. None: not set."""

    texts: Texts
    pounds: float | None
    over: bool


@dataclass(frozen=True)
class Sheet:
    """What the first page says of yesterday and the day before."""

    day: date
    before_day: date
    yesterday: Day
    before: Day
    closes_in: int  # days; negative: it has closed
    failed: int
    undelivered: dict[str, int]
    jobs_failed: int  # of those that are done at night
    spent: Spent
    spent_before: Spent
    today: Texts  # so far, against the cap of the day
    cap: int
    costs: bool  # whether there is a channel that costs by the part
    queues: list[Queue]  # what waits to go out from our numbers
    unconfirmed: int  # texts of the last hour


def sheet_of(here: AppContext, session: Session) -> Sheet:
    today = today_of(here)
    day, before = today - timedelta(days=1), today - timedelta(days=2)
    about = here.consultation.id
    return Sheet(
        day=day,
        before_day=before,
        yesterday=day_of(session, about, span_of(day)),
        before=day_of(session, about, span_of(before)),
        closes_in=(here.consultation.closes - today).days,
        failed=count_failed_turns(session, about),
        undelivered=count_undelivered(session, about, here.clock() - LOOKED_BACK),
        jobs_failed=len(failing(session)),
        spent=_spent(here, session, span_of(day)),
        spent_before=_spent(here, session, span_of(before)),
        today=texts_of(session, COSTLY, span_of(today), sms_parts),
        cap=here.settings.text_parts_per_day,
        costs=any(name in here.settings.channels for name in COSTLY),
        queues=[queue for queue in queues(session, here.settings.channels) if queue.messages],
        unconfirmed=unconfirmed(session, here.settings.channels, here.clock() - HOUR),
    )


def warned(sheet: Sheet) -> bool:
    """Say whether half of what texts may cost today is spent."""
    return sheet.today.parts * 2 >= sheet.cap


def slow(sheet: Sheet) -> int:
    """Return how many minutes replies may take, where that is long enough to say; else 0."""
    minutes = minutes_until_sent(sheet.queues)
    return minutes if minutes >= SLOW else 0


def today_of(here: AppContext) -> date:
    return here.settings.consultation_date or here.clock().astimezone(LONDON).date()


def span_of(day: date) -> Span:
    """Return the moments between which it is a day in London."""
    return _begins(day), _begins(day + timedelta(days=1))


def where_left_off(consultation: Consultation, question: str | None) -> str:
    """Return what was open when a resident left off, as staff call it."""
    asked = consultation.by_id.get(question or "")
    return asked.wording.text if asked else "nothing was asked"


def why_not(code: str | None) -> str:
    return WHY.get(code or "", f"{code}")


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def _spent(here: AppContext, session: Session, span: Span) -> Spent:
    texts = texts_of(session, COSTLY, span, sms_parts)
    pence, budget = here.settings.text_part_pence, here.settings.text_budget_pounds
    pounds = None if pence is None else texts.parts * pence / 100
    return Spent(texts, pounds, pounds is not None and budget is not None and pounds > budget)
