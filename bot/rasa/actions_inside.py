"""The actions inside Rasa's own process: no second process, and no HTTP in the middle of a turn."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import ActionExecutor


class ActionsInside:
    """Takes the place of the action server's address (Rasa's EndpointConfig): what Rasa would
    send there is given to rasa-sdk's executor. An action answers for its own errors
    (`actions/base.py`).
    """

    url = "inside"
    kwargs: dict[str, Any] = {"enable_selective_domain": True}

    def __init__(self) -> None:
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, json: dict[str, Any], **_http: Any) -> Any:
        return await self._executor.run(json)
