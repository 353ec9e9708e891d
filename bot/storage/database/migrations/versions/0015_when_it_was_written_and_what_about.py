"""When a message was written and what had been asked by then; when a reply was sent"""

import sqlalchemy as sa
from alembic import op

from bot.storage.database.tables.base import Moment

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("inbox") as table:
        table.add_column(sa.Column("written_at", Moment()))
        table.add_column(sa.Column("about", sa.String(100)))
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("sent_at", Moment()))
    op.execute("UPDATE outbox SET sent_at = created_at WHERE delivery IN ('sent', 'delivered')")


def downgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.drop_column("sent_at")
    with op.batch_alter_table("inbox") as table:
        table.drop_column("about")
        table.drop_column("written_at")
