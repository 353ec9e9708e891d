"""Finding short words with figures among frequent ones"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

WHERE = {
    "sqlite": "text GLOB '*[0-9@]*' AND text GLOB '*[A-Za-z]*'",
    "postgresql": "text ~ '[0-9@]' AND text ~ '[A-Za-z]'",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")
    some = {f"{engine}_where": sa.text(where) for engine, where in WHERE.items()}
    op.create_index("ix_inbox_figures", "inbox", ["id"], **some)


def downgrade() -> None:
    op.drop_index("ix_inbox_figures", table_name="inbox")
