"""The part of an answer that a theme was given to"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    for name in ("part_from", "part_to"):
        op.add_column("code", sa.Column(name, sa.Integer))


def downgrade() -> None:
    with op.batch_alter_table("code") as table:
        table.drop_column("part_from")
        table.drop_column("part_to")
