"""Style and script of the pages: read once at the start, and named by their content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, url_for

from bot.settings import Settings, SettingsError

assets = Blueprint("assets", __name__)

STAFF = Path(__file__).parent.parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_A_YEAR = "public, max-age=31536000, immutable"
# Only sites on GOV.UK may use its typeface; the pages have the fonts that the machine has.
FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif'


@dataclass(frozen=True)
class Assets:
    """All files in memory. `version` changes when any of them does."""

    files: Mapping[str, bytes]
    version: str


def load_assets(settings: Settings) -> Assets:
    """Read the files. Raises SettingsError when those of npm are not there."""
    theirs = settings.node_modules / "govuk-frontend" / "dist" / "govuk"
    try:
        style = (theirs / "govuk-frontend.min.css").read_text(encoding="utf-8")
        script = (theirs / "govuk-frontend.min.js").read_text(encoding="utf-8")
    except OSError:
        raise SettingsError(
            "The staff pages need govuk-frontend, which is not in node_modules; run `make install`."
        ) from None
    files = {path.name: path.read_bytes() for path in STAFF.glob("*/static/*.*")}
    files["govuk-frontend.min.css"] = with_own_fonts(style).encode()
    files["govuk-frontend.min.js"] = _without_map(script).encode()
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(name.encode() + b"\0" + content)
    return Assets(files, digest.hexdigest()[:12])


def with_own_fonts(style: str) -> str:
    """Return GOV.UK's stylesheet without its typeface."""
    style = re.sub(r"@font-face\{[^}]*\}", "", style)
    return _without_map(re.sub(r'"?GDS Transport"?,\s*arial,\s*sans-serif', FONTS, style))


def _without_map(text: str) -> str:
    return re.sub(r"(/\*|//)# sourceMappingURL=\S+( \*/)?", "", text)


def serve_assets(app: Flask, loaded: Assets) -> None:
    app.extensions["assets"] = loaded
    app.register_blueprint(assets)
    app.add_template_global(asset_url)


def asset_url(name: str) -> str:
    return url_for("assets.asset", version=current_app.extensions["assets"].version, name=name)


@assets.get("/assets/<version>/<name>")
def asset(version: str, name: str) -> Response:
    loaded: Assets = current_app.extensions["assets"]
    if name not in loaded.files:
        abort(404)
    kind = TYPES[Path(name).suffix]
    response = Response(loaded.files[name], content_type=f"{kind}; charset=utf-8")
    # A page from before an update asks by the old name: it gets today's file, but not for a year.
    response.headers["Cache-Control"] = FOR_A_YEAR if version == loaded.version else "no-store"
    return response
