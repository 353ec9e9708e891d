"""Who is reading which conversation, so that two readers do not read the same"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("respondent_id", sa.String(32), nullable=False),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["respondent_id"], ["respondent.id"], name="fk_reading_respondent_id_respondent"
        ),
        sa.PrimaryKeyConstraint("respondent_id", name="pk_reading"),
    )


def downgrade() -> None:
    op.drop_table("reading")
