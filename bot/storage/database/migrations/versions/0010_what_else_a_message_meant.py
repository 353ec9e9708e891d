"""What else a message meant: another reading, what it asked on the way, and its care"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("inbox") as table:
        table.add_column(sa.Column("other", sa.String(60)))
        table.add_column(sa.Column("asks", sa.JSON()))
        table.add_column(sa.Column("care", sa.String(10)))


def downgrade() -> None:
    with op.batch_alter_table("inbox") as table:
        for name in ("care", "asks", "other"):
            table.drop_column(name)
