"""Bringing a database to the newest shape with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.database.session import StorageError, open_database

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str) -> str:
    """Run the migrations that are missing; return the revision reached. Raises StorageError."""
    database = open_database(url)
    try:
        with database.engine.connect() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        return newest_revision()
    except SQLAlchemyError as error:
        raise StorageError(_first_line(error)) from None
    except CommandError as error:  # the database was migrated by a newer version of this product
        raise StorageError(str(error)) from error
    finally:
        database.close()


def newest_revision() -> str:
    """Return the revision that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def revision_of(engine: Engine) -> str | None:
    """Return the revision that a database is at."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def state_of(engine: Engine) -> str:
    """Say "ok", or what has to be done before this code can use the database."""
    fits = revision_of(engine) == newest_revision()
    return "ok" if fits else "needs python -m bot migrate"


def _config() -> Config:
    config = Config()
    # A percent sign in the path would be read as an interpolation by configparser.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().split("\n")[0]
