"""Counting the answers to every question from a small index"""

from alembic import op

revision = "0036"
down_revision = "0035"

INDEX = "answer_results_by_question"


def upgrade() -> None:
    # SQLite counts from `answer_results`, and would take this one also where it serves worse.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")
        op.create_index(INDEX, "answer", ["question", "status"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(INDEX, table_name="answer")
