"""Where stock Rasa does the same work over again in every turn (docs/performance.md has
figures).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import dask
import dask.core
from aiohttp import ClientSession
from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(RemoteAction.action_response_format_spec())


def validate(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Check what the action server returned. Raises jsonschema's ValidationError."""
    _validator().validate(result)
    return True


def check_the_schema_once() -> None:
    """Stop Rasa from checking its own JSON schema against JSON Schema before each result.

    `jsonschema.validate` does so at every call: nine tenths of a turn's time. The results
    themselves are checked as before.
    """
    RemoteAction._validate_action_result = validate


def run_graphs_plainly() -> None:
    """Let dask walk Rasa's little graphs of three nodes with its plain interpreter.

    `dask.get` sets up a scheduler for each of the three graphs of a turn.
    """
    setattr(dask, "get", dask.core.get)  # noqa: B010  its stub names one function


_open_session = EndpointConfig.session
_kept: dict[int, ClientSession] = {}


@asynccontextmanager
async def _session(endpoint: EndpointConfig) -> AsyncIterator[ClientSession]:
    session = _kept.get(id(endpoint))
    if session is None or session.closed:
        session = _kept[id(endpoint)] = _open_session(endpoint)
    yield session


def keep_the_connection() -> None:
    """Call the action server over one kept connection instead of a new session for each call."""
    EndpointConfig.session = _session


def speed_up() -> None:
    """All of it; to be called once, before the first turn."""
    check_the_schema_once()
    run_graphs_plainly()
    keep_the_connection()
