"""A stand-in for Telegram's Bot API server: what it accepts, refuses and delivers."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from tests.support.live import served
from tests.support.postgres import free_port

Json = dict[str, Any]
Failure = int | str | tuple[int, int | str]
Buttons = list[tuple[str, str]]

NO_ANSWER = 599  # the status of the answer that a webhook did not give
AS_SET: Any = object()
BLOCKED = "Forbidden: bot was blocked by the user"
DESCRIPTIONS = {401: "Unauthorized", 403: BLOCKED, 404: "Not Found", 429: "Too Many Requests"}
WAYS_TO_FAIL = ("timeout", "drop", "accept_and_hang", "accept_and_drop")
# Telegram leaves these out unless they are asked for.
RARE = {"chat_member", "message_reaction", "message_reaction_count"}
COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(@\w+)?")
FILE = {"file_id": "AgACAgQAAxkBAAIB", "file_unique_id": "AQADvrkxGw", "file_size": 23711}
MEDIA: dict[str, Json | list[Json]] = {
    "photo": [{**FILE, "width": 90, "height": 67}, {**FILE, "width": 800, "height": 600}],
    "voice": {**FILE, "duration": 4, "mime_type": "audio/ogg"},
    "video_note": {**FILE, "duration": 6, "length": 240},
    "document": {**FILE, "file_name": "answers.pdf", "mime_type": "application/pdf"},
    "sticker": {
        **FILE,
        "width": 512,
        "height": 512,
        "emoji": "\U0001f44d",
        "set_name": "Thumbs",
        "is_animated": False,
        "is_video": False,
        "type": "regular",
    },
    "contact": {"phone_number": "+447700900123", "first_name": "Resident"},
    "location": {"latitude": 53.479324, "longitude": -2.248485},
    "poll": {
        "id": "5303949137437066",
        "question": "More buses?",
        "options": [
            {"text": "Yes", "voter_count": 0, "persistent_id": "0"},
            {"text": "No", "voter_count": 0, "persistent_id": "1"},
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    },
}
RIGHTS = (
    "can_be_edited can_manage_chat can_change_info can_post_messages can_edit_messages "
    "can_delete_messages can_invite_users can_restrict_members can_promote_members "
    "can_manage_video_chats can_post_stories can_edit_stories can_delete_stories is_anonymous"
)
ADMINISTRATOR: Json = dict.fromkeys(RIGHTS.split(), False)


@dataclass(frozen=True)
class SentMessage:
    """A message that the bot sent; `raw` is every parameter as it came."""

    message_id: int
    chat_id: int
    text: str
    buttons: Buttons
    at: float
    raw: Json


class Refused(Exception):
    """An answer that is not a result."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad_request(what: str) -> Refused:
    return Refused(400, f"Bad Request: {what}")


