"""A second coder, and what was settled"""

import sqlalchemy as sa
from alembic import op

from bot.storage.database.tables.base import Moment

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "double_code",
        sa.Column("answer_id", sa.Integer, sa.ForeignKey("answer.id"), primary_key=True),
        sa.Column("theme_id", sa.Integer, sa.ForeignKey("theme.id"), primary_key=True),
        sa.Column("coder", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_table(
        "settled_code",
        sa.Column("answer_id", sa.Integer, sa.ForeignKey("answer.id"), primary_key=True),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_table(
        "double_share",
        sa.Column("consultation", sa.String(100), primary_key=True),
        sa.Column("question", sa.String(100), primary_key=True),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("double_share")
    op.drop_table("settled_code")
    op.drop_table("double_code")
