"""A stand-in for Twilio: its REST API on loopback, and handsets that text our webhook."""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from starlette.applications import Starlette
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bot.consultation.text_parts import sms_parts
from tests.support.live import served
from tests.support.postgres import free_port

Fields = Mapping[str, str] | Iterable[tuple[str, str]]
Failure = int | tuple[int, int] | tuple[int, int, int] | str

BLOCKING = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
UNBLOCKING = {"START", "UNSTOP", "YES"}
API_VERSION = "2010-04-01"
LONGEST_BODY = 1600
TRIES = 3
WEBHOOK_SECONDS = 15
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
MESSAGES = {
    20001: "The request has a parameter that cannot be read",
    20003: "Authenticate",
    20429: "Too many requests",
    20500: "An internal server error has occurred",
    20503: "Service unavailable",
    21211: "The 'To' number is not a valid phone number",
    21602: "The message has no body",
    21603: "The message has no 'From' number",
    21606: "The 'From' number is not one of this account",
    21610: "The recipient has unsubscribed",
    21617: "The message body is longer than 1600 characters",
}
USUAL_CODES = {400: 20001, 401: 20003, 429: 20429, 500: 20500, 503: 20503}


@dataclass(frozen=True)
class SentText:
    """A text that the API accepted. `at` is in UTC; `parts` is what it would cost."""

    sid: str
    to: str
    from_: str
    body: str
    parts: int
    status_callback: str
    at: datetime


