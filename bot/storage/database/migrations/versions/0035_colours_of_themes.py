"""A theme has a colour"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.add_column("theme", sa.Column("colour", sa.String(10)))


def downgrade() -> None:
    op.drop_column("theme", "colour")
