"""Codebooks, the codes of open answers, and answers to quote"""

import sqlalchemy as sa
from alembic import op

from bot.storage.database.tables.base import Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("consultation", sa.String(100), nullable=False),
        sa.Column("question", sa.String(100), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("described", sa.Text, nullable=False),
        sa.Column("when_to_use", sa.Text, nullable=False),
        sa.Column("when_not", sa.Text, nullable=False),
        sa.Column("example", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("theme.id")),
        sa.Column("control", sa.String(20)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.UniqueConstraint("consultation", "question", "name"),
    )
    op.create_table(
        "theme_change",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("consultation", sa.String(100), nullable=False),
        sa.Column("question", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("themes", sa.JSON, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.UniqueConstraint("consultation", "question", "version"),
    )
    op.create_table(
        "code",
        sa.Column("answer_id", sa.Integer, sa.ForeignKey("answer.id"), primary_key=True),
        sa.Column("theme_id", sa.Integer, sa.ForeignKey("theme.id"), primary_key=True),
        sa.Column("assigned_by", sa.String(10), nullable=False),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("ix_code_theme_id", "code", ["theme_id"])
    op.create_table(
        "quote",
        sa.Column("answer_id", sa.Integer, sa.ForeignKey("answer.id"), primary_key=True),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )


def downgrade() -> None:
    for table in ("quote", "code", "theme_change", "theme"):
        op.drop_table(table)
