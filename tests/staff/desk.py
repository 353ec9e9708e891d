"""The staff app for tests: a small consultation, a clock moved by hand, and people to sign in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from bot.consultation.dates import Phase
from bot.consultation.model import Consultation, Privacy, Purpose, Section
from bot.consultation.question import Kind, Option, Question
from bot.consultation.texts import Wording
from bot.conversation.answering import answer
from bot.conversation.place import StepFunction
from bot.settings import Settings
from bot.storage.database.session import Database
from bot.storage.database.tables import AuditRow
from bot.storage.messages.inbox import Incoming, accept
from bot.storage.messages.outbox import Reply
from bot.storage.respondents.respondents import Respondent, create_respondent
from bot.storage.staff.one_time_links import use_link
from bot.storage.staff.rows import Role
from bot.storage.staff.sign_in import add_staff
from bot.turns.apply import take_step
from bot.turns.finish import finish_turn
from bot.turns.services import Understood
from tests.support.keys import KEYS

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "kettle plum gravel"
START = datetime(2021, 3, 1, 14, 5, tzinfo=timezone.utc)


def wording(text: str) -> Wording:
    return Wording(text, text)


def question(id: str, kind: Kind, text: str, options: dict[str, str] | None = None) -> Question:
    return Question(
        id=id,
        kind=kind,
        wording=wording(text),
        help=wording("Say it in your own words."),
        options=tuple(Option(value, wording(shown)) for value, shown in (options or {}).items()),
        max_choices=2 if kind is Kind.MULTI_CHOICE else None,
    )


ROLES = {"local": "A resident", "shop": "A shop"}

CONSULTATION = Consultation(
    id="small",
    version="1",
    title="Parks for everyone",
    organisation="Harbour Town Council",
    summary="What the parks should be like.",
    opens=date(2021, 2, 23),
    closes=date(2021, 3, 26),
    welcome=wording("Welcome."),
    closing=wording("Thank you."),
    next_steps=wording("We read everything."),
    privacy=Privacy("1", wording("We keep it safe."), "We keep it safe."),
    aims=(),
    sections=(
        Section(
            "you",
            "About you",
            Purpose.CONSULTATION,
            (question("role", Kind.CHOICE, "Who are you?", ROLES),),
        ),
        Section(
            "parks",
            "The parks",
            Purpose.CONSULTATION,
            (
                question("views", Kind.OPEN, "What would make parks better?"),
                question(
                    "first",
                    Kind.MULTI_CHOICE,
                    "What comes first?",
                    {"trees": "More trees", "toilets": "Open toilets", "lights": "Lights"},
                ),
            ),
        ),
    ),
)


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Desk:
    """One staff app under test."""

    app: Flask
    database: Database
    clock: Clock
    settings: Settings
    count: int = field(default=0)

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def person(self, role: Role = Role.REVIEWER, *, password: str = PASSWORD) -> str:
        """Make an account with a password; return its e-mail address."""
        self.count += 1
        email = f"{role.value}{self.count}@example.gov.uk"
        with self.database.writing() as session:
            token = add_staff(session, email, role, self.clock())
            use_link(session, token, email="", password_hash=CHEAP.hash(password), now=self.clock())
        return email

    def signed_in(self, role: Role = Role.REVIEWER) -> FlaskClient:
        client = self.client()
        assert sign_in(client, self.person(role)).status_code == 302
        return client

    def signed_in_without_form(self, role: Role) -> FlaskClient:
        """Sign in where forms carry no token."""
        client = self.client()
        form = {"email": self.person(role), "password": PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 302
        return client

    def respondent(self, channel: str = "webchat") -> Respondent:
        self.count += 1
        with self.database.writing() as session:
            return create_respondent(
                session,
                CONSULTATION,
                channel=channel,
                address_hash=f"{self.count:064}",
                now=self.clock(),
            )

    def say(
        self,
        respondent: Respondent,
        text: str,
        *,
        step: StepFunction | None = answer,
        intent: str = "give_answer",
        confidence: float = 0.93,
        reply: Reply | None = None,
        phase: Phase = Phase.OPEN,
        done: bool = True,
        state: str = "done",
        language: str | None = None,
    ) -> None:
        """Let a resident send a message and the bot deal with it."""
        self.clock.move(seconds=20)
        self.count += 1
        incoming = Incoming(respondent.id, respondent.channel, f"m{self.count}", text)
        with self.database.writing() as session:
            inbox_id, _ = accept(session, incoming, phase=phase, now=self.clock())
        if not done:
            return
        with self.database.writing() as session:
            if step is not None:
                take_step(session, CONSULTATION, inbox_id, step, now=self.clock(), keys=KEYS)
            finish_turn(
                session,
                CONSULTATION,
                inbox_id,
                [reply] if reply else [],
                Understood(intent, confidence, language=language),
                delivery="sent",
                now=self.clock(),
                state=state,
            )


def csrf_token(client: FlaskClient, path: str = "/sign-in") -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found, f"{path} has no form"
    return found[1]


def audit(desk: Desk) -> list[tuple[str, str, str | None]]:
    """Return the record: who, what, about."""
    with desk.database.reading() as session:
        rows = session.execute(select(AuditRow).order_by(AuditRow.id)).scalars()
        return [(row.who, row.what, row.about) for row in rows]


def sign_in(
    client: FlaskClient, email: str, password: str = PASSWORD, *, next: str = ""
) -> TestResponse:
    form = {
        "csrf_token": csrf_token(client),
        "email": email,
        "password": password,
        "next": next,
    }
    return client.post("/sign-in", data=form)
