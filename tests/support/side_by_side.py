"""How the tests are shared out among the workers of pytest-xdist (`make test` starts them)."""

from __future__ import annotations

import pytest

# The first worker has the model trained while the others do what needs none; it does these, and
# the tests that need the model elsewhere wait until it is there.
CONVERSATIONS = "tests/conversations/"
# These files keep another busy until then.
NEED_NO_MODEL = ("tests/staff/", "tests/storage/")


def share_out(items: list[pytest.Item]) -> None:
    """Put tests that share what is slow to make into a group; what takes longest comes first, or
    one worker is left alone with it at the end.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_turn)


def _group(item: pytest.Item) -> str:
    in_conversations = item.nodeid.startswith(CONVERSATIONS) and _needs_model(item)
    return CONVERSATIONS if in_conversations else item.nodeid.partition("::")[0]


def _turn(item: pytest.Item) -> int:
    if _needs_model(item):
        return 0 if item.nodeid.startswith(CONVERSATIONS) else 3
    if item.nodeid.startswith(NEED_NO_MODEL):
        return 1
    return 2 if item.get_closest_marker("slow") else 4


def _needs_model(item: pytest.Item) -> bool:
    return "model" in getattr(item, "fixturenames", ())
