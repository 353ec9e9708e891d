"""The pages of the plain forms, filled in. What they say stands in bot/web/plain.html."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.consultation.question import Kind

WEB = Path(__file__).resolve().parents[2] / "web"
NUMBERED = (Kind.CHOICE.value, Kind.SCALE.value, Kind.MULTI_CHOICE.value)
NO_REPLY_DUE = ("stopped", "closed", "erased")
ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
HEADERS = {
    # As on the page, but forms may be sent to ourselves, and there are no scripts.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # without one, browsers say that a form comes from "null"
}


def direction(text: str) -> str:
    """Return which way a line runs: as most of its letters do (as `direction` in text.js)."""
    sides = [unicodedata.bidirectional(letter) for letter in ADDRESS.sub(" ", text)]
    right = sides.count("R") + sides.count("AL")
    return "rtl" if right > sides.count("L") else "ltr"


pages = Environment(loader=FileSystemLoader(WEB), autoescape=True, trim_blocks=True)
pages.filters["direction"] = direction


def render(request: Request, part: str, *, status: int = 200, **facts: Any) -> Response:
    """Return one page of the plain forms: greeting, turn, answers or again."""
    services = request.app.state.services
    told = {"consultation": services.consultation, "demo_notice": services.demo_notice(), **facts}
    html = pages.get_template("plain.html").render(part=part, **told)
    return HTMLResponse(request.app.state.files.with_marks(html), status, HEADERS)


def turn_of(told: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """Return what a turn's page shows: the newest reply (or everything), and what can be sent."""
    messages, progress = told["messages"], told["progress"]
    own = max((n for n, m in enumerate(messages) if m["from"] == "resident"), default=-1)
    newest = messages[own + 1 :]
    asked = newest[-1]["buttons"] if newest else []
    beside = [button for message in newest[:-1] for button in message["buttons"]]
    numbered = bool(progress["question"]) and progress["kind"] in NUMBERED
    return {
        "messages": messages if whole else messages[max(own, 0) :],
        "whole": whole,
        "earlier": own > 0,
        "waiting": not newest and progress["state"] not in NO_REPLY_DUE,
        "progress": progress,
        "reference": told["reference"],
        "options": asked,
        "beside": beside if progress["purpose"] == "consultation" else [],
        "numbered": numbered,
        "several": progress["kind"] == Kind.MULTI_CHOICE.value,
    }
