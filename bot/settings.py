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
    log_level: str
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
        log_level=read.one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        root=root,
    )
    _check_ports_differ(settings)
    return settings


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
