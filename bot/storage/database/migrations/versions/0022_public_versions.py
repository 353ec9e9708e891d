"""Public versions of answers and stories"""

import sqlalchemy as sa
from alembic import op

from bot.storage.database.tables.base import Moment

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "public_version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("answer_id", sa.Integer, sa.ForeignKey("answer.id"), unique=True),
        sa.Column("request_id", sa.Integer, sa.ForeignKey("request.id"), unique=True),
        sa.Column("texts", sa.JSON, nullable=False),
        sa.Column("taken_out", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("made_by", sa.String(254), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("approved_by", sa.String(254)),
        sa.Column("approved_at", Moment),
    )


def downgrade() -> None:
    op.drop_table("public_version")
