"""The only reader of the environment. Every setting is listed in `.env.example`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting makes no sense. The message is one line: which one, what is wrong, what to do."""


@dataclass(frozen=True)
class Twilio:
    """One Twilio number. The first token is used for sending; every one of them is believed."""

    account_sid: str
    auth_tokens: tuple[str, ...]
    number: str  # E.164, or a short code
    api_url: str
    reply_prefixes: tuple[str, ...]  # only these numbers are answered; every text is stored


@dataclass(frozen=True)
class Telegram:
    """One Telegram bot. The first secret is given to Telegram; every one of them is believed."""

    bot_token: str
    webhook_secrets: tuple[str, ...]
    api_url: str

    @property
    def bot_id(self) -> str:
        """The public part of the token."""
        return self.bot_token.partition(":")[0]


@dataclass(frozen=True)
class Settings:
    """What the deployment decides. Paths are absolute; `origins` are `scheme://host[:port]`."""

    database_url: str
    consultation: str
    consultation_date: date | None
    public_base_url: str
    gateway_host: str
    gateway_port: int
    staff_base_url: str
    staff_host: str
    staff_port: int
    rasa_port: int
    actions_port: int
    secrets_dir: Path
    embed_origins: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    messages_per_minute: int
    sessions_per_hour: int
    replies_per_minute: int
    replies_per_day: int
    log_level: str
    require_totp: bool
    staff_readers: int
    twilio: Twilio | None = None  # None: text messages are off
    telegram: Telegram | None = None  # None: Telegram is off
    root: Path = ROOT

    @property
    def consultations(self) -> Path:
        return self.root / "data" / "consultations"

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def models(self) -> Path:
        return self.var / "models"

    @property
    def node_modules(self) -> Path:
        return self.root / "node_modules"

    @property
    def own_origins(self) -> frozenset[str]:
        """The origins that our own page is served from."""
        host = urlsplit(self.public_base_url).hostname or ""
        names = LOOPBACK if host in LOOPBACK else (host,)
        return frozenset(self.public_base_url.replace(host, name, 1) for name in names)


LOOPBACK = ("localhost", "127.0.0.1")
TWILIO_API = "https://api.twilio.com"
TELEGRAM_API = "https://api.telegram.org"
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")


def load_settings(environ: Mapping[str, str] | None = None, *, root: Path = ROOT) -> Settings:
    """Read the environment, over `.env` in the project's folder. Raises SettingsError."""
    given = dict(os.environ if environ is None else environ)
    read = _Reader({**_env_file(root / ".env"), **given})
    gateway_port = read.port("GATEWAY_PORT", 8080)
    staff_port = read.port("STAFF_PORT", 8081)
    settings = Settings(
        database_url=read.database_url("DATABASE_URL", root),
        consultation=read.name("CONSULTATION", "manchester-digital-strategy"),
        consultation_date=read.day("CONSULTATION_DATE"),
        public_base_url=read.origin("PUBLIC_BASE_URL", f"http://localhost:{gateway_port}"),
        gateway_host=read.text("GATEWAY_HOST", "127.0.0.1"),
        gateway_port=gateway_port,
        staff_base_url=read.origin("STAFF_BASE_URL", f"http://localhost:{staff_port}"),
        staff_host=read.text("STAFF_HOST", "127.0.0.1"),
        staff_port=staff_port,
        rasa_port=read.port("RASA_PORT", 5005),
        actions_port=read.port("ACTIONS_PORT", 5055),
        secrets_dir=(root / read.text("SECRETS_DIR", "var/secrets")).resolve(),
        embed_origins=read.origins("EMBED_ORIGINS"),
        trusted_proxies=read.addresses("TRUSTED_PROXIES"),
        messages_per_minute=read.positive("WEB_MESSAGES_PER_MINUTE", 120),
        sessions_per_hour=read.positive("WEB_SESSIONS_PER_HOUR", 600),
        replies_per_minute=read.positive("ANSWERED_PER_MINUTE", 120),
        replies_per_day=read.positive("ANSWERED_PER_DAY", 500),
        log_level=read.one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        require_totp=read.one_of("STAFF_REQUIRE_TOTP", "FALSE", ("TRUE", "FALSE")) == "TRUE",
        staff_readers=read.positive("STAFF_READERS", 1, most=2),
        twilio=_twilio(read),
        telegram=_telegram(read),
        root=root,
    )
    _check_ports_differ(settings)
    _check_reachable(settings)
    return settings


def _twilio(read: _Reader) -> Twilio | None:
    if not read.all_or_none("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBER"):
        return None
    sid, number = read.text("TWILIO_ACCOUNT_SID"), read.text("TWILIO_NUMBER").replace(" ", "")
    if not re.fullmatch(r"AC[0-9a-zA-Z]{2,64}", sid):
        raise SettingsError("TWILIO_ACCOUNT_SID must begin with AC, as Twilio shows it.")
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}|[1-9][0-9]{4,5}", number):
        raise SettingsError("TWILIO_NUMBER must be written like +447700900123.")
    prefixes = read.words("SMS_REPLY_PREFIXES") or ("+44",)
    for prefix in prefixes:
        if not re.fullmatch(r"\+[1-9][0-9]{0,14}", prefix):
            raise SettingsError("SMS_REPLY_PREFIXES holds what is no prefix; write them like +44.")
    return Twilio(
        account_sid=sid,
        auth_tokens=read.one_or_two("TWILIO_AUTH_TOKEN", r"[!-~]{1,200}"),
        number=number,
        api_url=read.origin("TWILIO_API_URL", TWILIO_API),
        reply_prefixes=prefixes,
    )


