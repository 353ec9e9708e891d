"""Keeping what residents write out of PostgreSQL's own log.

Values stand inside the statements that are sent, so whatever has the server log a statement logs a
resident's words. A superuser switches that off on each connection; for another role it has to be
set (docs/running.md), and `run` and `migrate` say so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

# What each has to be, as `pg_settings` has it. The first three are about statements that fail: the
# error itself can quote a value.
QUIET = {
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
}
_VALUES = ", ".join(f"('{name}', '{value}')" for name, value in QUIET.items())
_SET = (
    f"SELECT set_config(name, value, false) FROM (VALUES {_VALUES}) AS quiet (name, value)"
    " JOIN pg_settings USING (name)"
    " WHERE (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
)
_LOUD = text(
    f"SELECT quote_ident(current_user), name, value FROM (VALUES {_VALUES}) AS quiet (name, value)"
    " JOIN pg_settings USING (name) WHERE setting <> value ORDER BY name"
)


def keep_words_out(connection: Any, _record: Any) -> None:
    """Have the server log no statement of this connection, if its role may say so."""
    cursor = connection.cursor()
    cursor.execute(_SET)
    connection.commit()
    cursor.close()


def loud_settings(engine: Engine) -> list[str]:
    """Return what a superuser has to say to the server, so that its log holds no resident's words.
    Raises SQLAlchemyError.
    """
    if engine.dialect.name != "postgresql":
        return []
    with engine.connect() as connection:
        return [
            f"ALTER ROLE {who} SET {name} = '{v}';" for who, name, v in connection.execute(_LOUD)
        ]
