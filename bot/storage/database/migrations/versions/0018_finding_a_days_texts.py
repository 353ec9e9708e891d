"""Finding the text messages of a day"""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_index("ix_outbox_channel_created_at", "outbox", ["channel", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_channel_created_at", "outbox")
