"""How staff sign in and share the reading."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings.reader import Reader


@dataclass(frozen=True)
class StaffRules:
    require_totp: bool
    staff_readers: int  # who must have read a conversation before it counts as considered


def read_staff_rules(read: Reader) -> StaffRules:
    return StaffRules(
        require_totp=read.one_of("STAFF_REQUIRE_TOTP", "FALSE", ("TRUE", "FALSE")) == "TRUE",
        staff_readers=read.positive("STAFF_READERS", 1, most=2),
    )
