"""What libraries would work out again for each test's own database and app, kept from the first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule

from bot.storage.database import session


@contextmanager
def keeping() -> Iterator[None]:
    """Build each SQL statement once for each kind of database, as one that runs for long does, and
    the rule of each address once.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "create_engine", _knowing_statements(session.create_engine))
        patch.setattr(Rule, "_compile_builder", _each_once(Rule._compile_builder))
        yield


def _knowing_statements(create_engine: Any) -> Any:
    first: dict[str, Engine] = {}

    def create(url: str, **options: Any) -> Engine:
        engine: Engine = create_engine(url, **options)
        known = first.get(engine.dialect.name)
        if known is None or known.dialect.server_version_info is None:  # it has not connected
            first[engine.dialect.name] = engine
        else:  # statements are kept by dialect; one serves every database of its kind
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    return create


def _each_once(compile_builder: Any) -> Any:
    made: dict[tuple[Any, ...], Any] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, repr(rule._trace), repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    return compiled
