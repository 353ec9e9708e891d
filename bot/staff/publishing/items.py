"""What may be published: stories whose senders agreed and that a caseworker approved, and answers
that were chosen to be quoted; each with its original and its public version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.consultation.dates import LONDON
from bot.consultation.model import Consultation, Section
from bot.consultation.question import Consent, Kind, Question
from bot.staff.conversations.masking import hidden_text
from bot.staff.requests.files import asks_for, before, columns_of
from bot.staff.requests.shown import answer_of
from bot.storage.database.keys import Keys
from bot.storage.database.session import Session
from bot.storage.publishing.public_versions import Version, quote_key, versions_of
from bot.storage.requests.queries import Sought, find_requests
from bot.storage.requests.rows import DONE, OPEN_STATUSES
from bot.storage.results.quoted import chosen_quotes
from bot.understanding.personal_data import NUMBER, holds_personal, pieces_of

QUOTES = "quotes"
MOST = 10_000
APPROVED = Sought(statuses=(*OPEN_STATUSES, DONE), approved=True)
HELD_BACK = "(held back: it holds a number, an email address or a postcode)"
TELEPHONE = re.compile(r"[+(]*(?:0|o|44)", re.I)


@dataclass(frozen=True)
class Item:
    """Something that may be published. `kind` is QUOTES or a kind of request; `texts` are the
    original words by question, without numbers, addresses and contact details; `about` is the
    reference that the audit names; `before` is what a file says of it first.
    """

    key: str
    kind: str
    about: str
    texts: Mapping[str, str]
    before: Mapping[str, Any]
    at: datetime
    version: Version | None

    @property
    def is_approved(self) -> bool:
        return self.version is not None and self.version.approved_by is not None

    @property
    def public(self) -> Mapping[str, str]:
        """The words as they would be published: those of the public version, if there is one."""
        return self.version.texts if self.version else self.texts


def sections_of(consultation: Consultation) -> list[Section]:
    return [one for one in consultation.requests if asks_for(one, Consent.PUBLISH)]


def items_of(session: Session, keys: Keys, consultation: Consultation) -> list[Item]:
    """Return everything that may be published, stories first, the oldest of each kind first."""
    versions = versions_of(session, consultation.id)
    found = []
    for section in sections_of(consultation):
        asked = columns_of(section, contact=False).values()
        about = (session, keys, consultation.id, section.id, APPROVED)
        for one in find_requests(*about, limit=MOST):
            said = {q.id: without_reach(q, answer_of(q, one)) for q in asked}
            texts = {name: text for name, text in said.items() if text}
            if not one.gone:
                version = versions.get(one.reference)
                found.append(
                    Item(one.reference, section.id, one.reference, texts, before(one),
                         one.created_at, version)
                )  # fmt: skip
    for quote in chosen_quotes(session, consultation.id, most=MOST):
        key, text = quote_key(quote.answer_id), {quote.question: hidden_text(quote.text)}
        first = {"question": named(consultation, quote.question), "chosen": _day(quote.at)}
        found.append(
            Item(key, QUOTES, quote.reference, text, first, quote.answered_at, versions.get(key))
        )
    return found


def named(consultation: Consultation, question_id: str) -> str:
    question = consultation.by_id.get(question_id)
    return question.wording.text if question else question_id


def rows_of(consultation: Consultation, kind: str, items: list[Item]) -> list[dict[str, Any]]:
    """Return the lines of a file: approved public versions, and nothing else."""
    approved = [one for one in items if one.kind == kind and one.is_approved]
    if kind == QUOTES:
        return [{**one.before, "quote": " ".join(one.public.values())} for one in approved]
    section = next(one for one in sections_of(consultation) if one.id == kind)
    asked = columns_of(section, contact=False)
    return [
        {**one.before, **{name: one.public.get(q.id, "") for name, q in asked.items()}}
        for one in approved
    ]


def columns_of_file(consultation: Consultation, kind: str) -> list[str]:
    if kind == QUOTES:
        return ["question", "chosen", "quote"]
    section = next(one for one in sections_of(consultation) if one.id == kind)
    return ["reference", "received", *columns_of(section, contact=False)]


def without_reach(question: Question, said: str) -> str:
    """A link with a piece missing leads nowhere, so it is held back as a whole."""
    if question.kind is not Kind.URL:
        return hidden_text(said)
    return HELD_BACK if reaches(question, said) else said


def reaches(question: Question | None, said: str) -> bool:
    """Say whether a text still reaches a person. Other numbers than telephones are common in
    links.
    """
    if question is None or question.kind is not Kind.URL:
        return holds_personal(said)
    found = [p for p in pieces_of(said) if p.kind]
    return any(p.kind != NUMBER or TELEPHONE.match(p.text) for p in found)


def _day(at: datetime) -> str:
    return at.astimezone(LONDON).date().isoformat()
