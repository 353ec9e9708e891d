"""YAML as values that know their place, so that every problem can name its line and field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]

MAX_BYTES = 1_000_000
# Aliases make a small file large: nine lists of nine aliases each are 387 million values.
MAX_VALUES = 20_000
MAX_DEPTH = 12

TEXT, NUMBER, TRUE_FALSE, DATE, EMPTY, FIELDS, ITEMS = (
    "text", "a number", "true or false", "a date", "empty", "fields", "a list",
)  # fmt: skip
TYPES = {
    "tag:yaml.org,2002:str": TEXT,
    "tag:yaml.org,2002:int": NUMBER,
    "tag:yaml.org,2002:float": NUMBER,
    "tag:yaml.org,2002:bool": TRUE_FALSE,
    "tag:yaml.org,2002:timestamp": DATE,
    "tag:yaml.org,2002:null": EMPTY,
    "tag:yaml.org,2002:map": FIELDS,
    "tag:yaml.org,2002:seq": ITEMS,
}


@dataclass(frozen=True)
class Value:
    """One value of the file: where it is, of what type, and its text, its fields or its items."""

    field: str  # as a person would name it: sections[1].questions[0].kind
    line: int
    type: str
    text: str = ""
    fields: tuple[tuple[str, Value], ...] = ()
    items: tuple[Value, ...] = ()


class Problems:
    """What is wrong with one file, gathered so that its author can fix everything in one go."""

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        self._found: dict[tuple[int, str], None] = {}  # in order, each once

    def add(self, line: int, field: str, message: str) -> None:
        text = " ".join(f"{field}: {message}".split())  # a field's name could hold a line break
        self._found[line, f"{self.file_name}:{line}: {text}"] = None

    def at(self, value: Value, message: str) -> None:
        self.add(value.line, value.field, message)

    def lines(self) -> list[str]:
        return [text for line, text in sorted(self._found, key=lambda found: found[0])]


class _TooLarge(Exception):
    pass


def read_tree(raw: bytes, problems: Problems) -> Value | None:
    """Return the whole file as one value; None, with the reason noted, if it cannot be read."""
    if len(raw) > MAX_BYTES:
        problems.add(1, "file", f"is larger than {MAX_BYTES:,} bytes; is it the right file?")
        return None
    try:
        text = raw.decode("utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            problems.add(1, "file", "is empty; data/consultations/README.md says what to write")
            return None
        line = node.start_mark.line + 1
        return _Planter(problems).value(node, field="", line=line, depth=0)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.add(line, "file", "is not written in UTF-8; save it again with that encoding")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problems.add(line, "file", "holds an invisible control character; delete it")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(mark.line + 1 if mark else 1, "file", f"is not valid YAML: {_reason(error)}")
    except (ValueError, OverflowError):  # PyYAML lets these out for "\U00110000" and the like
        problems.add(1, "file", "holds an escape (a backslash in quotes) that is not a letter")
    except (RecursionError, _TooLarge):
        problems.add(1, "file", "is nested too deeply or refers to itself too often; simplify it")
    return None


def _reason(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or error.context or "it cannot be read")
    if "mapping values are not allowed" in problem:
        return f"{problem}; put a text that holds a colon in quotes"
    if "cannot start any token" in problem:
        return f"{problem}; indent with spaces and put the text in quotes"
    return f"{problem}; check the indents and quotes here and in the line above"


class _Planter:
    """Turns PyYAML's nodes into values, counting them."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.count = 0

    def value(self, node: Any, *, field: str, line: int, depth: int) -> Value:
        self.count += 1
        if self.count > MAX_VALUES or depth > MAX_DEPTH:
            raise _TooLarge
        name = field or "file"
        kind = TYPES.get(node.tag)
        if kind is None:
            self.problems.add(line, name, f"has the tag {node.tag!r}; remove it, tags are not used")
        if isinstance(node, yaml.MappingNode):
            return Value(name, line, FIELDS, fields=tuple(self._fields(node, field, depth)))
        if isinstance(node, yaml.SequenceNode):
            items = tuple(
                self.value(
                    item, field=f"{field}[{n}]", line=item.start_mark.line + 1, depth=depth + 1
                )
                for n, item in enumerate(node.value)
            )
            return Value(name, line, ITEMS, items=items)
        return Value(name, line, kind or TEXT, text=_text(node))

    def _fields(self, node: Any, field: str, depth: int) -> Iterator[tuple[str, Value]]:
        lines: dict[str, int] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.problems.add(line, field or "file", "has a list where a field name should be")
                continue
            name = f"{field}.{key.value}" if field else key.value
            if key.value in lines:
                first = lines[key.value]
                self.problems.add(line, name, f"is there twice (also on line {first}); remove one")
            lines.setdefault(key.value, line)
            yield key.value, self.value(child, field=name, line=line, depth=depth + 1)


def _text(node: Any) -> str:
    """In folded text a blank line starts a new paragraph; a block with | stays as it was typed."""
    if node.style in (None, ">"):
        return re.sub(r"\s*\n\s*", "\n\n", node.value.strip())
    return str(node.value).strip()
