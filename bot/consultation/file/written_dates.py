"""The dates that texts name: each is a field, and its words are put into the texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.consultation.dates import spoken
from bot.consultation.file.fields import nearest
from bot.consultation.file.tree import NUMBER, TEXT, Problems, Value

PLACE = re.compile(r"\{([^{}\n]{1,40})\}")
MONTHS = [f"{date(2000, month, 1):%B}" for month in range(1, 13)]
WRITTEN = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({'|'.join(MONTHS)})(?:\s+(\d{{4}}))?\b", re.IGNORECASE
)
ASKED = "asked_as"  # what residents write
OTHERS = "outcome."  # has more names than those of dates


def written(day: date) -> str:
    """Return a day without its weekday: 26 March 2021."""
    return f"{day.day} {day:%B %Y}"


def put_in(tree: Value, problems: Problems) -> Value:
    """Return the tree with the dates in its texts. A name that is none is noted."""
    words = _words(tree)

    def named(found: re.Match[str], value: Value) -> str:
        if found[1] not in words and not value.field.startswith(OTHERS):
            hint = nearest(found[1], words)
            problems.at(value, f"has {found[0]}, which is no date of this file; {hint}")
        return words.get(found[1], found[0])

    return _each_text(
        tree,
        lambda value: replace(value, text=PLACE.sub(lambda found: named(found, value), value.text)),
    )


def note_closing_date(tree: Value, problems: Problems) -> None:
    """Note the closing date where it is written out: it would be wrong when the date is moved."""
    closes = _day(tree, "closes")
    for value, _, day in written_out(tree):
        if day == closes:
            problems.at(value, "has the closing date written out; write {closes}, so that it is"
                               " right when the date is moved")  # fmt: skip


def written_out(tree: Value) -> list[tuple[Value, str, date | None]]:
    """Return (text, words, date) of each day that is written out in a text."""
    near = _day(tree, "closes") or date.min
    found: list[tuple[Value, str, date | None]] = []

    def look(value: Value) -> Value:
        found.extend((value, words, day) for words, day in _dates(value.text, near))
        return value

    _each_text(tree, look)
    return found


def _words(tree: Value) -> Mapping[str, str]:
    """Return what can stand in a text between braces, with what it says."""
    opens, closes = _day(tree, "opens"), _day(tree, "closes")
    keep = next((field.text for name, field in tree.fields if _is_days(name, field)), None)
    said: dict[str, str] = {}
    for name, day in (("opens", opens), ("closes", closes)):
        if day:
            said |= {name: spoken(day), f"{name}_date": written(day)}
            said[f"{name}_day"] = f"{day.day} {day:%B}"
    if closes and keep:
        said["kept_until"] = written(closes + timedelta(days=int(keep)))
    return said


def _is_days(name: str, field: Value) -> bool:
    is_number = field.type == NUMBER and re.fullmatch(r"[1-9]\d{0,5}", field.text)
    return name == "keep_days" and bool(is_number)


def _day(tree: Value, name: str) -> date | None:
    text = next((field.text for known, field in tree.fields if known == name), "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None  # it is noted where it is read


def _dates(text: str, near: date) -> Iterator[tuple[str, date | None]]:
    """Yield (words, date) of each day in a text; one without a year is of the year of `near`."""
    for found in WRITTEN.finditer(text):
        month = MONTHS.index(found[2].capitalize()) + 1
        try:
            yield found[0], date(int(found[3] or near.year), month, int(found[1]))
        except ValueError:
            yield found[0], None


def _each_text(value: Value, change: Callable[[Value], Value]) -> Value:
    if value.type == TEXT:
        return change(value)
    fields = tuple(
        (name, field if name == ASKED else _each_text(field, change))
        for name, field in value.fields
    )
    items = tuple(_each_text(item, change) for item in value.items)
    return replace(value, fields=fields, items=items)
