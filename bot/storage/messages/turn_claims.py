"""Who does the next turn of a respondent: a lease with a fence on their row. One who was away for
longer than the lease is passed by the next, and what they bring then is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from bot.storage.database.leases import FREE, LEASE, is_over, seconds_now
from bot.storage.database.tables import InboxRow, RespondentRow, waits

_RESPONDENT = RespondentRow.__table__
_THIS = _RESPONDENT.c.id == bindparam("respondent")
_MAY = (
    _THIS,
    or_(
        is_over(_RESPONDENT.c.claimed_until),
        _RESPONDENT.c.claim_no == bindparam("mine"),  # a turn that is tried again
    ),
    exists().where(InboxRow.respondent_id == _RESPONDENT.c.id, waits()),
)
_UNTIL = {"claimed_until": seconds_now() + LEASE}
_CLAIM = update(_RESPONDENT).where(*_MAY).values(claim_no=_RESPONDENT.c.claim_no + 1, **_UNTIL)
# Who holds the row stores a message or claims it too: nobody waits for that.
_CLAIM_UNLOCKED = (
    update(_RESPONDENT)
    .where(
        _RESPONDENT.c.id
        == select(_RESPONDENT.c.id).where(*_MAY).with_for_update(skip_locked=True).scalar_subquery()
    )
    .values(claim_no=_RESPONDENT.c.claim_no + 1, **_UNTIL)
)
_STILL_MINE = (_THIS, _RESPONDENT.c.claim_no == bindparam("mine"))
_RENEW = update(_RESPONDENT).where(*_STILL_MINE).values(**_UNTIL)
_FREE = update(_RESPONDENT).where(*_STILL_MINE).values(claimed_until=FREE)
_IS_FREE = select(is_over(_RESPONDENT.c.claimed_until)).where(_THIS)


def claim_turn(session: Session, respondent_id: str, mine: int | None = None) -> bool:
    """Claim a respondent's oldest waiting turn; say whether it is ours. What comes next must be
    read after this. `mine`: the fence of a claim that may still be held.
    """
    postgresql = session.get_bind().dialect.name == "postgresql"
    about = {"respondent": respondent_id, "mine": -1 if mine is None else mine}
    return bool(session.execute(_CLAIM_UNLOCKED if postgresql else _CLAIM, about).rowcount)


def is_free(session: Session, respondent_id: str) -> bool:
    """Say whether nobody has a claim, and only the row was locked a moment ago."""
    return bool(session.execute(_IS_FREE, {"respondent": respondent_id}).scalar())


def renew_turns(session: Session, held: Mapping[str, int]) -> None:
    """Hold claims for longer; those that were passed meanwhile stay with who has them."""
    _for_all(session, _RENEW, held)


def free_turns(session: Session, held: Mapping[str, int]) -> None:
    """Give claims back."""
    _for_all(session, _FREE, held)


def _for_all(session: Session, statement: object, held: Mapping[str, int]) -> None:
    # In one order, or two who renew could wait for each other.
    for respondent, mine in sorted(held.items()):
        session.execute(statement, {"respondent": respondent, "mine": mine})
