"""Corrections of answers, with what they were before; unsure readings found by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

UNSURE = sa.text("confidence < 0.7")


def upgrade() -> None:
    with op.batch_alter_table("correction") as table:
        table.add_column(sa.Column("question", sa.String(100)))
        table.add_column(sa.Column("value", sa.JSON))
        table.add_column(sa.Column("original", sa.JSON))
    op.create_index(
        "ix_inbox_confidence",
        "inbox",
        ["confidence", "id"],
        sqlite_where=UNSURE,
        postgresql_where=UNSURE,
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_confidence", table_name="inbox")
    with op.batch_alter_table("correction") as table:
        for name in ("original", "value", "question"):
            table.drop_column(name)
