"""Claims of turns and of replies: a lease, and the fence that a late writer cannot pass"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

TABLES = ("respondent", "outbox")


def upgrade() -> None:
    for name in TABLES:
        op.add_column(name, sa.Column("claim_no", sa.Integer, nullable=False, server_default="0"))
        op.add_column(
            name, sa.Column("claimed_until", sa.Float, nullable=False, server_default="0")
        )


def downgrade() -> None:
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_column("claimed_until")
            table.drop_column("claim_no")
