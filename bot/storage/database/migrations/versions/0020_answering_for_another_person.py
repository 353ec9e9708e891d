"""For whom a respondent answers, and whose views they give"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    with op.batch_alter_table("respondent") as table:
        table.add_column(sa.Column("behalf", sa.String(20)))
        table.add_column(sa.Column("views", sa.String(10)))


def downgrade() -> None:
    with op.batch_alter_table("respondent") as table:
        table.drop_column("views")
        table.drop_column("behalf")
