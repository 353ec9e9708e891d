"""Replies that repeat contact details are kept sealed"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("sealed", sa.LargeBinary))


def downgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_column("sealed")
