"""The gateway as a process that is killed the first time it comes to a point.

The product itself has no such points: they are put around its functions from outside.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bot.channels.sms import webhook as sms
from bot.channels.telegram import webhook as telegram
from bot.processes.serve import serve
from bot.turns import accept as arrivals
from bot.turns.ask_rasa import Rasa
from bot.turns.worker import Turns


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **more: Any) -> Any:
        function(*args, **more)
        die()

    return wrapped


def after_await(function: Callable[..., Any]) -> Callable[..., Any]:
    async def wrapped(*args: Any, **more: Any) -> Any:
        await function(*args, **more)
        die()

    return wrapped


def before_await(function: Callable[..., Any]) -> Callable[..., Any]:
    async def wrapped(*args: Any, **more: Any) -> Any:
        die()

    return wrapped


def around_senders(wrap: Callable[..., Any]) -> None:
    from bot.channels.sms.twilio import TwilioSender
    from bot.channels.telegram.bot_api import TelegramSender

    for sender in (TwilioSender, TelegramSender):
        sender.send = wrap(sender.send)  # type: ignore[method-assign]


def after_commit() -> None:
    killing = after(arrivals.store)
    sms.store = telegram.store = killing  # type: ignore[assignment]


def before_acknowledgement() -> None:
    Turns.wake = after(Turns.wake)  # type: ignore[method-assign]


def after_the_turn() -> None:
    Rasa.ask = after_await(Rasa.ask)  # type: ignore[method-assign]


POINTS: dict[str, Callable[[], None]] = {
    "nowhere": lambda: None,
    "after commit": after_commit,
    "before acknowledgement": before_acknowledgement,
    "after the Rasa turn": after_the_turn,
    "before send": lambda: around_senders(before_await),
    "after send": lambda: around_senders(after_await),
}

# Imports everything once; each gateway is then a fork of it, which takes no time.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["bot.gateway.serve", "tests.support.crashing"])


def gateway(point: str, environment: Mapping[str, str], log: Path) -> BaseProcess:
    """Start a gateway that is killed at a point."""
    process = FORKS.Process(target=_serve, args=(point, dict(environment), log), daemon=True)
    process.start()
    return process


def _serve(point: str, environment: dict[str, str], log: Path) -> None:
    with log.open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    POINTS[point]()
    serve("gateway")
