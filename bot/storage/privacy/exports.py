"""Export rows, exactly as docs/contract names them. Rows are read in batches, so any size can be
exported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.consultation.suppression import rounded
from bot.storage.database.keys import Keys
from bot.storage.database.tables import RequestRow, RespondentRow
from bot.storage.messages.inbox import sender_message_id
from bot.storage.privacy.export_statements import STATEMENTS
from bot.storage.requests.rows import DRAFT, fields_of
from bot.storage.results.equality_figures import figures_at_step

COLUMNS: dict[str, tuple[str, ...]] = {
    "answers": (
        "respondent", "channel", "question", "kind", "value", "text", "status", "answered_at",
        "wording_version", "message",
    ),
    "requests": (
        "respondent", "channel", "kind", "fields", "consents", "status", "created_at", "reference",
        "duplicate_of",
    ),
    "respondents": (
        "respondent", "channel", "state", "opted_out", "language", "started_at",
        "last_message_at", "behalf", "views",
    ),
    "messages": (
        "respondent", "channel", "direction", "text", "at", "question", "intent", "delivery",
        "phase", "other", "asks", "care", "note", "language",
    ),
    "equality": ("question", "value", "count"),
    "corrections": (
        "text", "intent", "was", "question_kind", "at", "question", "value", "was_value",
        "sureness", "asked",
    ),
}  # fmt: skip
BATCH = 500
Row = dict[str, Any]


def export_rows(
    session: Session,
    what: str,
    consultation_id: str,
    reference: str | None = None,
    keys: Keys | None = None,
    masked: Callable[[str], str] = lambda text: "",
) -> Iterator[Row]:
    """Yield one dictionary a row with the columns of COLUMNS[what], for all or for one
    respondent. Without `keys` contact details stay hidden. `masked` hides what may name or reach a
    person in the texts of corrections; without it there is no text.
    """
    if what == "requests":
        yield from _requests(session, consultation_id, reference, keys)
        return
    if what == "equality":
        totals = {} if reference else figures_at_step(session, consultation_id)
        for question, counts in totals.items():
            for value, count in counts.items():
                if at_least := rounded(count):  # exact totals would let people be picked out
                    yield {"question": question, "value": value, "count": at_least}
        return
    statement = STATEMENTS[what]
    query = statement().where(RespondentRow.consultation == consultation_id)
    if reference:
        query = query.where(RespondentRow.reference == reference)
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        cells = {name: _plain(value) for name, value in zip(COLUMNS[what], row, strict=False)}
        if what == "messages" and row.sealed and keys:
            cells["text"] = keys.reveal(row.sealed)
        if what == "corrections":
            cells |= {"text": masked(row.text), "asked": masked(row.asked or "")}
            cells["was_value"] = (cells["was_value"] or {}).get("value")
        if what == "answers":
            cells["message"] = sender_message_id(cells["message"])
        yield cells


def _plain(value: Any) -> Any:
    """Write moments as RFC 3339 in UTC."""
    if isinstance(value, datetime):
        return (
            value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )
    return value


def _requests(
    session: Session, consultation_id: str, reference: str | None, keys: Keys | None
) -> Iterator[Row]:
    first = aliased(RequestRow)
    query = (
        select(RequestRow, RespondentRow.reference, first.reference)
        .join(RespondentRow, RespondentRow.id == RequestRow.respondent_id)
        .outerjoin(first, first.id == RequestRow.duplicate_of)
        .where(RequestRow.consultation == consultation_id, RequestRow.status != DRAFT)
        .order_by(RequestRow.id)
    )
    if reference:
        query = query.where(RespondentRow.reference == reference)
    for row, respondent, duplicate_of in session.execute(query).all():
        given = {"contact": row.may_contact, "publish": row.may_publish}
        fields = fields_of(keys, row) if keys else {}
        yield {
            "respondent": respondent,
            "channel": row.channel,
            "kind": row.kind,
            "fields": _shown(fields),
            "consents": {name: yes for name, yes in given.items() if yes is not None},
            "status": row.status,
            "created_at": _plain(row.created_at),
            "reference": row.reference,
            "duplicate_of": duplicate_of,
        }


def _shown(fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the fields by their local names; what was said beside a value is `NAME_remark`."""
    shown: dict[str, Any] = {}
    for question, said in fields.items():
        shown[_local(question)] = _said(said)
        if said.get("remark"):
            shown[f"{_local(question)}_remark"] = said["remark"]
    return shown


def _local(question: str) -> str:
    """Return the name of a field within its request."""
    return question.partition(".")[2] or question


def _said(said: dict[str, Any]) -> Any:
    """What was understood; where that is nothing, the very words."""
    return said["text"] if said["value"] is None else said["value"]
