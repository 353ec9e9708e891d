"""What staff do with made-up conversations: judgements, codes and public versions, each with its
entry in the audit, so that the pages about them have something to count.
"""

from __future__ import annotations

from datetime import datetime, timezone

from sqlalchemy import insert, select, update

from bot.consultation.model import Consultation
from bot.consultation.question import Kind
from bot.staff.conversations.masking import hidden_text
from bot.storage.coding.codebook import add_theme, begin_codebook
from bot.storage.coding.codes import PERSON
from bot.storage.coding.scope import Scope
from bot.storage.database.session import Database, Session
from bot.storage.database.tables import (
    AnswerRow,
    CodeRow,
    ConsideredRow,
    QuoteRow,
    RespondentRow,
)
from bot.storage.publishing.public_versions import approve_version, quote_key, save_version
from bot.storage.staff.audit import record

READERS = [f"reader{n}@example.gov.uk" for n in range(8)]
JUDGED, CODED = 0.2, 0.2  # of all, in reading order
THEMES, QUOTES = 12, 60  # of a question
JUDGEMENTS = ("none", "none", "none", "team", "action")


def work(database: Database, consultation: Consultation) -> None:
    """Judge and code a share of what is there, unless that was done already."""
    now = datetime.now(timezone.utc)
    with database.writing() as session:
        if session.execute(select(ConsideredRow.seq).limit(1)).first():
            return
        _judge(session, now)
    for question in consultation.questions:
        if question.kind is Kind.OPEN:
            with database.writing() as session:
                _code(session, Scope(consultation.id, question.id), now)


def _judge(session: Session, now: datetime) -> None:
    said = select(RespondentRow.id, RespondentRow.reference, RespondentRow.heard_seq)
    said = said.where(RespondentRow.heard_seq > 0, RespondentRow.state != "erased")
    people = session.execute(said.order_by(RespondentRow.last_message_at)).all()
    chosen = people[: int(len(people) * JUDGED)]
    rows = []
    for n, (person, reference, seq) in enumerate(chosen):
        who, judgement = READERS[n % len(READERS)], JUDGEMENTS[n % len(JUDGEMENTS)]
        record(session, who=who, what=f"considered: {judgement}", about=reference, now=now)
        rows.append(
            {"respondent_id": person, "staff": who, "seq": seq, "judgement": judgement, "at": now}
        )
    session.execute(insert(ConsideredRow.__table__), rows)
    ids = select(ConsideredRow.respondent_id)
    read = update(RespondentRow).where(RespondentRow.id.in_(ids))
    read = read.values(read_seq=RespondentRow.heard_seq, need=0)
    session.execute(read.execution_options(synchronize_session=False))


def _code(session: Session, scope: Scope, now: datetime) -> None:
    begin_codebook(session, scope, staff=READERS[0], now=now)
    themes = [
        add_theme(session, scope, f"Theme {n}", staff=READERS[0], now=now) for n in range(THEMES)
    ]
    wanted = (AnswerRow.text, RespondentRow.reference)
    answers = scope.current_answers().add_columns(*wanted).order_by(AnswerRow.id)
    found = session.execute(answers).all()
    codes = []
    for n, (answer, text, reference) in enumerate(found[: int(len(found) * CODED)]):
        who = READERS[n % len(READERS)]
        about = {"about": reference, "reason": scope.question}
        if n % 5 == 0:  # each entry takes a moment; the others name no reader
            record(session, who=who, what="answer coded", now=now, **about)
        else:
            who = "from a file"
        for theme in {themes[n % THEMES], themes[n * 7 % THEMES]}:
            codes.append(
                {"answer_id": answer, "theme_id": theme, "assigned_by": PERSON, "staff": who,
                 "at": now}
            )  # fmt: skip
        if n < QUOTES:
            session.add(QuoteRow(answer_id=answer, staff=who, at=now))
            session.flush()
            texts = {scope.question: hidden_text(text)}
            save_version(session, quote_key(answer), texts, revision=0, staff=who, now=now)
            if n % 2:
                reader = READERS[(n + 1) % len(READERS)]
                approve_version(session, quote_key(answer), revision=1, staff=reader, now=now)
    session.execute(insert(CodeRow.__table__), codes)
