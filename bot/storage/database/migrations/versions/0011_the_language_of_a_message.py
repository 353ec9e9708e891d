"""The language that a message is in, where it is not English"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("inbox") as table:
        table.add_column(sa.Column("language", sa.String(3)))


def downgrade() -> None:
    with op.batch_alter_table("inbox") as table:
        table.drop_column("language")
