"""Each question as it was asked under each version of the consultation file"""

import sqlalchemy as sa
from alembic import op

from bot.storage.database.tables import Moment

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("consultation", sa.String(100), primary_key=True),
        sa.Column("question", sa.String(100), primary_key=True),
        sa.Column("version", sa.String(40), primary_key=True),
        sa.Column("text", sa.Text),
        sa.Column("options", sa.JSON),
        sa.Column("since", Moment),
    )
    # Of what was answered until now only the version is known.
    op.execute(
        "INSERT INTO wording (consultation, question, version)"
        " SELECT DISTINCT respondent.consultation, answer.question, answer.wording_version"
        " FROM answer JOIN respondent ON respondent.id = answer.respondent_id"
    )


def downgrade() -> None:
    op.drop_table("wording")
