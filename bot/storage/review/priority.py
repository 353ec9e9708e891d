"""How much a conversation needs to be read: weighed when a message is understood, not when staff
look. The hundreds say why (see REASONS), the rest how much.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from bot.storage.database.tables import CorrectionRow, FlagRow, InboxRow, RespondentRow

LEVEL = 100  # needs of one hundred have one reason
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

# How sure the bot was of what nobody has corrected or confirmed; null where a person has.
UNCHECKED = case((CorrectionRow.inbox_id.is_(None), InboxRow.confidence))
_RESPONDENT = RespondentRow.__table__
_RAISE = (
    update(_RESPONDENT)
    .where(_RESPONDENT.c.id == bindparam("respondent"), _RESPONDENT.c.need < bindparam("more"))
    .values(need=bindparam("more"))
)


def need_of(
    text: str, intent: str | None, confidence: float | None, *, failed: bool, personal: bool
) -> int:
    """Return how much a message needs to be read: 0, or a level and up to 99 more. `personal`: it
    holds what may name or reach a person.
    """
    found = [BY_INTENT.get(intent or "", 0), FAILED if failed else 0]
    if confidence is not None and confidence < SURE:
        found.append(UNSURE + min(round((SURE - confidence) * 198), 99))
    if personal:
        found.append(PERSONAL)
    if len(text) >= LONG:
        found.append(RICH + min((len(text) - LONG) // 10, 99))
    return max(found)


def message_need(
    text: str,
    intent: str | None,
    confidence: float | None,
    *,
    failed: bool,
    personal: bool,
    flags: Collection[str],
) -> int:
    """Return how much a message needs to be read, with what staff or the bot flagged in it."""
    weighed = need_of(text, intent, confidence, failed=failed, personal=personal)
    return max(weighed, *(BY_FLAG.get(kind, 0) for kind in flags), 0)


def reason_of(need: int) -> str | None:
    """Return why a conversation should be read early, or None."""
    return REASONS.get(need // LEVEL * LEVEL)


def raise_need(session: Session, respondent_id: str, need: int) -> None:
    """Let a conversation need at least what one of its messages needs. Most need nothing."""
    if need:
        session.execute(_RAISE, {"respondent": respondent_id, "more": need})


def unread_need(session: Session, person: RespondentRow, is_personal: Callable[[str], bool]) -> int:
    """Return how much a conversation needs to be read from where it was read to: each message as it
    was weighed after its turn, or as staff corrected it (then it is flagged, and no longer unsure).
    `is_personal` says whether a text holds what may name or reach a person.
    """
    rows = session.execute(
        select(InboxRow.text, InboxRow.intent, UNCHECKED, InboxRow.state, FlagRow.kind)
        .outerjoin(FlagRow, FlagRow.inbox_id == InboxRow.id)
        .outerjoin(CorrectionRow, CorrectionRow.inbox_id == InboxRow.id)
        .where(InboxRow.respondent_id == person.id, InboxRow.seq > person.read_seq)
    )
    needs = []
    for text, intent, sure, state, kind in rows:
        failed, personal, flags = state == "failed", is_personal(text), (kind or "",)
        needs.append(
            message_need(text, intent, sure, failed=failed, personal=personal, flags=flags)
        )
    return max(needs, default=0)