def as_telegram_writes(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def units(text: str) -> int:
    """Count UTF-16 units, as Telegram does."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_on(value: Any) -> bool:
    return str(value).lower() in ("true", "1", "yes")


def nested(params: Json, name: str, default: Any = None) -> Any:
    """Return a parameter that is JSON inside a form, or was JSON already."""
    value = params.get(name)
    if value in (None, ""):
        return default
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise bad_request(f"can't parse {name} JSON object") from None


def buttons_in(params: Json) -> Buttons:
    """Return the buttons under a message; refuse those that Telegram refuses."""
    found = []
    for row in nested(params, "reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            data = button.get("callback_data")
            if not button.get("text") or (data is None and "url" not in button):
                raise bad_request(
                    "can't parse inline keyboard button: "
                    "Text buttons are unallowed in the inline keyboard"
                )
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise bad_request("BUTTON_DATA_INVALID")
            found.append((button["text"], data or ""))
    return found


def entities_in(text: str) -> Json:
    found = [
        {"offset": units(text[: m.start()]), "length": units(m[0]), "type": "bot_command"}
        for m in COMMAND.finditer(text)
    ]
    return {"entities": found} if found else {}


async def parameters_of(request: Request) -> Json:
    """Read the query and a body of any kind that the Bot API takes."""
    params: Json = dict(request.query_params)
    body = await request.body()
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    try:
        if kind == "application/json":
            params.update(json.loads(body or b"{}"))
        elif kind == "multipart/form-data":
            _, form, files = FormDataParser().parse(BytesIO(body), kind, len(body), options)
            params.update(form.to_dict())
            params.update({name: file.read() for name, file in files.items()})
        else:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
            params.update(pairs)
    except UnicodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except ValueError:
        raise bad_request("can't parse request parameters") from None
    return params


def queue_of(update: Json) -> Hashable:
    """Return which updates must wait for this one: those of the same chat and the same kind.

    Messages and their edits share a queue; pressed buttons and the rest have queues of their
    own, so a press may overtake a message.
    """
    kind = kind_of(update)
    content = update.get(kind)
    if not isinstance(content, dict):
        return (kind, update.get("update_id"))
    if kind.removeprefix("edited_") in ("message", "channel_post"):
        return ("message", content.get("chat", {}).get("id"))
    return (kind, content.get("from", {}).get("id"))


def kind_of(update: Json) -> str:
    return next((name for name in update if name != "update_id"), "")


class _Deliveries:
    """What waits for the bot, and how it is delivered."""

    def __init__(self, token: str, secret: str, webhook: str) -> None:
        self.token, self.secret, self.webhook = token, secret, webhook
        self.bot_id = int(token.partition(":")[0])
        self.allowed_updates: list[str] = []
        self.pending: list[Json] = []
        self.deliveries: dict[Any, list[httpx.Response]] = {}
        self.last_error: Json = {}
        self.next_update_id = 870_000_001
        self.next_message_id = 101
        self.clock: Callable[[], float] = time.time
        # A test may put a client of its own here, such as Starlette's TestClient.
        self.client = httpx.Client(timeout=15, trust_env=False)
        self.closed = threading.Event()
        self._lock = threading.RLock()
        self._queues: dict[Hashable, threading.Lock] = {}

    def post(self, body: bytes, *, secret: str | None = AS_SET) -> httpx.Response:
        """Post any bytes to the webhook; None as the secret leaves its header out.

        The answer 599 stands for none: nobody listened, or nothing came within the timeout.
        """
        headers = {"Content-Type": "application/json"}
        secret = self.secret if secret is AS_SET else secret
        if secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        try:
            return self.client.post(self.webhook, content=body, headers=headers)
        except httpx.TransportError:
            return httpx.Response(NO_ANSWER)

    def update(self, update: Json, *, secret: str | None = AS_SET) -> httpx.Response:
        """Post any JSON to the webhook at once, whatever waits, and keep the answer."""
        answer = self.post(as_telegram_writes(update), secret=secret)
        with self._lock:
            self.deliveries.setdefault(update.get("update_id"), []).append(answer)
            if not answer.is_success:
                reason = f"{answer.status_code} {answer.reason_phrase}"
                self.last_error = {
                    "last_error_date": int(self.clock()),
                    "last_error_message": f"Wrong response from the webhook: {reason}",
                }
        return answer

    def deliver_pending(self, max_tries: int = 5) -> list[httpx.Response]:
        """Send what was not accepted again, in order, and return the answers.

        What the bot refuses `max_tries` times stays pending, with all that is behind it.
        """
        with self._lock:
            queues = list(dict.fromkeys(queue_of(update) for update in self.pending))
        return [answer for queue in queues for answer in self._drain(queue, max_tries)]

    def deliver_to(self, user_id: int) -> list[httpx.Response]:
        """Send what a resident wrote and was not accepted again, once each; return the answers."""
        return self._drain(("message", user_id), 1)

    def _drain(self, queue: Hashable, max_tries: int) -> list[httpx.Response]:
        answers: list[httpx.Response] = []
        with self._queue_lock(queue):
            for update in self._waiting_in(queue):
                for _ in range(max_tries):
                    answers.append(self.update(update))
                    if answers[-1].is_success:
                        break
                else:
                    break
                self._accepted(update)
        return answers

    def _offer(self, update: Json, deliver: bool = True, times: int = 1) -> list[httpx.Response]:
        """Deliver an update, unless one of its queue still waits; or leave it for getUpdates."""
        if not self._is_allowed(kind_of(update)):
            return []
        queue = queue_of(update)
        with self._queue_lock(queue):
            behind = self._waiting_in(queue)
            with self._lock:
                self.pending.append(update)
            if not (self.webhook and deliver) or behind:
                return []
            answers = [self.update(update) for _ in range(times)]
            if answers and answers[-1].is_success:
                self._accepted(update)
            return answers

    def _is_allowed(self, kind: str) -> bool:
        return kind in self.allowed_updates if self.allowed_updates else kind not in RARE

    def _queue_lock(self, queue: Hashable) -> threading.Lock:
        with self._lock:
            return self._queues.setdefault(queue, threading.Lock())

    def _waiting_in(self, queue: Hashable) -> list[Json]:
        with self._lock:
            return [update for update in self.pending if queue_of(update) == queue]

    def _accepted(self, update: Json) -> None:
        with self._lock:
            self.pending = [other for other in self.pending if other is not update]

    def _new_update_id(self, given: int | None = None) -> int:
        with self._lock:
            if given is None:
                given, self.next_update_id = self.next_update_id, self.next_update_id + 1
            return given

    def _new_message_id(self, given: int | None = None) -> int:
        with self._lock:
            if given is None:
                given, self.next_message_id = self.next_message_id, self.next_message_id + 1
            return given


class _Methods(_Deliveries):
    """The methods that the bot calls."""

    def __init__(self, token: str, secret: str, webhook: str) -> None:
        super().__init__(token, secret, webhook)
        self.allow_http_webhook = False
        self.per_chat_per_minute: int | None = None
        self.hang_seconds = 30.0
        self.calls: list[tuple[str, Json]] = []
        self.sent: list[SentMessage] = []
        self.callback_answers: list[Json] = []
        self.webhook_calls: list[Json] = []
        self.left_chats: list[int] = []
        self.deleted: list[tuple[int, int]] = []
        self.commands: list[Json] = []
        self.chats: dict[int, Json] = {}
        self.blocked: set[int] = set()
        self._presses: set[str] = set()
        self._failures: deque[Failure] = deque()
        self._polls = 0
        methods = (
            self.getMe,
            self.sendMessage,
            self.answerCallbackQuery,
            self.setWebhook,
            self.deleteWebhook,
            self.getWebhookInfo,
            self.getUpdates,
            self.leaveChat,
            self.setMyCommands,
            self.editMessageReplyMarkup,
            self.deleteMessage,
        )
        self._methods = {method.__name__.lower(): method for method in methods}
        path = "/bot{token}/{method}"
        self.app = Starlette(routes=[Route(path, self._answer, methods=["GET", "POST"])])

    def bot(self) -> Json:
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": "Consultation",
            "username": "consultation_bot",
        }

    def fail_next(self, *failures: Failure) -> None:
        """Decide how the next calls of sendMessage fail.

        Each is a status, (429, retry_after), (status, description), "timeout", "drop",
        "accept_and_hang" or "accept_and_drop".
        """
        unknown = [f for f in failures if isinstance(f, str) and f not in WAYS_TO_FAIL]
        if unknown:
            raise ValueError(f"no such failure: {unknown}")
        with self._lock:
            self._failures.extend(failures)

    async def _answer(self, request: Request) -> Response:
        try:
            method = self._method_of(request)
            params = await parameters_of(request)
            with self._lock:
                self.calls.append((method.__name__, params))
            result = method(params, request)
            if asyncio.iscoroutine(result):
                result = await result
        except Refused as error:
            return refusal(error)
        body = as_telegram_writes({"ok": True, "result": result})
        return Response(body, media_type="application/json")

    def _method_of(self, request: Request) -> Callable[[Json, Request], Any]:
        token = request.path_params["token"]
        method = self._methods.get(request.path_params["method"].lower())
        if token != self.token and re.fullmatch(r"\d+:[\w-]+", token):
            raise Refused(401, "Unauthorized")
        if token != self.token or method is None:
            raise Refused(404, "Not Found")
        return method

    def getMe(self, params: Json, request: Request) -> Json:
        abilities = ("can_read_all_group_messages", "supports_inline_queries")
        return {**self.bot(), "can_join_groups": True, **dict.fromkeys(abilities, False)}

    async def sendMessage(self, params: Json, request: Request) -> Json:
        with self._lock:
            failure = self._failures.popleft() if self._failures else None
        if failure in ("timeout", "drop") or not isinstance(failure, str | None):
            await self._fail(failure, request)
        result = self._send(params)
        if failure:
            await self._fail(failure, request)
        return result

    def _send(self, params: Json) -> Json:
        text = str(params.get("text", ""))
        buttons = buttons_in(params)
        if not text.strip():
            raise bad_request("message text is empty")
        if units(text) > 4096:
            raise bad_request("message is too long")
        with self._lock:
            chat = self._chat_of(params)
            now = self.clock()
            self._check_flood(chat["id"], now)
            sent = SentMessage(self._new_message_id(), chat["id"], text, buttons, now, params)
            self.sent.append(sent)
        return self.message_of(sent)

    async def _fail(self, failure: Failure, request: Request) -> None:
        if isinstance(failure, str):
            if failure.endswith("drop"):
                drop_connection(request)
            else:
                await self._wait(self.hang_seconds, lambda: False)
            raise Refused(504, "Gateway Timeout")
        code, detail = failure if isinstance(failure, tuple) else (failure, None)
        if isinstance(detail, int):
            text = f"Too Many Requests: retry after {detail}"
            raise Refused(code, text, {"retry_after": detail})
        raise Refused(code, detail or DESCRIPTIONS.get(code, "Internal Server Error"))

    def _check_flood(self, chat_id: int, now: float) -> None:
        if self.per_chat_per_minute is None:
            return
        recent = [s.at for s in self.sent if s.chat_id == chat_id and s.at > now - 60]
        if len(recent) >= self.per_chat_per_minute:
            wait = max(1, round(recent[0] + 60 - now))
            text = f"Too Many Requests: retry after {wait}"
            raise Refused(429, text, {"retry_after": wait})

    def _chat_of(self, params: Json) -> Json:
        try:
            chat = self.chats[int(params.get("chat_id", ""))]
        except (KeyError, ValueError):
            raise bad_request("chat not found") from None
        if chat["id"] in self.blocked:
            raise Refused(403, BLOCKED)
        if chat["id"] in self.left_chats:
            raise Refused(403, f"Forbidden: bot is not a member of the {chat['type']} chat")
        return chat

    def message_of(self, sent: SentMessage) -> Json:
        """Return a sent message as Telegram shows it."""
        message = {
            "message_id": sent.message_id,
            "from": self.bot(),
            "chat": self.chats[sent.chat_id],
            "date": int(sent.at),
            "text": sent.text,
        }
        rows = [[{"text": title, "callback_data": data}] for title, data in sent.buttons]
        return {**message, "reply_markup": {"inline_keyboard": rows}} if rows else message

    def answerCallbackQuery(self, params: Json, request: Request) -> bool:
        if params.get("callback_query_id") not in self._presses:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        if units(str(params.get("text", ""))) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        answer = {name: params.get(name) for name in ("callback_query_id", "text")}
        with self._lock:
            self.callback_answers.append({**answer, "show_alert": is_on(params.get("show_alert"))})
        return True

    def setWebhook(self, params: Json, request: Request) -> bool:
        url, secret = params.get("url", ""), params.get("secret_token", "")
        with self._lock:
            self.webhook_calls.append(params)
            if url and not self.allow_http_webhook:
                check_webhook(url)
            if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
                raise bad_request("secret token contains unallowed characters")
            if "allowed_updates" in params:
                self.allowed_updates = nested(params, "allowed_updates", [])
            self._change_webhook(url, secret, params)
        return True

    def deleteWebhook(self, params: Json, request: Request) -> bool:
        self._change_webhook("", self.secret, params)
        return True

    def _change_webhook(self, url: str, secret: str, params: Json) -> None:
        with self._lock:
            self.webhook, self.secret = url, secret
            self._polls += 1 if url else 0
            self.last_error = {}
            if is_on(params.get("drop_pending_updates")):
                self.pending = []

    def getWebhookInfo(self, params: Json, request: Request) -> Json:
        with self._lock:
            info: Json = {
                "url": self.webhook,
                "has_custom_certificate": False,
                "pending_update_count": len(self.pending),
            }
            if self.webhook:
                info |= {"max_connections": 40, **self.last_error}
            if self.allowed_updates:
                info["allowed_updates"] = self.allowed_updates
            return info

    async def getUpdates(self, params: Json, request: Request) -> list[Json]:
        with self._lock:
            self._polls += 1
            this = self._polls
            self._refuse_poll(this)
            if "allowed_updates" in params:
                self.allowed_updates = nested(params, "allowed_updates", [])
            self._forget_before(int(params.get("offset", 0)))
        seconds = min(float(params.get("timeout", 0)), 50)
        await self._wait(seconds, lambda: bool(self.pending) or this != self._polls)
        with self._lock:
            self._refuse_poll(this)
            return self.pending[: int(params.get("limit", 100))]

    def _refuse_poll(self, this: int) -> None:
        if self.webhook:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if this != self._polls:
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )

    def _forget_before(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [u for u in self.pending if u["update_id"] >= offset]

    async def _wait(self, seconds: float, enough: Callable[[], bool]) -> None:
        end = time.monotonic() + seconds
        while not (enough() or self.closed.is_set()) and time.monotonic() < end:
            await asyncio.sleep(0.02)

    def leaveChat(self, params: Json, request: Request) -> bool:
        with self._lock:
            chat = self._chat_of(params)
            if chat["type"] == "private":
                raise bad_request("chat member status can't be changed in private chats")
            self.left_chats.append(chat["id"])
        return True

    def setMyCommands(self, params: Json, request: Request) -> bool:
        commands = nested(params, "commands", [])
        if not all(re.fullmatch(r"[a-z0-9_]{1,32}", c.get("command", "")) for c in commands):
            raise bad_request("BOT_COMMAND_INVALID")
        self.commands = commands
        return True

    def editMessageReplyMarkup(self, params: Json, request: Request) -> Json:
        buttons = buttons_in(params)
        with self._lock:
            number, old = self._sent_message(params, "edit")
            if old.buttons == buttons:
                raise bad_request("message is not modified")
            self.sent[number] = replace(old, buttons=buttons)
            return {**self.message_of(self.sent[number]), "edit_date": int(self.clock())}

    def deleteMessage(self, params: Json, request: Request) -> bool:
        with self._lock:
            _, old = self._sent_message(params, "delete")
            self.deleted.append((old.chat_id, old.message_id))
        return True

    def _sent_message(self, params: Json, purpose: str) -> tuple[int, SentMessage]:
        wanted = (self._chat_of(params)["id"], int(params.get("message_id", 0)))
        for number, sent in enumerate(self.sent):
            key = (sent.chat_id, sent.message_id)
            if key == wanted and key not in self.deleted:
                return number, sent
        raise bad_request(f"message to {purpose} not found")


class TelegramStandIn(_Methods):
    """Telegram as the bot sees it, and the residents behind it.

    Their updates are posted to `webhook`, or wait for getUpdates while it is empty. As on the
    real server, an update waits in `pending` until the bot accepts it, and later messages of
    the same chat wait behind it until `deliver_pending`. Kinds that setWebhook did not allow
    are not delivered. What residents do returns the webhook's answers, none if nothing was
    posted.
    """

    def __init__(
        self, token: str = "123456:" + "a" * 35, secret: str = "", webhook: str = ""
    ) -> None:
        super().__init__(token, secret, webhook)
        self.url = ""
        self._messages: dict[tuple[int, int], Json] = {}

    @contextmanager
    def running(self, port: int | None = None) -> Iterator[TelegramStandIn]:
        """Serve the API; `url` is what TELEGRAM_API_URL must be."""
        self.closed.clear()
        with served(self.app, port or free_port()) as self.url:
            try:
                yield self
            finally:
                self.close()

    def close(self) -> None:
        """End every call that hangs or polls."""
        self.closed.set()

    def texts_to(self, chat_id: int) -> list[str]:
        return [sent.text for sent in self.sent if sent.chat_id == chat_id]

    def buttons_of_last(self, chat_id: int) -> Buttons:
        """Return the buttons of the last message to a chat, less those edited away."""
        last = self._last_sent(chat_id)
        return last.buttons if last else []

    def meet(self, user_id: int) -> Json:
        """Make a resident known, as one who once wrote; return the private chat."""
        chat = {"id": user_id, "first_name": "Resident", "type": "private"}
        with self._lock:
            return self.chats.setdefault(user_id, chat)

    def write(
        self,
        user_id: int,
        text: str,
        *,
        deliver: bool = True,
        times: int = 1,
        update_id: int | None = None,
        message_id: int | None = None,
        language_code: str = "en",
        **message_fields: Any,
    ) -> list[httpx.Response]:
        """Write to the bot; the update is posted `times` times, or kept if not to deliver."""
        author = person(user_id, language_code)
        content = {"text": text, **entities_in(text), **message_fields}
        message = self._message(self.meet(user_id), author, content, message_id)
        return self._happens("message", message, update_id, deliver=deliver, times=times)

    def edit(self, user_id: int, message_id: int, text: str) -> list[httpx.Response]:
        """Change an earlier message."""
        old = self._messages.get((user_id, message_id)) or self._message(
            self.meet(user_id), person(user_id), {}, message_id
        )
        old = {name: value for name, value in old.items() if name != "entities"}
        changed = {**old, "edit_date": int(self.clock()), "text": text, **entities_in(text)}
        return self._happens("edited_message", changed)

    def send_media(
        self, user_id: int, kind: str, caption: str | None = None
    ) -> list[httpx.Response]:
        """Send something that is not text: one of MEDIA."""
        content = {kind: MEDIA[kind], **({"caption": caption} if caption else {})}
        message = self._message(self.meet(user_id), person(user_id), content)
        return self._happens("message", message)

    def press(
        self,
        user_id: int,
        title_or_data: str,
        *,
        message: SentMessage | None = None,
        inaccessible: bool = False,
        without_message: bool = False,
        update_id: int | None = None,
        times: int = 1,
    ) -> list[httpx.Response]:
        """Press a button of a message (the last one to this chat) by its title.

        What is no title of that message is taken for the data itself, so that a test can
        forge it.
        """
        message = message or self._last_sent(user_id)
        number = self._new_update_id(update_id)
        query: Json = {"id": str(4382 * 10**14 + number), "from": person(user_id)}
        if message and not without_message:
            query["message"] = self.message_of(message)
            if inaccessible:
                names = ("message_id", "chat")
                query["message"] = {**{n: query["message"][n] for n in names}, "date": 0}
        data = dict(message.buttons if message else []).get(title_or_data, title_or_data)
        query |= {"chat_instance": "-3871265498712654", "data": data}
        with self._lock:
            self._presses.add(query["id"])
        return self._happens("callback_query", query, number, times=times)

    def expire_presses(self) -> None:
        """Make every press too old to be answered."""
        with self._lock:
            self._presses.clear()

    def block(self, user_id: int) -> list[httpx.Response]:
        """Block the bot; from now on it cannot send to this resident."""
        return self._blocks(user_id, "member", "kicked")

    def unblock(self, user_id: int) -> list[httpx.Response]:
        return self._blocks(user_id, "kicked", "member")

    def add_to_group(self, chat_id: int, kind: str = "group") -> list[httpx.Response]:
        """Add the bot to a group, supergroup or channel."""
        chat = {"id": chat_id, "title": "A group", "type": kind}
        with self._lock:
            self.chats[chat_id] = chat
            self.left_chats = [left for left in self.left_chats if left != chat_id]
        status = "administrator" if kind == "channel" else "member"
        return self._membership(chat, person(555000111), "left", status)

    def write_in_group(self, chat_id: int, user_id: int, text: str) -> list[httpx.Response]:
        content = {"text": text, **entities_in(text)}
        message = self._message(self.chats[chat_id], person(user_id), content)
        return self._happens("message", message)

    def channel_post(self, chat_id: int, text: str) -> list[httpx.Response]:
        post = self._message(self.chats[chat_id], None, {"text": text})
        return self._happens("channel_post", {**post, "sender_chat": post["chat"]})

    def inline_query(self, user_id: int, text: str) -> list[httpx.Response]:
        query = {"id": "7713", "from": person(user_id), "chat_type": "sender"}
        return self._happens("inline_query", {**query, "query": text, "offset": ""})

    def _happens(
        self,
        kind: str,
        content: Json,
        update_id: int | None = None,
        *,
        deliver: bool = True,
        times: int = 1,
    ) -> list[httpx.Response]:
        update = {"update_id": self._new_update_id(update_id), kind: content}
        return self._offer(update, deliver, times)

    def _message(
        self, chat: Json, author: Json | None, content: Json, message_id: int | None = None
    ) -> Json:
        message = {
            "message_id": self._new_message_id(message_id),
            **({"from": author} if author else {}),
            "chat": chat,
            "date": int(self.clock()),
            **content,
        }
        with self._lock:
            self._messages[chat["id"], message["message_id"]] = message
        return message

    def _blocks(self, user_id: int, old: str, new: str) -> list[httpx.Response]:
        chat = self.meet(user_id)
        with self._lock:
            (self.blocked.add if new == "kicked" else self.blocked.discard)(user_id)
        return self._membership(chat, person(user_id), old, new)

    def _membership(self, chat: Json, by: Json, old: str, new: str) -> list[httpx.Response]:
        def member(status: str) -> Json:
            more = {"kicked": {"until_date": 0}, "administrator": ADMINISTRATOR}.get(status, {})
            return {"user": self.bot(), "status": status, **more}

        change = {"chat": chat, "from": by, "date": int(self.clock())}
        change |= {"old_chat_member": member(old), "new_chat_member": member(new)}
        return self._happens("my_chat_member", change)

    def _last_sent(self, chat_id: int) -> SentMessage | None:
        with self._lock:
            of_chat = [s for s in self.sent if s.chat_id == chat_id]
        return of_chat[-1] if of_chat else None


def person(user_id: int, language_code: str = "en") -> Json:
    return {
        "id": user_id,
        "is_bot": False,
        "first_name": "Resident",
        "language_code": language_code,
    }


def refusal(error: Refused) -> Response:
    if error.code == 502:  # comes from a proxy in front of the API, which writes no JSON
        return HTMLResponse("<html><h1>502 Bad Gateway</h1></html>", 502)
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return Response(as_telegram_writes(body), error.code, media_type="application/json")


def drop_connection(request: Request) -> None:
    """Close the connection without an answer; only Uvicorn's can be closed."""
    request.receive.__self__.transport.close()  # type: ignore[attr-defined]


def check_webhook(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise bad_request("bad webhook: HTTPS url must be provided for webhook")
    if (parts.port or 443) not in (80, 88, 443, 8443):
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
