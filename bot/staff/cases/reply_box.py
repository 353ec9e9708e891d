"""The box for replies in the right pane of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g

from bot.channels.registry import channel_named
from bot.staff.cases.reply_form import (
    MOST_PARTS,
    SIGNS,
    ReplyProblem,
    Template,
    templates_of,
)
from bot.staff.shell.context import app_context
from bot.storage.database.session import Session
from bot.storage.messages.claims import channel_of
from bot.storage.messages.talks import CannotReply, Talk, signature_of, talk_of, why_no_reply

WHY_NOT = {
    CannotReply.STOPPED: "They asked to stop, so nobody may write to them. They can come back by"
    " sending START.",
    CannotReply.ERASED: "This person was erased. There is nobody to write to.",
    CannotReply.NO_ADDRESS: "We no longer know where to write to.",
}


@dataclass(frozen=True)
class ReplyBox:
    """What the box shows. `talk` is there while a person has taken over, or until they hand back;
    `problem` says why nobody may write.
    """

    talk: Talk | None
    is_on: bool
    problem: str | None
    templates: tuple[Template, ...]
    text: str  # to begin with, or what was typed
    name: str
    wrong: ReplyProblem | None
    hours: int
    most_parts: int | None  # of a text message, where each costs money
    now: datetime


def reply_box(session: Session, respondent_id: str) -> ReplyBox:
    here, now = app_context(), app_context().clock()
    talk, problem = talk_of(session, respondent_id), why_no_reply(session, respondent_id)
    short = channel_named(channel_of(session, respondent_id)).short_texts
    return ReplyBox(
        talk=talk,
        is_on=talk is not None and talk.is_on(now) and problem is None,
        problem=WHY_NOT[problem] if problem else None,
        templates=templates_of(here.settings.root),
        text=g.get("reply_text", ""),
        name=g.get("reply_name", "")
        or signature_of(session, g.staff.email)
        or SIGNS.get(g.staff.role, ""),
        wrong=g.get("reply_problem"),
        hours=here.settings.person_hours,
        most_parts=MOST_PARTS if short else None,
        now=now,
    )
