"""Delivering replies, edited messages, and how far reconciliation has come"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("sender_ref", sa.String(length=40), nullable=True))
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provider_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("error", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column("doubtful", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index(batch_op.f("ix_outbox_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_doubtful"), ["doubtful"], unique=False)
    op.create_table(
        "mark",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
    )


def downgrade() -> None:
    op.drop_table("mark")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_provider_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_doubtful"))
        batch_op.drop_column("doubtful")
        batch_op.drop_column("error")
        batch_op.drop_column("provider_id")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("sender_ref")
        batch_op.drop_column("note")
