"""What every staff page needs, made once by `create_app` and kept on the app."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from flask import current_app, g

from bot.consultation.model import Consultation
from bot.settings import Settings
from bot.storage.database.keys import Keys
from bot.storage.database.session import Database
from bot.storage.staff.audit import record
from bot.storage.staff.rows import normal_email


@dataclass(frozen=True)
class AppContext:
    """What views and templates work with. `no_password` is a hash that no password fits."""

    settings: Settings
    database: Database
    consultation: Consultation
    keys: Keys
    clock: Callable[[], datetime]
    hasher: PasswordHasher
    no_password: str
    mark_key: bytes

    @property
    def is_https(self) -> bool:
        """Whether staff reach the pages over TLS: decided by the address that the public uses."""
        return self.settings.staff_base_url.startswith("https://")

    def mark_of(self, kind: str, text: str) -> str:
        """Return what stands for an address or unknown e-mail in limits and records."""
        message = f"{kind}|{text}".encode("utf-8", "replace")
        return hmac.new(self.mark_key, message, hashlib.sha256).hexdigest()[:32]

    def mark_of_email(self, typed: str) -> str:
        """Return one mark for one e-mail, however it was typed."""
        try:
            return self.mark_of("email", normal_email(typed))
        except ValueError:
            return self.mark_of("email", typed)


def app_context() -> AppContext:
    here: AppContext = current_app.extensions["context"]
    return here


def write_down(here: AppContext, what: str, about: str | None = None) -> None:
    """Write down who looks at what, before it is shown: without the record nothing is shown."""
    with here.database.writing() as session:
        record(session, who=g.staff.email, what=what, about=about, now=here.clock())
