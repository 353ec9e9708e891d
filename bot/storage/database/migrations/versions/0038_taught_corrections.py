"""The model can be taught corrections"""

import sqlalchemy as sa
from alembic import op

from bot.storage.database.tables.base import Moment

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.add_column("correction", sa.Column("taught", sa.Boolean()))
    op.create_table(
        "training",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("consultation", sa.String(100), nullable=False),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON()),
    )


def downgrade() -> None:
    op.drop_table("training")
    op.drop_column("correction", "taught")
