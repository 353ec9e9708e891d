"""Leases: who works on something for a few seconds, by the database's clock, which all share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, not_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

LEASE = 8.0  # seconds; then what a worker has claimed is free for others, unless it was renewed
FREE = 0.0  # when a lease of nobody's ends


class Fenced(Exception):
    """The lease ran out and another has taken over. Nothing of this transaction may be stored."""


class seconds_now(GenericFunction):
    """The seconds since 1970 by the database's clock, and not by that of one machine."""

    type = Float()
    inherit_cache = True


def is_over(until: Any, lease: float = LEASE) -> Any:
    """Return the condition that a lease of at most so many seconds is over: its end has come, or is
    further off than it can be, because the clock was set back since.
    """
    return not_((until - seconds_now()).between(0.0, lease + 1.0))


@compiles(seconds_now, "postgresql")
def _postgresql(*_: Any, **__: Any) -> str:
    return "extract(epoch FROM clock_timestamp())"


@compiles(seconds_now, "sqlite")
def _sqlite(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"
