"""Reading one setting at a time, over `.env`. Nothing else reads the environment."""

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

HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")


class SettingsError(Exception):
    """A setting makes no sense. The message is one line: which one, what is wrong, what to do."""


def open_reader(environ: Mapping[str, str] | None, env_file: Path) -> Reader:
    """Return a reader of the environment, which goes before the file. Raises SettingsError."""
    given = dict(os.environ if environ is None else environ)
    return Reader({**_env_file(env_file), **given})


def _env_file(path: Path) -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(path).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(".env cannot be read; it must be a text file in UTF-8.") from error


@dataclass(frozen=True)
class Reader:
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

    def networks(self, name: str) -> tuple[str, ...]:
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

    def token(self, name: str) -> str:
        """Read a secret that others must not guess; empty for none."""
        value = self.text(name)
        if value and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{16,200}", value):
            raise SettingsError(f"{name} cannot be read; give 16 to 200 letters and digits.")
        return value

    def positive(self, name: str, default: int, most: int = 1_000_000) -> int:
        value = self.text(name, str(default))
        if not (
            value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most
        ):
            raise SettingsError(f"{name} is {value!r}; it must be a whole number from 1 to {most}.")
        return int(value)

    def amount(self, name: str) -> float | None:
        """Read an amount like 4 or 3.95; None for nothing."""
        value = self.text(name)
        if value and not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", value):
            raise SettingsError(f"{name} is {value!r}; write a number like 3.95.")
        return float(value) if value else None

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
