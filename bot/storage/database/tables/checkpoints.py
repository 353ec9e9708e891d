"""How far things have come that must be known after a restart."""

from __future__ import annotations

from sqlalchemy import Column, String

from bot.storage.database.tables.base import Base, Moment


class MarkRow(Base):
    """How far something has come that must be known after a restart."""

    __tablename__ = "mark"

    name = Column(String(40), primary_key=True)
    at = Column(Moment, nullable=False)
