"""The staff app: what it is made of, in the order in which a request meets it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from bot.consultation.model import Consultation
from bot.metrics import Metrics
from bot.settings import Settings
from bot.staff.admin.accounts import accounts
from bot.staff.admin.audit import audit
from bot.staff.admin.job_history import job_history
from bot.staff.admin.people import people
from bot.staff.cases.pages import cases
from bot.staff.cases.reply_pages import replies
from bot.staff.coding.bulk_pages import bulk
from bot.staff.coding.codebooks import codebook
from bot.staff.coding.second_coder import second_coder
from bot.staff.coding.suggested_pages import suggested
from bot.staff.coding.suggestions import Suggestions, network_in
from bot.staff.coding.theme_finder import ThemeFinder
from bot.staff.coding.theme_tables import theme_tables
from bot.staff.coding.workbench import coding
from bot.staff.conversations import masking
from bot.staff.conversations.copies import copies
from bot.staff.conversations.pages import conversations
from bot.staff.conversations.queue import queue
from bot.staff.conversations.remarks import remarks
from bot.staff.corrections.pages import corrections
from bot.staff.corrections.teaching_pages import teaching
from bot.staff.corrections.trainer import Trainer, start_in
from bot.staff.evidence.kept import Kept
from bot.staff.evidence.pages import certificate
from bot.staff.morning.pages import morning
from bot.staff.publishing.outcome_pages import outcomes
from bot.staff.publishing.stories import stories
from bot.staff.report.pages import report
from bot.staff.requests.pages import requests
from bot.staff.results.downloads import downloads
from bot.staff.results.pages import results
from bot.staff.shell import access, assets, headers, moments, problems, request_log, vocabulary
from bot.staff.shell.context import AppContext
from bot.staff.shell.health import health
from bot.staff.shell.home import home
from bot.staff.sign_in import passwords, sessions, throttle
from bot.staff.sign_in.second_factor import second_factor
from bot.staff.sign_in.set_up import set_up
from bot.staff.sign_in.sign_in import sign_in, sign_out
from bot.storage.database.keys import load_keys, secret
from bot.storage.database.session import Database

# A blueprint: one line.
BLUEPRINTS = (
    health,
    sign_in,
    sign_out,
    set_up,
    second_factor,
    home,
    conversations,
    copies,
    queue,
    remarks,
    corrections,
    teaching,
    cases,
    replies,
    morning,
    requests,
    stories,
    outcomes,
    people,
    accounts,
    audit,
    job_history,
    results,
    downloads,
    coding,
    codebook,
    theme_tables,
    second_coder,
    suggested,
    bulk,
    certificate,
    report,
)
STAFF = Path(__file__).parent.parent
LARGEST_FORM, LARGEST_FILE = 64 * 1024, 8 * 1024 * 1024  # bytes
UPLOADS = {"codebook.upload"}


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


def create_app(
    settings: Settings,
    database: Database,
    consultation: Consultation,
    *,
    clock: Callable[[], datetime] = utc_now,
    hasher: PasswordHasher = passwords.COST,
) -> Flask:
    """Make the staff app. Raises SettingsError when a key or the installed assets are missing."""
    app = request_log.QuietFlask("bot.staff", static_folder=None)
    key = secret(settings.secrets_dir, "staff.secret", lambda: secrets.token_hex(32))
    context = AppContext(
        settings=settings,
        database=database,
        consultation=consultation,
        keys=load_keys(settings.secrets_dir),
        clock=clock,
        hasher=hasher,
        no_password=hasher.hash(secrets.token_urlsafe()),
        mark_key=b"mark" + key.encode(),
    )
    app.extensions["context"] = context
    app.extensions["metrics"] = Metrics()
    app.extensions["kept"] = Kept(clock)
    network = network_in(settings.models)
    app.extensions["suggestions"] = Suggestions(database, network)
    app.extensions["themes"] = ThemeFinder(database, network)
    app.extensions["trainer"] = Trainer(start_in(settings.root))
    _configure(app, key, context)
    _prepare_templates(app, context)
    request_log.log_requests(app)
    app.before_request(_let_files_be_larger)
    headers.set_headers(app, is_https=context.is_https)
    sessions.prepare(app)
    access.guard(app)
    CSRFProtect(app)
    assets.serve_assets(app, assets.load_assets(settings))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    throttle.throttle_sign_in(app)
    problems.show_problems(app)
    return app


def _configure(app: Flask, key: str, context: AppContext) -> None:
    app.config.update(
        SECRET_KEY=key,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # it wants the Referer, which our pages ask not to be sent
        **sessions.cookie_settings(is_https=context.is_https),
    )


def _let_files_be_larger() -> None:
    if request.endpoint in UPLOADS:
        request.max_content_length = LARGEST_FILE


def _prepare_templates(app: Flask, context: AppContext) -> None:
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(sorted(STAFF.glob("*/templates"))),  # a name is in one of them only
            PrefixLoader(
                {
                    name: PackageLoader(name)
                    for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")
                }
            ),
        ]
    )
    app.jinja_env.filters.update(moment=moments.moment, excerpt=vocabulary.excerpt)
    app.jinja_env.filters["short"] = lambda at: moments.short(at, context.clock())
    app.jinja_env.filters["ago"] = lambda at: moments.ago(at, context.clock())
    app.jinja_env.filters["direction"] = vocabulary.direction
    app.jinja_env.filters["hidden"] = masking.hidden_text
    WTFormsHelpers(app)

    @app.context_processor
    def shared() -> dict[str, object]:
        return {
            "consultation": context.consultation,
            "may": access.may,
            "navigation": access.navigation,
            "staff": g.get("staff"),
            "vocabulary": vocabulary,
        }
