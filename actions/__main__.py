"""The action server: `python -m actions`. Loopback only, and only for who knows the shared
secret.
"""

from __future__ import annotations

import hmac
import warnings

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

import actions
from bot.logs import configure_logging
from bot.settings import Settings, load_settings
from bot.storage.database.keys import turn_secret

SECRET_HEADER = "X-Turn-Secret"


def make_app(settings: Settings) -> Sanic:
    """Return rasa-sdk's own server behind the shared secret (it has no authentication itself)."""
    warnings.simplefilter("ignore")  # Sanic has switched them on
    from rasa_sdk.endpoint import create_app

    app = create_app(actions, cors_origins=[])
    secret = turn_secret(settings.secrets_dir)

    @app.middleware("request")
    async def check(request: Request) -> HTTPResponse | None:
        if request.path == "/health":
            return None
        if hmac.compare_digest(request.headers.get(SECRET_HEADER, ""), secret):
            return None
        return json({"error": "forbidden"}, status=403)

    return app


def main() -> None:
    settings = load_settings()
    configure_logging(settings.log_level, "actions")
    make_app(settings).run("127.0.0.1", settings.actions_port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
