"""The page's own files, ready to send: compressed once, and under names that change with them."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.gateway.bundle import bundled

WEB = Path(__file__).resolve().parent.parent / "web"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"  # may be kept, but is asked for each time: most answers are 304
REFERENCE = re.compile(r"/static/(\w+\.(?:css|js|svg))")
CSS_REFERENCE = re.compile(r"url\((\w+\.svg)\)")


@dataclass(frozen=True)
class File:
    body: bytes
    gzipped: bytes
    media_type: str
    etag: str
    cache: str


def make_file(body: bytes, media_type: str, cache: str = ASK_AGAIN) -> File:
    return File(body, gzip.compress(body, 9, mtime=0), media_type, f'W/"{_mark(body)}"', cache)


class Files:
    """The files by the names under which they are asked for. Nothing else is ever read."""

    def __init__(self, folder: Path = WEB) -> None:
        paths = [p for p in sorted(folder.iterdir()) if p.suffix in TYPES]
        texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
        self._now = {name: text for name, text in texts.items() if name.endswith(".svg")}
        self._now = {self._marked(name, text): text for name, text in self._now.items()}
        self._names = {re.sub(r"\.\w+(\.\w+)$", r"\1", name): name for name in self._now}
        for name in ("page.css", "page.js"):
            text = texts[name] if name.endswith(".css") else bundled(name, texts)
            text = CSS_REFERENCE.sub(lambda found: f"url({self._names[found[1]]})", text)
            self._names[name] = self._marked(name, text)
            self._now[self._names[name]] = text
        self._files = {
            **{name: self._file(name, text, ASK_AGAIN) for name, text in texts.items()},
            **{name: self._file(name, text, FOR_EVER) for name, text in self._now.items()},
        }

    def get(self, name: str) -> File | None:
        return self._files.get(name)

    def with_marks(self, html: str) -> str:
        """Return a page that asks for its files by the names that change with them."""
        return REFERENCE.sub(lambda found: f"/static/{self._names[found[1]]}", html)

    @staticmethod
    def _marked(name: str, text: str) -> str:
        stem, _, ending = name.rpartition(".")
        return f"{stem}.{_mark(text.encode())[:10]}.{ending}"

    @staticmethod
    def _file(name: str, text: str, cache: str) -> File:
        return make_file(text.encode(), TYPES[Path(name).suffix], cache)


def send(request: Request, file: File, headers: dict[str, str] | None = None) -> Response:
    """Return a file as the caller can take it: not at all, if they have it already."""
    own = {"ETag": file.etag, "Cache-Control": file.cache, "Vary": "Accept-Encoding"}
    own |= headers or {}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=own)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(file.body, headers=own, media_type=file.media_type)
    own["Content-Encoding"] = "gzip"
    return Response(file.gzipped, headers=own, media_type=file.media_type)


def send_page(request: Request, html: str, status: int = 200) -> Response:
    """Return a page of ours. What it says can change with the day, so it is asked for again."""
    if status != 200:
        return HTMLResponse(html, status)
    return send(request, make_file(html.encode(), "text/html"))


async def static(request: Request) -> Response:
    files: Files = request.app.state.files
    if file := files.get(request.path_params["name"]):
        return send(request, file)
    raise HTTPException(404)


def _mark(body: bytes) -> str:
    return sha256(body).hexdigest()[:16]
