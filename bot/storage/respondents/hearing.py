"""Who wants to hear what came of it: asked once, with the words that were asked, and told once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.storage.cases.cases import HAS_OPEN_CASE
from bot.storage.database.journal import note
from bot.storage.database.tables import (
    AddressRow,
    AnswerRow,
    CodeRow,
    HearingRow,
    OutboxRow,
    RespondentRow,
    TalkRow,
    ThemeRow,
)
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.messages.talks import why_no_reply
from bot.storage.messages.waiting import anything_waits

WAITS = ("queued", "sending")


def was_asked(session: Session, respondent_id: str) -> bool:
    return session.get(HearingRow, respondent_id) is not None


def note_asked(
    session: Session, respondent_id: str, *, text: str, version: str, channel: str, now: datetime
) -> None:
    """Note that they are asked, and with which words. Nobody is asked twice."""
    row = HearingRow(
        respondent_id=respondent_id, text=text, wording_version=version, channel=channel,
        asked_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()


def note_wish(session: Session, respondent_id: str, given: bool, now: datetime) -> None:
    """Note a yes or a no. An older copy of the database hears of it from the journal."""
    row = session.get(HearingRow, respondent_id)
    if row is not None:
        row.given, row.answered_at = given, now
        note(session, "hears", who=respondent_id, given=given)
        session.flush()


def wants_no_more(session: Session, respondent_id: str) -> None:
    """They agree no more to be contacted."""
    yes = (HearingRow.respondent_id == respondent_id) & HearingRow.given.is_(True)
    session.execute(update(HearingRow).where(yes).values(given=False))


def listeners(session: Session, consultation_id: str) -> tuple[list[tuple[str, str]], Counter[str]]:
    """Return (respondent, channel) of those who are still to be told, in the order in which they
    were asked; and why others are not, with how many.
    """
    rows = session.execute(
        select(HearingRow.respondent_id, HearingRow.given, HearingRow.told_at, HearingRow.channel)
        .join(RespondentRow, RespondentRow.id == HearingRow.respondent_id)
        .where(RespondentRow.consultation == consultation_id)
        .order_by(HearingRow.asked_at, HearingRow.respondent_id)
    ).all()
    found, others = [], Counter[str]()
    for row in rows:
        if not row.given:
            others["did not say yes"] += 1
        elif row.told_at:
            others["told already"] += 1
        elif problem := why_no_reply(session, row.respondent_id):
            others[problem.value] += 1
        else:
            found.append((row.respondent_id, row.channel))
    return found, others


def raised_by(session: Session, respondent_id: str) -> tuple[frozenset[int], frozenset[str]]:
    """Return the themes of what a respondent said, those above them too, and the questions that
    they answered.
    """
    mine = (AnswerRow.respondent_id == respondent_id) & (AnswerRow.status == "current")
    rows = session.execute(
        select(ThemeRow.id, ThemeRow.parent_id)
        .join(CodeRow, CodeRow.theme_id == ThemeRow.id)
        .join(AnswerRow, AnswerRow.id == CodeRow.answer_id)
        .where(mine)
    )
    themes = {one for row in rows for one in row if one is not None}
    answered = session.execute(select(AnswerRow.question).where(mine)).scalars()
    return frozenset(themes), frozenset(answered)


def tell(session: Session, respondent_id: str, text: str, now: datetime) -> bool:
    """Have a respondent told, once: what is sent and that it was are one transaction. Say whether
    they still were to be told.
    """
    row = session.get(HearingRow, respondent_id, with_for_update=True)
    if row is None or not row.given or row.told_at:
        return False
    if why_no_reply(session, respondent_id, lock=True):
        return False
    news = Reply(text, unasked=True)
    add_replies(session, respondent_id, [news], reply_to=None, delivery="queued", now=now)
    row.told_at = now
    session.flush()
    return True


def still_on_their_way(session: Session) -> int:
    """Return how many have been told and wait for the message to be sent."""
    waiting = OutboxRow.unasked.is_(True) & OutboxRow.delivery.in_(WAITS)
    return int(session.execute(select(func.count()).where(waiting)).scalar_one())


def forget_told(session: Session, respondent_id: str) -> bool:
    """Delete the address of a respondent who has been told, if nothing else needs it; say whether
    that was done now. Of one who said STOP the mark stays.
    """
    row = session.get(HearingRow, respondent_id)
    if row is None or row.told_at is None or is_needed(session, respondent_id):
        return False
    theirs = AddressRow.respondent_id == respondent_id
    known = theirs & AddressRow.encrypted.is_not(None)
    if session.execute(select(AddressRow.id).where(known)).first() is None:
        return False
    person = session.get(RespondentRow, respondent_id)
    if person.opted_out:
        session.execute(update(AddressRow).where(theirs).values(encrypted=None))
    else:
        session.execute(delete(AddressRow).where(theirs))
    note(session, "told", who=respondent_id)
    return True


def is_needed(session: Session, respondent_id: str) -> bool:
    """Say whether a respondent is still to be written to: by the bot, or by staff."""
    waits = (OutboxRow.respondent_id == respondent_id) & OutboxRow.delivery.in_(WAITS)
    with_staff = select(HAS_OPEN_CASE).where(RespondentRow.id == respondent_id)
    return bool(
        session.execute(select(OutboxRow.id).where(waits).limit(1)).first()
        or anything_waits(session, respondent_id)
        or session.get(TalkRow, respondent_id)
        or session.execute(with_staff).scalar()
    )


def told_and_reachable(session: Session, consultation_id: str) -> list[tuple[str, str]]:
    """Return (id, reference) of those who were told and whose address is still there."""
    rows = session.execute(
        select(RespondentRow.id, RespondentRow.reference)
        .join(HearingRow, HearingRow.respondent_id == RespondentRow.id)
        .join(AddressRow, AddressRow.respondent_id == RespondentRow.id)
        .where(
            RespondentRow.consultation == consultation_id,
            HearingRow.told_at.is_not(None),
            AddressRow.encrypted.is_not(None),
        )
    )
    return [tuple(row) for row in rows]


def hear_again(
    session: Session, respondent_id: str, *, given: bool, text: str, channel: str, now: datetime
) -> None:
    """Know a yes or a no that an older copy of the database does not have."""
    if not was_asked(session, respondent_id):
        note_asked(session, respondent_id, text=text, version="", channel=channel, now=now)
    row = session.get(HearingRow, respondent_id)
    row.given, row.answered_at = given, now
    session.flush()


def told_before(session: Session, respondent_id: str, now: datetime) -> None:
    """Know that a respondent was told whom an older copy of the database would tell again."""
    row = session.get(HearingRow, respondent_id)
    if row is not None and row.told_at is None:
        row.told_at = now
        session.flush()
    forget_told(session, respondent_id)
