"""Indexes of the messages and replies that wait, a person's together"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

INDEXES = {
    "ix_inbox_waiting": ("inbox", "state = 'received'"),
    "ix_outbox_unsent": ("outbox", "delivery IN ('queued', 'sending')"),
}


def upgrade() -> None:
    for name, (table, where) in INDEXES.items():
        some = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        op.create_index(name, table, ["respondent_id", "seq"], **some)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
