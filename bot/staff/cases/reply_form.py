"""What staff write to a resident: its limits, the texts it can begin with, and who signs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.channels.registry import channel_named
from bot.consultation.text_parts import sms_parts
from bot.storage.staff.rows import Role

MOST_PARTS = 6  # of a text message; each costs money
LONGEST = 2000  # letters elsewhere
LONGEST_NAME = 60
SIGNS = {  # at first; each can write a first name instead
    Role.REVIEWER: "A member of staff",
    Role.CASEWORKER: "A caseworker",
    Role.ADMIN: "A member of staff",
}


class ReplyProblem(ValueError):
    """What is wrong, in a sentence; `field` is where."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Template:
    """A text to begin a reply with."""

    name: str
    text: str


@cache
def templates_of(root: Path) -> tuple[Template, ...]:
    """Return the texts of data/staff_replies.yml."""
    file = root / "data" / "staff_replies.yml"
    found = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else []
    return tuple(Template(one["name"], " ".join(one["text"].split())) for one in found or [])


def read_reply(form: Mapping[str, str], channel: str, organisation: str) -> tuple[str, str]:
    """Return (what the resident reads, the name that signs it). Raises ReplyProblem."""
    text = form.get("text", "").replace("\r\n", "\n").strip()
    name = " ".join(form.get("name", "").split())
    if not text:
        raise ReplyProblem("reply", "Write your reply")
    if not name or len(name) > LONGEST_NAME:
        raise ReplyProblem("signs", "Write your first name or your role")
    whole = f"{text}\n\n{name}, {organisation}"
    if channel_named(channel).short_texts:
        if (parts := sms_parts(whole)) > MOST_PARTS:
            raise ReplyProblem("reply", f"This takes {parts} parts. Send {MOST_PARTS} or fewer")
    elif len(whole) > LONGEST:
        raise ReplyProblem("reply", f"A reply may have {LONGEST:,} letters, not {len(whole):,}")
    return whole, name
