"""Respondents, how they can be reached, and their answers."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy import text as sql

from bot.storage.database.tables.base import Base, Moment


class RespondentRow(Base):
    """One person in one consultation on one channel, and their place in it (the cursor)."""

    __tablename__ = "respondent"

    id = Column(String(32), primary_key=True)  # random; Rasa's sender_id
    reference = Column(String(20), nullable=False, unique=True)  # what people are given
    consultation = Column(String(100), nullable=False)
    channel = Column(String(20), nullable=False)
    state = Column(String(20), nullable=False)
    open_question = Column(String(100))
    tries = Column(Integer, nullable=False, default=0)  # unreadable answers to the open question
    pending = Column(JSON(none_as_null=True))  # what the bot waits to hear first
    run = Column(
        JSON(none_as_null=True)
    )  # a request or the equality questions, while they are asked
    # The equality questions were put and requests were offered; neither is done twice.
    wound_up = Column(Boolean, nullable=False, default=False, server_default=false())
    opted_out = Column(Boolean, nullable=False, default=False)
    language = Column(String(20))
    # For whom they answer, in their word ("mum"), and whose views they give: theirs or own.
    behalf = Column(String(20))
    views = Column(String(10))
    privacy_version = Column(String(40), nullable=False)
    last_seq = Column(Integer, nullable=False, default=0)
    started_at = Column(Moment, nullable=False)
    last_message_at = Column(Moment, nullable=False)
    completed_at = Column(Moment)
    # For the staff's queue: their last message, how far they were read, and how much they need it.
    heard_seq = Column(Integer, nullable=False, default=0, server_default="0")
    read_seq = Column(Integer, nullable=False, default=0, server_default="0")
    need = Column(Integer, nullable=False, default=0, server_default="0")
    # Their next turn is being done: until when, by the database's clock, and a number that grows
    # with each claim.
    claim_no = Column(Integer, nullable=False, default=0, server_default="0")
    claimed_until = Column(Float, nullable=False, default=0.0, server_default="0")

    __table_args__ = (
        Index("ix_respondent_list", "consultation", "last_message_at", "reference"),
        # Results count people and answers by these, without reading the rows.
        Index(
            "ix_respondent_standing",
            "consultation",
            "channel",
            "state",
            "open_question",
            "completed_at",
            "started_at",
        ),
        Index(
            "ix_respondent_id_consultation_channel_started_at",
            "id",
            "consultation",
            "channel",
            "started_at",
        ),
        Index(
            "ix_respondent_queue",
            "consultation",
            "need",
            "last_message_at",
            sqlite_where=sql("heard_seq > read_seq"),
            postgresql_where=sql("heard_seq > read_seq"),
        ),
    )


class HearingRow(Base):
    """Whether a respondent wants to hear what came of it: their answer to the words that were
    asked, and when they were told.
    """

    __tablename__ = "hearing"

    respondent_id = Column(ForeignKey("respondent.id"), primary_key=True)
    text = Column(Text, nullable=False)  # the question as it was put
    wording_version = Column(String(40), nullable=False)
    channel = Column(String(20), nullable=False)
    asked_at = Column(Moment, nullable=False)
    given = Column(Boolean)  # null: they have not said
    answered_at = Column(Moment)
    told_at = Column(Moment)  # with the same commit as the message


class AddressRow(Base):
    """Where a respondent can be reached, found by keyed hash. For the web it is the session
    token.
    """

    __tablename__ = "address"

    id = Column(Integer, primary_key=True)
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False, index=True)
    consultation = Column(String(100), nullable=False)
    channel = Column(String(20), nullable=False)
    hash = Column(String(64), nullable=False)
    encrypted = Column(LargeBinary)  # null for web sessions: a token is never needed again
    # Which of our numbers they wrote to last, and are answered from. Null: there is only one.
    ours = Column(String(20))

    __table_args__ = (UniqueConstraint("consultation", "channel", "hash"),)
