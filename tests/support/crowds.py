"""Very many messages and replies that wait, put into the tables as they are."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy import insert, select, text

from bot.storage.database.session import Database
from bot.storage.database.tables import AddressRow, InboxRow, OutboxRow, RespondentRow
from tests.support.people import NOON, People

AT_ONCE = 5000  # rows


class Crowd:
    """`others` write a message each in turn, `busy` very many, and `old` has had very many answered
    before the last.
    """

    def __init__(self, people: People, others: int) -> None:
        self._database: Database = people.database
        self.busy, self.old = people.new(channel="sms").id, people.new(channel="sms").id
        self._numbers = count(1)
        self.others = [f"other{n}" for n in range(others)]
        with self._database.writing() as session:
            person = dict(session.execute(select(RespondentRow.__table__)).mappings().first())
            address = dict(session.execute(select(AddressRow.__table__)).mappings().first())
            del address["id"]
            session.execute(
                insert(RespondentRow.__table__),
                [{**person, "id": who, "reference": who.upper()} for who in self.others],
            )
            session.execute(
                insert(AddressRow.__table__),
                [{**address, "respondent_id": who, "hash": who} for who in self.others],
            )
            session.execute(AddressRow.__table__.update().values(encrypted=b"hidden"))

    def write(self, *, others: int, busy: int, over: int) -> None:
        """Have so many messages and replies more: what waits and, of `old`, what is over."""
        who = [self.others[n % len(self.others)] for n in range(others)] + [self.busy] * busy
        rows = [self._both(one, over=False) for one in who]
        rows += [self._both(self.old, over=True) for _ in range(over)]
        rows.append(self._both(self.old, over=False))
        with self._database.writing() as session:
            for start in range(0, len(rows), AT_ONCE):
                messages, replies = zip(*rows[start : start + AT_ONCE], strict=True)
                session.execute(insert(InboxRow.__table__), list(messages))
                session.execute(insert(OutboxRow.__table__), list(replies))
            session.execute(text("ANALYZE"))

    def _both(self, who: str, *, over: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        seq = next(self._numbers)
        both = {"respondent_id": who, "channel": "sms", "seq": seq, "text": "4"}
        message = {"provider_id": str(seq), "phase": "open", "received_at": NOON}
        reply = {"buttons": [], "created_at": NOON}
        return (
            {**both, **message, "state": "done" if over else "received"},
            {**both, **reply, "delivery": "sent" if over else "queued"},
        )
