"""What the deployment decides, a file for each topic. Every setting is listed in `.env.example`.

`reader.py` is the only reader of the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.settings.addresses import Addresses, read_addresses
from bot.settings.consultation import WhatIsAsked, read_what_is_asked
from bot.settings.limits import Limits, read_limits
from bot.settings.mail import Mail, read_mail
from bot.settings.quiet_hours import Telling, read_telling
from bot.settings.reader import SettingsError, open_reader
from bot.settings.staff import StaffRules, read_staff_rules
from bot.settings.storage import Storage, read_storage
from bot.settings.watching import Watching, read_watching

__all__ = ["ROOT", "Settings", "SettingsError", "load_settings"]

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Settings(WhatIsAsked, Storage, Addresses, Limits, StaffRules, Mail, Telling, Watching):
    """All topics side by side, so that a caller need not know which one a setting is of.

    Paths are absolute.
    """

    log_level: str
    # The settings of each channel that is on, by its name.
    channels: Mapping[str, Any] = field(default_factory=dict, hash=False)
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
    # Here, as a channel's folder reads its own settings with the reader of this one.
    from bot.channels.registry import all_channels

    read = open_reader(environ, root / ".env")
    return Settings(
        **vars(read_what_is_asked(read)),
        **vars(read_storage(read, root)),
        **vars(read_addresses(read)),
        **vars(read_limits(read)),
        **vars(read_staff_rules(read)),
        **vars(read_mail(read)),
        **vars(read_telling(read)),
        **vars(read_watching(read)),
        log_level=read.one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        channels={
            channel.name: found
            for channel in all_channels()
            if (found := channel.read_settings(read)) is not None
        },
        root=root,
    )
