"""Requests, what happened to them, and the consents given with them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    false,
)

from bot.storage.database.tables.base import Base, Moment


class RequestRow(Base):
    """Something that a resident asked of the council. Never counted as an answer.

    `fields` is encrypted JSON: {question: {"text": as sent, "value": as understood}}; null once its
    content was removed.
    """

    __tablename__ = "request"

    id = Column(Integer, primary_key=True)
    reference = Column(String(20), nullable=False, unique=True)  # e.g. REQ-7F3K-9Q2M
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False, index=True)
    consultation = Column(String(100), nullable=False)
    channel = Column(String(20), nullable=False)
    kind = Column(String(64), nullable=False)  # the id of its section
    status = Column(String(12), nullable=False)  # see bot/storage/requests/requests.py
    fields = Column(LargeBinary)
    contact_hash = Column(String(64), index=True)  # of its email address or number
    may_contact = Column(Boolean)  # null: was not asked
    may_publish = Column(Boolean)
    approved_to_publish = Column(Boolean, nullable=False, default=False, server_default=false())
    duplicate_of = Column(ForeignKey("request.id"))  # likely; linked, never merged
    wording_version = Column(String(40), nullable=False)
    owner = Column(String(254))  # a member of staff
    due = Column(Date)
    created_at = Column(Moment, nullable=False)  # when it was sent; of a draft, begun
    ended_at = Column(Moment)  # done, declined or withdrawn; for a printed copy: posted

    __table_args__ = (Index("ix_request_board", "consultation", "kind", "status", "id"),)


class RequestEventRow(Base):
    """What happened to a request: a change of its status, owner or due date, or a note."""

    __tablename__ = "request_event"

    id = Column(Integer, primary_key=True)
    request_id = Column(ForeignKey("request.id"), nullable=False, index=True)
    at = Column(Moment, nullable=False)
    who = Column(String(254), nullable=False)
    what = Column(String(20), nullable=False)  # sent, status, owner, due, note, removed, …
    detail = Column(Text)


class ConsentRow(Base):
    """A yes or a no to being contacted or published, with the very words that were asked."""

    __tablename__ = "consent"

    id = Column(Integer, primary_key=True)
    request_id = Column(ForeignKey("request.id"), nullable=False, index=True)
    purpose = Column(String(10), nullable=False)  # contact or publish
    given = Column(Boolean, nullable=False)
    text = Column(Text, nullable=False)  # the question as it was put
    wording_version = Column(String(40), nullable=False)
    channel = Column(String(20), nullable=False)
    at = Column(Moment, nullable=False)
