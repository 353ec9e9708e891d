"""Whether the process answers. It looks at nothing else."""

from __future__ import annotations

from flask import Blueprint, Response

health = Blueprint("health", __name__)


@health.get("/live")
def live() -> Response:
    return Response("ok\n", content_type="text/plain; charset=utf-8")
