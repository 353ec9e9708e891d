"""The mail server by which staff are told of what cannot wait."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.settings.reader import Reader, SettingsError

ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+\.[^@\s,<>.]+")
USUAL = "STARTTLS"
PORTS = {USUAL: 587, "TLS": 465, "NONE": 25}


@dataclass(frozen=True)
class MailServer:
    """Where emails to staff are handed in, from whom and to whom they are."""

    host: str
    port: int
    security: str  # STARTTLS, TLS or NONE
    sender: str
    alert_to: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Mail:
    mail_server: MailServer | None  # None: no emails are sent


def read_mail(read: Reader) -> Mail:
    if not read.all_or_none("SMTP_HOST", "SMTP_FROM", "ALERT_TO"):
        return Mail(None)
    security = read.one_of("SMTP_SECURITY", USUAL, tuple(PORTS))
    read.all_or_none("SMTP_USER", "SMTP_PASSWORD")
    for name in ("SMTP_FROM", "ALERT_TO"):
        for word in read.words(name):
            if not ADDRESS.fullmatch(word):
                raise SettingsError(f"{name} holds {word!r}; write name@example.gov.uk.")
    return Mail(
        MailServer(
            host=read.text("SMTP_HOST"),
            port=read.port("SMTP_PORT", PORTS[security]),
            security=security,
            sender=read.text("SMTP_FROM"),
            alert_to=read.words("ALERT_TO"),
            user=read.text("SMTP_USER"),
            password=read.text("SMTP_PASSWORD"),
        )
    )
