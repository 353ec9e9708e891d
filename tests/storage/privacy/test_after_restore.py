"""A drill: a copy of the database is put back, and what was asked for since is done again."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.consultation.model import Consultation
from bot.conversation import answering, confirmations, moving
from bot.conversation.place import StepFunction
from bot.conversation.requests import request
from bot.conversation.withdrawals import withdraw
from bot.settings import Settings, SettingsError
from bot.storage.cases.cases import delete_cases
from bot.storage.database.backup import back_up, put_back, read_about
from bot.storage.database.journal import JOURNAL, begin_anew, begin_journal
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Database
from bot.storage.database.tables import (
    AddressRow,
    AuditRow,
    HearingRow,
    InboxRow,
    OutboxRow,
    RequestRow,
    RespondentRow,
    StaffRow,
)
from bot.storage.messages.outbox import opt_out
from bot.storage.privacy.after_restore import catch_up
from bot.storage.requests.requests import sent_requests
from bot.storage.respondents import hearing
from bot.storage.staff.rows import Role
from bot.storage.staff.sign_in import add_staff, disable_staff, end_sessions
from bot.turns.services import Services
from tests.conftest import Clock
from tests.storage.privacy.test_erasure import NUMBER, OTHER, Person

NOW = datetime(2026, 11, 30, tzinfo=timezone.utc)
EMAIL = "reader@example.gov.uk"
ASKS_FOR_A_CALL = [
    ("call me", request("callback")),
    ("about the buses", answering.answer),
    ("Alex Example", answering.answer),
    ("alex@example.org", answering.answer),
    ("yes", answering.answer),
    ("yes", confirmations.affirm),
]


@pytest.fixture()
def services(
    settings: Settings,
    consultation: Consultation,
    any_database: Database,
    clock: Clock,
    tmp_path: Path,
) -> Services:
    return Services(
        settings=settings,
        consultation=consultation,
        database=any_database,
        words=None,  # type: ignore[arg-type]
        keys=load_keys(tmp_path / "secrets"),  # those of `any_database`
        clock=clock,
    )


class Drill:
    """A copy that is made first and put back in the end."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services, self.folder, self.database = services, folder, services.database
        self.known = Person(services)
        self.known.converse()
        self.known.deliver()
        with self.database.writing() as session:
            begin_journal(session)
            for address, role in (("admin@example.gov.uk", Role.ADMIN), (EMAIL, Role.REVIEWER)):
                add_staff(session, address, role, NOW)
                self.staff(session, address).password_hash = "a hash"

    def copy(self) -> None:
        back_up(self.database, self.folder, NOW)

    def restore(self) -> dict[str, int]:
        put_back(self.database, self.folder)
        return self.catch_up()

    def catch_up(self) -> dict[str, int]:
        with self.database.writing() as session:
            return catch_up(session, self.services.keys, self.services.consultation, NOW)

    def withdrawing(self) -> StepFunction:
        with self.database.reading() as session:
            return withdraw(sent_requests(session, self.known.id))

    def staff(self, session: Any, email: str) -> StaffRow:
        return session.execute(select(StaffRow).where(StaffRow.email == email)).scalar_one()

    def row(self, person: Person) -> RespondentRow:
        with self.database.reading() as session:
            return session.get(RespondentRow, person.id)


@pytest.fixture()
def drill(services: Services, tmp_path: Path) -> Drill:
    return Drill(services, tmp_path / "copy")


def test_who_was_erased_since_is_erased_again(drill: Drill) -> None:
    drill.copy()
    late = drill.known.send("one thing more")
    drill.known.delete("All gone.")
    drill.known.deliver()
    assert drill.restore()["erased"] == 1
    assert drill.row(drill.known).state == "erased"
    with drill.database.reading() as session:
        texts = session.execute(select(InboxRow.text).distinct()).scalars().all()
        assert texts == [""] and not session.execute(select(AddressRow)).all()
    brought = [drill.known.bring_again(number) for number in range(len(drill.known.arrivals))]
    assert late and not any(stored.new for stored in brought)


