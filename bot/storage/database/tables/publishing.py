"""What is published: public versions of what residents said, what came of it, and figures."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Text

from bot.storage.database.tables.base import Base, Moment


class PublicVersionRow(Base):
    """The public version of an answer that was chosen to be quoted, or of a story. `revision`
    counts the changes, so that nobody approves what they have not seen.
    """

    __tablename__ = "public_version"

    id = Column(Integer, primary_key=True)
    answer_id = Column(ForeignKey("answer.id"), unique=True)
    request_id = Column(ForeignKey("request.id"), unique=True)
    texts = Column(JSON, nullable=False)  # {question: text}
    taken_out = Column(JSON, nullable=False)  # the reasons, never the words
    revision = Column(Integer, nullable=False)
    made_by = Column(String(254), nullable=False)
    made_at = Column(Moment, nullable=False)
    approved_by = Column(String(254))  # never the same person; null: not approved
    approved_at = Column(Moment)


class OutcomeRow(Base):
    """What the council decided about something that people said. It is public once it is approved,
    and stays as it was approved while it is changed. About a theme, a question, or (with neither)
    the whole.
    """

    __tablename__ = "outcome"

    id = Column(Integer, primary_key=True)
    consultation = Column(String(100), nullable=False, index=True)
    question = Column(String(100))
    theme_id = Column(ForeignKey("theme.id"))
    title = Column(String(80), nullable=False)
    said = Column(Text, nullable=False)
    decision = Column(String(10), nullable=False)  # see bot/storage/publishing/outcomes.py
    did = Column(Text, nullable=False)
    before = Column(Text, nullable=False)  # the text that was changed, and what it says now; or ""
    after = Column(Text, nullable=False)
    brief = Column(String(160), nullable=False)  # the same in one line, for messages
    position = Column(Integer, nullable=False)
    revision = Column(Integer, nullable=False)
    made_by = Column(String(254), nullable=False)
    made_at = Column(Moment, nullable=False)
    public = Column(JSON)  # the texts as they were approved last; null: not on the page
    approved_revision = Column(Integer)
    approved_by = Column(String(254))  # never the same person
    approved_at = Column(Moment)


class PublishedCountRow(Base):
    """What was counted when published figures moved last: they move in steps
    (bot/consultation/suppression.py). A value of "" has how many people a table counts.
    """

    __tablename__ = "published_count"

    consultation = Column(String(100), primary_key=True)
    name = Column(String(20), primary_key=True)  # of the table
    question = Column(String(100), primary_key=True)  # "" where it is about none
    value = Column(String(64), primary_key=True)
    at_step = Column(Integer, nullable=False)
    withheld = Column(Boolean, nullable=False)  # for good: beside others it would tell of a few
