"""What the council decided about what people said"""

import sqlalchemy as sa
from alembic import op

from bot.storage.database.tables.base import Moment

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("consultation", sa.String(100), nullable=False, index=True),
        sa.Column("question", sa.String(100)),
        sa.Column("theme_id", sa.Integer, sa.ForeignKey("theme.id")),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("did", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("brief", sa.String(160), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("made_by", sa.String(254), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("approved_by", sa.String(254)),
        sa.Column("approved_at", Moment),
    )


def downgrade() -> None:
    op.drop_table("outcome")
