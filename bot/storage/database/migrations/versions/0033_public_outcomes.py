"""What is public of an outcome, beside the words that are being changed"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

TEXTS = ("title", "said", "decision", "did", "before", "after", "brief")


def upgrade() -> None:
    op.add_column("outcome", sa.Column("public", sa.JSON))
    op.add_column("outcome", sa.Column("approved_revision", sa.Integer))
    named = [sa.column("public", sa.JSON), *map(sa.column, ("id", "revision", "approved_revision"))]
    table = sa.table("outcome", *named, *map(sa.column, (*TEXTS, "approved_by")))
    database = op.get_bind()
    for row in database.execute(sa.select(table).where(table.c.approved_by.is_not(None))).all():
        public = {name: row._mapping[name] for name in TEXTS}
        kept = {"public": public, "approved_revision": row.revision}
        database.execute(table.update().where(table.c.id == row.id).values(**kept))


def downgrade() -> None:
    op.drop_column("outcome", "approved_revision")
    op.drop_column("outcome", "public")
