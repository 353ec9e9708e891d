"""Deleting everything about a person. What stays has no content: so counts agree, and a message
that a provider brings again changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.consultation.state import State
from bot.storage.cases.cases import delete_cases
from bot.storage.coding.codes import delete_codes
from bot.storage.coding.themes import forget_examples
from bot.storage.database.journal import note
from bot.storage.database.keys import Keys
from bot.storage.database.tables import (
    AddressRow,
    AnswerRow,
    ConsideredRow,
    CorrectionRow,
    EqualityAnswerRow,
    FlagRow,
    HearingRow,
    InboxRow,
    NoteRow,
    OutboxRow,
    ReadingRow,
    RespondentRow,
    SkipRow,
    TagRow,
    TalkRow,
    unsent,
)
from bot.storage.privacy.persons_words import words_of_person
from bot.storage.publishing.public_versions import delete_versions_of
from bot.storage.requests.requests import delete_requests
from bot.storage.requests.rows import RESIDENT
from bot.storage.review.saved_views import drop_unfound, views_that_find
from bot.storage.staff.audit import record

A_LINE = 20  # messages that one line of the journal names
ERASED = "erased a person"  # what the audit calls it
# What is left of a reply.
NOTHING_SAID: Mapping[str, Any] = {
    "text": "", "sealed": None, "buttons": [], "question": None, "provider_id": None,
}  # fmt: skip


def lift_suppression(session: Session, respondent_id: str) -> bool:
    """Free the address of a resident who was erased; say whether it was kept because of a STOP."""
    mark = (AddressRow.respondent_id == respondent_id) & AddressRow.encrypted.is_(None)
    return bool(session.execute(delete(AddressRow).where(mark)).rowcount)


def tombstone(keys: Keys, channel: str, message_id: str) -> str:
    """Return what is kept of a provider's message id: enough to know it again."""
    return "gone:" + keys.hash_of(f"message-{channel}", message_id)


WITH_THE_PERSON = (
    AnswerRow, SkipRow, FlagRow, NoteRow, TagRow, ConsideredRow, EqualityAnswerRow, ReadingRow,
    TalkRow, HearingRow,
)  # fmt: skip


def erase(session: Session, keys: Keys, respondent_id: str, *, last_words: bool) -> None:
    """Delete a person's words, answers, requests and address, and what staff wrote about them. With
    `last_words`, what waits to be sent to them may still go out; then the address goes too (see
    `forget_address`).
    """
    person = session.get(RespondentRow, respondent_id, with_for_update=True)
    was, gone = person.state, list[str]()
    said = words_of_person(session, keys, respondent_id)
    views = views_that_find(session, said)
    forget_examples(session, said)
    mine = select(InboxRow.id).where(InboxRow.respondent_id == respondent_id)
    corrections = delete(CorrectionRow).where(CorrectionRow.inbox_id.in_(mine))
    session.execute(corrections.execution_options(synchronize_session=False))
    delete_versions_of(session, respondent_id)
    delete_requests(session, respondent_id)
    delete_cases(session, respondent_id)
    delete_codes(session, respondent_id)
    for table in WITH_THE_PERSON:
        session.execute(delete(table).where(table.respondent_id == respondent_id))
    for row in session.execute(
        select(InboxRow).where(InboxRow.respondent_id == respondent_id)
    ).scalars():
        if _empty_message(row, keys):
            gone.append(row.provider_id)
    outbox = update(OutboxRow).where(OutboxRow.respondent_id == respondent_id)
    reachable = select(AddressRow.id).where(
        AddressRow.respondent_id == respondent_id, AddressRow.encrypted.is_not(None)
    )
    if last_words and session.execute(reachable).first() is None:
        last_words = False  # the last words were said before: this came when they were gone
        session.execute(
            outbox.where(OutboxRow.delivery.in_(("queued", "sending"))).values(
                delivery="cancelled", error="erased"
            )
        )
    if last_words:
        outbox = outbox.where(OutboxRow.delivery.not_in(("queued", "sending")))
    session.execute(outbox.values(**NOTHING_SAID))
    person.state, person.open_question, person.pending = State.ERASED.value, None, None
    person.run, person.language, person.need = None, None, 0
    person.behalf, person.views = None, None
    if person.opted_out:
        # Of a resident who said STOP the mark stays, so that it is still obeyed (ICO: suppress).
        session.execute(
            update(AddressRow)
            .where(AddressRow.respondent_id == respondent_id)
            .values(encrypted=None)
        )
    elif last_words and _waits(session, respondent_id):
        # Nobody is found by it any more; it is read once, to send the last words.
        session.execute(
            update(AddressRow)
            .where(AddressRow.respondent_id == respondent_id)
            .values(hash=secrets.token_hex(32))
        )
    else:
        session.execute(delete(AddressRow).where(AddressRow.respondent_id == respondent_id))
    drop_unfound(session, views)
    if was != State.ERASED.value or gone:
        _note(session, person, gone)


