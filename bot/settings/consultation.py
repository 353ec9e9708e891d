"""What is asked, and which day is taken as today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.settings.reader import Reader


@dataclass(frozen=True)
class WhatIsAsked:
    consultation: str  # a file of data/consultations, without .yml
    consultation_date: date | None  # a demonstration; None: the real day


def read_what_is_asked(read: Reader) -> WhatIsAsked:
    return WhatIsAsked(
        consultation=read.name("CONSULTATION", "manchester-digital-strategy"),
        consultation_date=read.day("CONSULTATION_DATE"),
    )
