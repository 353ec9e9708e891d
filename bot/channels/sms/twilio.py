"""Sending texts by Twilio's REST API, and listing those that arrived.

The rules are in docs/channels.md; error codes: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import requests
from phonenumbers import NumberParseException, PhoneNumberType, number_type, parse
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.channels.sms.description import pace_in
from bot.channels.sms.form import SmsMessage
from bot.channels.sms.settings import Twilio
from bot.turns.delivery.sending import Blocked, Held, Later, NotSent, Refused, ToSend

STATUS_PATH = "/sms/status"
SEND_SECONDS = 10.0  # Twilio answers in a fraction of a second
NEWEST = 20  # of the texts to a number; older ones are not the one in doubt
FAILED = ("failed", "undelivered", "canceled")
CLOCKS_DIFFER = timedelta(seconds=30)  # what theirs and ours may differ by
# The owner of the number would earn on every reply, or pay for it.
PREMIUM_RATE = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.UAN,
    PhoneNumberType.PAGER,
}
# Codes that say something else than their HTTP status does. Twilio advises against leaning on codes
# (changelog of 10 July 2024), so everything else goes by the status alone.
BLOCKED = {21610}  # the number has sent STOP to ours once; only START from it undoes that
NOT_US = {20003, 20005, 21603, 21606, 21659, 21660}  # credentials, account or sender are wrong
LATER = {20429, 21611}  # too many requests; the sender's queue is full
NOT_US_STATUSES = {401, 403}


def may_answer(twilio: Twilio, number: str) -> bool:
    """Only numbers with an allowed prefix that cost what a text usually does: names are no numbers
    at all, and texts to ourselves would never end.
    """
    if not number.startswith(twilio.reply_prefixes) or number in twilio.numbers:
        return False
    try:
        return number_type(parse(number)) not in PREMIUM_RATE
    except NumberParseException:
        return False


class TwilioSender:
    """Sends texts, and lists those that arrived. The library blocks, so it runs in threads."""

    def __init__(self, twilio: Twilio, public_base_url: str) -> None:
        self._twilio = twilio
        self._pace = pace_in(twilio)
        self._status_url = public_base_url + STATUS_PATH
        self._threads = ThreadPoolExecutor(twilio.at_once, thread_name_prefix="twilio")
        self._client = Client(
            twilio.account_sid,
            twilio.auth_tokens[0],
            http_client=TwilioHttpClient(timeout=SEND_SECONDS),
        )
        self._client.api.base_url = twilio.api_url

    async def send(self, address: str, message: ToSend) -> str:
        """Return Twilio's id of the text. Raises a NotSent."""
        if not may_answer(self._twilio, address):
            raise Refused("prefix")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._send, address, message)

    def _send(self, address: str, message: ToSend) -> str:
        try:
            sent = self._client.messages.create(
                to=address,
                from_=self._pace.number(message.ours),
                body=message.text,
                status_callback=f"{self._status_url}?reply={message.id}",
            )
        except TwilioRestException as error:
            raise _not_sent(error) from None
        except requests.ConnectTimeout:
            raise Later("timeout") from None
        except (
            requests.RequestException,
            ValueError,
        ) as error:  # ValueError: an answer not in JSON
            raise Later(type(error).__name__, doubtful=True) from None
        return str(sent.sid)

    async def sent_before(self, address: str, message: ToSend) -> list[str] | None:
        """Return Twilio's ids of texts with these words to a number; None if it does not tell."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._sent_before, address, message)

    def _sent_before(self, address: str, message: ToSend) -> list[str] | None:
        try:
            listed = [  # whichever number it was that they had written to then
                record
                for number in self._twilio.numbers
                for record in self._client.messages.list(to=address, from_=number, limit=NEWEST)
            ]
        except (TwilioException, requests.RequestException, ValueError):
            return None
        return [str(record.sid) for record in listed if _is_same(record, address, message)]

    def received_since(self, moment: datetime) -> list[SmsMessage]:
        """Return the texts that Twilio has for our numbers, the oldest first. Raises NotSent."""
        try:
            listed = [
                record
                for number in self._twilio.numbers
                for record in self._client.messages.list(to=number, date_sent_after=moment)
            ]
        except TwilioRestException as error:
            raise _not_sent(error) from None
        except TwilioException as error:  # a refused list; its text is the whole answer
            answer = error.args[-1] if error.args else None
            raise Later(str(getattr(answer, "status_code", type(error).__name__))) from None
        except (requests.RequestException, ValueError) as error:
            raise Later(type(error).__name__) from None
        # The newest are listed first, in whole seconds: reversed, so that those of one second stay
        # in order.
        whole = [r for r in reversed(listed) if r.direction == "inbound" and r.sid and r.from_]
        found = [_found(record) for record in whole]
        return sorted(found, key=lambda message: message.sent_at or moment)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _is_same(record: Any, address: str, message: ToSend) -> bool:
    """Say whether a text that Twilio lists can be this reply: the same words were perhaps said to
    the number before, also to a resident whose texts are deleted here.
    """
    at = record.date_created
    before = at and message.created_at and at < message.created_at - CLOCKS_DIFFER
    same = record.to == address and record.body == message.text
    return same and not before and record.status not in FAILED


def _found(record: Any) -> SmsMessage:
    return SmsMessage(
        id=record.sid,
        sender=record.from_,
        text=record.body or "",
        media=str(record.num_media or "0") != "0",
        sent_at=record.date_sent or record.date_created,
        to=record.to,
    )


def _not_sent(error: TwilioRestException) -> NotSent:
    """Say what a refusal means. Its own text can hold the number, so it goes no further."""
    code = str(error.code or error.status)
    if error.code in BLOCKED:
        return Blocked(code)
    if error.code in NOT_US or (error.status in NOT_US_STATUSES and error.code not in LATER):
        return Held(code)
    if error.code in LATER or error.status == 429:
        return Later(code)
    if error.status >= 500:
        return Later(code)
    return Refused(code)
