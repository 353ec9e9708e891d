"""Indexes for the list, the read queue and the search over residents' words"""

import logging

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision = "0006"
down_revision = "0005"

logger = logging.getLogger("alembic")

# A message is in the index once its turn is over, so contact details never are: they are sealed by
# then. SQLite drops triggers with their table: a later batch_alter_table of `inbox` must make these
# again (`make_index` below).
INDEXED = "{0}.state <> 'received' AND {0}.text <> ''"
ADD = "INSERT INTO inbox_words(rowid, text) VALUES (new.id, new.text)"
TAKE = "INSERT INTO inbox_words(inbox_words, rowid, text) VALUES ('delete', old.id, old.text)"
NEW, OLD = INDEXED.format("new"), INDEXED.format("old")
TRIGGERS = {
    "inbox_words_added": f"AFTER INSERT ON inbox WHEN {NEW} BEGIN {ADD}; END",
    "inbox_words_gone": f"AFTER DELETE ON inbox WHEN {OLD} BEGIN {TAKE}; END",
    "inbox_words_taken": f"BEFORE UPDATE OF text, state ON inbox WHEN {OLD} BEGIN {TAKE}; END",
    "inbox_words_put": f"AFTER UPDATE OF text, state ON inbox WHEN {NEW} BEGIN {ADD}; END",
}


def upgrade() -> None:
    unread = sa.text("heard_seq > read_seq")
    op.drop_index("ix_respondent_queue", table_name="respondent")
    op.create_index(
        "ix_respondent_queue",
        "respondent",
        ["consultation", "need", "last_message_at"],
        sqlite_where=unread,
        postgresql_where=unread,
    )
    op.drop_index("ix_answer_respondent_id", table_name="answer")
    op.create_index(
        "ix_answer_respondent_id_question_status", "answer", ["respondent_id", "question", "status"]
    )
    spoken = sa.text("intent <> 'give_answer'")
    op.create_index(
        "ix_inbox_intent_respondent_id",
        "inbox",
        ["intent", "respondent_id"],
        sqlite_where=spoken,
        postgresql_where=spoken,
    )
    if op.get_bind().dialect.name == "postgresql":
        _index_postgresql()
    else:
        make_index()


def _index_postgresql() -> None:
    """pg_trgm is a trusted extension: the owner of the database may add it. Without it the search
    reads every message.
    """
    op.execute("SET LOCAL statement_timeout = 0")
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            op.execute("CREATE INDEX inbox_words ON inbox USING gin (text gin_trgm_ops)")
    except DBAPIError as error:
        logger.warning("search has no index: pg_trgm: %s", type(error.orig).__name__)


def make_index() -> None:
    """SQLite: an index of three-letter pieces that keeps no text, and the triggers that fill it."""
    try:
        op.execute(
            "CREATE VIRTUAL TABLE inbox_words USING fts5"
            "(text, content='', tokenize='trigram', detail=none, columnsize=0)"
        )
    except DBAPIError as error:  # SQLite older than 3.34, or built without FTS5
        logger.warning("search has no index: fts5: %s", type(error.orig).__name__)
        return
    op.execute(
        "INSERT INTO inbox_words(rowid, text) SELECT id, text FROM inbox WHERE "
        + INDEXED.format("inbox")
    )
    for name, what in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX IF EXISTS inbox_words")
    else:
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
        op.execute("DROP TABLE IF EXISTS inbox_words")
    op.drop_index("ix_inbox_intent_respondent_id", table_name="inbox")
    op.drop_index("ix_answer_respondent_id_question_status", table_name="answer")
    op.create_index("ix_answer_respondent_id", "answer", ["respondent_id"])
    op.drop_index("ix_respondent_queue", table_name="respondent")
    op.create_index(
        "ix_respondent_queue", "respondent", ["consultation", "need", "last_message_at"]
    )
