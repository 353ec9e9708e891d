"""How far things have come that must be known after a restart."""

from __future__ import annotations

from sqlalchemy import Column, Float, String

from bot.storage.database.tables.base import Base, Moment


class MarkRow(Base):
    """How far something has come that must be known after a restart."""

    __tablename__ = "mark"

    name = Column(String(40), primary_key=True)
    at = Column(Moment, nullable=False)


class PaceRow(Base):
    """When one of our numbers may send its next text, by the database's clock."""

    __tablename__ = "pace"

    sender = Column(String(40), primary_key=True)  # channel:number
    free_at = Column(Float, nullable=False)
