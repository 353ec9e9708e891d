"""All that a person said and that staff wrote about them, in clear, as plain texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.database.keys import Keys
from bot.storage.database.tables import AddressRow, InboxRow, NoteRow, RequestRow
from bot.storage.requests.rows import fields_of


def words_of_person(session: Session, keys: Keys, respondent_id: str) -> list[str]:
    """Return every text of a person: messages, what is sealed, notes, requests and addresses."""
    return [text for text in _words(session, keys, respondent_id) if text]


def _words(session: Session, keys: Keys, respondent_id: str) -> Iterator[str]:
    def mine(column: Any, table: Any) -> Iterator[Any]:
        query = select(column).where(table.respondent_id == respondent_id)
        yield from session.execute(query).scalars()

    yield from mine(InboxRow.text, InboxRow)
    yield from mine(NoteRow.text, NoteRow)
    hidden = [*mine(InboxRow.sealed, InboxRow), *mine(AddressRow.encrypted, AddressRow)]
    yield from (keys.reveal(one) for one in hidden if one)
    for row in mine(RequestRow, RequestRow):
        fields = fields_of(keys, row).values()
        for said in (one for field in fields for one in (field, *field.get("before", []))):
            yield from (str(said.get(part) or "") for part in ("text", "value", "remark"))
