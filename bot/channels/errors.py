"""What a channel raises when it cannot read what was sent."""

from __future__ import annotations


class MalformedMessage(Exception):
    """A message that cannot be read. Says which answer its sender gets."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def malformed(message: str) -> MalformedMessage:
    return MalformedMessage(400, "malformed", message)
