"""Staff accounts, and the audit of what they did."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String

from bot.storage.database.tables.base import Base, Moment


class StaffRow(Base):
    """A member of staff. No password until the one-time link has been used."""

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
    signs_as = Column(String(60))  # what residents read under a reply
    created_at = Column(Moment, nullable=False)
    last_sign_in_at = Column(Moment)


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