@dataclass(eq=False)
class TwilioStandIn:
    """One account with one number, in memory. Safe to use from many threads.

    `webhook` is the public address that is signed; the connection goes to the origin `post_to`, or
    to the webhook's own if that is empty. `attempts` counts every POST to Messages.json, refused
    ones too; `sent` holds the accepted ones in order. Tests may change every field.
    """

    account_sid: str = field(default_factory=lambda: f"AC{uuid.uuid4().hex}")
    auth_token: str = field(default_factory=lambda: secrets.token_hex(16))
    number: str = "+447700900100"
    more_numbers: tuple[str, ...] = ()
    webhook: str = ""
    post_to: str = ""
    hang_seconds: float = 30
    url: str = field(default="", init=False)
    sent: list[SentText] = field(default_factory=list, init=False)
    attempts: int = field(default=0, init=False)
    blocked: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._closed = threading.Event()
        self._failures: deque[Failure] = deque()
        self._log: list[tuple[datetime, dict[str, Any]]] = []  # oldest first
        self._client = _client()
        path = f"/{API_VERSION}/Accounts/{{account}}/Messages.json"
        self.app = Starlette(routes=[Route(path, self._messages, methods=["GET", "POST"])])

    @contextmanager
    def running(self, port: int = 0) -> Iterator[TwilioStandIn]:
        """Serve the API at `url`, on a free port unless told; may be used again afterwards."""
        self._closed.clear()
        if self._client.is_closed:
            self._client = _client()
        with served(self.app, port or free_port()) as self.url:
            try:
                yield self
            finally:
                self._closed.set()
                self._client.close()

    # What tests ask for.

    def reset(self) -> None:
        """Forget every text, failure and blocked number; the account and its settings stay."""
        with self._lock:
            self.attempts = 0
            for memory in (self.sent, self.blocked, self._failures, self._log):
                memory.clear()

    def fail_next(self, *failures: Failure) -> None:
        """Let the next POSTs fail, in this order.

        A failure is a status, `(status, code)`, `(429, 20429, retry_after_seconds)`, "drop" (no
        answer), "timeout" (nothing is accepted, no answer for `hang_seconds`, then the connection
        ends) or "accept_and_hang" (the same, but the text is sent).
        """
        with self._lock:
            self._failures.extend(failures)

    def texts_to(self, number: str) -> list[str]:
        with self._lock:
            return [text.body for text in self.sent if text.to == number]

    def messages_with(self, number: str) -> list[dict[str, Any]]:
        """Return the texts from and to a handset as the API lists them, but oldest first."""
        with self._lock:
            return [dict(text) for _, text in self._log if number in (text["from"], text["to"])]

    # Handsets.

    def text(
        self,
        from_number: str,
        body: str,
        *,
        sid: str | None = None,
        num_media: int = 0,
        deliver: bool = True,
        times: int = 1,
        **more_fields: str,
    ) -> list[httpx.Response]:
        """A handset sends a text; return the webhook's answers. With `times`, the same message is
        posted so often at the same time. Raises httpx.TransportError.
        """
        fields = self._arrive(from_number, body, sid, num_media, more_fields)
        if not deliver:
            return []
        with ThreadPoolExecutor(max_workers=times) as threads:
            return list(threads.map(self.post, [fields] * times))

    def text_until_taken(
        self, from_number: str, body: str, **options: Any
    ) -> list[httpx.Response | httpx.TransportError]:
        """Like `text`, posted until a 2xx answer, three times at most. Return what each try gave,
        as with the webhook's options `#rc=3&rp=all`.
        """
        sid, num_media = options.pop("sid", None), options.pop("num_media", 0)
        fields = self._arrive(from_number, body, sid, num_media, options)
        tries: list[httpx.Response | httpx.TransportError] = []
        for _ in range(TRIES):
            try:
                answer = self.post(fields)
            except httpx.TransportError as error:
                tries.append(error)
                continue
            tries.append(answer)
            if answer.is_success:
                break
        return tries

    def form(self, from_number: str, body: str, **fields: str) -> dict[str, str]:
        """Return all fields of a webhook about a new text, as sent in Britain; `fields` win."""
        sid = fields.get("MessageSid") or f"SM{uuid.uuid4().hex}"
        return {
            "ToCountry": "GB",
            "ToState": "",
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "ToCity": "",
            "FromZip": "",
            "SmsSid": sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": body,
            "FromCountry": "GB",
            "To": self.number,
            "ToZip": "",
            "NumSegments": str(sms_parts(body) or 1),
            "MessageSid": sid,
            "AccountSid": self.account_sid,
            "From": from_number,
            "ApiVersion": API_VERSION,
            **fields,
        }

    def sign(self, fields: Fields, *, url: str | None = None, token: str | None = None) -> str:
        """Return X-Twilio-Signature for a form sent to `url`, by default to the webhook."""
        validator = RequestValidator(self.auth_token if token is None else token)
        address = _without_fragment(self.webhook if url is None else url)
        return str(validator.compute_signature(address, ImmutableMultiDict(_pairs(fields))))

    def post(
        self,
        fields: Fields,
        *,
        signature: str | None = None,
        path: str | None = None,
        headers: Mapping[str, str | None] | None = None,
        url: str | None = None,
    ) -> httpx.Response:
        """Post a form as Twilio does. Raises httpx.TransportError.

        `url` is the public address, signed and posted to (default: the webhook). `path`, with a
        query or not, changes only where the form goes. A header that is None is left out.
        """
        fields = _pairs(fields)
        public = urlsplit(_without_fragment(self.webhook if url is None else url))
        if path is None:
            path = (public.path or "/") + (f"?{public.query}" if public.query else "")
        if signature is None:
            signature = self.sign(fields, url=url)
        origin = self.post_to.rstrip("/") or f"{public.scheme}://{public.netloc}"
        sent_headers: dict[str, str | None] = {
            "Host": public.netloc,
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signature,
            # The same at every try of one webhook.
            "I-Twilio-Idempotency-Token": str(uuid.uuid5(uuid.NAMESPACE_URL, urlencode(fields))),
            **(headers or {}),
        }
        return self._client.post(
            origin + path,
            content=urlencode(fields),
            headers={name: value for name, value in sent_headers.items() if value is not None},
        )

    def report(self, sid: str, status: str, error_code: int | None = None) -> httpx.Response:
        """Tell the status of a sent text to its StatusCallback. Raises LookupError if there is no
        such text or it asked for none, httpx.TransportError.
        """
        with self._lock:
            text = next((text for text in self.sent if text.sid == sid), None)
            if text is None or not text.status_callback:
                raise LookupError(f"no status callback for {sid}")
            payload = next(payload for _, payload in self._log if payload["sid"] == sid)
            payload |= {"status": status, "error_code": error_code}
        fields = {
            "ApiVersion": API_VERSION,
            "MessageStatus": status,
            "SmsSid": sid,
            "SmsStatus": status,
            "To": text.to,
            "From": text.from_,
            "MessageSid": sid,
            "AccountSid": self.account_sid,
        }
        if error_code is not None:
            fields["ErrorCode"] = str(error_code)
        return self.post(fields, url=text.status_callback)

    def _arrive(
        self,
        from_number: str,
        body: str,
        sid: str | None,
        num_media: int,
        more_fields: Mapping[str, str],
    ) -> dict[str, str]:
        media = {"NumMedia": str(num_media)}
        for index in range(num_media):
            media[f"MediaUrl{index}"] = f"https://api.twilio.com/{uuid.uuid4().hex}"
            media[f"MediaContentType{index}"] = "image/jpeg"
        sid = sid or f"{'MM' if num_media else 'SM'}{uuid.uuid4().hex}"
        fields = self.form(from_number, body, **{"MessageSid": sid, **media, **more_fields})
        word = body.strip().upper()
        with self._lock:
            if word in BLOCKING:
                self.blocked.add(from_number)
            elif word in UNBLOCKING:
                self.blocked.discard(from_number)
            if all(payload["sid"] != fields["MessageSid"] for _, payload in self._log):
                self._record(fields, fields["MessageSid"], "inbound")
        return fields

    # The REST API.

    async def _messages(self, request: Request) -> Response:
        if request.method == "GET":
            return self._listing(request) if self._is_ours(request) else _refusal(401)
        body = await request.body()
        fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        with self._lock:
            self.attempts += 1
            failure = self._failures.popleft() if self._failures else None
        if isinstance(failure, (int, tuple)):
            return _refusal(*(failure if isinstance(failure, tuple) else (failure,)))
        if failure == "timeout":
            return await self._hang(request)
        if failure == "drop":
            return await _drop(request)
        answer = self._create(fields) if self._is_ours(request) else _refusal(401)
        return await self._hang(request) if failure == "accept_and_hang" else answer

    def _is_ours(self, request: Request) -> bool:
        known = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        return (
            request.headers.get("authorization", "") == f"Basic {known}"
            and request.path_params["account"] == self.account_sid
        )

    def _create(self, fields: dict[str, str]) -> Response:
        with self._lock:
            code = self._fault_of(fields)
            if code:
                return _refusal(400, code)
            sid = f"SM{uuid.uuid4().hex}"
            at, payload = self._record(fields, sid, "outbound-api")
            to, sender, body = payload["to"], payload["from"], payload["body"]
            callback = fields.get("StatusCallback", "")
            self.sent.append(SentText(sid, to, sender, body, sms_parts(body), callback, at))
            return JSONResponse(payload, 201)

    def _fault_of(self, fields: Mapping[str, str]) -> int | None:
        to, body = fields.get("To", ""), fields.get("Body", "")
        sender = fields.get("From", "")
        faults = {
            21211: not E164.fullmatch(to),
            21603: not (sender or fields.get("MessagingServiceSid")),
            21606: sender not in ("", self.number, *self.more_numbers),
            21602: not (body or fields.get("MediaUrl")),
            21617: len(body) > LONGEST_BODY,
            21610: to in self.blocked,
        }
        return next((code for code, found in faults.items() if found), None)

    def _record(
        self, fields: Mapping[str, str], sid: str, direction: str
    ) -> tuple[datetime, dict[str, Any]]:
        at = datetime.now(timezone.utc)
        inbound = direction == "inbound"
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{sid}"
        body = fields.get("Body", "")
        payload = {
            "sid": sid,
            "account_sid": self.account_sid,
            "messaging_service_sid": fields.get("MessagingServiceSid"),
            "to": fields["To"],
            "from": fields.get("From") or self.number,
            "body": body,
            "num_segments": str(sms_parts(body) or 1),
            "num_media": fields.get("NumMedia", "0"),
            "direction": direction,
            "status": "received" if inbound else "queued",
            "date_created": format_datetime(at),
            "date_updated": format_datetime(at),
            "date_sent": format_datetime(at) if inbound else None,
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "error_message": None,
            "api_version": API_VERSION,
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }
        self._log.append((at, payload))
        return at, payload

    def _listing(self, request: Request) -> Response:
        wanted = request.query_params
        try:
            size = min(max(int(wanted.get("PageSize", 50)), 1), 1000)
            number = max(int(wanted.get("Page", 0)), 0)
            with self._lock:
                found = [dict(text) for at, text in self._log[::-1] if _matches(wanted, at, text)]
        except ValueError:
            return _refusal(400, 20001)
        start = number * size
        page = found[start : start + size]

        def uri(of: int) -> str:
            kept = [(name, value) for name, value in wanted.multi_items() if name != "Page"]
            return f"{request.url.path}?{urlencode([*kept, ('Page', of)])}"

        return JSONResponse(
            {
                "messages": page,
                "page": number,
                "page_size": size,
                "start": start,
                "end": start + max(len(page) - 1, 0),
                "uri": uri(number),
                "first_page_uri": uri(0),
                "previous_page_uri": uri(number - 1) if number else None,
                "next_page_uri": uri(number + 1) if start + size < len(found) else None,
            }
        )

    async def _hang(self, request: Request) -> Response:
        end = time.monotonic() + self.hang_seconds
        while time.monotonic() < end and not self._closed.is_set():
            await asyncio.sleep(0.02)
        return await _drop(request)


