"""Finding conversations by a judgement, a language, or the date of any message"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

SPOKEN = sa.text("language IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_considered_judgement_respondent_id", "considered", ["judgement", "respondent_id"]
    )
    op.create_index("ix_inbox_received_at_respondent_id", "inbox", ["received_at", "respondent_id"])
    op.create_index(
        "ix_inbox_language_respondent_id",
        "inbox",
        ["language", "respondent_id"],
        sqlite_where=SPOKEN,
        postgresql_where=SPOKEN,
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_language_respondent_id", table_name="inbox")
    op.drop_index("ix_inbox_received_at_respondent_id", table_name="inbox")
    op.drop_index("ix_considered_judgement_respondent_id", table_name="considered")
