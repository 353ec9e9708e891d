"""What every response says to the browser about itself."""

from __future__ import annotations

from flask import Flask, Response
from flask_talisman import Talisman

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",  # and the page's nonce, for the one line that GOV.UK's template has
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",  # coding fetches one answer after the other
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HSTS = "max-age=31536000"


def set_headers(app: Flask, *, is_https: bool) -> None:
    """Set the headers of every response. Redirecting to https is the proxy's work."""
    Talisman(
        app,
        force_https=False,
        strict_transport_security=False,
        session_cookie_secure=False,  # sessions.cookie_settings decides
        session_cookie_samesite="Lax",
        content_security_policy=CONTENT_SECURITY_POLICY,
        content_security_policy_nonce_in=["script-src"],
        frame_options="DENY",
        referrer_policy="no-referrer",
        permissions_policy={"camera": "()", "microphone": "()", "geolocation": "()"},
    )

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if is_https:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response
