"""Which of our numbers a resident writes to, and when each may send its next text"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("address", sa.Column("ours", sa.String(20)))
    op.create_table(
        "pace",
        sa.Column("sender", sa.String(40), primary_key=True),
        sa.Column("free_at", sa.Float, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("pace")
    with op.batch_alter_table("address") as address:
        address.drop_column("ours")
