"""`python -m tests.providers.demo_sms`: the whole product, and a phone in a browser to text it."""

from __future__ import annotations

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.processes.supervisor import STOP_SECONDS
from bot.settings import ROOT, SettingsError, load_settings
from tests.providers.twilio import TwilioStandIn
from tests.support.postgres import free_port

PAGE = Path(__file__).resolve().parent / "phone"
PORT = 8090
DRAMA_NUMBER = re.compile(r"\+447700900[0-9]{3}")
LONGEST_TEXT = 1600
RETRY_SECONDS = 2.0
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src data:; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Carrier:
    """Takes texts from the page to the webhook, in order, and tries again while nobody answers."""

    def __init__(self, twilio: TwilioStandIn) -> None:
        self.twilio = twilio
        self.tried: dict[str, int] = {}  # how often, of the texts that are not taken yet
        self.refused: dict[str, int] = {}  # the status
        self._waiting: queue.Queue[tuple[str, dict[str, str]]] = queue.Queue()
        self._closed = threading.Event()

    def take(self, from_number: str, body: str) -> str:
        """Record a text and see to its delivery; return its sid."""
        sid = f"SM{uuid.uuid4().hex}"
        self.tried[sid] = 0
        self.twilio.text(from_number, body, sid=sid, deliver=False)
        self._waiting.put((sid, self.twilio.form(from_number, body, MessageSid=sid)))
        return sid

    @contextmanager
    def working(self) -> Iterator[Carrier]:
        threading.Thread(target=self._work, daemon=True).start()
        try:
            yield self
        finally:
            self._closed.set()

    def _work(self) -> None:
        while not self._closed.is_set():
            sid, form = self._waiting.get()
            while not self._delivered(sid, form):
                self.tried[sid] += 1
                if self._closed.wait(RETRY_SECONDS):
                    return
            del self.tried[sid]

    def _delivered(self, sid: str, form: dict[str, str]) -> bool:
        try:
            answer = self.twilio.post(form)
        except httpx.TransportError:
            return False
        # While the product starts there may be no such page yet.
        if answer.status_code in (404, 408, 429) or answer.is_server_error:
            return False
        if not answer.is_success:
            self.refused[sid] = answer.status_code
        return True


def add_phone(twilio: TwilioStandIn, carrier: Carrier) -> None:
    """Serve the phone's page and what it asks for beside the API."""

    async def take(request: Request) -> Response:
        # A form of another site cannot send this type unasked.
        if request.headers.get("content-type") != "application/json":
            return JSONResponse({"error": "Send JSON."}, 415)
        try:
            text = await request.json()
            number, body = text["from"], text["body"]
            right = DRAMA_NUMBER.fullmatch(number) and number != twilio.number
            if not right or not body.strip() or len(body) > LONGEST_TEXT:
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError):
            return JSONResponse({"error": "Send a number and a text."}, 400)
        return JSONResponse({"sid": carrier.take(number, body)}, 202)

    async def texts(request: Request) -> Response:
        number = request.query_params.get("from", "")
        after = request.query_params.get("after", "")
        seen = int(after) if after.isascii() and after.isdigit() else 0
        return JSONResponse(_conversation(twilio, carrier, number, seen), headers=HEADERS)

    files = {"/": "index.html", "/phone.css": "phone.css", "/phone.js": "phone.js"}
    twilio.app.router.routes += [
        Route("/phone/text", take, methods=["POST"]),
        Route("/phone/texts", texts),
        *(Route(path, _file(name)) for path, name in files.items()),
    ]


def _file(name: str) -> Any:
    async def answer(request: Request) -> Response:
        return FileResponse(PAGE / name, headers=HEADERS)

    return answer


def _conversation(
    twilio: TwilioStandIn, carrier: Carrier, number: str, seen: int
) -> dict[str, object]:
    messages = twilio.messages_with(number)
    sids = {message["sid"] for message in messages}
    return {
        "number": twilio.number,
        "blocked": number in twilio.blocked,
        "waiting": {sid: tries for sid, tries in list(carrier.tried.items()) if sid in sids},
        "refused": {sid: status for sid, status in list(carrier.refused.items()) if sid in sids},
        "texts": [
            {
                "sid": message["sid"],
                "mine": message["direction"] == "inbound",
                "body": message["body"],
                "parts": int(message["num_segments"]),
                "at": message["date_created"],
            }
            for message in messages[seen:]
        ],
    }


def product_environment(twilio: TwilioStandIn, api_url: str) -> dict[str, str]:
    """Return the environment in which the product texts by the stand-in, with data of its own."""
    folder = ROOT / "var" / "demo-sms"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        **os.environ,
        "PUBLIC_BASE_URL": "",
        "DATABASE_URL": f"sqlite:///{folder}/demo.db",
        "SECRETS_DIR": str(folder / "secrets"),
        "TWILIO_ACCOUNT_SID": twilio.account_sid,
        "TWILIO_AUTH_TOKEN": twilio.auth_token,
        "TWILIO_NUMBER": twilio.number,
        "TWILIO_API_URL": api_url,
        "SMS_REPLY_PREFIXES": "",
        # A real bot must not begin to answer from the data of a demonstration.
        "TELEGRAM_BOT_TOKEN": "",
        "TELEGRAM_WEBHOOK_SECRET": "",
    }


def main() -> int:
    """Run until ctrl-C or until the product ends; return its exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    twilio = TwilioStandIn()
    port = _phone_port()
    environment = product_environment(twilio, f"http://127.0.0.1:{port}")
    try:
        settings = load_settings(environment)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    twilio.webhook = f"{settings.public_base_url}/sms/webhook"
    twilio.post_to = f"http://127.0.0.1:{settings.gateway_port}"
    carrier = Carrier(twilio)
    add_phone(twilio, carrier)
    with twilio.running(port), carrier.working():
        sys.stdout.write(f"Phone:     {twilio.url} (texts stay on this machine)\n")
        sys.stdout.flush()
        return _run_product(environment)


def _run_product(environment: dict[str, str]) -> int:
    product = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--demo-date", "2021-03-01"],
        cwd=ROOT,
        env=environment,
        start_new_session=True,  # one ctrl-C, passed on below, instead of two
    )
    try:
        return product.wait()
    except KeyboardInterrupt:
        return _stop(product)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _phone_port() -> int:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            return free_port()
    return PORT


def _stop(product: subprocess.Popen[bytes]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second ctrl-C must not leave it running
    product.send_signal(signal.SIGINT)
    try:
        return product.wait(timeout=3 * STOP_SECONDS)
    except subprocess.TimeoutExpired:
        product.kill()
        return product.wait()


if __name__ == "__main__":
    sys.exit(main())