def erase_as_asked(
    session: Session, keys: Keys, respondent_id: str, now: datetime, *, last_words: bool
) -> None:
    """Erase a person who asked for it in the conversation, and note that it was done."""
    reference = session.get(RespondentRow, respondent_id).reference
    erase(session, keys, respondent_id, last_words=last_words)
    reason = "asked for it in the conversation"
    record(session, who=RESIDENT, what=ERASED, about=reference, reason=reason, now=now)


def erase_by_reference(
    session: Session,
    keys: Keys,
    reference: str,
    now: datetime,
    *,
    who: str = "command line",
    reason: str | None = None,
) -> bool:
    """Erase the person with a reference, and note that it was done; say whether there is one."""
    found = session.execute(
        select(RespondentRow.id).where(RespondentRow.reference == reference)
    ).scalar()
    if found is None:
        return False
    erase(session, keys, found, last_words=False)
    record(session, who=who, what=ERASED, about=reference, reason=reason, now=now)
    return True


def forget_address(session: Session, respondent_id: str) -> bool:
    """After the last words to a resident who was erased: delete those, and where they went. Say
    whether it was done now.
    """
    person = session.get(RespondentRow, respondent_id)
    if person.state != State.ERASED.value or _waits(session, respondent_id):
        return False
    session.execute(
        delete(AddressRow).where(
            AddressRow.respondent_id == respondent_id, AddressRow.encrypted.is_not(None)
        )
    )
    session.execute(
        update(OutboxRow).where(OutboxRow.respondent_id == respondent_id).values(**NOTHING_SAID)
    )
    return True


def _note(session: Session, person: RespondentRow, gone: Sequence[str]) -> None:
    """Let a copy of the database from before know of it, and of what may be brought again."""
    about = {"consultation": person.consultation, "channel": person.channel}
    note(session, "erased", who=person.id, reference=person.reference, **about)
    for start in range(0, len(gone), A_LINE):
        note(session, "gone", who=person.id, messages=gone[start : start + A_LINE])


def _empty_message(row: InboxRow, keys: Keys) -> bool:
    """Empty a message; say whether its provider's id was known until now."""
    known = not row.provider_id.startswith("gone:")
    if known:
        row.provider_id = tombstone(keys, row.channel, row.provider_id)
    row.text, row.button, row.sender_ref, row.question = "", None, None, None
    row.effect, row.progress, row.confidence, row.sealed = None, None, None, None
    row.other, row.asks, row.care, row.language = None, None, None, None
    if row.state == "received":
        row.state = "done"
    return known


def _waits(session: Session, respondent_id: str) -> bool:
    query = select(OutboxRow.id).where(
        OutboxRow.respondent_id == respondent_id,
        unsent(),
    )
    return session.execute(query.limit(1)).first() is not None
