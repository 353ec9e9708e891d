"""Machines that are none: network namespaces, each with an address and a loopback of its own, on
one bridge. Where they may not be made, all stand on this machine's loopback.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

NET = "10.77.0"


@dataclass(frozen=True)
class Place:
    """Where processes run: the address that they listen on, and what is written before them."""

    address: str = "127.0.0.1"
    within: tuple[str, ...] = ()


@contextmanager
def places(count: int) -> Iterator[tuple[Place, list[Place]]]:
    """Yield the place of the database and of so many machines."""
    mark = f"hys{os.getpid() % 10000}"
    bridge, names = f"{mark}b", [f"{mark}n{n}" for n in range(1, count + 1)]
    try:
        try:
            _ip("link", "add", bridge, "type", "bridge")
            _ip("addr", "add", f"{NET}.254/24", "dev", bridge)
            _ip("link", "set", bridge, "up")
            for number, name in enumerate(names, start=1):
                _machine(bridge, name, f"{NET}.{number}")
        except (OSError, subprocess.CalledProcessError):
            yield Place(), [Place()] * count
            return
        machines = [
            Place(f"{NET}.{number}", ("ip", "netns", "exec", name))
            for number, name in enumerate(names, start=1)
        ]
        yield Place(f"{NET}.254"), machines
    finally:
        for words in [("netns", "del", name) for name in names] + [("link", "del", bridge)]:
            with suppress(OSError, subprocess.CalledProcessError):
                _ip(*words)


def _machine(bridge: str, name: str, address: str) -> None:
    outside = f"{name}v"
    _ip("netns", "add", name)
    _ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", name)
    _ip("link", "set", outside, "master", bridge, "up")
    for words in (
        ("addr", "add", f"{address}/24", "dev", "eth0"),
        ("link", "set", "eth0", "up"),
        ("link", "set", "lo", "up"),
    ):
        _ip("-n", name, *words)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
