"""What residents said as it may be published, beside the original."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, String

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
