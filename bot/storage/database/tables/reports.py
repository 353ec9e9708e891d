"""The report: what staff wrote into it, its frozen versions, and whom those quote."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Text, UniqueConstraint

from bot.storage.database.tables.base import Base, Moment


class ReportTextRow(Base):
    """What staff wrote before a part of the report, and whether the part is left out."""

    __tablename__ = "report_text"

    consultation = Column(String(100), primary_key=True)
    part = Column(String(120), primary_key=True)
    text = Column(Text, nullable=False)
    left_out = Column(Boolean, nullable=False)
    staff = Column(String(254), nullable=False)
    at = Column(Moment, nullable=False)


class ReportVersionRow(Base):
    """A report as it was frozen. The words of quotes are not in it: see CitationRow."""

    __tablename__ = "report_version"

    id = Column(Integer, primary_key=True)
    consultation = Column(String(100), nullable=False)
    version = Column(Integer, nullable=False)
    body = Column(Text, nullable=False)  # JSON, with a mark in the place of each quote
    hash = Column(String(64), nullable=False)  # SHA-256 of the body
    staff = Column(String(254), nullable=False)
    at = Column(Moment, nullable=False)

    __table_args__ = (UniqueConstraint("consultation", "version"),)


class CitationRow(Base):
    """A quote of a frozen report. It goes with its writer; the mark in the report, a salted hash of
    the words, stays and tells nothing then.
    """

    __tablename__ = "citation"

    report_id = Column(ForeignKey("report_version.id"), primary_key=True)
    mark = Column(String(64), primary_key=True)
    answer_id = Column(ForeignKey("answer.id"), nullable=False, index=True)
    salt = Column(String(32), nullable=False)
    text = Column(Text, nullable=False)
