"""The product for made-up residents: all of it but the dialogue model, under a clock of ours.

What a message means is said with it; from its arrival to what staff read, the product's own
functions do the rest. All of them work in one transaction, because thousands take too long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import yaml
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import turn as turns
from actions.base import TurnAction
from bench.seeding.crowd import Person
from bench.seeding.lines import Said
from bot.channels.registry import channel_named
from bot.consultation.dates import Phase
from bot.consultation.file.read import find_consultation
from bot.consultation.model import Consultation
from bot.consultation.utterances import Words, load_words
from bot.conversation.place import Place
from bot.settings import ROOT, Settings
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Database, Session
from bot.storage.messages.inbox import Incoming, web_message_id
from bot.storage.messages.waiting import Waiting, next_waiting
from bot.storage.respondents.places import place_of
from bot.storage.respondents.respondents import Respondent, begin, create_respondent
from bot.turns.accept import take_in
from bot.turns.ask_rasa import read_turn
from bot.turns.ending import Ending
from bot.turns.replies import greeting
from bot.turns.services import Services, TurnReply
from bot.turns.without_model import needs_no_model

MOST = 1_000_000  # replies: years of talk are made in a second


@dataclass
class Clock:
    """Shows the moment that it is set to."""

    moment: datetime = datetime.max

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class OneTransaction:
    """A database all of whose transactions are one, which ends with `writing_all`."""

    database: Database
    session: Session | None = None

    @contextmanager
    def writing_all(self) -> Iterator[Session]:
        with self.database.writing() as self.session:
            yield self.session
        self.session = None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        assert self.session
        yield self.session
        self.session.flush()
        self.session.expunge_all()  # the next one reads anew, as it would

    reading = writing


@dataclass
class Conversation:
    """Where a made-up resident is, and how many messages they have sent."""

    id: str
    place: Place
    heard: int = 0
    last: int = 0  # the number of the last reply
    seen: int = 0  # of the last that the page has shown
    asked_for: bool = False  # a request


@contextmanager
def product_for(settings: Settings, transaction: OneTransaction) -> Iterator[Product]:
    """Put the product together around a transaction. The actions work with it until it is left."""
    before, product = turns.made, Product(settings, transaction)
    try:
        yield product
    finally:
        turns.made = before


class Product:
    """Takes messages in, does them and answers."""

    def __init__(self, settings: Settings, transaction: OneTransaction) -> None:
        self.transaction, self.clock = transaction, Clock()
        self.consultation, self.words, self.actions = read(settings)
        self.keys = load_keys(settings.secrets_dir)
        database: Any = transaction
        settings = replace(
            settings, consultation_date=None, replies_per_minute=MOST, replies_per_day=MOST
        )
        about = (self.consultation, database, self.words, self.keys, self.clock)
        self.services = Services(settings, *about)
        self.ending = Ending(self.services)
        turns.made = turns.Services(self.consultation, database, self.keys, self.clock)

    def meet(self, person: Person) -> Conversation:
        """Make a respondent; who opens the web page is greeted before they write."""
        self.clock.moment = person.begins
        web = channel_named(person.channel).pulls
        with self.transaction.writing() as session:
            who = (self._opens_page if web else self._writes_first)(session, person).id
            place = place_of(session, who, Phase.OPEN)
        return Conversation(who, place, last=2 if web else 0)

    def _opens_page(self, session: Session, person: Person) -> Respondent:
        return begin(
            session,
            self.consultation,
            channel=person.channel,
            address_hash=person.address,
            replies=greeting(self.services, person.channel, Phase.OPEN, begins=False),
            now=person.begins,
        )

    def _writes_first(self, session: Session, person: Person) -> Respondent:
        return create_respondent(
            session,
            self.consultation,
            channel=person.channel,
            address_hash=self.keys.hash_of(person.channel, person.address),
            hidden_address=self.keys.hide(person.address),
            language=person.language,
            now=person.begins,
        )

    def say(
        self, talk: Conversation, channel: str, said: Said, message_id: str, took: timedelta
    ) -> None:
        """Let a resident send a message now, and have it answered after `took`."""
        web = channel_named(channel).pulls
        with self.transaction.writing() as session:
            incoming = Incoming(
                talk.id,
                channel,
                web_message_id(talk.id, message_id) if web else message_id,
                said.text,
                button=said.button,
            )
            take_in(session, self.services, incoming, self.clock.moment)
            waiting = next_waiting(session, talk.id)
        assert waiting
        self.clock.moment += took
        talk.heard += 1
        talk.seen = talk.last  # the page has shown what was there before they wrote
        if said.fails:
            ended = self.ending.given_up(waiting)
        elif needs_no_model(waiting):
            ended = self.ending.without_model(waiting)
        else:
            ended = self.ending.with_reply(waiting, self._ask(talk, waiting, said))
        assert ended
        talk.last = max([talk.last, *(reply.id for reply in ended.replies)])

    def _ask(self, talk: Conversation, waiting: Waiting, said: Said) -> TurnReply:
        """Have the action of an intent do its work, as Rasa would."""
        short = channel_named(waiting.channel).short_texts
        say = CollectingDispatcher()
        with self.transaction.writing() as session:
            turn = turns.Turn(
                session,
                waiting.id,
                waiting.respondent_id,
                waiting.phase,
                short,
                number=len(talk.place.done),
                intent=said.intent,
                confidence=said.confidence,
                place=talk.place,
                care=said.care,
            )
            done = self.actions[said.intent].do(turn, say)
        talk.place = done.place
        return read_turn([self._worded(m, short) for m in say.messages], waiting.id)

    def _worded(self, message: dict[str, Any], short: bool) -> dict[str, Any]:
        """Return a message with its words, as Rasa puts them in."""
        response, facts = message.get("response"), {**message}
        facts.pop("response")
        text = self.words.say(response, short=short, **facts) if response else message["text"]
        return {
            "text": text or "",
            "buttons": message.get("buttons") or [],
            "custom": message.get("custom") or {},
        }


@cache
def read(settings: Settings) -> tuple[Consultation, Words, Mapping[str, TurnAction]]:
    """Read the consultation, the words, and which action does what is meant by an intent."""
    consultation = find_consultation(settings.consultations, settings.consultation)
    executor = ActionExecutor()
    executor.register_package("actions")
    does = {}
    for file in (ROOT / "data" / "rules").glob("*.yml"):
        rules = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)["rules"]
        for first, second in (rule["steps"] for rule in rules):
            does[first["intent"]] = executor.actions[second["action"]].__self__
    return consultation, load_words(ROOT / "domain.yml"), does
