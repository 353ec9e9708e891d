"""Error pages in plain words. They need no database: it may be what is missing."""

from __future__ import annotations

import logging

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bot.staff.shell import vocabulary
from bot.staff.shell.forms import CodeForm, SignInForm
from bot.staff.sign_in import sign_in
from bot.staff.sign_in.throttle import note_refusal, seconds_to_wait
from bot.storage.database.session import StorageError

logger = logging.getLogger(__name__)

PROBLEMS: dict[int, tuple[str, tuple[str, ...]]] = {
    400: ("This request could not be read", ("Go back and try again.",)),
    403: (
        "You cannot open this page",
        ("Your role does not include it. If your work needs it, ask an administrator.",),
    ),
    404: (
        "Page not found",
        ("Check the web address. A reference looks like HYS-7F3K-9Q2M.",),
    ),
    405: ("This page cannot be used like that", ("Go back and use the buttons on the page.",)),
    413: ("That is too much at once", ("Go back and send less.",)),
    429: ("Too many tries", ("Wait a few minutes and try again.",)),
    500: (
        "Sorry, something went wrong",
        ("Nothing was changed. Try again. If it happens again, tell those who run this service.",),
    ),
    503: (
        "This page cannot be shown right now",
        (
            "Every look at a conversation must be written down first. Just now it could not be.",
            "Nothing is lost. Try again in a minute.",
        ),
    ),
}
FORGED = (
    "This page was open for too long",
    ("For safety your form was not sent. Go back, load the page again and repeat what you did.",),
)


def show_problems(app: Flask) -> None:
    app.register_error_handler(RateLimitExceeded, _too_many_tries)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(StorageError, _no_storage)
    app.register_error_handler(HTTPException, _http_problem)


def _page(status: int, notice: tuple[str, tuple[str, ...]] | None = None) -> tuple[str, int]:
    title, paragraphs = notice or PROBLEMS.get(status, PROBLEMS[500])
    return render_template("problem.html", title=title, paragraphs=paragraphs), status


def _http_problem(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error  # a redirect
    return _page(status)


def _forged(error: CSRFError) -> ResponseReturnValue:
    return _page(400, FORGED)


def _no_storage(error: StorageError) -> ResponseReturnValue:
    logger.error("page refused: no database", extra={"reason": str(error)})
    g.pop("staff", None)
    return _page(503)


def _too_many_tries(refused: RateLimitExceeded) -> ResponseReturnValue:
    seconds = seconds_to_wait(refused)
    note_refusal(refused)
    wait = vocabulary.count(-(-seconds // 60), "minute", "minutes")
    notice = f"Too many wrong tries. Wait {wait}, then try again"
    headers = {"Retry-After": str(seconds)}
    if request.endpoint == "sign_in.submit":
        return sign_in.page(SignInForm(), [notice]), 429, headers
    if request.endpoint == "sign_in.submit_code":
        return sign_in.code_page(CodeForm(), [notice]), 429, headers
    return *_page(429), headers
