"""What the deployment decides, a file for each topic. Every setting is listed in `.env.example`.

`reader.py` is the only reader of the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings.addresses import Addresses, read_addresses
from bot.settings.consultation import WhatIsAsked, read_what_is_asked
from bot.settings.limits import Limits, read_limits
from bot.settings.reader import SettingsError, open_reader
from bot.settings.sms import Twilio, read_twilio
from bot.settings.staff import StaffRules, read_staff_rules
from bot.settings.storage import Storage, read_storage
from bot.settings.telegram import Telegram, read_telegram

__all__ = ["ROOT", "Settings", "SettingsError", "Telegram", "Twilio", "load_settings"]

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Settings(WhatIsAsked, Storage, Addresses, Limits, StaffRules):
    """All topics side by side, so that a caller need not know which one a setting is of.

    Paths are absolute.
    """

    log_level: str
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


def load_settings(environ: Mapping[str, str] | None = None, *, root: Path = ROOT) -> Settings:
    """Read the environment, over `.env` in the project's folder. Raises SettingsError."""
    read = open_reader(environ, root / ".env")
    settings = Settings(
        **vars(read_what_is_asked(read)),
        **vars(read_storage(read, root)),
        **vars(read_addresses(read)),
        **vars(read_limits(read)),
        **vars(read_staff_rules(read)),
        log_level=read.one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        twilio=read_twilio(read),
        telegram=read_telegram(read),
        root=root,
    )
    # Twilio signs the address that it calls, and sends residents' words there.
    if settings.twilio and not settings.is_safe_from_outside:
        raise SettingsError("PUBLIC_BASE_URL must begin with https:// when text messages are on.")
    return settings
