"""How staff sign in and share the reading."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings.office_hours import OfficeHours, office_hours_in
from bot.settings.reader import Reader


@dataclass(frozen=True)
class StaffRules:
    require_totp: bool
    staff_readers: int  # who must have read a conversation before it counts as considered
    person_hours: int  # for which the bot keeps quiet after a person wrote
    office_hours: OfficeHours | None  # None: residents are not told of any
    text_part_pence: float | None  # what a part of a text message costs
    text_budget_pounds: float | None  # for a day


def read_staff_rules(read: Reader) -> StaffRules:
    return StaffRules(
        require_totp=read.one_of("STAFF_REQUIRE_TOTP", "FALSE", ("TRUE", "FALSE")) == "TRUE",
        staff_readers=read.positive("STAFF_READERS", 1, most=2),
        person_hours=read.positive("PERSON_HOURS", 24, most=240),
        text_part_pence=read.amount("TEXT_PART_PENCE"),
        text_budget_pounds=read.amount("TEXT_BUDGET_POUNDS"),
        office_hours=office_hours_in("OFFICE_HOURS", read.text("OFFICE_HOURS")),
    )
