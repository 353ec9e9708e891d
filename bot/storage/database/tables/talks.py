"""Conversations in which a person from the council has taken over from the bot."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, false

from bot.storage.database.tables.base import Base, Moment


class TalkRow(Base):
    """A person talks with a respondent, and the bot keeps quiet until then."""

    __tablename__ = "talk"

    respondent_id = Column(ForeignKey("respondent.id"), primary_key=True)
    staff = Column(String(254), nullable=False)  # who wrote last
    since = Column(Moment, nullable=False)
    until = Column(Moment, nullable=False)
    waiting_since = Column(Moment)  # the first message that no person has replied to
    told_hours = Column(Boolean, nullable=False, default=False, server_default=false())