def test_who_came_and_was_erased_since_is_not_brought_back(drill: Drill) -> None:
    drill.copy()
    late = Person(drill.services, address=OTHER)
    late.converse()
    late.delete("All gone.")
    late.deliver()
    drill.restore()
    assert drill.row(late).state == "erased"
    assert not any(late.bring_again(number).new for number in range(len(late.arrivals)))


@pytest.mark.parametrize("came_back", [False, True])
def test_a_stop_is_obeyed_again_unless_it_was_taken_back(drill: Drill, came_back: bool) -> None:
    drill.copy()
    late = Person(drill.services, address=OTHER)
    for person in (drill.known, late):
        person.turn("STOP", moving.opt_out)
        if came_back:
            person.turn("START", moving.start)
    drill.restore()
    assert drill.row(drill.known).opted_out is not came_back
    assert (drill.row(drill.known).state == "stopped") is not came_back
    again = Person(drill.services, address=OTHER)  # what they sent is found at the provider
    again.send("hello")
    assert drill.row(again).opted_out is not came_back


def test_consents_that_were_taken_back_stay_so(drill: Drill) -> None:
    person = drill.known
    for words, step in ASKS_FOR_A_CALL:
        person.turn(words, step)
    with drill.database.writing() as session:
        session.execute(select(RequestRow)).scalar_one().may_contact = True
    drill.copy()
    person.turn("don’t contact me about my story", drill.withdrawing())
    drill.restore()
    with drill.database.reading() as session:
        assert session.execute(select(RequestRow.may_contact)).scalar_one() is False


def test_a_request_that_was_withdrawn_stays_so(drill: Drill) -> None:
    for words, step in ASKS_FOR_A_CALL:
        drill.known.turn(words, step)
    drill.copy()
    with drill.database.reading() as session:
        sent = session.execute(select(RequestRow.reference)).scalar_one()
    drill.known.turn(f"withdraw {sent}", drill.withdrawing())
    drill.restore()
    with drill.database.reading() as session:
        row = session.execute(select(RequestRow)).scalar_one()
    assert (row.status, row.fields) == ("withdrawn", None)


@pytest.mark.parametrize("asked_before", [False, True])
@pytest.mark.parametrize("told", [False, True])
def test_who_wants_to_hear_is_known_and_nobody_is_told_again(
    drill: Drill, asked_before: bool, told: bool
) -> None:
    who = drill.known.id

    def ask() -> None:
        with drill.database.writing() as session:
            put: Any = {"text": "Hear?", "version": "1", "channel": "sms", "now": NOW}
            hearing.note_asked(session, who, **put)

    with drill.database.writing() as session:
        delete_cases(session, who)  # staff need the address of one whom they care for
    if asked_before:
        ask()
    drill.copy()
    if not asked_before:
        ask()
    with drill.database.writing() as session:
        hearing.note_wish(session, who, True, NOW)
        if told:
            assert hearing.tell(session, who, "News", NOW)
            session.query(OutboxRow).update({"delivery": "sent"})
            assert hearing.forget_told(session, who)
    done = drill.restore()
    assert done["hears"] == 1 and done.get("told", 0) == told
    with drill.database.reading() as session:
        row = session.get(HearingRow, who)
        assert row.given is True and (row.told_at is not None) is told
        reachable = session.query(AddressRow).filter_by(respondent_id=who).count()
        assert reachable == (0 if told else 1)


ACCOUNTS: dict[str, tuple[Callable[[Any, Drill], Any], Callable[[StaffRow], bool]]] = {
    "shut": (lambda session, _: disable_staff(session, EMAIL), lambda row: row.disabled),
    "shut and opened": (
        lambda session, _: (
            disable_staff(session, EMAIL) and add_staff(session, EMAIL, Role.REVIEWER, NOW)
        ),
        lambda row: not row.disabled and row.password_hash is None and row.session_version == 3,
    ),
    "signed out": (
        lambda session, drill: end_sessions(session, drill.staff(session, EMAIL).id),
        lambda row: row.session_version == 2 and row.password_hash == "a hash",
    ),
    "another role": (
        lambda session, _: add_staff(session, EMAIL, Role.ANALYST, NOW, change_role=True),
        lambda row: row.role == "analyst" and row.session_version == 2,
    ),
}


