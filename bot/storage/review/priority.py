"""How much a conversation needs to be read: weighed when a message is understood, not when staff
look. The hundreds say why (see REASONS), the rest how much.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.storage.database.tables import FlagRow, InboxRow, RespondentRow
from bot.understanding.personal_data import holds_personal

DISTRESS, COMPLAINT, UNSURE, FAILED, PERSONAL, RICH = 600, 500, 400, 300, 200, 100
REASONS = {
    DISTRESS: "distress",
    COMPLAINT: "complaint",
    UNSURE: "unsure",
    FAILED: "failed",
    PERSONAL: "personal",
    RICH: "rich",
}
BY_INTENT = {"distress": DISTRESS, "complain": COMPLAINT}
BY_FLAG = {"distress": DISTRESS, "complaint": COMPLAINT}
SURE = 0.5  # less sure than this, and it may have been understood wrongly
LONG = 200  # letters; an answer of this length says more than most

_RESPONDENT = RespondentRow.__table__
_RAISE = (
    update(_RESPONDENT)
    .where(_RESPONDENT.c.id == bindparam("respondent"), _RESPONDENT.c.need < bindparam("more"))
    .values(need=bindparam("more"))
)


def need_of(text: str, intent: str | None, confidence: float | None, *, failed: bool) -> int:
    """Return how much a message needs to be read: 0, or a level and up to 99 more."""
    found = [BY_INTENT.get(intent or "", 0), FAILED if failed else 0]
    if confidence is not None and confidence < SURE:
        found.append(UNSURE + min(round((SURE - confidence) * 198), 99))
    if holds_personal(text):
        found.append(PERSONAL)
    if len(text) >= LONG:
        found.append(RICH + min((len(text) - LONG) // 10, 99))
    return max(found)


def reason_of(need: int) -> str | None:
    """Return why a conversation should be read early, or None."""
    return REASONS.get(need // 100 * 100)


def raise_need(session: Session, message: Any, understood: Any, *, failed: bool) -> None:
    """Let a conversation need at least what its message needs. Most need nothing: no query."""
    intent, confidence = (understood.intent, understood.confidence) if understood else (None, None)
    need = need_of(message.text, intent, confidence, failed=failed)
    if need:
        session.execute(_RAISE, {"respondent": message.respondent_id, "more": need})


def unread_need(session: Session, person: RespondentRow) -> int:
    """Return how much a conversation needs to be read from where it was read to: each message as it
    was weighed after its turn, or as staff corrected it (then it is flagged).
    """
    rows = session.execute(
        select(InboxRow.text, InboxRow.intent, InboxRow.confidence, InboxRow.state, FlagRow.kind)
        .outerjoin(FlagRow, FlagRow.inbox_id == InboxRow.id)
        .where(InboxRow.respondent_id == person.id, InboxRow.seq > person.read_seq)
    )
    needs = (
        max(need_of(text, intent, sure, failed=state == "failed"), BY_FLAG.get(kind or "", 0))
        for text, intent, sure, state, kind in rows
    )
    return max(needs, default=0)
