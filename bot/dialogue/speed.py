"""Where stock Rasa does the same work over again in every turn (docs/performance.md has
figures).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction


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
