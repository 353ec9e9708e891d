"""Residents on all three channels, who send a text until it is taken, and wait for its reply."""

from __future__ import annotations

import random
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress

import httpx

from bench.faults.ledger import Ledger
from bench.faults.stage import WISHES
from tests.providers.telegram import TelegramStandIn
from tests.providers.twilio import TwilioStandIn

PAIR = 2  # texts one after the other
PATIENCE = 180.0  # seconds for the replies to them; then they count as missing
AGAIN = 0.5  # seconds until what was not taken is brought again

Gateways = Callable[[], str]  # the address of any gateway


class Network(TwilioStandIn):
    """Twilio before several gateways: each webhook goes to any of them."""

    gateways: Gateways = staticmethod(lambda: "")

    @property  # type: ignore[override]
    def post_to(self) -> str:
        return self.gateways()

    @post_to.setter
    def post_to(self, _: str) -> None: ...


class Messenger(TelegramStandIn):
    """Telegram before several gateways."""

    gateways: Gateways = staticmethod(lambda: "")

    @property  # type: ignore[override]
    def webhook(self) -> str:
        return f"{self.gateways()}/telegram/webhook"

    @webhook.setter
    def webhook(self, _: str) -> None: ...


class Resident(ABC):
    """`tag` is in every text, and in nobody else's."""

    is_sent_to = True  # and does not fetch the replies

    def __init__(self, number: int) -> None:
        self.number, self.tag = number, f"block {number} west"
        self.refused = 0  # times that a text was not taken

    @abstractmethod
    def bring(self, text: str, message_id: str) -> bool:
        """Bring a text; say whether it was taken."""

    @abstractmethod
    def replies(self) -> list[str]:
        """Return what has come back."""

    def say(self, text: str) -> None:
        message_id = uuid.uuid4().hex
        while not self.bring(text, message_id):
            self.refused += 1
            time.sleep(AGAIN)

    def converse(self, texts: int, ledger: Ledger) -> None:
        self.say("start")
        self._wait(1, ledger)
        before = 0
        for count in range(1, texts + 1):
            if count % PAIR:
                before = len(self.replies())
            text = f"better {WISHES[count % len(WISHES)]} for house {count} of {self.tag}"
            self.say(text)
            ledger.acknowledged(self.tag, text)
            if count % PAIR == 0:
                self._wait(before + PAIR, ledger)

    def _wait(self, number: int, ledger: Ledger) -> None:
        begun = time.monotonic()
        while len(self.replies()) < number:
            if time.monotonic() - begun > PATIENCE:
                ledger.waited(None)
                return
            time.sleep(0.1)
        ledger.waited(time.monotonic() - begun)


class Texting(Resident):
    def __init__(self, number: int, network: Network) -> None:
        super().__init__(number)
        self._network, self._phone = network, f"+4477009{number:05d}"

    def bring(self, text: str, message_id: str) -> bool:
        tries = self._network.text_until_taken(self._phone, text, sid=f"SM{message_id}")
        return isinstance(tries[-1], httpx.Response) and tries[-1].is_success

    def replies(self) -> list[str]:
        return self._network.texts_to(self._phone)


class InTelegram(Resident):
    def __init__(self, number: int, messenger: Messenger) -> None:
        super().__init__(number)
        self._messenger, self._user = messenger, 880_000_000 + number
        self._brought = ""

    def bring(self, text: str, message_id: str) -> bool:
        """Telegram keeps what is not taken, and brings it again."""
        if self._brought != message_id:
            self._brought = message_id
            answers = self._messenger.write(self._user, text)
        else:
            answers = self._messenger.deliver_to(self._user)
        return bool(answers) and answers[-1].is_success

    def replies(self) -> list[str]:
        return self._messenger.texts_to(self._user)


class AtThePage(Resident):
    is_sent_to = False

    def __init__(self, number: int, gateways: Gateways) -> None:
        super().__init__(number)
        self._gateways, self._token = gateways, ""
        self._client = httpx.Client(timeout=15, trust_env=False)

    def bring(self, text: str, message_id: str) -> bool:
        with suppress(httpx.TransportError):
            if not self._token:
                begun = self._client.post(f"{self._gateways()}/chat/session", json={})
                self._token = begun.json()["token"] if begun.is_success else ""
            answer = self._client.post(
                f"{self._gateways()}/chat/messages",
                json={"id": str(uuid.UUID(message_id)), "text": text},
                headers=self._headers,
            )
            return answer.is_success
        return False

    def replies(self) -> list[str]:
        with suppress(httpx.TransportError):
            url = f"{self._gateways()}/chat/messages"
            answer = self._client.get(url, headers=self._headers)
            if answer.is_success:
                told = answer.json()["messages"]
                self._seen = [one["text"] for one in told if one["from"] == "bot"]
        return self._seen

    _seen: Sequence[str] = ()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def crowd(
    number: int, network: Network, messenger: Messenger, gateways: Gateways
) -> list[Resident]:
    """Return so many residents, a third on each channel."""
    makers: list[Callable[[int], Resident]] = [
        lambda n: Texting(n, network),
        lambda n: InTelegram(n, messenger),
        lambda n: AtThePage(n, gateways),
    ]
    return [makers[n % len(makers)](n) for n in range(number)]


def begin(people: Sequence[Resident], texts: int, ledger: Ledger) -> list[threading.Thread]:
    """Have everybody write, at the same time."""
    chance = random.Random(18)
    threads = [threading.Thread(target=one.converse, args=(texts, ledger)) for one in people]
    for thread in chance.sample(threads, len(threads)):
        thread.start()
    return threads