def _client() -> httpx.Client:
    limits = httpx.Limits(max_connections=None)
    return httpx.Client(timeout=WEBHOOK_SECONDS, trust_env=False, limits=limits)


def _pairs(fields: Fields) -> list[tuple[str, str]]:
    return list(fields.items() if isinstance(fields, Mapping) else fields)


def _without_fragment(url: str) -> str:
    return url.partition("#")[0]


def _refusal(status: int, code: int | None = None, retry_after: int | None = None) -> Response:
    code = code or USUAL_CODES.get(status, 20000 + status)
    return JSONResponse(
        {
            "code": code,
            "message": MESSAGES.get(code, "The request failed"),
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        },
        status,
        {} if retry_after is None else {"Retry-After": str(retry_after)},
    )


async def _drop(request: Request) -> Response:
    # ASGI knows no way to say nothing, so the server's own connection is closed.
    request.receive.__self__.transport.close()
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


def _matches(wanted: Mapping[str, str], at: datetime, payload: Mapping[str, Any]) -> bool:
    at = at.replace(microsecond=0)  # Twilio keeps whole seconds
    same_day = "DateSent" not in wanted or at.date() == _moment(wanted["DateSent"]).date()
    return (
        wanted.get("To", payload["to"]) == payload["to"]
        and wanted.get("From", payload["from"]) == payload["from"]
        and same_day
        and ("DateSent>" not in wanted or at >= _moment(wanted["DateSent>"]))
        and ("DateSent<" not in wanted or at <= _moment(wanted["DateSent<"]))
    )


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(re.sub("Z$", "+00:00", value))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