def _telegram(read: _Reader) -> Telegram | None:
    if not read.all_or_none("TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET"):
        return None
    token = read.text("TELEGRAM_BOT_TOKEN")
    if not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}", token):
        raise SettingsError("TELEGRAM_BOT_TOKEN must be written as BotFather shows it, 123:ABC…")
    return Telegram(
        bot_token=token,
        # What Telegram allows: https://core.telegram.org/bots/api#setwebhook
        webhook_secrets=read.one_or_two("TELEGRAM_WEBHOOK_SECRET", r"[A-Za-z0-9_-]{1,256}"),
        api_url=read.origin("TELEGRAM_API_URL", TELEGRAM_API),
    )


def _check_reachable(settings: Settings) -> None:
    """Twilio signs the address that it calls, and sends residents' words there."""
    url = urlsplit(settings.public_base_url)
    if settings.twilio and url.scheme != "https" and url.hostname not in LOOPBACK:
        raise SettingsError("PUBLIC_BASE_URL must begin with https:// when text messages are on.")


def _check_ports_differ(settings: Settings) -> None:
    ports = {
        "GATEWAY_PORT": settings.gateway_port,
        "STAFF_PORT": settings.staff_port,
        "RASA_PORT": settings.rasa_port,
        "ACTIONS_PORT": settings.actions_port,
    }
    for port in ports.values():
        twins = sorted(name for name, number in ports.items() if number == port)
        if len(twins) > 1:
            raise SettingsError(f"{' and '.join(twins)} are both {port}; give each its own port.")


def _env_file(path: Path) -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(path).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(".env cannot be read; it must be a text file in UTF-8.") from error


@dataclass(frozen=True)
class _Reader:
    """Turns one setting at a time into what it means. A value is never shown where it may be a
    secret.
    """

    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def name(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", value):
            raise SettingsError(
                f"{name} is {value!r}; name a file of data/consultations, without .yml."
            )
        return value

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word for word in re.split(r"[,\s]+", self.text(name)) if word)

    def addresses(self, name: str) -> tuple[str, ...]:
        words = self.words(name)
        for word in words:
            try:
                ip_network(word, strict=False)
            except ValueError as error:
                raise SettingsError(
                    f"{name} holds {word!r}; write addresses like 10.0.0.5, separated by commas."
                ) from error
        return words

    def all_or_none(self, *names: str) -> bool:
        """Say whether a channel is on; half of its settings makes no sense."""
        missing = [name for name in names if not self.text(name)]
        if missing and len(missing) < len(names):
            given = next(name for name in names if name not in missing)
            raise SettingsError(f"{given} is set and {missing[0]} is not; set both, or neither.")
        return not missing

    def one_or_two(self, name: str, allowed: str) -> tuple[str, ...]:
        """Read a secret, or the new one and the old one while they are exchanged."""
        words = self.words(name)
        if not 1 <= len(words) <= 2 or not all(re.fullmatch(allowed, word) for word in words):
            raise SettingsError(
                f"{name} cannot be read; give one value, or the new and the old one with a comma."
            )
        return words

    def positive(self, name: str, default: int, most: int = 1_000_000) -> int:
        value = self.text(name, str(default))
        if not (
            value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most
        ):
            raise SettingsError(f"{name} is {value!r}; it must be a whole number from 1 to {most}.")
        return int(value)

    def port(self, name: str, default: int) -> int:
        return self.positive(name, default, most=65535)

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError as error:
            raise SettingsError(f"{name} is {value!r}; write a day like 2021-03-01.") from error

    def one_of(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default).upper()
        if value not in allowed:
            raise SettingsError(f"{name} is {value!r}; use one of {', '.join(allowed)}.")
        return value

    def origin(self, name: str, default: str) -> str:
        return _origin(name, self.text(name, default))

    def origins(self, name: str) -> tuple[str, ...]:
        return tuple(_origin(name, word) for word in self.words(name))

    def database_url(self, name: str, root: Path) -> str:
        value = self.text(name, "sqlite:///var/haveyoursay.db")
        if value.startswith(("postgresql://", "postgresql+psycopg2://", "postgres://")):
            return re.sub(r"^postgres://", "postgresql://", value)
        if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
            # A relative file is relative to the project, wherever the command was started.
            return f"sqlite:///{(root / value[len('sqlite:///') :]).resolve()}"
        raise SettingsError(
            f"{name} is not a database we know; use sqlite:///path/to/file.db or postgresql://…"
        )


def _origin(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        port, hostname = parts.port, parts.hostname or ""
    except ValueError:
        parts, port, hostname = urlsplit(""), None, ""
    more = parts.path not in ("", "/") or parts.query or parts.fragment
    # Nothing but a host's own letters: these values become part of a security header.
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(hostname) or more:
        raise SettingsError(
            f"{name} is {value!r}; write it like https://consultation.example.gov.uk"
        )
    host = f"[{hostname}]" if ":" in hostname else hostname
    standard = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if standard else f":{port}")