@pytest.mark.parametrize("case", ACCOUNTS)
def test_an_account_can_do_no_more_than_before(drill: Drill, case: str) -> None:
    change, holds = ACCOUNTS[case]
    drill.copy()
    with drill.database.writing() as session:
        change(session, drill)
    drill.restore()
    with drill.database.reading() as session:
        assert holds(drill.staff(session, EMAIL))


def test_it_is_done_once_and_is_in_the_audit(drill: Drill) -> None:
    assert drill.catch_up() == {}
    drill.copy()
    drill.known.turn("STOP", moving.opt_out)
    assert drill.catch_up() == {}  # this database knows it
    assert drill.restore() == {"opted out": 1}
    assert drill.catch_up() == {}
    with drill.database.reading() as session:
        entry = session.execute(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).scalar_one()
    assert (entry.who, entry.reason) == ("restore", "1 opted out")


def test_a_journal_that_is_gone_or_older_stops_a_start(drill: Drill) -> None:
    drill.known.turn("STOP", moving.opt_out)
    with drill.database.reading() as session:
        journal = session.info[JOURNAL].path(session)
    lines = journal.read_text().splitlines()
    for kept in (lines[:-1], None):
        journal.unlink() if kept is None else journal.write_text("\n".join(kept))
        with pytest.raises(SettingsError, match="SECRETS_DIR"):
            drill.catch_up()
    with drill.database.writing() as session:
        begin_anew(session)
    assert drill.catch_up() == {}


def test_the_journal_holds_no_words_and_only_its_owner_reads_it(drill: Drill) -> None:
    drill.known.delete("All gone.")
    with drill.database.writing() as session:
        disable_staff(session, EMAIL)
    with drill.database.reading() as session:
        journal = session.info[JOURNAL].path(session)
    text = journal.read_text()
    assert {json.loads(line)["what"] for line in text.splitlines()} == {"erased", "gone", "account"}
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    for secret in ("wifi", NUMBER, NUMBER[1:], EMAIL, "SM-"):
        assert secret not in text


def test_a_line_that_a_crash_cut_off_spoils_no_other(drill: Drill) -> None:
    drill.known.turn("STOP", moving.opt_out)
    with drill.database.reading() as session:
        journal = session.info[JOURNAL].path(session)
    with journal.open("a") as file:
        file.write('{"at": "2026-11-30T12:0')
    drill.copy()
    drill.known.turn("START", moving.start)
    assert drill.restore() == {"came back": 1}


def test_what_was_noted_is_on_the_disk_before_the_commit(drill: Drill) -> None:
    """Else a crash between the two would lose it for ever."""
    with drill.database.writing() as session:
        opt_out(session, drill.known.id)
        journal, seen = session.info[JOURNAL].path(session), list[str]()
        event.listen(session.get_bind(), "commit", lambda _: seen.append(journal.read_text()))
    assert "opted out" in seen[0]


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "rubbish": lambda _: b"rubbish" * 1000,
    "cut off": lambda whole: whole[: len(whole) * 9 // 10],  # what is in it stands at its start
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_copy_leaves_the_database_as_it_is(drill: Drill, how: str) -> None:
    drill.copy()
    url = str(drill.database.engine.url)
    assert read_about(drill.folder, url)["made_at"] == NOW.isoformat()
    for file in drill.folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        if file.name.startswith("database"):
            file.write_bytes(SPOILT[how](file.read_bytes()))
    with pytest.raises(SettingsError):
        put_back(drill.database, drill.folder)
    assert drill.row(drill.known).state == "started"
    other = "sqlite:///x.db" if url.startswith("postgresql") else "postgresql://nobody@x/y"
    with pytest.raises(SettingsError, match="copy is of"):
        read_about(drill.folder, other)
