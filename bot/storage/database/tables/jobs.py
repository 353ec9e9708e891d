"""What is done at night, and how it ended."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, String, UniqueConstraint

from bot.storage.database.tables.base import Base, Moment


class JobRunRow(Base):
    """One night's run of a job. Counts only: no words, numbers or references of residents."""

    __tablename__ = "job_run"

    id = Column(Integer, primary_key=True)
    job = Column(String(40), nullable=False)
    due_at = Column(Moment, nullable=False)
    outcome = Column(String(10), nullable=False)  # running, done or failed
    detail = Column(String(300))
    started_at = Column(Moment, nullable=False)
    ended_at = Column(Moment)
    tries = Column(Integer, nullable=False)  # also the fence: who tried before may end nothing
    # Until when nobody else begins it, by the database's clock.
    claimed_until = Column(Float, nullable=False)

    __table_args__ = (UniqueConstraint("job", "due_at"),)
