"""Cases with an owner, a due date and a history"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "staff_case",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("consultation", sa.String(100), nullable=False),
        sa.Column("respondent_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("owner", sa.String(254)),
        sa.Column("due", sa.Date),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("alert", sa.String(10)),
        sa.Column("alert_tries", sa.Integer, nullable=False),
        sa.Column("alert_error", sa.String(60)),
        sa.Column("alerted_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_staff_case"),
        sa.UniqueConstraint("reference", name="uq_staff_case_reference"),
        sa.ForeignKeyConstraint(
            ["respondent_id"], ["respondent.id"], name="fk_staff_case_respondent_id_respondent"
        ),
    )
    op.create_index("ix_staff_case_respondent_id", "staff_case", ["respondent_id"])
    op.create_index("ix_staff_case_board", "staff_case", ["consultation", "status", "due"])
    op.create_index("ix_staff_case_alert", "staff_case", ["alert"])
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case_id", sa.Integer, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("who", sa.String(254), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("detail", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_case_event"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["staff_case.id"], name="fk_case_event_case_id_staff_case"
        ),
    )
    op.create_index("ix_case_event_case_id", "case_event", ["case_id"])


def downgrade() -> None:
    op.drop_table("case_event")
    op.drop_table("staff_case")
