"""The copy of everything about one person has every table that holds something about them."""

from __future__ import annotations

from datetime import datetime, timezone

from sqlalchemy import select

from bot.consultation.model import Consultation
from bot.settings import Settings
from bot.storage.database.keys import load_keys
from bot.storage.database.session import Database
from bot.storage.database.tables import (
    AnswerRow,
    Base,
    CaseEventRow,
    CaseRow,
    CitationRow,
    CodeRow,
    ConsentRow,
    ConsideredRow,
    CorrectionRow,
    DoubleCodeRow,
    EqualityAnswerRow,
    FlagRow,
    HearingRow,
    InboxRow,
    NoteRow,
    PublicVersionRow,
    QuoteRow,
    ReadingRow,
    ReportVersionRow,
    RequestEventRow,
    RequestRow,
    SettledCodeRow,
    SkipRow,
    TagRow,
    TalkRow,
    ThemeRow,
)
from bot.storage.messages.outbox import Reply, add_replies
from bot.storage.privacy.access_request import counts_held, held_about, person_of
from bot.storage.staff.audit import record
from tests.support.people import People

NOW = datetime(2021, 3, 1, 9, 0, tzinfo=timezone.utc)
STAFF = "reader@example.gov.uk"


def _fill(database: Database, settings: Settings, consultation: Consultation) -> str:
    """Let one person have a row in every table that can point to them."""
    people, keys = People(database, consultation), load_keys(settings.secrets_dir)
    person = people.new()
    people.turn(person, "canary said")
    reply = Reply("canary read back", personal=("canary read back",))
    who = {"respondent_id": person.id}
    with database.writing() as session:
        heard = session.execute(select(InboxRow)).scalars().first()
        heard.sealed = keys.hide("canary sealed")
        add_replies(session, person.id, [reply], reply_to=None, delivery="sent", now=NOW, keys=keys)
        request = RequestRow(
            **who, reference="REQ-7F3K-9Q2M", consultation=consultation.id, channel="webchat",
            kind="callback", status="new", wording_version="1", created_at=NOW,
            fields=keys.hide('{"callback.name": {"text": "canary field", "value": null}}'),
        )  # fmt: skip
        case = CaseRow(
            **who, reference="CASE-7F3K-9Q2M", consultation=consultation.id, kind="action",
            status="new", seq=1, opened_at=NOW, alert_tries=0,
        )  # fmt: skip
        session.add_all([request, case])
        session.flush()
        session.add(
            CaseEventRow(case_id=case.id, at=NOW, who=STAFF, what="note", detail="canary done")
        )
        answer = AnswerRow(
            **who, inbox_id=heard.id, question="views", kind="open", text="canary answer",
            status="current", wording_version="1", answered_at=NOW,
        )  # fmt: skip
        theme = ThemeRow(
            consultation=consultation.id, question="views", name="canary theme", described="",
            when_to_use="", when_not="", example="", position=1,
        )  # fmt: skip
        report = ReportVersionRow(
            consultation=consultation.id, version=1, body="{}", hash="x", staff=STAFF, at=NOW
        )
        session.add_all([answer, theme, report])
        session.flush()
        cited = {"report_id": report.id, "answer_id": answer.id, "mark": "x", "salt": "x"}
        session.add(CitationRow(**cited, text="canary cited"))
        code = {"answer_id": answer.id, "staff": STAFF, "at": NOW}
        session.add_all(
            [
                CodeRow(**code, theme_id=theme.id, assigned_by="person"),
                PublicVersionRow(
                    answer_id=answer.id, texts={"views": "canary version"}, taken_out=[],
                    revision=1, made_by=STAFF, made_at=NOW,
                ),
                DoubleCodeRow(**{**code, "staff": "canary second"}, theme_id=theme.id, coder=2),
                SettledCodeRow(**{**code, "staff": "canary settled"}),
                QuoteRow(**{**code, "staff": "canary quote"}),
                ConsentRow(
                    request_id=request.id, purpose="contact", given=True, text="canary consent",
                    wording_version="1", channel="webchat", at=NOW,
                ),
                RequestEventRow(
                    request_id=request.id, at=NOW, who=STAFF, what="note", detail="canary event"
                ),
                SkipRow(**who, question="canary_skip", skipped_at=NOW),
                EqualityAnswerRow(**who, question="age", value="canary_equality"),
                FlagRow(**who, inbox_id=heard.id, kind="canary_flag", created_at=NOW),
                NoteRow(**who, staff=STAFF, text="canary note", at=NOW),
                TalkRow(**who, staff="canary talk", since=NOW, until=NOW),
                HearingRow(
                    **who, text="canary hear", wording_version="1", channel="sms", asked_at=NOW
                ),
                TagRow(**who, seq=0, name="canary tag", staff=STAFF, at=NOW),
                ConsideredRow(**who, staff=STAFF, seq=1, judgement="canary_judged", at=NOW),
                ReadingRow(**who, staff="canary_reading", until=NOW),
                CorrectionRow(
                    inbox_id=heard.id, intent="canary_intent", staff=STAFF, at=NOW, taught=True
                ),
            ]
        )  # fmt: skip
        record(session, who=STAFF, what="canary look", about=person.reference, now=NOW)
        record(session, who=STAFF, what="canary case", about="REQ-7F3K-9Q2M", now=NOW)
        record(session, who=STAFF, what="canary taken", about="CASE-7F3K-9Q2M", now=NOW)
    return person.reference


def test_everything_is_in_the_copy(
    any_database: Database, settings: Settings, consultation: Consultation
) -> None:
    reference = _fill(any_database, settings, consultation)
    with any_database.reading() as session:
        person = person_of(session, reference)
        assert person is not None
        counts = counts_held(session, person)
        held = str(held_about(session, load_keys(settings.secrets_dir), person))
    said = ("sealed", "read back", "field", "consent", "event", "note", "tag", "look", "case")
    said += (
        "done",
        "taken",
        "talk",
        "hear",
        "theme",
        "quote",
        "version",
        "cited",
        "second",
        "settled",
    )
    names = ("skip", "equality", "flag", "judged", "intent", "reading")
    for canary in [f"canary {word}" for word in said] + [f"canary_{name}" for name in names]:
        assert canary in held, canary
    assert "'the bot learns from it': True" in held
    assert counts["requests"] == counts["notes of staff"] == counts["tags"] == 1


# A table that points to a respondent must be in the copy above; then enter it here.
COPIED = {
    "address", "answer", "case_event", "citation", "code", "considered", "consent",
    "correction", "double_code", "equality_answer", "flag", "hearing", "inbox", "note", "outbox",
    "public_version", "quote", "reading", "request", "request_event", "settled_code", "skip",
    "staff_case", "tag", "talk",
}  # fmt: skip


def test_no_table_about_a_person_is_forgotten() -> None:
    about, before = {"respondent"}, set()
    while about != before:
        before = set(about)
        about |= {
            table.name
            for table in Base.metadata.tables.values()
            if {key.column.table.name for key in table.foreign_keys} & about
        }
    assert about - {"respondent"} == COPIED
