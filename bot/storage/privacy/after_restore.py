"""Catching up with the journal, after an older copy of the database was put back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.consultation.file.read import find_consultation
from bot.consultation.model import Consultation
from bot.consultation.question import Consent
from bot.consultation.state import State
from bot.settings import Settings, SettingsError
from bot.storage.database.journal import JOURNAL, Entry, Journal, begin_journal, reach, reached
from bot.storage.database.keys import Keys, load_keys
from bot.storage.database.session import open_database
from bot.storage.database.tables import AddressRow, InboxRow, RespondentRow, StaffRow
from bot.storage.messages.outbox import opt_out
from bot.storage.privacy.erasure import erase, lift_suppression
from bot.storage.requests.requests import withdraw_request
from bot.storage.respondents.consents import withdraw_consent
from bot.storage.respondents.hearing import hear_again, told_before
from bot.storage.staff.audit import begin, record

WHO = "restore"


@dataclass(frozen=True)
class Work:
    """What an entry is applied with."""

    session: Session
    keys: Keys
    consultation: Consultation
    now: datetime


def begin_records(settings: Settings) -> list[str]:
    """Begin the audit and the journal, the first time: later no audit entry is accepted without a
    key. An older copy of the database catches up with its journal; return lines that tell it.
    Raises SettingsError and StorageError.
    """
    consultation = find_consultation(settings.consultations, settings.consultation)
    keys, now = load_keys(settings.secrets_dir), datetime.now(timezone.utc)
    database = open_database(settings.database_url, settings.secrets_dir)
    with closing(database), database.writing() as session:
        begin(session)
        begin_journal(session)
        done = catch_up(session, keys, consultation, now)
        loud = database.loud_settings()
    told = [f"Done again from the journal: {what}, {count}." for what, count in done.items()]
    if loud:
        told.append("PostgreSQL's own log may hold what residents write. Have a superuser say:")
    return [*told, *loud]


def catch_up(
    session: Session, keys: Keys, consultation: Consultation, now: datetime
) -> dict[str, int]:
    """Apply the entries that this database does not have; return how many there were of each kind.

    Raises SettingsError when the journal itself is older than the database.
    """
    journal: Journal = session.info[JOURNAL]
    has, last = reached(session), journal.last(session)
    if has is not None and (last is None or last < has):
        raise SettingsError(
            f"{journal.path(session)} is older than the database, or is gone: put it back from your"
            " newest copy of SECRETS_DIR. Without it a copy of the database could bring back people"
            " who were erased. If there is none, `python -m bot journal --begin-anew`."
        )
    if last is None or last == has:
        return {}
    work, done = Work(session, keys, consultation, now), Counter[str]()
    for entry in journal.since(session, has):
        if apply := APPLY.get(entry["what"]):
            apply(work, entry)
            done[entry["what"]] += 1
    session.flush()
    reach(session, last)
    about = ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
    record(session, who=WHO, what="an older database caught up", reason=about, now=now)
    return dict(done)


def _erased(work: Work, entry: Entry) -> None:
    session = work.session
    if session.get(RespondentRow, entry["who"]) is None:
        _stand_in(work, entry, opted_out=False)
    erase(session, work.keys, entry["who"], last_words=False)


def _gone(work: Work, entry: Entry) -> None:
    """Know messages of a person who was erased again, when their provider brings them again."""
    person = work.session.get(RespondentRow, entry["who"])
    ids = set(entry["messages"])
    known = select(InboxRow.provider_id).where(InboxRow.provider_id.in_(ids))
    for provider_id in sorted(ids - set(work.session.execute(known).scalars())):
        person.last_seq += 1
        work.session.add(
            InboxRow(
                respondent_id=person.id,
                channel=person.channel,
                provider_id=provider_id,
                seq=person.last_seq,
                text="",
                phase="open",
                received_at=work.now,
                state="done",
            )
        )
    work.session.flush()


def _out(work: Work, entry: Entry) -> None:
    person = work.session.get(RespondentRow, entry["who"])
    if person is None:
        _stand_in(work, entry, opted_out=True)
        return
    opt_out(work.session, person.id)
    if person.state != State.ERASED.value:
        person.state = State.STOPPED.value
    work.session.flush()


def _back(work: Work, entry: Entry) -> None:
    """They came back after a STOP, and go on where this database has them."""
    lift_suppression(work.session, entry["who"])
    person = update(RespondentRow).where(RespondentRow.id == entry["who"])
    stopped = person.where(RespondentRow.state == State.STOPPED.value)
    for statement in (stopped.values(state=State.PAUSED.value), person.values(opted_out=False)):
        work.session.execute(statement.execution_options(synchronize_session="fetch"))


def _stand_in(work: Work, entry: Entry, *, opted_out: bool) -> None:
    """A person whom this database does not know: they stand there erased. Of one who opted out the
    address is known, so that the STOP outlives them.
    """
    row = RespondentRow(
        id=entry["who"],
        reference=entry["reference"],
        consultation=entry["consultation"],
        channel=entry["channel"],
        state=State.ERASED.value,
        opted_out=opted_out,
        privacy_version="",
        started_at=work.now,
        last_message_at=work.now,
        last_seq=0,
    )
    work.session.add(row)
    work.session.flush()
    for address in entry.get("addresses", ()) if opted_out else ():
        where = {"consultation": row.consultation, "channel": row.channel, "hash": address}
        if work.session.execute(select(AddressRow.id).filter_by(**where)).first() is None:
            work.session.add(AddressRow(respondent_id=row.id, encrypted=None, **where))
    work.session.flush()


def _revoked(work: Work, entry: Entry) -> None:
    consents = [Consent(one) for one in entry["consents"]]
    withdraw_consent(work.session, work.keys, work.consultation, entry["who"], consents, work.now)


def _withdrawn(work: Work, entry: Entry) -> None:
    withdraw_request(work.session, entry["reference"], work.now)


def _account(work: Work, entry: Entry) -> None:
    """Nobody signs in who could not any more, as more than they were, or with an old cookie."""
    for row in work.session.execute(select(StaffRow)).scalars():
        if work.keys.hash_of("staff", row.email) != entry["staff"]:
            continue
        row.disabled, row.role = entry["disabled"], entry["role"]
        row.session_version = max(row.session_version, entry["sessions"])
        if not entry["password"]:
            row.password_hash = None
        if row.disabled:
            row.link_hash = row.link_expires_at = None


def _hears(work: Work, entry: Entry) -> None:
    person, asked = work.session.get(RespondentRow, entry["who"]), work.consultation.outcome
    if person is None or person.state == State.ERASED.value:
        return
    text = asked["ask"].text if asked else ""
    wish: dict[str, Any] = {"given": entry["given"], "text": text, "channel": person.channel}
    hear_again(work.session, person.id, now=work.now, **wish)


def _told(work: Work, entry: Entry) -> None:
    told_before(work.session, entry["who"], work.now)


APPLY: dict[str, Callable[[Work, Entry], None]] = {
    "erased": _erased,
    "gone": _gone,
    "opted out": _out,
    "came back": _back,
    "consents taken back": _revoked,
    "request withdrawn": _withdrawn,
    "hears": _hears,
    "told": _told,
    "account": _account,
}
