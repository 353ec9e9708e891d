"""Telling those who asked to hear what came of it: who, with which words, and how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.channels.registry import channel_named
from bot.consultation.dates import LONDON
from bot.consultation.text_parts import sms_parts
from bot.storage.database.session import Session
from bot.storage.publishing.outcomes import Outcome, published_outcomes
from bot.storage.respondents.hearing import listeners, raised_by, still_on_their_way, tell
from bot.storage.results.morning import texts_of
from bot.turns.delivery.day_cap import COSTLY, day_in_london
from bot.turns.services import Services

MOST_PARTS = 3  # of a text message; what has no room is on the page
ON_THEIR_WAY = 10  # that may wait for the gateway; so little is left when quiet hours begin
PATIENCE = 600  # seconds for which nothing goes out until it is given up


class Ended(Enum):
    """How telling ended."""

    ALL = "all"
    QUIET = "quiet"  # the quiet hours have begun
    CAP = "cap"  # half of the parts of a day is used
    STUCK = "stuck"  # nothing goes out


@dataclass(frozen=True)
class Told:
    """A message for one person."""

    respondent_id: str
    channel: str
    text: str

    @property
    def parts(self) -> int:
        return sms_parts(self.text) if channel_named(self.channel).short_texts else 0


@dataclass(frozen=True)
class Plan:
    """Who is to be told, and why others are not."""

    people: Sequence[Told]
    others: Counter[str]

    @property
    def parts(self) -> int:
        return sum(one.parts for one in self.people)


def plan_of(services: Services) -> Plan:
    """Return who would be told now, and with which words."""
    consultation, on = services.consultation, services.settings.channels
    with services.database.reading() as session:
        outcomes = published_outcomes(session, consultation.id)
        found, others = listeners(session, consultation.id)
        people = [
            Told(who, channel, _words(services, session, outcomes, who, channel))
            for who, channel in found
            if channel in on
        ]
    others.update(f"{channel}:off" for _, channel in found if channel not in on)
    return Plan(people, others)


def tell_all(services: Services, plan: Plan, sleep: Callable[[float], None]) -> tuple[int, Ended]:
    """Tell them one after another; return how many, and how it ended. Begun again, it goes on with
    those who were not told yet.
    """
    done, pause = 0, 60 / services.settings.tell_per_minute
    parts, most = _parts_today(services), services.settings.text_parts_per_day // 2
    for one in plan.people:
        if services.is_quiet():
            return done, Ended.QUIET
        if one.parts and parts + one.parts > most:
            return done, Ended.CAP
        if not _gateway_keeps_up(services, sleep):
            return done, Ended.STUCK
        with services.database.writing() as session:
            told = tell(session, one.respondent_id, one.text, services.clock())
        if told:
            done, parts = done + 1, parts + one.parts
            sleep(pause)
    return done, Ended.ALL


def words_for(
    outcomes: Sequence[Outcome], themes: frozenset[int], questions: frozenset[str]
) -> list[str]:
    """Return the lines that are about what a person raised: their themes, else the questions that
    they answered, and what is about the whole.
    """

    def is_theirs(one: Outcome) -> bool:
        if one.theme_id is not None:
            return one.theme_id in themes
        return one.question is None or one.question in questions

    return [one.brief for one in outcomes if is_theirs(one)]


def _words(
    services: Services, session: Session, outcomes: Sequence[Outcome], who: str, channel: str
) -> str:
    lines = words_for(outcomes, *raised_by(session, who))
    short = channel_named(channel).short_texts
    while True:
        text = _filled(services, lines, short)
        if not (short and lines and sms_parts(text) > MOST_PARTS):
            return text
        lines = lines[:-1]


def _filled(services: Services, lines: Sequence[str], short: bool) -> str:
    tell = services.consultation.outcome["tell"].for_channel(short=short)
    entries = " ".join(lines) if short else "\n".join(f"- {line}" for line in lines)
    text = tell.replace("{entries}", entries).replace("{page}", services.settings.outcome_page)
    between = " " if short else "\n\n"  # where there was no line to fill in, no gap stays
    return between.join(part for part in text.split(between) if part.strip())


def _parts_today(services: Services) -> int:
    span = day_in_london(services.clock().astimezone(LONDON).date())
    with services.database.reading() as session:
        return texts_of(session, COSTLY, span, sms_parts).parts


def _gateway_keeps_up(services: Services, sleep: Callable[[float], None]) -> bool:
    """Wait until few wait to be sent; say whether that came to be."""
    for _ in range(PATIENCE):
        with services.database.reading() as session:
            if still_on_their_way(session) < ON_THEIR_WAY:
                return True
        sleep(1)
    return False
