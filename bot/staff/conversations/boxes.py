"""What other folders put into the right pane of a conversation: one line for each box.

A box is a template beside its own views, shown where the person may open the page `endpoint`. It is
given `box`: what `read` returned for the respondent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.staff.cases.reply_box import reply_box
from bot.staff.shell.access import may
from bot.storage.cases.case_board import cases_about
from bot.storage.database.session import Session


@dataclass(frozen=True)
class Box:
    """One box. `read` is called with the database session and the respondent's id."""

    template: str
    endpoint: str
    read: Callable[[Session, str], Any]


BOXES: tuple[Box, ...] = (
    Box("case_box.html", "cases.index", cases_about),
    Box("reply_box.html", "replies.send", reply_box),
)


def boxes_about(session: Session, respondent_id: str) -> list[tuple[str, Any]]:
    """Return (template, what it shows) of every box that the signed-in person may see."""
    return [(b.template, b.read(session, respondent_id)) for b in BOXES if may(b.endpoint)]
