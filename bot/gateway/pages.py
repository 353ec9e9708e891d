"""The page that residents see, its privacy notice, the widget for other sites, and their files."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.consultation.dates import Phase, spoken
from bot.turns.services import Services

WEB = Path(__file__).resolve().parent.parent / "web"
SERVED = (".css", ".js", ".svg")


def routes() -> list[BaseRoute]:
    return [
        Route("/", page, methods=["GET"]),
        Route("/privacy", privacy, methods=["GET"]),
        Route("/embed.js", embed, methods=["GET"]),
        Mount("/static", Assets(directory=WEB)),
    ]


class Assets(StaticFiles):
    """The page's own files, but not the pages, which are filled in here, nor the notes on them."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        return super().lookup_path(path) if path.endswith(SERVED) else ("", None)


async def page(request: Request) -> Response:
    return HTMLResponse(_filled("index.html", request.app.state.services))


async def privacy(request: Request) -> Response:
    return HTMLResponse(_filled("privacy.html", request.app.state.services))


async def embed(_request: Request) -> Response:
    # Another site loads this file, so it may be fetched from anywhere.
    headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "max-age=300"}
    return FileResponse(WEB / "embed.js", media_type="text/javascript", headers=headers)


def _filled(name: str, services: Services) -> str:
    """Return a page with the consultation's own words in it, each made safe for HTML."""
    consultation = services.consultation
    html = (WEB / name).read_text(encoding="utf-8")
    texts = {
        "title": consultation.title,
        "organisation": consultation.organisation,
        "summary": consultation.summary,
        "dates": _dates(services),
        "demo_notice": _demo_notice(services),
        "consultation": consultation.id,
        "contact_phone": consultation.contact.get("phone", ""),
        "contact_website": _web_address(consultation.contact.get("website", "")),
    }
    for key, text in texts.items():
        html = html.replace("{{" + key + "}}", escape(text))
    return html.replace("{{notice_html}}", _paragraphs(consultation.privacy.notice))


def _paragraphs(text: str) -> str:
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    return "\n".join(f"<p>{escape(block)}</p>".replace("\n", "<br>") for block in blocks)


def _web_address(website: str) -> str:
    return website if website.startswith(("http://", "https://")) else f"https://{website}"


def _dates(services: Services) -> str:
    consultation = services.consultation
    phase = services.phase(services.clock())
    if phase is Phase.BEFORE:
        return f"Opens on {spoken(consultation.opens)}"
    if phase is Phase.OPEN:
        return f"Open until the end of {spoken(consultation.closes)}"
    return f"Closed at the end of {spoken(consultation.closes)}"


def _demo_notice(services: Services) -> str:
    today = services.settings.consultation_date
    if today is None:
        return ""
    day = spoken(today)
    return f"This is a demonstration. It behaves as if today were {day}."
