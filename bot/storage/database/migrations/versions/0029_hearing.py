"""Who wants to hear what came of it, and messages that nobody wrote for"""

import sqlalchemy as sa
from alembic import op

from bot.storage.database.tables.base import Moment

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "hearing",
        sa.Column("respondent_id", sa.String(32), sa.ForeignKey("respondent.id"), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("wording_version", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("given", sa.Boolean),
        sa.Column("answered_at", Moment),
        sa.Column("told_at", Moment),
    )
    op.add_column(
        "outbox", sa.Column("unasked", sa.Boolean, nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_column("unasked")
    op.drop_table("hearing")
