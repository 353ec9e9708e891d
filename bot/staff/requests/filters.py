"""What a board of requests is narrowed to, as the address bar has it. What makes no sense narrows
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.storage.requests.queries import Sought
from bot.storage.requests.rows import ENDED, OPEN_STATUSES, WITHDRAWN

OPEN, ALL = "open", "all"
STATUSES = {
    OPEN: OPEN_STATUSES,  # at first
    **{status: (status,) for status in (*OPEN_STATUSES, *ENDED, WITHDRAWN)},
    ALL: (),
}
ME, NOBODY = "me", "nobody"
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Asked:
    """What was asked for, without what is so at first, and what it means."""

    typed: dict[str, Any]
    sought: Sought
    status: str
    page: int


def read_filters(args: Mapping[str, str], me: str, today: date) -> Asked:
    """Read the address bar."""
    status, owner = args.get("status", OPEN), args.get("owner", "").strip()[:254]
    status = status if status in STATUSES else OPEN
    overdue = args.get("overdue") == "yes"
    typed = {
        "status": "" if status == OPEN else status,
        "owner": owner,
        "overdue": "yes" if overdue else "",
    }
    return Asked(
        typed={name: value for name, value in typed.items() if value},
        sought=Sought(
            statuses=STATUSES[status],
            owner={"": None, ME: me, NOBODY: ""}.get(owner, owner),
            due_before=today if overdue else None,
        ),
        status=status,
        page=_page(args.get("page", "")),
    )


def _page(typed: str) -> int:
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 6
    return min(max(int(typed), 1), LAST_PAGE) if is_number else 1
