"""The report: staff's own words, frozen versions, and whom they quote"""

import sqlalchemy as sa
from alembic import op

from bot.storage.database.tables.base import Moment

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "report_text",
        sa.Column("consultation", sa.String(100), primary_key=True),
        sa.Column("part", sa.String(120), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("left_out", sa.Boolean, nullable=False),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_table(
        "report_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("consultation", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.UniqueConstraint("consultation", "version"),
    )
    op.create_table(
        "citation",
        sa.Column("report_id", sa.Integer, sa.ForeignKey("report_version.id"), primary_key=True),
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("answer_id", sa.Integer, sa.ForeignKey("answer.id"), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_citation_answer_id", "citation", ["answer_id"])


def downgrade() -> None:
    for table in ("citation", "report_version", "report_text"):
        op.drop_table(table)
