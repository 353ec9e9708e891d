"""The order of the list of conversations, in an index of its own"""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.drop_index("ix_respondent_last_message_at", table_name="respondent")
    op.create_index(
        "ix_respondent_list", "respondent", ["consultation", "last_message_at", "reference"]
    )


def downgrade() -> None:
    op.drop_index("ix_respondent_list", table_name="respondent")
    op.create_index("ix_respondent_last_message_at", "respondent", ["last_message_at"])
