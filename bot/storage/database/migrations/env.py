"""Alembic's entry: the connection is handed over by bot/storage/database/migrate.py."""

from alembic import context

from bot.storage.database.tables import Base
from bot.storage.review.search import is_ours

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite cannot alter most of a table in place; Alembic then copies it.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_name=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
