"""The page that residents see, its privacy notice, the widget for other sites, and their files."""

from __future__ import annotations

import asyncio
import logging
from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.http import on_http
from bot.consultation.dates import Phase, spoken
from bot.gateway.notice import notice_html
from bot.gateway.outcome_page import outcome_html
from bot.gateway.page_files import WEB, send, send_page, static
from bot.settings.addresses import OUTCOME_PATH
from bot.storage.database.session import StorageError
from bot.storage.publishing.outcomes import published_outcomes
from bot.turns.services import Services

logger = logging.getLogger(__name__)


def routes() -> list[Route]:
    return [
        Route("/", page, methods=["GET"]),
        Route("/privacy", privacy, methods=["GET"]),
        Route(OUTCOME_PATH, outcome, methods=["GET"]),
        Route("/embed.js", embed, methods=["GET"]),
        Route("/static/{name:path}", static, methods=["GET"]),
    ]


async def page(request: Request) -> Response:
    return send_page(request, filled("index.html", request))


async def privacy(request: Request) -> Response:
    return send_page(request, filled("privacy.html", request, "Privacy"))


async def outcome(request: Request) -> Response:
    """Say what was decided. It is read anew each time, so that it is right at once."""
    services: Services = request.app.state.services
    request.app.state.limits.new_read(request.client.host if request.client else "unknown")
    try:
        html = await asyncio.to_thread(_outcome, services)
    except StorageError as error:
        logger.error("outcome page: database %s", error)
        html, status = "<p>This page cannot be shown just now. Please try again later.</p>", 503
    else:
        status = 200
    page = filled("outcome.html", request, "You said, we did").replace("{{outcome_html}}", html)
    return send_page(request, page, status)


def _outcome(services: Services) -> str:
    with services.database.reading() as session:
        return outcome_html(published_outcomes(session, services.consultation.id))


async def embed(request: Request) -> Response:
    # Another site loads this file, so it may be fetched from anywhere.
    headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "max-age=300"}
    return send(request, request.app.state.files.get("embed.js"), headers)


async def not_found(request: Request, problem: Exception) -> Response:
    """Who looks with a browser gets a page, and a caller of the API gets JSON."""
    assert isinstance(problem, HTTPException)
    if "text/html" in request.headers.get("accept", ""):
        return send_page(request, filled("404.html", request, "Page not found"), 404)
    return await on_http(request, problem)


def filled(name: str, request: Request, called: str = "") -> str:
    """Return a page with the consultation's own words in it, each made safe for HTML. With a title
    of its own it is the content of a page without the bot.
    """
    services: Services = request.app.state.services
    consultation = services.consultation
    html = _file(name)
    if called:
        html = _file("notice_page.html").replace("{{content}}", html).replace("{{called}}", called)
    html = request.app.state.files.with_marks(html)
    texts = {
        "title": consultation.title,
        "organisation": consultation.organisation,
        "summary": consultation.summary,
        "dates": _dates(services),
        "demo_notice": services.demo_notice(),
        "consultation": consultation.id,
        "contact_phone": consultation.contact.get("phone", ""),
        "contact_website": _web_address(consultation.contact.get("website", "")),
    }
    for key, text in texts.items():
        html = html.replace("{{" + key + "}}", escape(text))
    if "{{notice_html}}" in html:
        contents, notice = notice_html(consultation.privacy.notice)
        html = html.replace("{{notice_contents}}", contents).replace("{{notice_html}}", notice)
    return html


def _file(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")


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
