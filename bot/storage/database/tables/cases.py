"""Cases: what staff must do something about, and what happened to each."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Text

from bot.storage.database.tables.base import Base, Moment


class CaseRow(Base):
    """Something in a conversation that staff must act on. One of each kind is open at a time."""

    __tablename__ = "staff_case"

    id = Column(Integer, primary_key=True)
    reference = Column(String(20), nullable=False, unique=True)  # e.g. CASE-7F3K-9Q2M
    consultation = Column(String(100), nullable=False)
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False, index=True)
    kind = Column(String(12), nullable=False)  # see bot/storage/cases/cases.py
    status = Column(String(12), nullable=False)
    owner = Column(String(254))  # a member of staff
    due = Column(Date)
    seq = Column(Integer, nullable=False)  # the last message that calls for it; 0: all of it
    opened_at = Column(Moment, nullable=False)
    ended_at = Column(Moment)
    # An email to staff: null where none is sent, waits, or sent.
    alert = Column(String(10))
    alert_tries = Column(Integer, nullable=False, default=0)
    alert_error = Column(String(60))  # the kind of the last failure, never its text
    alerted_at = Column(Moment)

    __table_args__ = (
        Index("ix_staff_case_board", "consultation", "status", "due"),
        Index("ix_staff_case_alert", "alert"),
    )


class CaseEventRow(Base):
    """What happened to a case: opened, heard again, a change, or a note."""

    __tablename__ = "case_event"

    id = Column(Integer, primary_key=True)
    case_id = Column(ForeignKey("staff_case.id"), nullable=False, index=True)
    at = Column(Moment, nullable=False)
    who = Column(String(254), nullable=False)
    what = Column(String(20), nullable=False)  # opened, again, status, owner, due, note, alerted
    detail = Column(Text)
