"""What was counted when published figures moved last"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "published_count",
        sa.Column("consultation", sa.String(100), primary_key=True),
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("question", sa.String(100), primary_key=True),
        sa.Column("value", sa.String(64), primary_key=True),
        sa.Column("at_step", sa.Integer, nullable=False),
        sa.Column("withheld", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("published_count")
