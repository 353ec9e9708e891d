"""The rows of one turn: its message, where the sender stands, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.consultation.dates import Phase
from bot.storage.cases.cases import HAS_OPEN_CASE
from bot.storage.database.tables import InboxRow, RespondentRow
from bot.storage.messages.talks import TALKS_UNTIL
from bot.storage.respondents.places import STANDING, Standing

RECEIVED, DONE, FAILED = "received", "done", "failed"  # how far a message's turn has come


@dataclass(frozen=True)
class Message:
    """A message whose turn is being done, and its sender's standing."""

    id: int
    text: str
    button: Mapping[str, Any] | None
    phase: Phase
    turn: str
    effect: Mapping[str, Any] | None  # what it did, if it has done its work
    question: str | None  # the question that was open then
    last_seq: int  # of the conversation
    talks_until: datetime | None  # a person, with its sender
    has_case: bool
    fence: int  # of the last claim of the sender's turns
    sender: Standing

    def person_may_write(self, now: datetime) -> bool:
        """Say whether a person talks with its sender now, or has a case about them."""
        return self.has_case or (self.talks_until is not None and now < self.talks_until)


# Statements of every turn are built once: building one costs more than running it.
_MESSAGE = (
    select(
        InboxRow.id,
        InboxRow.text,
        InboxRow.button,
        InboxRow.phase,
        InboxRow.state,
        InboxRow.effect,
        InboxRow.question,
        RespondentRow.last_seq,
        TALKS_UNTIL,
        HAS_OPEN_CASE,
        RespondentRow.claim_no,
        *STANDING,
    )
    .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
    .where(InboxRow.id == bindparam("inbox_id"))
)
_LOCKED = _MESSAGE.with_for_update()
_INBOX = InboxRow.__table__
_THIS = update(_INBOX).where(_INBOX.c.id == bindparam("inbox_id"))
_SET_EFFECT = _THIS.values(effect=bindparam("new_effect"), question=bindparam("asked"))
_SEAL = _THIS.values(
    text="",
    button=None,
    private=bindparam("why"),
    sealed=bindparam("hidden"),
    question=bindparam("asked"),
)
_SET_DONE = _THIS.values(
    state=bindparam("turn"),
    done_at=bindparam("now"),
    intent=bindparam("said"),
    confidence=bindparam("sure"),
    other=bindparam("offered"),
    asks=bindparam("also"),
    care=bindparam("needs"),
    language=bindparam("tongue"),
    question=bindparam("asked"),
    progress=bindparam("told"),
)


def message_of(session: Session, inbox_id: int, *, locked: bool) -> Message | None:
    """Return a message and its sender's standing. `locked` holds both rows until the commit: a
    second run of the same turn waits here, and then sees that it was done.
    """
    row = session.execute(_LOCKED if locked else _MESSAGE, {"inbox_id": inbox_id}).first()
    if row is None:
        return None
    number, text, button, phase, turn, effect, question, *more = row
    (seq, until, has_case, fence), standing = more[:4], more[4:]
    sender = Standing(*standing)
    return Message(
        id=number,
        text=text,
        button=button,
        phase=Phase(phase),
        turn=turn,
        effect=effect,
        question=question,
        last_seq=seq,
        talks_until=until,
        has_case=has_case,
        fence=fence,
        sender=sender,
    )


def words_before(session: Session, respondent_id: str, inbox_id: int, question: str) -> str | None:
    """Return the words of the message before this one that could not be read as an answer to the
    same question, if that is the last thing that was said to it.
    """
    row = session.execute(
        select(InboxRow.text, InboxRow.effect)
        .where(
            InboxRow.respondent_id == respondent_id,
            InboxRow.id < inbox_id,
            InboxRow.question == question,
        )
        .order_by(InboxRow.id.desc())
        .limit(1)
    ).first()
    unread = row is not None and (row.effect or {}).get("did") == "unreadable"
    return row.text or None if row is not None and unread else None


def note_effect(
    session: Session, inbox_id: int, effect: Mapping[str, Any], question: str | None
) -> None:
    """Keep what a message did with it, so that a second run of its turn only tells it."""
    about = {"inbox_id": inbox_id, "new_effect": dict(effect), "asked": question}
    session.execute(_SET_EFFECT, about)


def seal(
    session: Session, inbox_id: int, why: str, hidden: bytes | None, question: str | None
) -> None:
    """Take a message out of what is read in clear; `hidden` is all that is kept of it."""
    about = {"inbox_id": inbox_id, "why": why, "hidden": hidden, "asked": question}
    session.execute(_SEAL, about)


@dataclass(frozen=True)
class Understood:
    """What the dialogue model made of a message (see bot/understanding/meaning.py)."""

    intent: str
    confidence: float
    other: str | None = None
    asks: tuple[str, ...] = ()
    care: str | None = None
    language: str | None = None


def end(
    session: Session,
    inbox_id: int,
    state: str,
    understood: Understood | None,
    *,
    question: str | None,
    progress: Mapping[str, Any],
    now: datetime,
) -> None:
    """Mark a message's turn as over: as DONE or FAILED."""
    about = {"inbox_id": inbox_id, "turn": state, "now": now, "asked": question}
    about |= {"told": dict(progress), "said": None, "sure": None}
    about |= {"offered": None, "also": None, "needs": None, "tongue": None}
    if understood:
        about |= {"said": understood.intent, "sure": understood.confidence}
        about |= {"offered": understood.other, "needs": understood.care}
        about |= {"also": list(understood.asks) or None, "tongue": understood.language}
    session.execute(_SET_DONE, about)
