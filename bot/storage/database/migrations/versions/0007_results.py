"""Counting answers quickly, and equality figures that move in steps"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# With the value in the index, answers are counted without reading their rows. PostgreSQL keeps
# JSON in an index only beside the key. Open answers have no value, so no words are copied.
COUNTING = {
    "sqlite": "CREATE INDEX answer_results ON answer (question, status, respondent_id, value)",
    "postgresql": "CREATE INDEX answer_results ON answer (question, status, respondent_id)"
    " INCLUDE (value)",
}


def upgrade() -> None:
    op.execute(COUNTING[op.get_bind().dialect.name])
    op.create_index(
        "ix_respondent_id_consultation_channel_started_at",
        "respondent",
        ["id", "consultation", "channel", "started_at"],
    )
    op.create_index(
        "ix_respondent_standing",
        "respondent",
        ["consultation", "channel", "state", "open_question", "completed_at", "started_at"],
    )
    op.create_index("ix_skip_question_respondent_id", "skip", ["question", "respondent_id"])
    op.add_column(
        "equality_count", sa.Column("at_step", sa.Integer(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    with op.batch_alter_table("equality_count", schema=None) as batch_op:
        batch_op.drop_column("at_step")
    op.drop_index("ix_skip_question_respondent_id", table_name="skip")
    op.drop_index("ix_respondent_standing", table_name="respondent")
    op.drop_index("ix_respondent_id_consultation_channel_started_at", table_name="respondent")
    op.drop_index("answer_results", table_name="answer")
