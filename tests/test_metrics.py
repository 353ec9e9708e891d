"""Who may read the figures."""

from __future__ import annotations

import pytest

from bot.metrics import may_read
from tests.support.scraped import TOKEN


@pytest.mark.parametrize(
    ("token", "authorization", "may"),
    [
        (TOKEN, f"Bearer {TOKEN}", True),
        (TOKEN, f"Bearer {TOKEN} ", False),
        (TOKEN, TOKEN, False),
        (TOKEN, f"Basic {TOKEN}", False),
        (TOKEN, f"Bearer {TOKEN[:-1]}", False),
        (TOKEN, "Bearer ", False),
        (TOKEN, "Bearer é", False),
        (TOKEN, None, False),
        ("", "Bearer ", False),
        ("", None, False),
    ],
)
def test_only_the_token_opens_them(token: str, authorization: str | None, may: bool) -> None:
    assert may_read(token, authorization) is may
