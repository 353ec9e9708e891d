"""The inbox and the outbox: what residents wrote, and what the bot said."""

from __future__ import annotations

from typing import Any

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
    literal_column,
)
from sqlalchemy import text as sql

from bot.storage.database.tables.base import Base, Moment

# The few that are still to do have indexes of their own: the many that are done do not stand in
# their way, nor do those of others.
_WAITS = sql("state = 'received'")
_UNSENT = sql("delivery IN ('queued', 'sending')")
# Of what is typed few messages have a letter beside a figure; most that pages hide is in those.
HAS_FIGURE = {
    "sqlite": sql("inbox.text GLOB '*[0-9@]*' AND inbox.text GLOB '*[A-Za-z]*'"),
    "postgresql": sql("inbox.text ~ '[0-9@]' AND inbox.text ~ '[A-Za-z]'"),
}


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
    note = Column(String(10))  # what it is besides words (see inbox.Incoming)
    sender_ref = Column(String(40))  # what the sender's own app calls the message that was edited
    repaired = Column(Boolean, nullable=False, default=False)  # NUL or lone surrogate replaced
    phase = Column(String(10), nullable=False)  # before, open or after: by the time it arrived
    received_at = Column(Moment, nullable=False)
    written_at = Column(Moment)  # where the provider says so
    about = Column(String(100))  # the question that its sender had been asked by then
    state = Column(String(10), nullable=False)  # received, done, failed
    attempts = Column(Integer, nullable=False, default=0)
    question = Column(String(100))  # the question that was open
    intent = Column(String(60))
    confidence = Column(Float)
    other = Column(String(60))  # another reading, which was offered
    asks = Column(JSON)  # ids of what was asked beside it, and answered on the way
    care = Column(String(10))  # hard, soft or grief; nothing where none was heard
    language = Column(String(3))  # ISO 639-1, where it is not English; und: nobody knows
    effect = Column(JSON)  # what its turn did; a repeated turn reads it and does nothing
    progress = Column(JSON)  # as it was told with the reply
    done_at = Column(Moment)

    __table_args__ = (
        UniqueConstraint("channel", "provider_id"),
        UniqueConstraint("respondent_id", "seq"),
        Index("ix_inbox_state", "state", "id"),
        Index(
            "ix_inbox_waiting",
            "respondent_id",
            "seq",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index(
            "ix_inbox_confidence",
            "confidence",
            "id",
            sqlite_where=sql("confidence < 0.7"),
            postgresql_where=sql("confidence < 0.7"),
        ),
        Index(
            "ix_inbox_figures",
            "id",
            sqlite_where=sql("text GLOB '*[0-9@]*' AND text GLOB '*[A-Za-z]*'"),
            postgresql_where=sql("text ~ '[0-9@]' AND text ~ '[A-Za-z]'"),
        ),
        Index("ix_inbox_received_at_respondent_id", "received_at", "respondent_id"),
        Index(
            "ix_inbox_language_respondent_id",
            "language",
            "respondent_id",
            sqlite_where=sql("language IS NOT NULL"),
            postgresql_where=sql("language IS NOT NULL"),
        ),
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
    # What a text with contact details really says, encrypted; `text` is it with those masked.
    sealed = Column(LargeBinary)
    buttons = Column(
        JSON, nullable=False
    )  # [{"title", "question", "value"} or {"title", "command"}]
    question = Column(String(100))  # the question it asks, if it asks one
    notice = Column(Boolean, nullable=False, default=False)  # "saved, the reply will follow"
    # They wrote nothing that it answers: it is not sent in quiet hours.
    unasked = Column(Boolean, nullable=False, default=False, server_default=false())
    # queued, sending, sent, delivered, failed or cancelled
    delivery = Column(String(10), nullable=False)
    provider_id = Column(String(64), index=True)  # what the provider calls it
    error = Column(String(40))  # why it failed or was cancelled: a provider's code or a word
    # It may have been sent twice: nobody knows whether the provider took it the first time.
    doubtful = Column(Boolean, nullable=False, default=False, server_default=false(), index=True)
    created_at = Column(Moment, nullable=False)
    sent_at = Column(Moment)  # when the provider took it, or the page could fetch it
    staff = Column(String(254))  # who wrote it; null for what the bot says
    # It is being sent: until when, by the database's clock, and a number that grows with each
    # claim.
    claim_no = Column(Integer, nullable=False, default=0, server_default="0")
    claimed_until = Column(Float, nullable=False, default=0.0, server_default="0")

    __table_args__ = (
        UniqueConstraint("respondent_id", "seq"),
        Index("ix_outbox_delivery", "delivery", "id"),
        Index(
            "ix_outbox_unsent",
            "respondent_id",
            "seq",
            sqlite_where=_UNSENT,
            postgresql_where=_UNSENT,
        ),
        Index("ix_outbox_channel_created_at", "channel", "created_at"),  # the texts of a day
    )


# Written out and not as parameters: SQLite takes those indexes only where it reads the same words.
def waits(inbox: Any = InboxRow) -> Any:
    """A message's turn is still to do."""
    return inbox.state == literal_column("'received'")


def unsent(outbox: Any = OutboxRow) -> Any:
    """A reply is queued or being sent."""
    return outbox.delivery.in_((literal_column("'queued'"), literal_column("'sending'")))
