"""Replies of a person, and the conversations in which one has taken over"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "talk",
        sa.Column("respondent_id", sa.String(32), nullable=False),
        sa.Column("staff", sa.String(254), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("waiting_since", moment),
        sa.Column("told_hours", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("respondent_id", name="pk_talk"),
        sa.ForeignKeyConstraint(
            ["respondent_id"], ["respondent.id"], name="fk_talk_respondent_id_respondent"
        ),
    )
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("staff", sa.String(254)))
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("signs_as", sa.String(60)))


def downgrade() -> None:
    with op.batch_alter_table("staff") as table:
        table.drop_column("signs_as")
    with op.batch_alter_table("outbox") as table:
        table.drop_column("staff")
    op.drop_table("talk")
