"""What staff write about conversations and messages."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)

from bot.storage.database.tables.base import Base, Moment


class FlagRow(Base):
    """Something in a conversation that staff should look at first."""

    __tablename__ = "flag"

    id = Column(Integer, primary_key=True)
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False, index=True)
    inbox_id = Column(ForeignKey("inbox.id"), nullable=False)
    kind = Column(String(20), nullable=False)  # see bot/storage/review/flags.py
    created_at = Column(Moment, nullable=False)

    __table_args__ = (UniqueConstraint("inbox_id", "kind"),)


class ConsideredRow(Base):
    """A member of staff has considered a conversation, as far as it had come then."""

    __tablename__ = "considered"

    respondent_id = Column(ForeignKey("respondent.id"), primary_key=True)
    staff = Column(String(254), primary_key=True)  # an email address
    seq = Column(Integer, nullable=False)  # of the last message that was considered
    judgement = Column(String(20), nullable=False)  # see bot/storage/review/reviews.py
    at = Column(Moment, nullable=False)

    __table_args__ = (Index("ix_considered_judgement_respondent_id", "judgement", "respondent_id"),)


class ReadingRow(Base):
    """A member of staff is reading a conversation; until then nobody else is given it."""

    __tablename__ = "reading"

    respondent_id = Column(ForeignKey("respondent.id"), primary_key=True)
    staff = Column(String(254), nullable=False)
    until = Column(Moment, nullable=False)


class NoteRow(Base):
    """A private note of staff about a conversation, or about one of its messages."""

    __tablename__ = "note"

    id = Column(Integer, primary_key=True)
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False, index=True)
    seq = Column(Integer)  # of the message; null for the whole conversation
    staff = Column(String(254), nullable=False)
    text = Column(Text, nullable=False)
    at = Column(Moment, nullable=False)


class TagRow(Base):
    """A word that staff put to an answer or a conversation, to find and count it by."""

    __tablename__ = "tag"

    id = Column(Integer, primary_key=True)
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False)
    seq = Column(Integer, nullable=False)  # of the message; 0 for the whole conversation
    name = Column(String(60), nullable=False, index=True)
    staff = Column(String(254), nullable=False)
    at = Column(Moment, nullable=False)

    __table_args__ = (UniqueConstraint("respondent_id", "seq", "name"),)


class SavedViewRow(Base):
    """A set of filters to come back to."""

    __tablename__ = "saved_view"

    id = Column(Integer, primary_key=True)
    staff = Column(String(254), nullable=False)
    name = Column(String(60), nullable=False)
    query = Column(Text, nullable=False)  # as it stands in the address bar

    __table_args__ = (UniqueConstraint("staff", "name"),)


class CorrectionRow(Base):
    """What a message really was, in the eyes of staff."""

    __tablename__ = "correction"

    inbox_id = Column(ForeignKey("inbox.id"), primary_key=True)
    intent = Column(String(60), nullable=False)
    staff = Column(String(254), nullable=False)
    at = Column(Moment, nullable=False)
    question = Column(String(100))  # that it answers, and how
    value = Column(JSON(none_as_null=True))
    # Of the answer that it was: its value and status; {} for none, null where none was amended.
    original = Column(JSON(none_as_null=True))
    # Whether the dialogue model is taught it. A correction that is made anew or deleted is not.
    taught = Column(Boolean)


class TrainingRow(Base):
    """A training with corrections, and what came of it. Counts only: no words of residents."""

    __tablename__ = "training"

    id = Column(Integer, primary_key=True)
    consultation = Column(String(100), nullable=False)
    staff = Column(String(254), nullable=False)
    began_at = Column(Moment, nullable=False)
    ended_at = Column(Moment)
    outcome = Column(String(10), nullable=False)  # see bot/storage/jobs/trainings.py
    lines = Column(Integer, nullable=False)
    figures = Column(JSON(none_as_null=True))
