"""Telling staff by email of cases that cannot wait. An email has a link and a reference, and no
words of a resident. One that was being sent when the process was killed goes out again.
"""

from __future__ import annotations

import asyncio
import logging
import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from bot.settings.mail import MailServer
from bot.storage.cases.alerts import alerts_waiting, note_alerted, note_not_alerted
from bot.storage.database.session import StorageError
from bot.turns.services import Services

logger = logging.getLogger(__name__)

LOOK_EVERY = 10.0  # seconds
LONGEST_DELAY = 60.0  # seconds between tries, doubled each time
TIMEOUT = 15.0  # seconds that the mail server may take


class Alerts:
    """Looks for cases to tell of, and tells. Without a mail server it does nothing."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._server = services.settings.mail_server
        self.problem: str | None = None  # why the last try failed: a kind of error, never its text

    async def look_for_ever(self) -> None:
        """Send what waits, now and every LOOK_EVERY seconds."""
        delay = LOOK_EVERY
        while self._server is not None:
            try:
                await asyncio.to_thread(self.send_what_waits)
            except StorageError as error:
                logger.error("cases not readable: %s", error)
            delay = min(delay * 2, LONGEST_DELAY) if self.problem else LOOK_EVERY
            await asyncio.sleep(delay)

    def send_what_waits(self) -> None:
        """Tell of all open cases that wait, in one email. Raises StorageError."""
        services, server = self._services, self._server
        if server is None:
            return
        with services.database.reading() as session:
            waiting = alerts_waiting(session, services.consultation.id)
        if not waiting:
            self.problem = None
            return
        try:
            hand_in(server, self._email(server, waiting))
        except (OSError, smtplib.SMTPException) as error:  # its text can hold an address
            self.problem = type(error).__name__
            logger.error("alert not sent", extra={"reason": self.problem, "cases": len(waiting)})
            with services.database.writing() as session:
                note_not_alerted(session, waiting, self.problem)
            return
        self.problem = None
        with services.database.writing() as session:
            note_alerted(session, waiting, services.clock())

    def state(self) -> dict[str, Any]:
        """Return what health tells, besides how many wait."""
        return {"email": "on" if self._server else "off", "problem": self.problem}

    def _email(self, server: MailServer, references: Sequence[str]) -> EmailMessage:
        base, more = self._services.settings.staff_base_url, len(references) - 1
        email = EmailMessage()
        email["Subject"] = f"Needs you now: {references[0]}" + (f" and {more} more" if more else "")
        email["From"], email["To"] = server.sender, ", ".join(server.alert_to)
        email["Date"] = format_datetime(self._services.clock())
        email["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2])
        email["Auto-Submitted"] = "auto-generated"
        links = "\n".join(f"{base}/cases/{reference}" for reference in references)
        email.set_content(
            "A resident may be in danger or in despair. Read what they said, and decide what to do:"
            f"\n\n{links}\n\n{self._services.consultation.title}\n"
        )
        return email


def hand_in(server: MailServer, email: EmailMessage) -> None:
    """Give an email to the mail server. Raises OSError or SMTPException."""
    kind = smtplib.SMTP_SSL if server.security == "TLS" else smtplib.SMTP
    with kind(server.host, server.port, timeout=TIMEOUT) as smtp:
        if server.security == "STARTTLS":
            smtp.starttls()
        if server.user:
            smtp.login(server.user, server.password)
        smtp.send_message(email)
