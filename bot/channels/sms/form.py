"""Believing and reading what Twilio's webhooks bring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from bot.channels.errors import MalformedMessage, malformed
from bot.channels.sms.description import SMS
from bot.channels.sms.settings import Twilio

LONGEST = SMS.longest
MOST_FIELDS = 200
PLAIN_ID = re.compile(r"(?!.*(NumMedia|NumSegments|SmsMessageSid|SmsSid|SmsStatus)).{1,64}")
SENDER = re.compile(r"(?!.*From[CSZ])(\+[0-9 ()-]{1,24}|[^+].{0,63})")

# What a status callback says, as the outbox has it. Others ("queued", "sending") tell nothing new.
# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
STATUSES = {"sent": "sent", "delivered": "delivered", "undelivered": "failed", "failed": "failed"}


@dataclass(frozen=True)
class SmsMessage:
    """One text as Twilio's webhook, or its list of messages, tells it."""

    id: str
    sender: str
    text: str
    media: bool
    stops: bool = False  # the network took it for STOP, whatever word it was
    starts: bool = False  # the same for START
    damaged: bool = False  # some of it was not UTF-8
    to: str | None = None  # which of our numbers
    sent_at: datetime | None = None  # None: just now


@dataclass(frozen=True)
class SmsReport:
    """What became of a text of ours. `delivery` is None when there is nothing new in it."""

    id: str
    delivery: str | None
    error: str | None


Fields = ImmutableMultiDict[str, str]


def read_form(body: bytes) -> Fields:
    """Return a webhook's fields, blank ones too: Twilio signs those as well."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise malformed("The form cannot be read.") from error
    if any("\0" in part for name, value in pairs for part in (name, *_ids(name, value))):
        raise malformed("A field holds a character that no field has.")
    return ImmutableMultiDict(pairs)


def _ids(name: str, value: str) -> tuple[str, ...]:
    """Return what must be plain in a field: all of it, but for the words of a person."""
    return () if name == "Body" else (value,)


def is_damaged(body: bytes) -> bool:
    """Say whether a form holds bytes that are not UTF-8; they are read as U+FFFD."""
    try:
        unquote_to_bytes(body).decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def is_signed(twilio: Twilio, url: str, fields: Fields, signature: str) -> bool:
    """Say whether one of our tokens signed these fields for this URL."""
    return bool(signature) and any(
        RequestValidator(token).validate(url, fields, signature) for token in twilio.auth_tokens
    )


def is_ours(twilio: Twilio, fields: Fields) -> bool:
    """Say whether a signed webhook is about our account."""
    return bool(fields.get("AccountSid") == twilio.account_sid)


def read_message(twilio: Twilio, fields: Fields, *, damaged: bool = False) -> SmsMessage:
    """Return the text of a signed webhook. Raises MalformedMessage."""
    only_once(fields, "MessageSid", "From", "To", "Body", "NumMedia")
    if fields.get("To") not in twilio.numbers:
        raise MalformedMessage(403, "not_ours", "This text was not sent to a number of ours.")
    message_id, sender, text = fields.get("MessageSid"), fields.get("From"), fields.get("Body")
    if not message_id or not sender or text is None:
        raise malformed("MessageSid, From and Body must be there.")
    if len(text) > LONGEST or len(message_id) > 64 or len(sender) > 64:
        raise MalformedMessage(413, "too_long", f"A text has at most {LONGEST:,} characters.")
    if _is_folded(fields):
        raise MalformedMessage(403, "forbidden", "The fields of this request do not fit together.")
    return SmsMessage(
        id=message_id,
        sender=sender,
        text=text,
        media=fields.get("NumMedia", "0") not in ("0", ""),
        stops=fields.get("OptOutType") == "STOP",
        starts=fields.get("OptOutType") == "START",
        damaged=damaged,
        to=fields["To"],
    )


def _is_folded(fields: Fields) -> bool:
    """Say whether one field has swallowed another. Twilio signs names and values in one string, so
    `MessageSid=X&NumMedia=0` has the signature of `MessageSid=XNumMedia0`: an old message anew.
    """
    counts = [fields[name] for name in ("NumMedia", "NumSegments") if fields.get(name)]
    sender = fields.get("From", "")
    return (
        not PLAIN_ID.fullmatch(fields.get("MessageSid", ""))
        or not SENDER.fullmatch(sender)
        or not all(count.isascii() and count.isdigit() for count in counts)
    )


def read_report(fields: Fields) -> SmsReport:
    """Return what a signed status callback tells. Raises MalformedMessage."""
    only_once(fields, "MessageSid", "MessageStatus", "ErrorCode")
    message_id = fields.get("MessageSid")
    if not message_id or not fields.get("MessageStatus"):
        raise malformed("MessageSid and MessageStatus must be there.")
    delivery = STATUSES.get(fields["MessageStatus"])
    return SmsReport(message_id, delivery, (fields.get("ErrorCode") or "")[:40] or None)


def only_once(fields: Fields, *names: str) -> None:
    """Two values for one field: which of them was meant? Raises MalformedMessage."""
    for name in names:
        if len(fields.getlist(name)) > 1:
            raise malformed(f"{name} is there twice.")
