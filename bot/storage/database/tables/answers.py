"""Answers, what was passed over, and the answers about the person."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Text

from bot.storage.database.tables.base import Base, Moment


class AnswerRow(Base):
    """A respondent's words to one question, keyed by the message that said them. Revisions are
    kept.
    """

    __tablename__ = "answer"

    id = Column(Integer, primary_key=True)
    inbox_id = Column(ForeignKey("inbox.id"), nullable=False, unique=True)
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False)
    question = Column(String(100), nullable=False, index=True)
    kind = Column(String(20), nullable=False)
    value = Column(JSON)  # what was understood; null for open questions
    remark = Column(Text)  # words beside the value
    text = Column(Text, nullable=False)  # exactly what was sent
    status = Column(String(10), nullable=False)  # current, replaced, withdrawn
    wording_version = Column(String(40), nullable=False)
    answered_at = Column(Moment, nullable=False)

    __table_args__ = (
        Index("ix_answer_respondent_id_question_status", "respondent_id", "question", "status"),
    )


class SkipRow(Base):
    """A question that a respondent passed over and has not answered since."""

    __tablename__ = "skip"

    respondent_id = Column(ForeignKey("respondent.id"), primary_key=True)
    question = Column(String(100), primary_key=True)
    skipped_at = Column(Moment, nullable=False)

    __table_args__ = (Index("ix_skip_question_respondent_id", "question", "respondent_id"),)


class EqualityAnswerRow(Base):
    """An answer about oneself, while those questions are asked. Then it is counted and gone."""

    __tablename__ = "equality_answer"

    respondent_id = Column(ForeignKey("respondent.id"), primary_key=True)
    question = Column(String(100), primary_key=True)
    value = Column(String(64), nullable=False)


class EqualityCountRow(Base):
    """How often an answer was given: a total, with no way back to who gave it."""

    __tablename__ = "equality_count"

    consultation = Column(String(100), primary_key=True)
    question = Column(String(100), primary_key=True)
    value = Column(String(64), primary_key=True)
    count = Column(Integer, nullable=False)
    # The count at the last step: what is shown moves in steps (bot/consultation/suppression.py).
    at_step = Column(Integer, nullable=False, default=0, server_default="0")


class WordingRow(Base):
    """A question as it was asked under one version of the consultation file."""

    __tablename__ = "wording"

    consultation = Column(String(100), primary_key=True)
    question = Column(String(100), primary_key=True)
    version = Column(String(40), primary_key=True)
    text = Column(Text)  # null: it was answered before wordings were kept
    options = Column(JSON(none_as_null=True))  # [[value, text], …]
    since = Column(Moment)
