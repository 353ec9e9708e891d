"""Typed reading of a consultation file's fields. What is wrong is noted, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from difflib import get_close_matches

from bot.consultation.file.tree import (
    DATE,
    EMPTY,
    FIELDS,
    ITEMS,
    NUMBER,
    TEXT,
    TRUE_FALSE,
    Problems,
    Value,
)

ID_SHAPE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
# Tab, line feed and carriage return are the only control characters that a text needs.
UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
TRUE, FALSE = {"true", "yes", "on"}, {"false", "no", "off"}


def nearest(word: str, known: Collection[str]) -> str:
    """Return what to do about an unknown word: the one that was likely meant, or all there are."""
    close = get_close_matches(word, known, n=1)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"use one of {', '.join(known)}" if known else "there is none to choose from"


def read_text(value: Value, problems: Problems) -> str:
    """Return a text. Dates and the words yes and no count as text; numbers need quotes."""
    if value.type in (FIELDS, ITEMS):
        problems.at(value, f"should be a text, but it is {_described(value)}")
    elif value.type == NUMBER:
        problems.at(value, f'should be a text, but {value.text} is a number; write "{value.text}"')
    elif value.type == EMPTY or not value.text:
        problems.at(value, "is blank; write the text")
    elif odd := UNSENDABLE.search(value.text):
        problems.at(value, f"holds a control character (U+{ord(odd.group()):04X}); delete it")
    else:
        return value.text
    return ""


def _described(value: Value) -> str:
    return {FIELDS: "a group of fields", NUMBER: "a number"}.get(value.type, value.type)


class Fields:
    """The fields of one group. Each reader returns a harmless stand-in when the field is wrong."""

    def __init__(
        self, value: Value, problems: Problems, *, known: Collection[str] | None = None
    ) -> None:
        self.value = value
        self.problems = problems
        self.known = known
        self._by_name: dict[str, Value] = {}
        if value.type != FIELDS:
            problems.at(value, f"should be a group of fields, but it is {_described(value)}")
        for name, field in value.fields:
            if known is None or name in known:
                self._by_name.setdefault(name, field)
            else:
                problems.at(field, f"is not a known field; {nearest(name, known)}")

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def names(self) -> list[str]:
        return list(self._by_name)

    def get(self, name: str) -> Value | None:
        return self._by_name.get(name)

    def need(self, name: str) -> Value | None:
        """Return a field that must be there; note it when it is not."""
        if name not in self and self.value.type == FIELDS:
            self.problems.add(self.value.line, self.path(name), "is missing; add it")
        return self.get(name)

    def path(self, name: str) -> str:
        return name if self.value.field == "file" else f"{self.value.field}.{name}"

    def text(self, name: str, *, default: str | None = None) -> str:
        """Return a text; without a default it must be there."""
        value = self.need(name) if default is None else self.get(name)
        return read_text(value, self.problems) if value else default or ""

    def id(self, name: str) -> str:
        text = self.text(name)
        if text and not ID_SHAPE.fullmatch(text):
            self.note(
                name,
                f'"{text}" cannot be an id; use up to 64 small letters, digits, _ . or -, '
                "and begin with a letter or digit",
            )
        return text

    def word(self, name: str, words: Collection[str], noun: str) -> str | None:
        """Return one of the given words, or None when it is another."""
        text = self.text(name)
        if text in words:
            return text
        if text:
            close = nearest(text, words)
            every = "" if close.startswith("use") else f" (one of {', '.join(words)})"
            self.note(name, f'"{text}" is not a {noun}; {close}{every}')
        return None

    def number(self, name: str) -> int | None:
        value = self.get(name)
        if value is None:
            return None
        if value.type == NUMBER and re.fullmatch(r"-?(0|[1-9][0-9]{0,8})", value.text):
            return int(value.text)
        self.note(name, f'should be a whole number without quotes, not "{_shown(value)}"')
        return None

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.get(name)
        if value is None:
            return default
        if value.type == TRUE_FALSE and value.text.lower() in TRUE | FALSE:
            return value.text.lower() in TRUE
        self.note(name, f'should be true or false, not "{_shown(value)}"')
        return default

    def day(self, name: str) -> date | None:
        value = self.need(name)
        if value is None:
            return None
        if value.type in (DATE, TEXT):
            try:
                return date.fromisoformat(value.text)
            except ValueError:
                pass
        self.note(name, f'"{_shown(value)}" is not a date; write year-month-day, like 2021-03-26')
        return None

    def items(self, name: str, *, needed: bool = True) -> tuple[Value, ...]:
        """Return the items of a list; a list that is needed must not be empty."""
        value = self.need(name) if needed else self.get(name)
        if value is None:
            return ()
        if value.type != ITEMS:
            self.note(name, f'should be a list, with "-" items, but it is {_described(value)}')
        elif needed and not value.items:
            self.note(name, "is an empty list; add at least one item")
        return value.items

    def note(self, name: str, message: str) -> None:
        """Note a problem of one field (of the whole group when the field is not there)."""
        value = self.get(name)
        self.problems.add(value.line if value else self.value.line, self.path(name), message)


def _shown(value: Value) -> str:
    return value.text or _described(value)
