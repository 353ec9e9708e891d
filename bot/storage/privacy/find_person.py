"""Finding a person by anything that is held: a reference, a number, an email address, an id. What
was searched is told, also where nothing was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.registry import kinds_of_address
from bot.storage.database.keys import Keys
from bot.storage.database.tables import CaseRow, InboxRow, RequestRow, RespondentRow
from bot.storage.respondents.respondents import references_of

REFERENCE = re.compile(r"\b(HYS|REQ|CASE)[\s-]*([0-9A-Z]{4})[\s-]*([0-9A-Z]{4})\b", re.I)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TAIL = 9  # digits of a number that are compared, so that 07700 and +447700 are one
MOST = 50
IN_WORDS = "words that residents wrote"


@dataclass
class Search:
    """Who was found, with where; and what was searched, with how many were found there."""

    found: dict[str, list[str]] = field(default_factory=dict)
    searched: dict[str, int] = field(default_factory=dict)

    @property
    def surely(self) -> str | None:
        """The only one who was found, if that was by something of their own."""
        one = next(iter(self.found)) if len(self.found) == 1 else None
        return one if one and self.found[one] != [IN_WORDS] else None

    def add(self, where: str, references: list[str]) -> None:
        self.searched[where] = len(references)
        for reference in references:
            self.found.setdefault(reference, []).append(where)


def find_people(session: Session, keys: Keys, sought: str) -> Search:
    """Search everything that what was typed can be. A part of a number or address finds nobody."""
    search, typed = Search(), sought.strip()
    if found := REFERENCE.search(typed):
        letters = (found[2] + found[3]).upper().translate(str.maketrans("OIL", "011"))
        _by_reference(session, search, found[1].upper(), f"{letters[:4]}-{letters[4:]}")
        return search
    email = typed.removeprefix("mailto:")
    if EMAIL.fullmatch(email):
        _by_email(session, keys, search, email)
    else:
        _by_number(session, keys, search, typed)
    return search


def _by_reference(session: Session, search: Search, kind: str, letters: str) -> None:
    respondents, normal = select(RespondentRow.reference), f"{kind}-{letters}"
    if kind == "HYS":
        where, query = "references of conversations", RespondentRow.reference == normal
    else:
        table: Any = RequestRow if kind == "REQ" else CaseRow
        where = "references of requests" if kind == "REQ" else "references of cases"
        respondents = respondents.join(table, table.respondent_id == RespondentRow.id)
        query = table.reference == normal
    search.add(where, list(session.execute(respondents.where(query)).scalars()))


def _by_email(session: Session, keys: Keys, search: Search, email: str) -> None:
    _in_requests(session, keys, search, [email])
    like = f"%{_escaped(email)}%"
    _in_words(session, search, like, lambda text: email.casefold() in text.casefold())


def _by_number(session: Session, keys: Keys, search: Search, typed: str) -> None:
    scheme, colon, rest = typed.partition(":")
    schemes = {kind.scheme: kind for kind in kinds_of_address()}
    given = rest if colon and scheme in schemes else typed
    numbers = []
    for kind in schemes.values():
        if colon and scheme in schemes and kind.scheme != scheme:
            continue
        try:
            normal = kind.normal(given.strip())
            references = references_of(session, keys, f"{kind.scheme}:{given.strip()}")
        except ValueError:
            search.add(f"senders: {kind.called.lower()}", [])
            continue
        search.add(f"senders: {kind.called.lower()}", references)
        numbers += [normal] if kind.is_number else []
    _in_requests(session, keys, search, numbers)
    digits = re.sub(r"\D", "", given)[-TAIL:]
    if len(digits) >= TAIL:
        like = f"%{digits[-3:]}%"
        _in_words(session, search, like, lambda text: digits in re.sub(r"\D", "", text))


def _in_requests(session: Session, keys: Keys, search: Search, values: list[str]) -> None:
    """Look for a contact detail of requests by its keyed hash: nothing is opened for that."""
    hashes = [keys.hash_of("contact", value.casefold()) for value in values]
    rows = session.execute(
        select(RespondentRow.reference)
        .join(RequestRow, RequestRow.respondent_id == RespondentRow.id)
        .where(RequestRow.contact_hash.in_(hashes))
        .distinct()
        .limit(MOST)
    )
    search.add("contact details in requests", list(rows.scalars()) if hashes else [])


def _in_words(session: Session, search: Search, like: str, holds: Callable[[str], bool]) -> None:
    rows = session.execute(
        select(RespondentRow.reference, InboxRow.text)
        .join(RespondentRow, RespondentRow.id == InboxRow.respondent_id)
        .where(InboxRow.text.ilike(like, escape="\\"))
    )
    found = dict.fromkeys(reference for reference, text in rows if holds(text))
    search.add(IN_WORDS, list(found)[:MOST])


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
