"""The tables, by noun. Alembic makes them; `migrations/` must say the same as this file (a test
checks).
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
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
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.orm import declarative_base
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
Base: Any = declarative_base()
Base.metadata.naming_convention = NAMING


class Moment(TypeDecorator):
    """An aware UTC datetime on both engines (SQLite itself keeps no time zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(timezone.utc) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=timezone.utc) if value and value.tzinfo is None else value


class RespondentRow(Base):
    """One person in one consultation on one channel, and her place in it (the cursor)."""

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
    privacy_version = Column(String(40), nullable=False)
    last_seq = Column(Integer, nullable=False, default=0)
    started_at = Column(Moment, nullable=False)
    last_message_at = Column(Moment, nullable=False)
    completed_at = Column(Moment)
    # For the staff's queue: her last message, how far she was read, and how much she needs it.
    heard_seq = Column(Integer, nullable=False, default=0, server_default="0")
    read_seq = Column(Integer, nullable=False, default=0, server_default="0")
    need = Column(Integer, nullable=False, default=0, server_default="0")

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

    __table_args__ = (UniqueConstraint("consultation", "channel", "hash"),)


class InboxRow(Base):
    """What a respondent sent, word for word. Unique on the provider's message id."""

    __tablename__ = "inbox"

    id = Column(Integer, primary_key=True)
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False)
    channel = Column(String(20), nullable=False)
    provider_id = Column(String(200), nullable=False)
    seq = Column(Integer, nullable=False)  # place in the conversation, both sides counted together
    text = Column(Text, nullable=False)
    # Contact details and equality answers: `text` is empty, and `sealed` holds it encrypted (null
    # when it was deleted).
    private = Column(String(10))  # contact or equality
    sealed = Column(LargeBinary)
    button = Column(JSON)  # what the pressed button stands for, if it was a button
    note = Column(String(10))  # media, edit or late: what it is besides words (see inbox.Incoming)
    sender_ref = Column(String(40))  # what the sender's own app calls the message that was edited
    repaired = Column(Boolean, nullable=False, default=False)  # NUL or lone surrogate replaced
    phase = Column(String(10), nullable=False)  # before, open or after: by the time it arrived
    received_at = Column(Moment, nullable=False)
    state = Column(String(10), nullable=False)  # received, done, failed
    attempts = Column(Integer, nullable=False, default=0)
    question = Column(String(100))  # the question that was open
    intent = Column(String(60))
    confidence = Column(Float)
    effect = Column(JSON)  # what its turn did; a repeated turn reads it and does nothing
    progress = Column(JSON)  # as it was told with the reply
    done_at = Column(Moment)

    __table_args__ = (
        UniqueConstraint("channel", "provider_id"),
        UniqueConstraint("respondent_id", "seq"),
        Index("ix_inbox_state", "state", "id"),
        Index(
            "ix_inbox_intent_respondent_id",
            "intent",
            "respondent_id",
            sqlite_where=sql("intent <> 'give_answer'"),
            postgresql_where=sql("intent <> 'give_answer'"),
        ),
    )


class OutboxRow(Base):
    """What the bot says to a respondent."""

    __tablename__ = "outbox"

    id = Column(Integer, primary_key=True)
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False)
    channel = Column(String(20), nullable=False)
    reply_to = Column(ForeignKey("inbox.id"), index=True)  # null for the first greeting
    seq = Column(Integer, nullable=False)
    text = Column(Text, nullable=False)
    buttons = Column(
        JSON, nullable=False
    )  # [{"title", "question", "value"} or {"title", "command"}]
    question = Column(String(100))  # the question it asks, if it asks one
    notice = Column(Boolean, nullable=False, default=False)  # "saved, the reply will follow"
    # queued, sending, sent, delivered, failed or cancelled
    delivery = Column(String(10), nullable=False)
    provider_id = Column(String(64), index=True)  # what the provider calls it
    error = Column(String(40))  # why it failed or was cancelled: a provider's code or a word
    # It may have been sent twice: nobody knows whether the provider took it the first time.
    doubtful = Column(Boolean, nullable=False, default=False, server_default=false(), index=True)
    created_at = Column(Moment, nullable=False)

    __table_args__ = (
        UniqueConstraint("respondent_id", "seq"),
        Index("ix_outbox_delivery", "delivery", "id"),
    )


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


class FlagRow(Base):
    """Something in a conversation that staff should look at first."""

    __tablename__ = "flag"

    id = Column(Integer, primary_key=True)
    respondent_id = Column(ForeignKey("respondent.id"), nullable=False, index=True)
    inbox_id = Column(ForeignKey("inbox.id"), nullable=False)
    kind = Column(String(20), nullable=False)  # see bot/storage/review/flags.py
    created_at = Column(Moment, nullable=False)

    __table_args__ = (UniqueConstraint("inbox_id", "kind"),)


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


class StaffRow(Base):
    """Somebody who reads conversations. No password until the one-time link has been used."""

    __tablename__ = "staff"

    id = Column(Integer, primary_key=True)
    email = Column(String(254), nullable=False, unique=True)
    role = Column(String(20), nullable=False)
    password_hash = Column(String(200))
    link_hash = Column(String(64), unique=True)  # SHA-256 of the one-time set-up token
    link_expires_at = Column(Moment)
    session_version = Column(Integer, nullable=False, default=1)  # raised to end all sessions
    disabled = Column(Boolean, nullable=False, default=False)
    totp_secret = Column(LargeBinary)  # encrypted; null when there is no second factor
    totp_counter = Column(Integer)  # of the last code that was used: none is taken twice
    created_at = Column(Moment, nullable=False)
    last_sign_in_at = Column(Moment)


class ConsideredRow(Base):
    """A member of staff has considered a conversation, as far as it had come then."""

    __tablename__ = "considered"

    respondent_id = Column(ForeignKey("respondent.id"), primary_key=True)
    staff = Column(String(254), primary_key=True)  # an email address
    seq = Column(Integer, nullable=False)  # of the last message that was considered
    judgement = Column(String(20), nullable=False)  # see bot/storage/review/reviews.py
    at = Column(Moment, nullable=False)


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
    """A set of filters that somebody wants to come back to."""

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


class MarkRow(Base):
    """How far something has come that must be known after a restart."""

    __tablename__ = "mark"

    name = Column(String(40), primary_key=True)
    at = Column(Moment, nullable=False)


class AuditRow(Base):
    """Who did what. Append only: nothing in the product changes or removes a row."""

    __tablename__ = "audit"

    id = Column(Integer, primary_key=True)
    at = Column(Moment, nullable=False, index=True)
    who = Column(String(254), nullable=False)
    what = Column(String(60), nullable=False)
    about = Column(String(500), index=True)  # a reference, never words or numbers of a resident
    reason = Column(String(200))  # why, in the words of staff
    # Over this row and the hash of the row before, with a key: what is changed or removed shows.
    hash = Column(String(64))
