"""Themes of open answers, and which answers were given which."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)

from bot.storage.database.tables.base import Base, Moment


class ThemeRow(Base):
    """A theme of the codebook of one question."""

    __tablename__ = "theme"

    id = Column(Integer, primary_key=True)
    consultation = Column(String(100), nullable=False)
    question = Column(String(100), nullable=False)
    name = Column(String(80), nullable=False)
    described = Column(Text, nullable=False)
    when_to_use = Column(Text, nullable=False)
    when_not = Column(Text, nullable=False)
    example = Column(Text, nullable=False)
    colour = Column(String(10))  # see bot/storage/coding/themes.py; null: none
    parent_id = Column(ForeignKey("theme.id"))
    control = Column(String(20))  # see bot/storage/coding/themes.py; null: a theme that is counted
    position = Column(Integer, nullable=False)

    __table_args__ = (UniqueConstraint("consultation", "question", "name"),)


class ThemeChangeRow(Base):
    """What was done to a codebook, when and by whom. Its number is the version."""

    __tablename__ = "theme_change"

    id = Column(Integer, primary_key=True)
    consultation = Column(String(100), nullable=False)
    question = Column(String(100), nullable=False)
    version = Column(Integer, nullable=False)
    staff = Column(String(254), nullable=False)
    what = Column(String(20), nullable=False)
    themes = Column(JSON, nullable=False)  # names, as they were and as they are
    at = Column(Moment, nullable=False)

    __table_args__ = (UniqueConstraint("consultation", "question", "version"),)


class CodeRow(Base):
    """A person has given an answer a theme."""

    __tablename__ = "code"

    answer_id = Column(ForeignKey("answer.id"), primary_key=True)
    theme_id = Column(ForeignKey("theme.id"), primary_key=True)
    assigned_by = Column(String(10), nullable=False)  # person, or machine until a person agreed
    staff = Column(String(254), nullable=False)  # who assigned it, or agreed to it
    at = Column(Moment, nullable=False)
    part_from = Column(Integer)  # of the answer's words, as staff see them; null: of all of it
    part_to = Column(Integer)

    __table_args__ = (Index("ix_code_theme_id", "theme_id"),)


class QuoteRow(Base):
    """An answer that a person wants to quote."""

    __tablename__ = "quote"

    answer_id = Column(ForeignKey("answer.id"), primary_key=True)
    staff = Column(String(254), nullable=False)
    at = Column(Moment, nullable=False)


class DoubleCodeRow(Base):
    """A theme of an answer that two people coded, neither seeing what the other chose."""

    __tablename__ = "double_code"

    answer_id = Column(ForeignKey("answer.id"), primary_key=True)
    theme_id = Column(ForeignKey("theme.id"), primary_key=True)
    coder = Column(Integer, primary_key=True, autoincrement=False)  # 1 or 2
    staff = Column(String(254), nullable=False)
    at = Column(Moment, nullable=False)


class SettledCodeRow(Base):
    """Who settled what two coders of an answer did not agree on. The code rows say how."""

    __tablename__ = "settled_code"

    answer_id = Column(ForeignKey("answer.id"), primary_key=True)
    staff = Column(String(254), nullable=False)
    at = Column(Moment, nullable=False)


class DoubleShareRow(Base):
    """How many of a hundred answers to a question are to be coded twice."""

    __tablename__ = "double_share"

    consultation = Column(String(100), primary_key=True)
    question = Column(String(100), primary_key=True)
    percent = Column(Integer, nullable=False)
    staff = Column(String(254), nullable=False)
    at = Column(Moment, nullable=False)
